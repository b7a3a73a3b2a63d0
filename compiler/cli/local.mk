# compiler/cli: the program zkmlc. One cmd_*.c per subcommand, and one line in main.c's table.
bin_PROGRAMS += zkmlc
zkmlc_SOURCES = \
  compiler/cli/main.c compiler/cli/cli.c compiler/cli/cli.h compiler/cli/diff.c compiler/cli/fix.c \
  runtime/cli/batch.c runtime/cli/batch.h \
  runtime/cli/options.c runtime/cli/options.h \
  compiler/cli/cmd_compile.c \
  compiler/cli/cmd_explain.c \
  compiler/cli/cmd_fmt.c \
  compiler/cli/cmd_lsp.c \
  compiler/cli/cmd_new.c \
  compiler/cli/cmd_run.c \
  compiler/cli/cmd_test.c
nodist_zkmlc_SOURCES = compiler/cli/template.c
zkmlc_LDADD = libzkmlc.la libzkmlcore.la $(JANSSON_LIBS) $(SODIUM_LIBS)

# What `zkmlc new` writes is embedded.
template_files = compiler/cli/template/README.md compiler/cli/template/input.json \
  compiler/cli/template/model.zt
EXTRA_DIST += $(template_files)
CLEANFILES += compiler/cli/template.c

compiler/cli/template.c: $(template_files) stdlib/embed.awk compiler/cli/local.mk
	$(AM_V_GEN)$(MKDIR_P) compiler/cli && \
	(cd $(srcdir) && awk -v prefix=zc_template -v header=compiler/cli/cli.h -f stdlib/embed.awk \
	  $(template_files)) > $@.tmp && mv -f $@.tmp $@
