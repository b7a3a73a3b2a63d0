#include "compiler/test/runner.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/test/trial.h"
#include "runtime/witness/input.h"

typedef struct runner {
    const zc_test_options *options;
    FILE *out;
    zc_test_counts *counts;
    const char *path;
    zc_session session;
    zc_trials trials;
    bool named; /* the file's name is printed */
} runner;

/* ---- telling ---- */

static void show(runner *r, const zc_diags *diags)
{
    if (r->options->json)
        (void)zc_diags_print_json(diags, r->out); /* zc_cli_finish looks for errors */
    else
        zc_diags_print(diags, r->out, r->options->style | ZC_DIAG_UNCOUNTED);
}

static void name_file(runner *r)
{
    if (!r->named && !r->options->json)
        fprintf(r->out, "%s\n", r->path);
    r->named = true;
}

static zkml_status put_object(runner *r, const zc_decl *test, const char *result, zkml_error *err)
{
    zk_buf line = {0};
    zc_position at = zc_source_position(&r->session.sources, test->span.file, test->span.start);
    zk_buf_text(&line, "{\"v\":1,\"kind\":\"test\",\"file\":");
    zk_json_put_text(&line, r->path);
    zk_buf_text(&line, ",\"name\":");
    zk_json_put_text(&line, test->u.test.title);
    zk_buf_printf(&line, ",\"line\":%u,\"result\":\"%s\"}\n", at.line, result);
    bool failed = line.failed;
    if (!failed)
        (void)fwrite(line.data, 1, line.length, r->out);
    zk_buf_free(&line);
    return failed ? zk_fail(err, ZKML_LIMIT, "out of memory") : ZKML_OK;
}

static zkml_status put_result(runner *r, const zc_decl *test, zc_verdict verdict,
                              const zc_diags *faults, zkml_error *err)
{
    static const char *const words[] = {
        [ZC_TEST_PASSED] = "ok", [ZC_TEST_FAILED] = "failed", [ZC_TEST_INVALID] = "invalid"};
    bool passed = verdict == ZC_TEST_PASSED;
    bool colour = (r->options->style & ZC_DIAG_COLOUR) != 0;
    if (passed && r->options->quiet)
        return ZKML_OK;
    name_file(r);
    if (r->options->json) {
        ZK_TRY(put_object(r, test, words[verdict], err));
    } else {
        const char *title =
            zc_diag_clean_text(&r->session.arena, test->u.test.title, false);
        const char *paint = !colour ? "" : passed ? "\033[32m" : "\033[1;31m";
        fprintf(r->out, "  %s%-6s%s  %s\n", paint, passed ? "ok" : "FAILED", colour ? "\033[0m" : "",
                title != NULL ? title : "?");
    }
    r->counts->spaced = !passed || r->session.diags.warning_count > 0;
    if (passed && r->session.diags.warning_count == 0)
        return ZKML_OK;
    if (!r->options->json)
        fputc('\n', r->out);
    if (verdict == ZC_TEST_INVALID && r->session.diags.error_count == 0 && !r->options->json)
        fputs("it calls a circuit that has errors\n\n", r->out);
    show(r, &r->session.diags);
    show(r, faults);
    return ZKML_OK;
}

/* ---- running ---- */

static void renew_diagnostics(runner *r)
{
    zc_diags_free(&r->session.diags);
    zc_diags_init(&r->session.diags, &r->session.sources);
}

static zkml_status run_test(runner *r, zc_checker *checker, const zc_decl *test, zkml_error *err)
{
    const zc_prover prover = {&r->trials, zc_trials_try};
    zc_verdict verdict;
    zc_diags faults;
    zc_diags_init(&faults, &r->session.sources);
    zkml_status status = zc_check_test(checker, test, &prover, &faults, &verdict, err);
    if (status == ZKML_OK) {
        *(verdict == ZC_TEST_PASSED ? &r->counts->passed : &r->counts->failed) += 1;
        status = put_result(r, test, verdict, &faults, err);
    }
    zc_diags_free(&faults);
    renew_diagnostics(r);
    return status;
}

static zkml_status run_tests(runner *r, const zc_file *file, zc_checker *checker, zkml_error *err)
{
    const char *filter = r->options->filter;
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < file->count && status == ZKML_OK; i++) {
        const zc_decl *decl = file->decls[i];
        if (decl->kind != ZC_DECL_TEST)
            continue;
        if (filter == NULL || strstr(decl->u.test.title, filter) != NULL)
            status = run_test(r, checker, decl, err);
        else
            r->counts->skipped++;
    }
    return status;
}

static bool has_tests(const zc_file *file)
{
    for (size_t i = 0; i < file->count; i++) {
        if (file->decls[i]->kind == ZC_DECL_TEST)
            return true;
    }
    return false;
}

/* What is told about the file as a whole; the tests have their own. */
static void show_file(runner *r)
{
    r->counts->spaced = true;
    name_file(r);
    if (!r->options->json)
        fputc('\n', r->out);
    show(r, &r->session.diags);
    renew_diagnostics(r);
}

/* The file has errors, so that nothing in it is run. */
static zkml_status refuse(runner *r)
{
    r->counts->broken++;
    show_file(r);
    return ZKML_OK;
}

static zkml_status run_source(runner *r, uint32_t source, zkml_error *err)
{
    zc_program *program = NULL;
    zc_checker *checker = NULL;
    ZK_TRY(zc_module_load(&r->session, source, &program, err));
    if (r->session.diags.error_count > 0)
        return refuse(r);
    if (!has_tests(program->root))
        return ZKML_OK;
    ZK_TRY(zc_checker_new(&checker, &r->session, program, err));
    zkml_status status;
    if (r->session.diags.error_count > 0) {
        status = refuse(r);
    } else {
        if (r->session.diags.warning_count > 0 && !r->options->quiet)
            show_file(r);
        status = run_tests(r, program->root, checker, err);
    }
    zc_checker_free(checker);
    return status;
}

zkml_status zc_test_file(const char *path, const zc_test_options *options, FILE *out,
                         zc_test_counts *counts, zkml_error *err)
{
    runner r = {.options = options, .out = out, .counts = counts, .path = path};
    uint32_t source;
    zc_session_init(&r.session, 0);
    zc_trials_init(&r.trials, &r.session);
    zkml_status status = zc_source_load(&r.session.sources, path, &source, err);
    if (status == ZKML_OK)
        status = run_source(&r, source, err);
    zc_trials_free(&r.trials);
    zc_session_free(&r.session);
    return status;
}
