# The standard library is embedded: each stdlib/NAME.zt becomes a string of stdlib.c.
EXTRA_DIST += stdlib/act.zt stdlib/linalg.zt stdlib/nn.zt stdlib/qnn.zt stdlib/stats.zt stdlib/embed.awk
nodist_libzkmlc_la_SOURCES += stdlib/stdlib.c
CLEANFILES += stdlib/stdlib.c

stdlib/stdlib.c: stdlib/act.zt stdlib/linalg.zt stdlib/nn.zt stdlib/qnn.zt stdlib/stats.zt stdlib/embed.awk stdlib/local.mk
	$(AM_V_GEN)$(MKDIR_P) stdlib && \
	(cd $(srcdir)/stdlib && awk -v prefix=zc_stdlib -v header=compiler/front/front.h -f embed.awk \
	  act.zt linalg.zt nn.zt qnn.zt stats.zt) > $@.tmp && mv -f $@.tmp $@
