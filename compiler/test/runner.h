/* runner.h - runs the tests of a program and tells how they end.
 *
 * As text: the file's name, a line for each test, and behind a test that fails what fails in it.
 * As JSON: an object for each test, `{"v": 1, "kind": "test", "file", "name", "line", "result"}`
 * with the result "ok", "failed" or "invalid" (it cannot be run), and behind it the diagnostics
 * about it as the compiler prints them, one object a line.
 */
#ifndef ZC_TEST_RUNNER_H
#define ZC_TEST_RUNNER_H

#include "compiler/session.h"

typedef struct zc_test_options {
    const char *filter; /* run tests whose title holds this text; NULL: all */
    bool json;
    bool quiet;     /* tell about tests that fail only */
    unsigned style; /* of diagnostics: zc_diag_style */
} zc_test_options;

typedef struct zc_test_counts {
    size_t passed, failed;
    size_t skipped; /* by the filter */
    size_t broken;  /* files with errors, whose tests are not run */
    bool spaced;    /* the text so far ends in an empty line */
} zc_test_counts;

/* Runs the tests of one file and adds to the counts. Statuses other than ZKML_OK: the world, and
 * ZKML_INTERNAL: a circuit that does not do what its program says. */
zkml_status zc_test_file(const char *path, const zc_test_options *options, FILE *out,
                         zc_test_counts *counts, zkml_error *err) ZKML_NODISCARD;

#endif
