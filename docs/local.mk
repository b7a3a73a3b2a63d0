# docs
EXTRA_DIST += docs/file-formats.md
dist_man_MANS += docs/man/zkmlc.1
