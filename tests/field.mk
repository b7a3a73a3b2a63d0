# tests: field, curve, poly
EXTRA_DIST += tests/vectors/primitives.txt

if HAVE_CRITERION
check_PROGRAMS += tests/unit/test_field tests/unit/test_field_portable tests/unit/test_curve \
  tests/unit/test_poly tests/unit/test_field_bulk tests/unit/test_curve_batch \
  tests/unit/test_field_ifma
TESTS += tests/unit/test_field tests/unit/test_field_portable tests/unit/test_curve \
  tests/unit/test_poly tests/unit/test_field_bulk tests/unit/test_curve_batch \
  tests/unit/test_field_ifma

tests_unit_test_field_SOURCES = tests/unit/test_field.c tests/unit/test_field_cases.h \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_field_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_field_LDADD = $(UNIT_LIBS)

tests_unit_test_field_portable_SOURCES = tests/unit/test_field_portable.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_field_portable_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_field_portable_LDADD = $(UNIT_LIBS)

tests_unit_test_curve_SOURCES = tests/unit/test_curve.c tests/unit/test_curve_cases.h \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_curve_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_curve_LDADD = $(UNIT_LIBS)

tests_unit_test_poly_SOURCES = tests/unit/test_poly.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_poly_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_poly_LDADD = $(UNIT_LIBS)

tests_unit_test_field_bulk_SOURCES = tests/unit/test_field_bulk.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_field_bulk_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_field_bulk_LDADD = $(UNIT_LIBS)

tests_unit_test_field_ifma_SOURCES = tests/unit/test_field_ifma.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_field_ifma_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_field_ifma_LDADD = $(UNIT_LIBS)

tests_unit_test_curve_batch_SOURCES = tests/unit/test_curve_batch.c \
  tests/unit/vectors.c tests/unit/vectors.h
tests_unit_test_curve_batch_CFLAGS = $(UNIT_CFLAGS)
tests_unit_test_curve_batch_LDADD = $(UNIT_LIBS)
endif
