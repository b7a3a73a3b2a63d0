# compiler/test: tests written in the language
libzkmlc_la_SOURCES += \
  compiler/test/runner.c compiler/test/runner.h \
  compiler/test/trial.c compiler/test/trial.h
