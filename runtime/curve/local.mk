libzkmlcore_la_SOURCES += \
  runtime/curve/point.h runtime/curve/point_template.h runtime/curve/hash_template.h \
  runtime/curve/vesta.c runtime/curve/pallas.c \
  runtime/curve/glv.c runtime/curve/glv.h \
  runtime/curve/batch.c runtime/curve/batch.h \
  runtime/curve/batch_portable.c runtime/curve/batch_ifma.c
