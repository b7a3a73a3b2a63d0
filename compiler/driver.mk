# compiler: program, driver, diagnostics, sources
bin_PROGRAMS += zkmlc
zkmlc_SOURCES = compiler/main.c runtime/cli/options.c runtime/cli/options.h
zkmlc_LDADD = libzkmlc.la libzkmlcore.la $(SODIUM_LIBS)
libzkmlc_la_SOURCES += \
  compiler/diag.c compiler/diag.def compiler/diag.h \
  compiler/diag_json.c compiler/diag_print.c \
  compiler/driver.c compiler/driver.h \
  compiler/session.c compiler/session.h \
  compiler/source.c compiler/source.h
