tir_tests = \
  tests/rules/test_range tests/unit/test_tir tests/unit/test_real tests/unit/test_weights \
  tests/unit/test_npz
check_PROGRAMS += $(tir_tests)
TESTS += $(tir_tests)
tests_rules_test_range_SOURCES = tests/rules/test_range.c
tests_rules_test_range_CFLAGS = $(UNIT_CFLAGS)
tests_rules_test_range_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_real_SOURCES = tests/unit/test_real.c
tests_unit_test_real_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_real_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_tir_SOURCES = tests/unit/test_tir.c
tests_unit_test_tir_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_tir_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_weights_SOURCES = tests/unit/test_weights.c
tests_unit_test_weights_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_weights_LDADD = $(COMPILER_UNIT_LIBS)
check_PROGRAMS += tests/unit/test_slices
TESTS += tests/unit/test_slices
tests_unit_test_slices_SOURCES = tests/unit/test_slices.c $(lower_programs)
tests_unit_test_slices_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_slices_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_npz_SOURCES = tests/unit/test_npz.c
tests_unit_test_npz_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_npz_LDADD = $(COMPILER_UNIT_LIBS)
