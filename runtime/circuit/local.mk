libzkmlcore_la_SOURCES += \
  runtime/circuit/block.c runtime/circuit/block.h \
  runtime/circuit/circuit.c runtime/circuit/circuit.h runtime/circuit/circuit_file.h \
  runtime/circuit/circuit_read.c runtime/circuit/circuit_write.c \
  runtime/circuit/layer.c runtime/circuit/layer.h runtime/circuit/layer_file.c \
  runtime/circuit/text_pool.c runtime/circuit/text_pool.h \
  runtime/circuit/codec.c runtime/circuit/codec.h runtime/circuit/schema.c \
  runtime/circuit/decimal.c runtime/circuit/decimal.h \
  runtime/circuit/script.c runtime/circuit/verify.c runtime/circuit/verify_program.c \
  runtime/circuit/plk.c runtime/circuit/plk.h \
  runtime/circuit/plk_run.c runtime/circuit/plk_run.h \
  runtime/circuit/plk_write.c runtime/circuit/plk_write.h \
  runtime/circuit/program.h runtime/circuit/roles.c runtime/circuit/roles.h
