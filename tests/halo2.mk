# tests: halo2
