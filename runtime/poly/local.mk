libzkmlcore_la_SOURCES += \
  runtime/poly/fft.c runtime/poly/fft.h runtime/poly/fft_ifma.c runtime/poly/fft_ifma.h \
  runtime/poly/threads.h \
  runtime/poly/bucket.c runtime/poly/bucket.h runtime/poly/msm.c runtime/poly/msm.h \
  runtime/poly/params.c runtime/poly/params.h \
  runtime/poly/point_sum.c runtime/poly/point_sum.h
