libzkmlcore_la_SOURCES += \
  runtime/mock/change.c runtime/mock/check.c \
  runtime/mock/describe.c runtime/mock/describe.h \
  runtime/mock/equations.c runtime/mock/equations.h \
  runtime/mock/formula.c runtime/mock/formula.h \
  runtime/mock/locate.c runtime/mock/locate.h \
  runtime/mock/lookup.c runtime/mock/mock.h runtime/mock/print.c \
  runtime/mock/rows.c runtime/mock/rows.h runtime/mock/statement.c \
  runtime/mock/table.c runtime/mock/table.h \
  runtime/mock/text.c runtime/mock/text.h
