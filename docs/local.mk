# docs
EXTRA_DIST += docs/file-formats.md
