#include "runtime/cli/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/poly/threads.h"
#include "runtime/witness/array.h"

static const size_t max_array_bytes = (size_t)1 << 32;
/* Codes of results that wait to be taken. */
static const uint64_t max_waiting = UINT64_C(1) << 20;

enum { MAX_BLOCK = 1024 };

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the batch");
}

/* ---- arrays ---- */

static zkml_status choose_field(zk_batch_array *array, const char *text, const char *option,
                                const char *what, const zk_field_schema *fields, size_t count,
                                zkml_error *err)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL && count == 1) {
        array->field = fields;
        array->path = text;
        return ZKML_OK;
    }
    if (equals == NULL)
        return zk_fail(err, ZKML_USAGE, "run: %s wants NAME=FILE.npy, not `%s`", option, text);
    size_t length = (size_t)(equals - text);
    array->path = equals + 1;
    for (size_t i = 0; i < count; i++)
        if (strlen(fields[i].name) == length && memcmp(fields[i].name, text, length) == 0) {
            array->field = &fields[i];
            return ZKML_OK;
        }
    return zk_fail(err, ZKML_USAGE, "run: the circuit has no %s `%.*s`", what,
                   (int)(length < 60 ? length : 60), text);
}

static zkml_status check_shape(const zk_batch_array *array, const char *what, zkml_error *err)
{
    const zk_field_schema *field = array->field;
    const zk_npy *npy = &array->npy;
    bool fits = npy->rank == field->rank + 1;
    for (uint32_t d = 0; fits && d < field->rank; d++)
        fits = npy->extent[d + 1] == field->extent[d];
    if (fits)
        return ZKML_OK;
    return zk_fail(err, ZKML_MALFORMED,
                   "%s: a batch has one dimension more than the %s %s, in front of its %u",
                   array->path, what, field->name, field->rank);
}

zkml_status zk_batch_array_open(zk_batch_array *array, const char *text, const char *option,
                                const char *what, const zk_field_schema *fields, size_t count,
                                zkml_error *err)
{
    *array = (zk_batch_array){0};
    ZK_TRY(choose_field(array, text, option, what, fields, count, err));
    ZK_TRY(zk_file_read(array->path, max_array_bytes, &array->bytes, err));
    ZK_TRY(zk_npy_parse(&array->npy, array->path, array->bytes.data, array->bytes.length, err));
    return check_shape(array, what, err);
}

void zk_batch_array_close(zk_batch_array *array)
{
    zk_buf_wipe(&array->bytes);
}

/* ---- results ---- */

uint64_t zk_batch_result_count(const zk_circuit *circuit)
{
    uint64_t count = 0;
    for (size_t i = 0; i < circuit->result_count; i++)
        count += circuit->results[i].count;
    return count;
}

zkml_status zk_batch_results(int64_t *codes, const zk_witness *witness, zkml_error *err)
{
    const zk_circuit *c = witness->circuit;
    for (size_t i = 0; i < c->result_count; i++)
        for (uint64_t e = 0; e < c->results[i].count; e++)
            if (!zk_witness_code(witness, c->results[i].reg, e, codes++))
                return zk_fail(err, ZKML_MALFORMED, "the result %s does not fit its type",
                               c->results[i].name);
    return ZKML_OK;
}

/* ---- batches ---- */

