libzkmlcore_la_SOURCES += \
  runtime/circuit/plk.c runtime/circuit/plk.h \
  runtime/circuit/plk_run.c runtime/circuit/plk_run.h
