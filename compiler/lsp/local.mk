# compiler/lsp: the language server.
libzkmlc_la_SOURCES += \
  compiler/lsp/lsp.h \
  compiler/lsp/answer.c \
  compiler/lsp/check.c \
  compiler/lsp/document.c \
  compiler/lsp/place.c compiler/lsp/place.h \
  compiler/lsp/publish.c \
  compiler/lsp/rpc.c compiler/lsp/rpc.h \
  compiler/lsp/server.c
