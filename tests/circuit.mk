# tests: circuit
circuit_tests = tests/unit/test_plk_write
check_PROGRAMS += $(circuit_tests)
TESTS += $(circuit_tests)
tests_unit_test_plk_write_SOURCES = tests/unit/test_plk_write.c \
  tests/soundness/reference.h tests/soundness/reference.c \
  tests/exhaustive/programs.h tests/exhaustive/programs.c
tests_unit_test_plk_write_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_plk_write_LDADD = $(COMPILER_UNIT_LIBS)
