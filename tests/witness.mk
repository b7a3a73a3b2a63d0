# tests: witness
