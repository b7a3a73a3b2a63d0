# tests: halo2
EXTRA_DIST += \
  tests/vectors/tiny.plk tests/vectors/tiny.pinned.txt tests/vectors/tiny.proof.bin \
  tests/vectors/tiny.transcript.txt \
  tests/vectors/tinysel.plk tests/vectors/tinysel.pinned.txt tests/vectors/tinysel.proof.bin \
  tests/vectors/tinysel.transcript.txt \
  tests/vectors/zcash_ext.plk tests/vectors/zcash_ext.pinned.txt \
  tests/vectors/zcash_ext.proof.bin tests/vectors/zcash_ext.transcript.txt

if HAVE_CRITERION
check_PROGRAMS += tests/unit/test_halo2 tests/unit/test_prover_shape tests/unit/test_program \
  tests/unit/test_lookups
TESTS += tests/unit/test_halo2 tests/unit/test_prover_shape tests/unit/test_program \
  tests/unit/test_lookups
tests_unit_test_halo2_SOURCES = tests/unit/test_halo2.c
tests_unit_test_halo2_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_halo2_LDADD = $(UNIT_LIBS)
tests_unit_test_lookups_SOURCES = tests/unit/test_lookups.c
tests_unit_test_lookups_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lookups_LDADD = $(UNIT_LIBS) $(GMP_LIBS)
tests_unit_test_program_SOURCES = tests/unit/test_program.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_program_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_program_LDADD = $(UNIT_LIBS)
tests_unit_test_prover_shape_SOURCES = tests/unit/test_prover_shape.c \
  tests/bench/shape.h tests/bench/shape.c
tests_unit_test_prover_shape_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_prover_shape_LDADD = $(UNIT_LIBS)
endif
