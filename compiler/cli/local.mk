# compiler/cli: the program zkmlc. One cmd_*.c per subcommand, and one line in main.c's table.
bin_PROGRAMS += zkmlc
zkmlc_SOURCES = \
  compiler/cli/main.c compiler/cli/cli.c compiler/cli/cli.h \
  runtime/cli/options.c runtime/cli/options.h \
  compiler/cli/cmd_compile.c \
  compiler/cli/cmd_explain.c \
  compiler/cli/cmd_fmt.c
zkmlc_LDADD = libzkmlc.la libzkmlcore.la $(SODIUM_LIBS)
