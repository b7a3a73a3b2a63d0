# tests: mock
mock_tests = tests/unit/test_mock tests/unit/test_mock_golden tests/soundness/test_cells
check_PROGRAMS += $(mock_tests)
TESTS += $(mock_tests)
mock_support = \
  tests/soundness/compile.h tests/soundness/compile.c \
  tests/soundness/reference.h tests/soundness/reference.c
tests_unit_test_mock_SOURCES = tests/unit/test_mock.c
tests_unit_test_mock_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_mock_LDADD = $(UNIT_LIBS) $(JANSSON_LIBS)
tests_unit_test_mock_golden_SOURCES = tests/unit/test_mock_golden.c $(mock_support)
tests_unit_test_mock_golden_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_mock_golden_LDADD = $(COMPILER_UNIT_LIBS)
tests_soundness_test_cells_SOURCES = tests/soundness/test_cells.c $(mock_support) $(lower_programs)
tests_soundness_test_cells_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_cells_LDADD = $(COMPILER_UNIT_LIBS)
EXTRA_DIST += tests/golden/mock
