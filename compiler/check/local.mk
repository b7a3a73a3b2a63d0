# compiler/check
libzkmlc_la_SOURCES += \
  compiler/check/range.c compiler/check/range.h \
  compiler/check/rational.c compiler/check/real.c compiler/check/real.h \
  compiler/check/safetensors.c compiler/check/safetensors.h \
  compiler/check/npz.c compiler/check/npz.h compiler/check/weight_names.c \
  compiler/check/weights.c compiler/check/weights.h compiler/check/quantise.c
libzkmlc_la_SOURCES += \
  compiler/check/check.c compiler/check/check.h \
  compiler/check/elab.h compiler/check/core.c compiler/check/edit.c \
  compiler/check/focus.c compiler/check/focus.h compiler/check/habit.c \
  compiler/check/symbol.c compiler/check/symbol.h \
  compiler/check/names.c compiler/check/types.c compiler/check/value.c \
  compiler/check/constants.c compiler/check/load.c compiler/check/reals.c compiler/check/table.c \
  compiler/check/expression.c compiler/check/select.c compiler/check/index.c \
  compiler/check/verb.c compiler/check/call.c compiler/check/assertion.c \
  compiler/check/testing.c
