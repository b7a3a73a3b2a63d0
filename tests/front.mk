# tests: front
