# tests: field
