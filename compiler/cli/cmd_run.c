/* zkmlc run: the reference interpreter on an input or a batch, and what it saw on the way. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/check.h"
#include "compiler/check/range.h"
#include "compiler/circuit/schema.h"
#include "compiler/cli/cli.h"
#include "compiler/front/front.h"
#include "compiler/report/expressions.h"
#include "compiler/tir/build.h"
#include "runtime/base/file.h"
#include "runtime/cli/batch.h"
#include "runtime/witness/array.h"

enum { OPT_BATCH = 1000, OPT_CIRCUIT, OPT_TRACE, OPT_JSON, OPT_COLOR };

static const zk_option options[] = {
    {'i', "input", "FILE", "the circuit's parameters, public and private, as JSON"},
    {'o', "output", "FILE", "write the results to FILE instead of standard output"},
    {OPT_BATCH, "batch", "NAME=FILE",
     "run once for each value of parameter NAME in FILE.npy; -i has the others"},
    {OPT_TRACE, "trace", NULL,
     "print, of each expression, the declared range and the least and greatest value seen"},
    {OPT_CIRCUIT, "circuit", "NAME", "run this circuit of the file (needed if it has several)"},
    {OPT_JSON, "json", NULL, "print trace and diagnostics as JSON, one object a line"},
    {OPT_COLOR, "color", "WHEN", "colour diagnostics: auto, always or never"},
    {0},
};

/* What a run needs, and where it puts what it finds. */
typedef struct runner {
    const zc_sources *sources;
    const zc_tir *tir;
    zk_field_schema *params, *results;
    int64_t *codes;     /* of all results of a run, one after another */
    zc_expressions all; /* empty without --trace */
    bool trace;
    uint64_t stopped; /* runs that an assertion ended */
    zk_buf out;
} runner;

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory");
}

/* ---- one run ---- */

static void take_codes(runner *r, const zc_run *run)
{
    mpz_t value;
    int64_t *code = r->codes;
    mpz_init(value);
    for (size_t i = 0; i < r->tir->result_count; i++)
        for (uint64_t e = 0; e < r->results[i].count; e++) {
            zc_run_value(value, run, r->tir->results[i].node, e);
            bool fits = zc_mpz_get_i64(code++, value);
            ZK_CHECK(fits); /* the checker has fitted results to their types */
        }
    mpz_clear(value);
}

/* "model.zt:22:12: the message", for what an assertion refused. */
static zkml_status add_place(const runner *r, const zc_run *run, zkml_error *err)
{
    if (run->failure.node == ZC_NO_ID)
        return err->status;
    zc_span span = r->tir->nodes[run->failure.node]->span;
    zc_position at = zc_source_position(r->sources, span.file, span.start);
    return zk_fail_context(err, "%s:%u:%u", zc_source_path(r->sources, span.file), at.line,
                           at.column);
}

