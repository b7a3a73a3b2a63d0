# Each area has one .mk with its test programs; all of them run in `make check`.
UNIT_CFLAGS = $(AM_CFLAGS) $(CRITERION_CFLAGS)
UNIT_LIBS = libzkmlcore.la $(CRITERION_LIBS) $(GMP_LIBS)
COMPILER_UNIT_LIBS = libzkmlc.la libzkmlcore.la $(CRITERION_LIBS) $(MPFR_LIBS) $(GMP_LIBS)
AM_TESTS_ENVIRONMENT = \
  top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
  top_builddir='$(abs_top_builddir)'; export top_builddir; \
  ZKMLC='$(abs_top_builddir)/zkmlc'; export ZKMLC; \
  ZKML='$(abs_top_builddir)/zkml'; export ZKML; \
  XDG_CACHE_HOME='$(abs_top_builddir)/tests/cache'; export XDG_CACHE_HOME; \
  NO_COLOR=1; export NO_COLOR;
CLEANFILES += tests/cache/zkml/params-k*.bin

include $(srcdir)/tests/base.mk
include $(srcdir)/tests/field.mk
include $(srcdir)/tests/halo2.mk
include $(srcdir)/tests/circuit.mk
include $(srcdir)/tests/front.mk
include $(srcdir)/tests/check.mk
include $(srcdir)/tests/random.mk
include $(srcdir)/tests/tir.mk
include $(srcdir)/tests/lower.mk
include $(srcdir)/tests/witness.mk
include $(srcdir)/tests/mock.mk
include $(srcdir)/tests/proof.mk
include $(srcdir)/tests/formats.mk
include $(srcdir)/tests/inspect.mk
include $(srcdir)/tests/soundness.mk
include $(srcdir)/tests/cli.mk
include $(srcdir)/tests/docs.mk
include $(srcdir)/tests/bench.mk
include $(srcdir)/tests/fuzz.mk
