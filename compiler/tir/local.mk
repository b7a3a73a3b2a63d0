# compiler/tir
