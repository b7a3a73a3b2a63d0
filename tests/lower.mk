# tests: lower
lower_tests = tests/exhaustive/test_gadgets
check_PROGRAMS += $(lower_tests)
TESTS += $(lower_tests)
tests_exhaustive_test_gadgets_SOURCES = \
  tests/exhaustive/test_gadgets.c \
  tests/exhaustive/programs.h tests/exhaustive/programs.c \
  tests/exhaustive/small_field.h tests/exhaustive/small_field.c
tests_exhaustive_test_gadgets_CFLAGS = $(UNIT_CFLAGS)
tests_exhaustive_test_gadgets_LDADD = $(COMPILER_UNIT_LIBS)
