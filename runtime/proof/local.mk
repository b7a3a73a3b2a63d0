# runtime/proof
libzkmlcore_la_SOURCES += \
  runtime/proof/api.c runtime/proof/api.h runtime/proof/api_files.c \
  runtime/proof/bind.c runtime/proof/bind.h \
  runtime/proof/challenges.c runtime/proof/challenges.h \
  runtime/proof/commitment.c runtime/proof/commitment.h \
  runtime/proof/commitment_points.c runtime/proof/commitment_points.h \
  runtime/proof/complete.c runtime/proof/complete.h \
  runtime/proof/envelope.c runtime/proof/envelope.h \
  runtime/proof/fill.c runtime/proof/fill.h \
  runtime/proof/hash.c runtime/proof/hash.h \
  runtime/proof/key.c runtime/proof/key.h \
  runtime/proof/link.c runtime/proof/link.h \
  runtime/proof/memory.c runtime/proof/memory.h \
  runtime/proof/opening.c runtime/proof/opening.h \
  runtime/proof/phases.c runtime/proof/phases.h \
  runtime/proof/publish.c runtime/proof/publish.h \
  runtime/proof/prove.c runtime/proof/prove.h runtime/proof/verify.c \
  runtime/proof/tie_check.c runtime/proof/tie_check.h runtime/proof/ties.c runtime/proof/ties.h
