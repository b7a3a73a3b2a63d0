# compiler/check
