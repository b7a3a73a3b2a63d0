libzkmlcore_la_SOURCES += \
  runtime/halo2/column.c runtime/halo2/column.h \
  runtime/halo2/constraint_system.c runtime/halo2/constraint_system.h \
  runtime/halo2/constraints.c runtime/halo2/constraints.h \
  runtime/halo2/ipa.c \
  runtime/halo2/keygen.c runtime/halo2/keygen.h \
  runtime/halo2/lookups.c \
  runtime/halo2/multiopen.c \
  runtime/halo2/opening.c runtime/halo2/opening.h \
  runtime/halo2/permutation.c \
  runtime/halo2/pinned.c \
  runtime/halo2/products.c \
  runtime/halo2/program.c runtime/halo2/program.h runtime/halo2/program_run.c \
  runtime/halo2/program_ifma.c runtime/halo2/program_ifma.h \
  runtime/halo2/prover.c runtime/halo2/prover.h runtime/halo2/prover_steps.h \
  runtime/halo2/quotient.c \
  runtime/halo2/rng.c runtime/halo2/rng.h \
  runtime/halo2/selectors.c \
  runtime/halo2/transcript.c runtime/halo2/transcript.h \
  runtime/halo2/verifier.c runtime/halo2/verifier.h
