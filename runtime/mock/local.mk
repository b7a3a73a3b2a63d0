# runtime/mock
