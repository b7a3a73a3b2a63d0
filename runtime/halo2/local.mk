libzkmlcore_la_SOURCES += \
  runtime/halo2/constraint_system.c runtime/halo2/constraint_system.h
