/* zkml run: the circuit's results for an input, or for a batch of them, without a proof. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "runtime/cli/batch.h"
#include "runtime/cli/work.h"
#include "runtime/witness/array.h"

enum { OPT_BATCH = 1000, OPT_EXPECT };

static const zk_option options[] = {
    {'i', "input", "FILE", "the circuit's parameters, public and private, as JSON"},
    {'o', "output", "FILE", "write the results to FILE instead of standard output"},
    {OPT_BATCH, "batch", "NAME=FILE",
     "run once for each value of parameter NAME in FILE.npy; -i has the others"},
    {OPT_EXPECT, "expect", "NAME=FILE",
     "with --batch: count the values of result NAME that are those in FILE.npy"},
    ZK_WORK_OPTIONS,
    {0},
};

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the results");
}

/* ---- one run ---- */

static zkml_status run_single(const zk_circuit *circuit, const char *path, zk_buf *out,
                              zkml_error *err)
{
    zk_inputs inputs;
    zk_witness witness = {0};
    if (path == NULL)
        return zk_fail(err, ZKML_USAGE, "run: say where the input is with -i FILE.json");
    zkml_status status = zk_inputs_read(&inputs, circuit->params, circuit->param_count, path, err);
    if (status == ZKML_OK)
        status = zk_witness_run(&witness, circuit, &inputs, ZK_WITNESS_STRICT, err);
    zk_inputs_free(&inputs);
    int64_t *codes = calloc((size_t)zk_batch_result_count(circuit) + 1, sizeof *codes);
    if (status == ZKML_OK && codes == NULL)
        status = no_memory(err);
    if (status == ZKML_OK)
        status = zk_batch_results(codes, &witness, err);
    if (status == ZKML_OK)
        zk_json_put_results(out, circuit->results, circuit->result_count, codes);
    free(codes);
    zk_witness_free(&witness);
    return status;
}

/* ---- batches ---- */

typedef struct collector {
    const zk_circuit *circuit;
    bool print;          /* lines as they come; else they stay in `lines` */
    zk_buf *lines;
    zk_batch_array labels; /* field NULL: nothing is expected */
    uint64_t first;        /* of that result among the codes of a run */
    int64_t *label;
    uint64_t right, stopped;
} collector;

static zkml_status compare(collector *c, uint64_t run, const int64_t *codes, zkml_error *err)
{
    const zk_field_schema *field = c->labels.field;
    zkml_status status = zk_array_codes(c->label, field, &c->labels.npy, run * field->count,
                                        c->labels.path, err);
    if (status != ZKML_OK)
        return zk_fail_context(err, "element %" PRIu64 " of what is expected", run);
    c->right += memcmp(c->label, codes + c->first, (size_t)field->count * sizeof *codes) == 0;
    return ZKML_OK;
}

static zkml_status take_result(void *context, uint64_t run, const int64_t *codes,
                               const char *stopped, zkml_error *err)
{
    collector *c = context;
    if (stopped != NULL) {
        c->stopped++;
        zk_buf_text(c->lines, "{\"error\": ");
        zk_json_put_text(c->lines, stopped);
        zk_buf_text(c->lines, "}\n");
    } else {
        zk_json_put_results(c->lines, c->circuit->results, c->circuit->result_count, codes);
    }
    if (stopped == NULL && c->labels.field != NULL)
        ZK_TRY(compare(c, run, codes, err));
    if (c->lines->failed)
        return no_memory(err);
    if (c->print) {
        (void)fwrite(c->lines->data, 1, c->lines->length, stdout); /* zk_cli_finish looks */
        c->lines->length = 0;
    }
    return ZKML_OK;
}

