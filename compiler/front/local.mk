# compiler/front: tokens, syntax tree, modules.
# lexer.c, parser.c and parser.h are made in the build directory and shipped in the tarball, so
# that building a release needs neither re2c nor Bison.
libzkmlc_la_SOURCES += \
  compiler/front/ast.h \
  compiler/front/build.c compiler/front/build.h \
  compiler/front/format.c compiler/front/format.h \
  compiler/front/format_align.c \
  compiler/front/format_layout.c \
  compiler/front/format_tokens.c \
  compiler/front/format_tree.c \
  compiler/front/front.h \
  compiler/front/hint.c compiler/front/hint.h \
  compiler/front/lexer.c compiler/front/lexer.h \
  compiler/front/literal.c compiler/front/literal.h \
  compiler/front/module.c \
  compiler/front/names.c \
  compiler/front/parse.c \
  compiler/front/parser.c compiler/front/parser.h \
  compiler/front/print_ast.c \
  compiler/front/print_tokens.c \
  compiler/front/syntax_error.c

BUILT_SOURCES += compiler/front/parser.h
MAINTAINERCLEANFILES += compiler/front/lexer.c compiler/front/parser.c compiler/front/parser.h
EXTRA_DIST += compiler/front/lexer.re compiler/front/parser.y

compiler/front/lexer.c: compiler/front/lexer.re
	$(AM_V_GEN)$(MKDIR_P) compiler/front && \
	$(RE2C) -W -Werror --no-debug-info -o $@.tmp $(srcdir)/compiler/front/lexer.re && \
	mv -f $@.tmp $@

# One run of Bison makes both files.
compiler/front/parser.c: compiler/front/parser.y
	$(AM_V_GEN)$(MKDIR_P) compiler/front && \
	$(BISON) -Wall -Werror -Wcounterexamples --no-lines --header=compiler/front/parser.h -o $@ \
	  $(srcdir)/compiler/front/parser.y
compiler/front/parser.h: compiler/front/parser.c
	@if test -f $@; then touch $@; \
	elif test ! -f $(srcdir)/$@; then \
	  rm -f compiler/front/parser.c && $(MAKE) $(AM_MAKEFLAGS) compiler/front/parser.c; \
	fi
compiler/front/format_tokens.lo compiler/front/format_tree.lo \
compiler/front/hint.lo compiler/front/lexer.lo compiler/front/parse.lo compiler/front/print_tokens.lo \
compiler/front/syntax_error.lo: compiler/front/parser.h
