# tests: mock
