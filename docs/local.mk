# docs
EXTRA_DIST += docs/c-api.md docs/coverage.md docs/errors docs/file-formats.md docs/tour
dist_man_MANS += docs/man/zkmlc.1 docs/man/zkml.1
include $(srcdir)/docs/editors/local.mk
