# docs
EXTRA_DIST += docs/benchmarks.md docs/c-api.md docs/coverage.md docs/errors docs/file-formats.md \
  docs/lowering.md docs/proof-system.md docs/see docs/tour
dist_doc_DATA += docs/language.md
dist_man_MANS += docs/man/zkmlc.1 docs/man/zkml.1
include $(srcdir)/docs/editors/local.mk

# One script completes both programs; bash finds it by the name of the program.
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = docs/completion/zkmlc
install-data-hook:
	cd '$(DESTDIR)$(bashcompletiondir)' && rm -f zkml && $(LN_S) zkmlc zkml
uninstall-hook:
	rm -f '$(DESTDIR)$(bashcompletiondir)/zkml'
