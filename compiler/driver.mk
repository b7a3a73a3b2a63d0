# compiler: driver, diagnostics, sources
libzkmlc_la_SOURCES += \
  compiler/diag.c compiler/diag.def compiler/diag.h \
  compiler/diag_json.c compiler/diag_print.c \
  compiler/driver.c compiler/driver.h \
  compiler/fix.c compiler/fix.h \
  compiler/session.c compiler/session.h \
  compiler/source.c compiler/source.h \
  compiler/spelling.c compiler/spelling.h

# The pages about diagnostics are embedded, as the standard library is.
nodist_libzkmlc_la_SOURCES += compiler/pages.c
CLEANFILES += compiler/pages.c

compiler/pages.c: $(wildcard $(srcdir)/docs/errors/*.md) stdlib/embed.awk compiler/driver.mk
	$(AM_V_GEN)$(MKDIR_P) compiler && \
	LC_ALL=C awk -v prefix=zc_page -v header=compiler/diag.h -f $(srcdir)/stdlib/embed.awk \
	  $(srcdir)/docs/errors/*.md > $@.tmp && mv -f $@.tmp $@
