# tests: witness
if HAVE_CRITERION
witness_tests = tests/unit/test_witness tests/unit/test_witness_random tests/unit/test_input \
  tests/unit/test_decimal
check_PROGRAMS += $(witness_tests)
TESTS += $(witness_tests)
witness_maker = tests/unit/witness_maker.h tests/unit/witness_maker.c \
  tests/soundness/reference.h tests/soundness/reference.c
tests_unit_test_witness_SOURCES = tests/unit/test_witness.c $(witness_maker) \
  tests/exhaustive/programs.h tests/exhaustive/programs.c
tests_unit_test_witness_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_witness_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_witness_random_SOURCES = tests/unit/test_witness_random.c $(witness_maker)
tests_unit_test_witness_random_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_witness_random_LDADD = $(UNIT_LIBS)
tests_unit_test_input_SOURCES = tests/unit/test_input.c
tests_unit_test_input_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_input_LDADD = $(UNIT_LIBS)
tests_unit_test_decimal_SOURCES = tests/unit/test_decimal.c
tests_unit_test_decimal_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_decimal_LDADD = $(UNIT_LIBS) -lm
endif
