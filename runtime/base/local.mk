libzkmlcore_la_SOURCES += \
  runtime/base/arena.c runtime/base/arena.h \
  runtime/base/buf.c runtime/base/buf.h \
  runtime/base/error.c runtime/base/error.h \
  runtime/base/file.c runtime/base/file.h \
  runtime/base/term.c runtime/base/term.h
libzkmlcore_la_SOURCES += runtime/base/npy.c runtime/base/npy.h
