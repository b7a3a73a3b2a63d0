# tests: random programs
check_PROGRAMS += tests/random/test_random
TESTS += tests/random/test_random
tests_random_test_random_SOURCES = \
  tests/random/test_random.c tests/random/program.h \
  tests/random/generate.c tests/random/print.c tests/random/evaluate.c \
  tests/soundness/reference.h tests/soundness/reference.c
tests_random_test_random_CFLAGS = $(UNIT_CFLAGS)
tests_random_test_random_LDADD = $(COMPILER_UNIT_LIBS)
check_PROGRAMS += tests/random/test_mutants
TESTS += tests/random/test_mutants
tests_random_test_mutants_SOURCES = tests/random/test_mutants.c
tests_random_test_mutants_CFLAGS = $(UNIT_CFLAGS)
tests_random_test_mutants_LDADD = $(COMPILER_UNIT_LIBS)
