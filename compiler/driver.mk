# compiler: driver, diagnostics, sources
libzkmlc_la_SOURCES += \
  compiler/diag.c compiler/diag.def compiler/diag.h \
  compiler/diag_json.c compiler/diag_print.c \
  compiler/driver.c compiler/driver.h \
  compiler/session.c compiler/session.h \
  compiler/source.c compiler/source.h
