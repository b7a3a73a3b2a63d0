# tests: lower
