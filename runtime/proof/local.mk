# runtime/proof
libzkmlcore_la_SOURCES += runtime/proof/envelope.h runtime/proof/prove.h \
  runtime/proof/key.c runtime/proof/key.h \
  runtime/proof/memory.c runtime/proof/memory.h
