# compiler/front
