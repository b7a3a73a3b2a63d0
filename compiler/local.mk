# libzkmlc: the compiler's stages, linked into zkmlc and the tests; never installed.
noinst_LTLIBRARIES += libzkmlc.la
libzkmlc_la_SOURCES =
nodist_libzkmlc_la_SOURCES =
libzkmlc_la_LIBADD = libzkmlcore.la $(JANSSON_LIBS) $(MPFR_LIBS) $(GMP_LIBS)

include $(srcdir)/compiler/driver.mk
include $(srcdir)/compiler/front/local.mk
include $(srcdir)/compiler/check/local.mk
include $(srcdir)/compiler/tir/local.mk
include $(srcdir)/compiler/circuit/local.mk
include $(srcdir)/compiler/report/local.mk
include $(srcdir)/compiler/test/local.mk
include $(srcdir)/compiler/lsp/local.mk
include $(srcdir)/compiler/cli/local.mk
