# runtime/cli: the program zkml. One cmd_*.c per subcommand, and one line in main.c's table.
bin_PROGRAMS += zkml
zkml_SOURCES = \
  runtime/cli/main.c runtime/cli/cli.c runtime/cli/cli.h \
  runtime/cli/batch.c runtime/cli/batch.h \
  runtime/cli/bound.c runtime/cli/bound.h \
  runtime/cli/options.c runtime/cli/options.h \
  runtime/cli/public.c runtime/cli/public.h \
  runtime/cli/work.c runtime/cli/work.h \
  runtime/cli/cmd_batch_verify.c \
  runtime/cli/cmd_commit.c \
  runtime/cli/cmd_export.c \
  runtime/cli/cmd_inspect.c \
  runtime/cli/cmd_mock.c \
  runtime/cli/cmd_params.c \
  runtime/cli/cmd_plk.c \
  runtime/cli/cmd_prove.c \
  runtime/cli/cmd_run.c \
  runtime/cli/cmd_setup.c \
  runtime/cli/cmd_verify.c
zkml_LDADD = libzkmlcore.la $(SODIUM_LIBS)