static zkml_status open_labels(collector *c, const zk_batch *batch, const char *text,
                               zkml_error *err)
{
    const zk_circuit *circuit = c->circuit;
    ZK_TRY(zk_batch_array_open(&c->labels, text, "--expect", "result", circuit->results,
                               circuit->result_count, err));
    for (const zk_field_schema *f = circuit->results; f < c->labels.field; f++)
        c->first += f->count;
    if (c->labels.npy.extent[0] != batch->runs)
        return zk_fail(err, ZKML_MALFORMED, "%s has %" PRIu64 " values, %s has %" PRIu64,
                       c->labels.path, c->labels.npy.extent[0], batch->values.path, batch->runs);
    c->label = calloc((size_t)c->labels.field->count, sizeof *c->label);
    return c->label != NULL ? ZKML_OK : no_memory(err);
}

static zkml_status run_samples(collector *c, const zk_batch *batch, const zk_args *args,
                               zk_work *work, zkml_error *err)
{
    const char *expect = zk_args_get(args, OPT_EXPECT);
    if (expect != NULL)
        ZK_TRY(open_labels(c, batch, expect, err));
    zkml_status status = zk_batch_run(batch, take_result, c, zk_meter_update, &work->meter, err);
    zk_work_finish(work);
    if (status == ZKML_OK && expect != NULL)
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " as expected (%.2f %%)\n", c->right, batch->runs,
                100.0 * (double)c->right / (double)(batch->runs > 0 ? batch->runs : 1));
    return status;
}

/* `stopped`: the inputs that an assertion refused. */
static zkml_status run_batch(const zk_circuit *circuit, const zk_args *args, zk_work *work,
                             zk_buf *out, uint64_t *stopped, zkml_error *err)
{
    zk_batch batch;
    collector c = {.circuit = circuit, .lines = out};
    c.print = !zk_args_has(args, 'o') && !work->quiet;
    zkml_status status = zk_batch_open(&batch, circuit, zk_args_get(args, OPT_BATCH),
                                       zk_args_get(args, 'i'), err);
    if (status == ZKML_OK)
        status = run_samples(&c, &batch, args, work, err);
    *stopped = c.stopped;
    zk_batch_array_close(&c.labels);
    free(c.label);
    zk_batch_close(&batch);
    return status;
}

/* ---- the command ---- */

static zkml_status execute(zk_work *work, const zk_circuit *circuit, const zk_args *args,
                           zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    bool batch = zk_args_has(args, OPT_BATCH);
    uint64_t stopped = 0;
    zk_buf out = {0};
    if (zk_args_has(args, OPT_EXPECT) && !batch)
        return zk_fail(err, ZKML_USAGE, "run: --expect goes with --batch");
    ZK_TRY(zk_work_reserve(work, zk_witness_bytes(circuit, batch), circuit->k, NULL, err));
    zkml_status status = batch ? run_batch(circuit, args, work, &out, &stopped, err)
                               : run_single(circuit, zk_args_get(args, 'i'), &out, err);
    if (status == ZKML_OK && out.failed)
        status = no_memory(err);
    if (status == ZKML_OK && (path != NULL || !work->quiet))
        status = zk_file_write(path != NULL ? path : "-", out.data, out.length, ZK_FILE_PRIVATE,
                               err);
    zk_buf_wipe(&out);
    if (status == ZKML_OK && stopped > 0)
        status = zk_fail(err, ZKML_INVALID, "%" PRIu64 " inputs of the batch do not satisfy an "
                         "assertion of the circuit", stopped);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work = {0};
    zk_circuit circuit = {0};
    const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a core file would hold the witness */
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK)
        status = zk_cli_load_circuit(&circuit, args->operands[0], &err);
    if (status == ZKML_OK)
        status = execute(&work, &circuit, args, &err);
    zk_work_finish(&work);
    zk_circuit_free(&circuit);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_run = {
    "run",
    run,
    {"zkml run",
     "CIRCUIT -i INPUT.json [-o RESULT.json]\n"
     "       zkml run CIRCUIT --batch NAME=FILE.npy [-i OTHERS.json] [--expect NAME=FILE.npy]",
     "The results for an input, or for a batch of them, as JSON, without a proof.", options, 1, 1}};
