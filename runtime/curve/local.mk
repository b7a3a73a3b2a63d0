libzkmlcore_la_SOURCES += \
  runtime/curve/point.h runtime/curve/point_template.h runtime/curve/hash_template.h \
  runtime/curve/vesta.c runtime/curve/pallas.c \
  runtime/curve/glv.c runtime/curve/glv.h
