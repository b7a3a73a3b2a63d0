# runtime/witness
libzkmlcore_la_SOURCES += \
  runtime/witness/assign.c runtime/witness/chain.c runtime/witness/columns.h \
  runtime/witness/element.c runtime/witness/reduce.c runtime/witness/task.c \
  runtime/witness/run.c runtime/witness/machine.h \
  runtime/witness/integer.c runtime/witness/integer.h \
  runtime/witness/array.c runtime/witness/array.h \
  runtime/witness/input.c runtime/witness/input.h \
  runtime/witness/json.c runtime/witness/json.h runtime/witness/witness.h
