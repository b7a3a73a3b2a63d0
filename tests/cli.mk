# tests: the two programs from end to end, as shell scripts
cli_tests = \
  tests/cli/batch_verify.sh tests/cli/commit.sh \
  tests/cli/committed.sh \
  tests/cli/completion.sh \
  tests/cli/errors.sh \
  tests/cli/examples.sh \
  tests/cli/export.sh \
  tests/cli/fix.sh \
  tests/cli/fmt.sh \
  tests/cli/inspect.sh \
  tests/cli/page.sh \
  tests/cli/library.sh \
  tests/cli/limits.sh \
  tests/cli/lsp.sh \
  tests/cli/man.sh \
  tests/cli/meaning.sh \
  tests/cli/mock.sh \
  tests/cli/new.sh \
  tests/cli/plk.sh \
  tests/cli/prove.sh \
  tests/cli/run.sh \
  tests/cli/stdlib.sh \
  tests/cli/test.sh \
  tests/cli/trace.sh \
  tests/cli/worked.sh \
  tests/cli/zkmlc.sh
TESTS += $(cli_tests)
EXTRA_DIST += tests/stdlib tests/golden/test tests/count-results.sh tests/cli/lib.sh $(cli_tests)
EXTRA_DIST += tests/language
