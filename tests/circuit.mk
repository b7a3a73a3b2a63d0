# tests: circuit
