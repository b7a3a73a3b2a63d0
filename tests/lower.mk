# tests: lower
lower_tests = tests/exhaustive/test_gadgets tests/unit/test_lower tests/unit/test_committed \
  tests/soundness/test_tamper
check_PROGRAMS += $(lower_tests)
TESTS += $(lower_tests)
lower_programs = tests/exhaustive/programs.h tests/exhaustive/programs.c
tests_exhaustive_test_gadgets_SOURCES = \
  tests/exhaustive/test_gadgets.c $(lower_programs) \
  tests/exhaustive/small_field.h tests/exhaustive/small_field.c
tests_exhaustive_test_gadgets_CFLAGS = $(UNIT_CFLAGS)
tests_exhaustive_test_gadgets_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_lower_SOURCES = tests/unit/test_lower.c $(lower_programs)
tests_unit_test_lower_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_lower_LDADD = $(COMPILER_UNIT_LIBS)
tests_unit_test_committed_SOURCES = tests/unit/test_committed.c $(lower_programs)
tests_unit_test_committed_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_committed_LDADD = $(COMPILER_UNIT_LIBS)
tests_soundness_test_tamper_SOURCES = tests/soundness/test_tamper.c \
  tests/soundness/reference.h tests/soundness/reference.c $(lower_programs)
tests_soundness_test_tamper_CFLAGS = $(UNIT_CFLAGS)
tests_soundness_test_tamper_LDADD = $(COMPILER_UNIT_LIBS)
EXTRA_DIST += \
  tests/golden/lower/round.txt tests/golden/lower/relu-round-clamp.txt \
  tests/golden/lower/div-even.txt tests/golden/lower/argmax.txt \
  tests/golden/lower/structure.txt tests/golden/lower/assert-all.txt \
  tests/golden/lower/activation.txt tests/golden/lower/table-followed.txt

# Trials of zkmlc test
check_PROGRAMS += tests/unit/test_trial
TESTS += tests/unit/test_trial
tests_unit_test_trial_SOURCES = tests/unit/test_trial.c
tests_unit_test_trial_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_trial_LDADD = $(COMPILER_UNIT_LIBS)

# Growth
check_PROGRAMS += tests/unit/test_scale
TESTS += tests/unit/test_scale
tests_unit_test_scale_SOURCES = tests/unit/test_scale.c
tests_unit_test_scale_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_scale_LDADD = $(COMPILER_UNIT_LIBS)
