# runtime/circuit
