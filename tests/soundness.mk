# tests: proofs of the examples, and the library
soundness_tests = \
  tests/soundness/test_proof tests/soundness/test_blinding tests/soundness/test_wiping \
  tests/soundness/test_bind tests/soundness/test_layer_forgeries \
  tests/unit/test_api
check_PROGRAMS += $(soundness_tests)
TESTS += $(soundness_tests)
soundness_statement = tests/soundness/statement.c tests/soundness/statement.h
tests_soundness_test_proof_SOURCES = tests/soundness/test_proof.c $(soundness_statement)
tests_soundness_test_proof_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_proof_LDADD = $(UNIT_LIBS)
tests_soundness_test_blinding_SOURCES = tests/soundness/test_blinding.c $(soundness_statement)
tests_soundness_test_blinding_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_blinding_LDADD = $(UNIT_LIBS) $(SODIUM_LIBS)
tests_soundness_test_wiping_SOURCES = tests/soundness/test_wiping.c $(soundness_statement)
tests_soundness_test_wiping_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_wiping_LDADD = $(UNIT_LIBS) $(SODIUM_LIBS)
tests_unit_test_api_SOURCES = tests/unit/test_api.c
tests_unit_test_api_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_api_LDADD = libzkml.la $(CRITERION_LIBS)
tests_soundness_test_bind_SOURCES = tests/soundness/test_bind.c $(soundness_statement) $(format_sources)
tests_soundness_test_bind_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_bind_LDADD = $(COMPILER_UNIT_LIBS) $(SODIUM_LIBS)
tests_soundness_test_layer_forgeries_SOURCES = tests/soundness/test_layer_forgeries.c \
  tests/unit/mlp2.c tests/unit/mlp2.h tests/unit/proof_values.c tests/unit/proof_values.h \
  tests/unit/vectors.c tests/unit/vectors.h
tests_soundness_test_layer_forgeries_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_layer_forgeries_LDADD = $(UNIT_LIBS)