static zkml_status run_once(runner *r, int64_t *const *codes, zkml_error *err)
{
    size_t count = r->tir->param_count;
    zc_input *inputs = calloc(count > 0 ? count : 1, sizeof *inputs);
    zc_run run;
    if (inputs == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        inputs[i] = (zc_input){codes[i], r->params[i].count};
    zkml_status status = zc_interp(&run, r->tir, inputs, err);
    if (r->trace)
        zc_expressions_see(&r->all, &run);
    if (status == ZKML_OK) {
        take_codes(r, &run);
        zk_json_put_results(&r->out, r->results, r->tir->result_count, r->codes);
    } else if (status == ZKML_INVALID) {
        status = add_place(r, &run, err);
    }
    zc_run_free(&run);
    free(inputs);
    return status;
}

static zkml_status run_single(runner *r, const char *path, zkml_error *err)
{
    zk_inputs inputs;
    if (path == NULL && r->tir->param_count > 0)
        return zk_fail(err, ZKML_USAGE, "run: say where the input is with -i FILE.json");
    if (path == NULL)
        return run_once(r, NULL, err);
    zkml_status status = zk_inputs_read(&inputs, r->params, r->tir->param_count, path, err);
    if (status == ZKML_OK)
        status = run_once(r, inputs.codes, err);
    zk_inputs_free(&inputs);
    return status;
}

/* ---- batches ---- */

static zkml_status run_element(runner *r, const zk_batch *batch, uint64_t i, int64_t **codes,
                               zkml_error *err)
{
    const zk_field_schema *field = batch->values.field;
    zkml_status status = zk_array_codes(codes[batch->param], field, &batch->values.npy,
                                        i * field->count, batch->values.path, err);
    if (status == ZKML_OK)
        status = run_once(r, codes, err);
    if (status == ZKML_INVALID) { /* an assertion: the others go on */
        r->stopped++;
        zk_buf_text(&r->out, "{\"error\": ");
        zk_json_put_text(&r->out, err->text);
        zk_buf_text(&r->out, "}\n");
        return ZKML_OK;
    }
    return status == ZKML_OK ? status : zk_fail_context(err, "element %" PRIu64 " of the batch", i);
}

static zkml_status run_batch(runner *r, const char *values, const char *input, zkml_error *err)
{
    const zk_circuit fields = {.params = r->params, .param_count = r->tir->param_count};
    zk_batch batch;
    int64_t **codes = NULL, *changing = NULL;
    zkml_status status = zk_batch_open(&batch, &fields, values, input, err);
    if (status == ZKML_OK) {
        codes = calloc(fields.param_count, sizeof *codes);
        changing = calloc((size_t)batch.values.field->count, sizeof *changing);
        if (codes == NULL || changing == NULL)
            status = no_memory(err);
    }
    if (status == ZKML_OK) {
        memcpy(codes, batch.codes, fields.param_count * sizeof *codes);
        codes[batch.param] = changing;
    }
    for (uint64_t i = 0; i < batch.runs && status == ZKML_OK; i++)
        status = run_element(r, &batch, i, codes, err);
    free(changing);
    free(codes);
    zk_batch_close(&batch);
    if (status == ZKML_OK && r->stopped > 0)
        status = zk_fail(err, ZKML_INVALID,
                         "%" PRIu64 " inputs of the batch do not satisfy an "
                         "assertion of the circuit",
                         r->stopped);
    return status;
}

/* ---- the command ---- */

static zkml_status prepare(runner *r, zk_arena *arena, zkml_error *err)
{
    uint64_t codes = 0;
    ZK_TRY(zc_schema_of(arena, r->tir, &r->params, &r->results, err));
    for (size_t i = 0; i < r->tir->result_count; i++)
        codes += r->results[i].count;
    r->codes = ZK_ARENA_NEW(arena, int64_t, (size_t)codes);
    if (r->codes == NULL)
        return no_memory(err);
    return r->trace ? zc_expressions_find(&r->all, r->tir, r->sources, true, err) : ZKML_OK;
}

/* What there is, also when an assertion ended the run. */
static zkml_status put_out(runner *r, const zk_args *args, zkml_status status, zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    zk_buf trace = {0};
    if (status != ZKML_OK && status != ZKML_INVALID)
        return status;
    if (zk_args_has(args, OPT_JSON))
        zc_trace_json(&trace, &r->all);
    else
        zc_trace_text(&trace, &r->all);
    zkml_error write_error = {0};
    zkml_status written = r->out.failed || trace.failed ? no_memory(&write_error) : ZKML_OK;
    if (written == ZKML_OK && trace.length > 0)
        (void)fwrite(trace.data, 1, trace.length, stderr);
    if (written == ZKML_OK && r->out.length > 0)
        written = zk_file_write(path != NULL ? path : "-", r->out.data, r->out.length,
                                ZK_FILE_PRIVATE, &write_error);
    zk_buf_wipe(&trace);
    if (written != ZKML_OK)
        *err = write_error;
    return written != ZKML_OK ? written : status;
}

static zkml_status execute(const zc_session *session, const zc_tir *tir, const zk_args *args,
                           zkml_error *err)
{
    runner r = {.sources = &session->sources, .tir = tir, .trace = zk_args_has(args, OPT_TRACE)};
    const char *batch = zk_args_get(args, OPT_BATCH), *input = zk_args_get(args, 'i');
    zk_arena arena;
    zk_arena_init(&arena, 0);
    zkml_status status = prepare(&r, &arena, err);
    if (status == ZKML_OK) {
        status = batch != NULL ? run_batch(&r, batch, input, err) : run_single(&r, input, err);
        status = put_out(&r, args, status, err);
    }
    zc_expressions_free(&r.all);
    zk_buf_wipe(&r.out);
    zk_arena_free(&arena);
    return status;
}

static zkml_status compile(zc_session *session, const zk_args *args, zc_checker **checker,
                           zc_tir **tir, zkml_error *err)
{
    uint32_t source;
    zc_program *program = NULL;
    ZK_TRY(zc_source_load(&session->sources, args->operands[0], &source, err));
    ZK_TRY(zc_module_load(session, source, &program, err));
    if (session->diags.error_count > 0)
        return ZKML_INVALID;
    ZK_TRY(zc_checker_new(checker, session, program, err));
    ZK_TRY(zc_elaborate_circuit(*checker, zk_args_get(args, OPT_CIRCUIT), tir, err));
    return *tir != NULL ? ZKML_OK : ZKML_INVALID;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zc_session session;
    zc_checker *checker = NULL;
    zc_tir *tir = NULL;
    zc_session_init(&session, 0);
    zkml_status status = compile(&session, args, &checker, &tir, &err);
    zc_cli_diagnostics(&session.diags, zk_args_has(args, OPT_JSON), zk_args_get(args, OPT_COLOR));
    if (status == ZKML_OK)
        status = execute(&session, tir, args, &err);
    if (status != ZKML_OK && session.diags.error_count == 0)
        (void)zc_cli_fail(&err);
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
    return (int)status;
}

const zc_command zc_command_run = {
    .name = "run",
    .run = run,
    .syntax = {"zkmlc run",
               "FILE.zt -i INPUT.json [--trace]\n"
               "       zkmlc run FILE.zt --batch NAME=FILE.npy [-i OTHERS.json] [--trace]",
               "The program's results for inputs, by the reference interpreter.", options, 1, 1},
};
