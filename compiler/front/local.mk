libzkmlc_la_SOURCES += \
  compiler/front/ast.h \
  compiler/front/build.c compiler/front/build.h \
  compiler/front/front.h \
  compiler/front/lexer.h \
  compiler/front/literal.c compiler/front/literal.h \
  compiler/front/module.c \
  compiler/front/names.c \
  compiler/front/parse.c \
  compiler/front/print_ast.c \
  compiler/front/print_tokens.c \
  compiler/front/syntax_error.c
nodist_libzkmlc_la_SOURCES = compiler/front/lexer.c compiler/front/parser.c compiler/front/parser.h

# The generated files go to the build directory and are not in the tarball: whoever builds has
# re2c and Bison, which configure asks for.
BUILT_SOURCES += compiler/front/parser.h
CLEANFILES += compiler/front/lexer.c compiler/front/parser.c compiler/front/parser.h
EXTRA_DIST += compiler/front/lexer.re compiler/front/parser.y

compiler/front/lexer.c: compiler/front/lexer.re
	$(AM_V_GEN)$(MKDIR_P) compiler/front && \
	$(RE2C) -W -Werror --no-debug-info -o $@.tmp $(srcdir)/compiler/front/lexer.re && \
	mv -f $@.tmp $@

# One run of Bison makes both; the header follows the source.
compiler/front/parser.c: compiler/front/parser.y
	$(AM_V_GEN)$(MKDIR_P) compiler/front && \
	$(BISON) -Wall -Werror --no-lines --header=compiler/front/parser.h -o $@ \
	  $(srcdir)/compiler/front/parser.y
compiler/front/parser.h: compiler/front/parser.c
	@test -f $@ || { rm -f compiler/front/parser.c && \
	  $(MAKE) $(AM_MAKEFLAGS) compiler/front/parser.c; }
compiler/front/libzkmlc_la-lexer.lo compiler/front/lexer.lo: compiler/front/parser.h
