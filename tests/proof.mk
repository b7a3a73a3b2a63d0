# tests: proof
EXTRA_DIST += \
  tests/vectors/mlp2.plk tests/vectors/mlp2.pinned.txt tests/vectors/mlp2.roles.json \
  tests/vectors/mlp2.model.com tests/vectors/mlp2.adapter.com tests/vectors/mlp2.input.com \
  tests/vectors/mlp2.proof.bin tests/vectors/mlp2.halo2.bin tests/vectors/mlp2.transcript.txt \
  tests/vectors/mlp2.values.txt

if HAVE_CRITERION
check_PROGRAMS += tests/unit/test_link tests/unit/test_commitment tests/unit/test_phases \
  tests/unit/test_layer
TESTS += tests/unit/test_link tests/unit/test_commitment tests/unit/test_phases \
  tests/unit/test_layer
proof_values = tests/unit/vectors.c tests/unit/vectors.h \
  tests/unit/proof_values.c tests/unit/proof_values.h
tests_unit_test_link_SOURCES = tests/unit/test_link.c $(proof_values)
tests_unit_test_link_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_link_LDADD = $(UNIT_LIBS)
tests_unit_test_commitment_SOURCES = tests/unit/test_commitment.c $(proof_values)
tests_unit_test_commitment_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_commitment_LDADD = $(UNIT_LIBS)
tests_unit_test_phases_SOURCES = tests/unit/test_phases.c $(proof_values)
tests_unit_test_phases_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_phases_LDADD = $(UNIT_LIBS)
mlp2 = tests/unit/mlp2.c tests/unit/mlp2.h $(proof_values)
tests_unit_test_layer_SOURCES = tests/unit/test_layer.c $(mlp2)
tests_unit_test_layer_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_layer_LDADD = $(UNIT_LIBS)
endif
