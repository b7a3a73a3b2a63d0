# tests: tir
