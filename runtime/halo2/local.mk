# runtime/halo2
