# tests: proof
