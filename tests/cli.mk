# tests: the two programs from end to end, as shell scripts
EXTRA_DIST += tests/count-results.sh