/* All parameters but one, from JSON. */
static zkml_status read_others(zk_batch *batch, const char *input, zkml_error *err)
{
    const zk_circuit *c = batch->circuit;
    size_t count = 0;
    if (input == NULL && c->param_count == 1)
        return ZKML_OK;
    if (input == NULL)
        return zk_fail(err, ZKML_USAGE,
                       "run: say where the other parameters are with -i FILE.json");
    zk_field_schema *fields = calloc(c->param_count, sizeof *fields);
    if (fields == NULL)
        return no_memory(err);
    for (size_t i = 0; i < c->param_count; i++)
        if (i != batch->param)
            fields[count++] = c->params[i];
    zkml_status status = zk_inputs_read(&batch->others, fields, count, input, err);
    free(fields);
    if (status != ZKML_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        batch->codes[i + (i >= batch->param)] = batch->others.codes[i];
    return ZKML_OK;
}

zkml_status zk_batch_open(zk_batch *batch, const zk_circuit *circuit, const char *values,
                          const char *input, zkml_error *err)
{
    *batch = (zk_batch){.circuit = circuit};
    ZK_TRY(zk_batch_array_open(&batch->values, values, "--batch", "parameter", circuit->params,
                               circuit->param_count, err));
    batch->param = (size_t)(batch->values.field - circuit->params);
    batch->runs = batch->values.npy.extent[0];
    batch->codes = calloc(circuit->param_count, sizeof *batch->codes);
    if (batch->codes == NULL)
        return no_memory(err);
    return read_others(batch, input, err);
}

void zk_batch_close(zk_batch *batch)
{
    zk_batch_array_close(&batch->values);
    zk_inputs_free(&batch->others);
    free(batch->codes);
    *batch = (zk_batch){0};
}

/* ---- runs ---- */

typedef struct outcome {
    int64_t *codes;
    char *stopped; /* NULL: the codes are there */
} outcome;

static zkml_status run_with(const zk_batch *batch, const zk_inputs *inputs, outcome *result,
                            zkml_error *err)
{
    zk_witness witness;
    zkml_status status = zk_witness_run(&witness, batch->circuit, inputs, ZK_WITNESS_STRICT, err);
    if (status == ZKML_OK)
        status = zk_batch_results(result->codes, &witness, err);
    zk_witness_free(&witness);
    if (status != ZKML_INVALID)
        return status;
    result->stopped = strdup(err->text);
    return result->stopped != NULL ? ZKML_OK : no_memory(err);
}

static zkml_status run_one(const zk_batch *batch, uint64_t run, outcome *result, zkml_error *err)
{
    const zk_field_schema *field = batch->values.field;
    zk_inputs inputs = {.count = batch->circuit->param_count};
    zk_arena_init(&inputs.arena, 0);
    inputs.codes = ZK_ARENA_NEW(&inputs.arena, int64_t *, inputs.count);
    int64_t *codes = ZK_ARENA_NEW(&inputs.arena, int64_t, (size_t)field->count);
    zkml_status status = inputs.codes != NULL && codes != NULL ? ZKML_OK : no_memory(err);
    if (status == ZKML_OK) {
        memcpy(inputs.codes, batch->codes, inputs.count * sizeof *inputs.codes);
        inputs.codes[batch->param] = codes;
        status = zk_array_codes(codes, field, &batch->values.npy, run * field->count,
                                batch->values.path, err);
    }
    if (status == ZKML_OK)
        status = run_with(batch, &inputs, result, err);
    zk_inputs_free(&inputs);
    return status == ZKML_OK ? ZKML_OK
                             : zk_fail_context(err, "element %" PRIu64 " of the batch", run);
}

/* Runs first .. first + n - 1; the error is that of the first that fails. */
static zkml_status run_block(const zk_batch *batch, uint64_t first, size_t n, outcome *results,
                             zkml_error *err)
{
    size_t failed = n;
    int threads = zk_threads();
#pragma omp parallel for schedule(dynamic) if (threads > 1) num_threads(threads)
    for (size_t i = 0; i < n; i++) {
        zkml_error local = {ZKML_OK, ""};
        if (run_one(batch, first + i, &results[i], &local) == ZKML_OK)
            continue;
#pragma omp critical
        if (i < failed) {
            failed = i;
            *err = local;
        }
    }
    return failed == n ? ZKML_OK : err->status;
}

static zkml_status take_block(uint64_t first, size_t n, outcome *results, zkml_status status,
                              zk_batch_take take, void *context, zkml_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (status == ZKML_OK)
            status = take(context, first + i, results[i].codes, results[i].stopped, err);
        free(results[i].stopped);
        results[i].stopped = NULL;
    }
    return status;
}

zkml_status zk_batch_run(const zk_batch *batch, zk_batch_take take, void *context,
                         zk_progress progress, void *progress_context, zkml_error *err)
{
    uint64_t per_run = zk_batch_result_count(batch->circuit);
    size_t block = per_run > max_waiting / MAX_BLOCK ? (size_t)(max_waiting / per_run) + 1
                                                     : MAX_BLOCK;
    outcome *results = calloc(block, sizeof *results);
    int64_t *codes = calloc(block, ((size_t)per_run + 1) * sizeof *codes);
    zkml_status status = results != NULL && codes != NULL ? ZKML_OK : no_memory(err);
    for (size_t i = 0; i < block && status == ZKML_OK; i++)
        results[i].codes = codes + i * (size_t)per_run;
    for (uint64_t first = 0; first < batch->runs && status == ZKML_OK; first += block) {
        size_t n = batch->runs - first < block ? (size_t)(batch->runs - first) : block;
        progress(progress_context, "batch", (size_t)first, (size_t)batch->runs);
        status = run_block(batch, first, n, results, err);
        status = take_block(first, n, results, status, take, context, err);
    }
    free(codes);
    free(results);
    return status;
}
