check_PROGRAMS += tests/rules/test_range tests/unit/test_real
TESTS += tests/rules/test_range tests/unit/test_real
tests_rules_test_range_SOURCES = tests/rules/test_range.c
tests_rules_test_range_CFLAGS = $(UNIT_CFLAGS)
tests_rules_test_range_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_real_SOURCES = tests/unit/test_real.c
tests_unit_test_real_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_real_LDADD = $(COMPILER_UNIT_LIBS)
