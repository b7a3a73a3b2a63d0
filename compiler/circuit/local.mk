# compiler/circuit
