# libzkml: everything a prover or verifier needs; knows nothing of the language.
# libzkmlcore is the whole library with its internal symbols, for our programs and tests;
# libzkml is the same code with only the zkml_ functions visible.
noinst_LTLIBRARIES += libzkmlcore.la
lib_LTLIBRARIES += libzkml.la
include_HEADERS = runtime/include/zkml.h
pkgconfig_DATA = runtime/zkml.pc

libzkmlcore_la_SOURCES =
libzkmlcore_la_LIBADD = $(SODIUM_LIBS) $(JANSSON_LIBS) $(GMP_LIBS)

libzkml_la_SOURCES =
libzkml_la_LIBADD = libzkmlcore.la
libzkml_la_LDFLAGS = -version-info 0:0:0 -no-undefined -export-symbols-regex '^zkml_'

include $(srcdir)/runtime/base/local.mk
include $(srcdir)/runtime/field/local.mk
include $(srcdir)/runtime/curve/local.mk
include $(srcdir)/runtime/poly/local.mk
include $(srcdir)/runtime/halo2/local.mk
include $(srcdir)/runtime/circuit/local.mk
include $(srcdir)/runtime/witness/local.mk
include $(srcdir)/runtime/mock/local.mk
include $(srcdir)/runtime/proof/local.mk
include $(srcdir)/runtime/inspect/local.mk
include $(srcdir)/runtime/cli/local.mk
