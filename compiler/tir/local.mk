libzkmlc_la_SOURCES += \
  compiler/tir/tir.h compiler/tir/op.c \
  compiler/tir/ix.c compiler/tir/ix.h \
  compiler/tir/build.c compiler/tir/build.h compiler/tir/draft.h \
  compiler/tir/ops.c compiler/tir/fold.c \
  compiler/tir/slices.c compiler/tir/slices.h \
  compiler/tir/eval.c compiler/tir/eval.h \
  compiler/tir/interp.c compiler/tir/interp.h \
  compiler/tir/print.c compiler/tir/print.h \
  compiler/tir/verify.c compiler/tir/verify.h \
  compiler/tir/passes.h compiler/tir/cse.c compiler/tir/dce.c compiler/tir/optimize.c
