# compiler/report: what is known about the expressions of a program
libzkmlc_la_SOURCES += \
  compiler/report/expressions.c compiler/report/expressions.h \
  compiler/report/optimise.c compiler/report/optimise.h \
  compiler/report/page.c compiler/report/page.h \
  compiler/report/page_source.c compiler/report/page_source.h \
  compiler/report/print.c

# Style and script of the page are embedded.
page_parts = compiler/report/page/pagestyle.css compiler/report/page/pagescript.js
EXTRA_DIST += $(page_parts)
CLEANFILES += compiler/report/page_parts.c
nodist_libzkmlc_la_SOURCES += compiler/report/page_parts.c
compiler/report/page_parts.c: $(page_parts) stdlib/embed.awk compiler/report/local.mk
	$(AM_V_GEN)$(MKDIR_P) compiler/report && \
	(cd $(srcdir) && awk -v prefix=zc_page_part -v header=compiler/report/page.h \
	  -f stdlib/embed.awk $(page_parts)) > $@.tmp && mv -f $@.tmp $@
