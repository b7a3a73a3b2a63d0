front_tests = tests/unit/test_diag tests/unit/test_editors tests/unit/test_format \
  tests/unit/test_front tests/unit/test_lsp
check_PROGRAMS += $(front_tests)
TESTS += $(front_tests)
tests_unit_test_lsp_SOURCES = tests/unit/test_lsp.c
tests_unit_test_lsp_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lsp_LDADD = $(COMPILER_UNIT_LIBS) $(JANSSON_LIBS)
tests_unit_test_editors_SOURCES = tests/unit/test_editors.c
tests_unit_test_editors_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_editors_LDADD = $(COMPILER_UNIT_LIBS) $(JANSSON_LIBS)
tests_unit_test_diag_SOURCES = tests/unit/test_diag.c
tests_unit_test_diag_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_diag_LDADD = $(COMPILER_UNIT_LIBS) $(JANSSON_LIBS)
tests_unit_test_format_SOURCES = tests/unit/test_format.c
tests_unit_test_format_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_format_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_front_SOURCES = tests/unit/test_front.c
tests_unit_test_front_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_front_LDADD = $(COMPILER_UNIT_LIBS)
EXTRA_DIST += tests/golden/format \
  tests/golden/front/attention.zt tests/golden/front/attention.ast \
  tests/golden/front/cnn.zt tests/golden/front/cnn.ast \
  tests/golden/front/credit.zt tests/golden/front/credit.ast tests/golden/front/credit.tokens \
  tests/golden/front/habits.zt tests/golden/front/habits.err \
  tests/golden/front/import.zt tests/golden/front/import.ast \
  tests/golden/front/mistakes.zt tests/golden/front/mistakes.err \
  tests/golden/front/mlp.zt tests/golden/front/mlp.ast
check_PROGRAMS += tests/rules/test_grammar
TESTS += tests/rules/test_grammar
tests_rules_test_grammar_SOURCES = tests/rules/test_grammar.c
tests_rules_test_grammar_CFLAGS = $(UNIT_CFLAGS)
tests_rules_test_grammar_LDADD = $(COMPILER_UNIT_LIBS)
EXTRA_DIST += tests/rules/grammar.txt
