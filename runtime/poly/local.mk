# runtime/poly
