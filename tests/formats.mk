# tests: the binary formats
format_tests = tests/formats/test_circuit tests/formats/test_circuit_hostile tests/formats/test_key \
  tests/formats/test_envelope tests/formats/test_opening tests/formats/test_layer_file
check_PROGRAMS += $(format_tests)
TESTS += $(format_tests)
format_sources = tests/formats/format_cases.h tests/formats/format_cases.c $(lower_programs)
tests_formats_test_circuit_SOURCES = tests/formats/test_circuit.c \
  tests/formats/same_circuit.h tests/formats/same_circuit.c $(format_sources)
tests_formats_test_circuit_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_circuit_LDADD = $(COMPILER_UNIT_LIBS)
tests_formats_test_circuit_hostile_SOURCES = \
  tests/formats/test_circuit_hostile.c $(format_sources)
tests_formats_test_circuit_hostile_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_circuit_hostile_LDADD = $(COMPILER_UNIT_LIBS)
tests_formats_test_key_SOURCES = tests/formats/test_key.c $(format_sources)
tests_formats_test_key_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_key_LDADD = $(COMPILER_UNIT_LIBS)
tests_formats_test_envelope_SOURCES = tests/formats/test_envelope.c $(format_sources)
tests_formats_test_envelope_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_envelope_LDADD = $(COMPILER_UNIT_LIBS)
tests_formats_test_opening_SOURCES = tests/formats/test_opening.c $(format_sources)
tests_formats_test_opening_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_opening_LDADD = $(COMPILER_UNIT_LIBS)
tests_formats_test_layer_file_SOURCES = tests/formats/test_layer_file.c $(format_sources) \
  tests/unit/mlp2.c tests/unit/mlp2.h tests/unit/proof_values.c tests/unit/proof_values.h \
  tests/unit/vectors.c tests/unit/vectors.h
tests_formats_test_layer_file_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_layer_file_LDADD = $(COMPILER_UNIT_LIBS)
check_PROGRAMS += tests/rules/test_multiplier
TESTS += tests/rules/test_multiplier
tests_rules_test_multiplier_SOURCES = tests/rules/test_multiplier.c $(format_sources)
tests_rules_test_multiplier_CFLAGS = $(UNIT_CFLAGS)
tests_rules_test_multiplier_LDADD = $(COMPILER_UNIT_LIBS)
