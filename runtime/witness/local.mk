# runtime/witness
