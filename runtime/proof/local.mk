# runtime/proof
libzkmlcore_la_SOURCES += \
  runtime/proof/api.c \
  runtime/proof/envelope.c runtime/proof/envelope.h \
  runtime/proof/key.c runtime/proof/key.h \
  runtime/proof/memory.c runtime/proof/memory.h \
  runtime/proof/prove.c runtime/proof/prove.h runtime/proof/verify.c
