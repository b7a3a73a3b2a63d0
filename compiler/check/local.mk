# compiler/check
libzkmlc_la_SOURCES += \
  compiler/check/range.c compiler/check/range.h \
  compiler/check/rational.c compiler/check/real.c compiler/check/real.h \
  compiler/check/safetensors.c compiler/check/safetensors.h \
  compiler/check/weights.c compiler/check/weights.h compiler/check/quantise.c
