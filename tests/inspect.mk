# tests: inspect
inspect_tests = tests/unit/test_inspect
check_PROGRAMS += $(inspect_tests)
TESTS += $(inspect_tests)
tests_unit_test_inspect_SOURCES = tests/unit/test_inspect.c \
  tests/exhaustive/programs.h tests/exhaustive/programs.c
tests_unit_test_inspect_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_inspect_LDADD = $(COMPILER_UNIT_LIBS) $(JANSSON_LIBS)
EXTRA_DIST += tests/golden/inspect/round.txt
