libzkmlcore_la_SOURCES += \
  runtime/circuit/circuit.c runtime/circuit/circuit.h \
  runtime/circuit/plk.c runtime/circuit/plk.h \
  runtime/circuit/plk_run.c runtime/circuit/plk_run.h \
  runtime/circuit/program.h
