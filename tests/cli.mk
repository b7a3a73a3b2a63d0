# tests: the two programs from end to end, as shell scripts
TESTS += tests/cli/fmt.sh tests/cli/plk.sh tests/cli/zkmlc.sh
EXTRA_DIST += tests/count-results.sh tests/cli/fmt.sh tests/cli/lib.sh tests/cli/plk.sh tests/cli/zkmlc.sh
