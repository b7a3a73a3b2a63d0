# tests: check
check_PROGRAMS += tests/unit/test_check_golden tests/unit/test_check_meaning
TESTS += tests/unit/test_check_golden tests/unit/test_check_meaning
tests_unit_test_check_golden_SOURCES = tests/unit/test_check_golden.c
tests_unit_test_check_golden_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_check_golden_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_check_meaning_SOURCES = tests/unit/test_check_meaning.c
tests_unit_test_check_meaning_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_check_meaning_LDADD = $(COMPILER_UNIT_LIBS) -lm
EXTRA_DIST += tests/golden/check
