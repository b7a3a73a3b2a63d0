# compiler/report: what is known about the expressions of a program
libzkmlc_la_SOURCES += \
  compiler/report/expressions.c compiler/report/expressions.h \
  compiler/report/optimise.c compiler/report/optimise.h \
  compiler/report/print.c
