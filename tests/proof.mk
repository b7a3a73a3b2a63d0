# tests: proof
proof_tests = tests/formats/test_key
check_PROGRAMS += $(proof_tests)
TESTS += $(proof_tests)
format_sources = tests/formats/format_cases.h tests/formats/format_cases.c $(lower_programs)
tests_formats_test_key_SOURCES = tests/formats/test_key.c $(format_sources)
tests_formats_test_key_CFLAGS = $(UNIT_CFLAGS)
tests_formats_test_key_LDADD = $(COMPILER_UNIT_LIBS)
