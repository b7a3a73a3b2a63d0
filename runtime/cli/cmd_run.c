/* zkml run: the circuit's results for an input, or for a batch of them, without a proof. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/npy.h"
#include "runtime/cli/work.h"
#include "runtime/witness/array.h"
#include "runtime/witness/witness.h"

enum { OPT_BATCH = 1000, OPT_EXPECT };

static const zk_option options[] = {
    {'i', "input", "FILE", "the circuit's parameters, public and private, as JSON"},
    {'o', "output", "FILE", "write the results to FILE instead of standard output"},
    {OPT_BATCH, "batch", "NAME=FILE.npy",
     "run once for each of the values of parameter NAME; -i has the other parameters"},
    {OPT_EXPECT, "expect", "FILE.npy", "with --batch: count the results that are these integers"},
    ZK_WORK_OPTIONS,
    {0},
};

static const size_t max_array_bytes = (size_t)1 << 34;

/* An array in a file that stays in memory. */
typedef struct array_file {
    zk_buf bytes;
    zk_npy array;
} array_file;

typedef struct batch {
    const char *path;
    size_t param;        /* the parameter that changes */
    array_file values;   /* [count, ...shape of the parameter] */
    array_file expected; /* [count], when there is an --expect */
    bool expects;
    uint64_t count, right;
} batch;

static zkml_status read_array(array_file *file, const char *path, zkml_error *err)
{
    ZK_TRY(zk_file_read(path, max_array_bytes, &file->bytes, err));
    return zk_npy_parse(&file->array, path, file->bytes.data, file->bytes.length, err);
}

/* ---- results ---- */

static zkml_status put_results(zk_buf *out, const zk_witness *witness, zkml_error *err)
{
    const zk_circuit *c = witness->circuit;
    zk_buf_u8(out, '{');
    for (size_t i = 0; i < c->result_count; i++) {
        const zk_field_schema *f = &c->results[i];
        int64_t *codes = calloc((size_t)f->count + 1, sizeof *codes);
        if (codes == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory for the results");
        bool good = true;
        for (uint64_t e = 0; e < f->count; e++)
            good = zk_witness_code(witness, f->reg, e, &codes[e]) && good;
        zk_buf_printf(out, "%s\"%s\": ", i > 0 ? ", " : "", f->name);
        zk_json_put_codes(out, f, codes);
        free(codes);
        if (!good)
            return zk_fail(err, ZKML_MALFORMED, "the result %s does not fit its type", f->name);
    }
    zk_buf_text(out, "}\n");
    return ZKML_OK;
}

static zkml_status run_once(zk_witness *witness, const zk_circuit *circuit,
                            const zk_inputs *inputs, zk_buf *out, zkml_error *err)
{
    ZK_TRY(zk_witness_run(witness, circuit, inputs, ZK_WITNESS_STRICT, err));
    return put_results(out, witness, err);
}

static zkml_status run_single(const zk_circuit *circuit, const char *path, zk_buf *out,
                              zkml_error *err)
{
    zk_inputs inputs;
    zk_witness witness = {0};
    if (path == NULL)
        return zk_fail(err, ZKML_USAGE, "run: say where the input is with -i FILE.json");
    zkml_status status = zk_inputs_read(&inputs, circuit->params, circuit->param_count, path, err);
    if (status == ZKML_OK)
        status = run_once(&witness, circuit, &inputs, out, err);
    zk_witness_free(&witness);
    zk_inputs_free(&inputs);
    return status;
}

/* ---- batches ---- */

static zkml_status open_values(batch *b, const zk_circuit *circuit, zkml_error *err)
{
    const zk_field_schema *field = &circuit->params[b->param];
    const zk_npy *array = &b->values.array;
    ZK_TRY(read_array(&b->values, b->path, err));
    bool fits = array->rank == field->rank + 1;
    for (uint32_t d = 0; fits && d < field->rank; d++)
        fits = array->extent[d + 1] == field->extent[d];
    if (!fits)
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: a batch has one dimension more than the parameter, %s, and the same "
                       "others", b->path, field->name);
    b->count = array->extent[0];
    return ZKML_OK;
}

static zkml_status open_expected(batch *b, const zk_circuit *circuit, const char *path,
                                 zkml_error *err)
{
    const zk_npy *array = &b->expected.array;
    if (circuit->result_count != 1 || circuit->results[0].count != 1)
        return zk_fail(err, ZKML_USAGE, "run: --expect wants a circuit with one number as result");
    b->expects = true;
    ZK_TRY(read_array(&b->expected, path, err));
    if (array->kind == ZK_NPY_FLOAT || array->rank != 1 || array->extent[0] != b->count)
        return zk_fail(err, ZKML_MALFORMED, "%s: expected %" PRIu64 " integers in one dimension",
                       path, b->count);
    return ZKML_OK;
}

static zkml_status open_batch(batch *b, const zk_circuit *circuit, const zk_args *args,
                              zkml_error *err)
{
    const char *text = zk_args_get(args, OPT_BATCH), *equals = strchr(text, '=');
    const char *expect = zk_args_get(args, OPT_EXPECT);
    if (equals == NULL)
        return zk_fail(err, ZKML_USAGE, "run: --batch wants NAME=FILE.npy, not `%s`", text);
    size_t length = (size_t)(equals - text);
    b->path = equals + 1;
    for (b->param = 0; b->param < circuit->param_count; b->param++)
        if (strlen(circuit->params[b->param].name) == length &&
            memcmp(circuit->params[b->param].name, text, length) == 0)
            break;
    if (b->param == circuit->param_count)
        return zk_fail(err, ZKML_USAGE, "run: the circuit has no parameter `%.*s`", (int)length,
                       text);
    ZK_TRY(open_values(b, circuit, err));
    return expect != NULL ? open_expected(b, circuit, expect, err) : ZKML_OK;
}

/* The other parameters from `path`, room for the one that changes. */
static zkml_status read_others(zk_inputs *inputs, const batch *b, const zk_circuit *circuit,
                               const char *path, zkml_error *err)
{
    size_t count = circuit->param_count;
    zk_field_schema *others = calloc(count, sizeof *others);
    if (others == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the parameters");
    memcpy(others, circuit->params, b->param * sizeof *others);
    memcpy(others + b->param, circuit->params + b->param + 1,
           (count - b->param - 1) * sizeof *others);
    zkml_status status = path != NULL
                             ? zk_inputs_read(inputs, others, count - 1, path, err)
                             : zk_inputs_parse(inputs, others, count - 1, "no -i FILE", "{}", 2, err);
    free(others);
    if (status != ZKML_OK)
        return status;
    memmove(inputs->codes + b->param + 1, inputs->codes + b->param,
            (count - b->param - 1) * sizeof *inputs->codes);
    inputs->count = count;
    inputs->codes[b->param] =
        ZK_ARENA_NEW(&inputs->arena, int64_t, (size_t)circuit->params[b->param].count);
    return inputs->codes[b->param] != NULL ? ZKML_OK
                                           : zk_fail(err, ZKML_LIMIT, "out of memory for the batch");
}

static zkml_status run_sample(batch *b, const zk_circuit *circuit, zk_inputs *inputs, uint64_t i,
                              zk_buf *out, zkml_error *err)
{
    const zk_field_schema *field = &circuit->params[b->param];
    zk_witness witness = {0};
    int64_t result, label;
    zkml_status status = zk_array_codes(inputs->codes[b->param], field, &b->values.array,
                                        i * field->count, b->path, err);
    if (status == ZKML_OK)
        status = run_once(&witness, circuit, inputs, out, err);
    if (status == ZKML_OK && b->expects && zk_npy_int(&b->expected.array, i, &label) &&
        zk_witness_code(&witness, circuit->results[0].reg, 0, &result))
        b->right += result == label;
    zk_witness_free(&witness);
    return status == ZKML_OK ? ZKML_OK : zk_fail_context(err, "element %" PRIu64 " of the batch", i);
}

static zkml_status run_samples(batch *b, const zk_circuit *circuit, const zk_args *args,
                               zk_work *work, zk_buf *out, zkml_error *err)
{
    zk_inputs inputs = {0};
    zkml_status status = read_others(&inputs, b, circuit, zk_args_get(args, 'i'), err);
    for (uint64_t i = 0; status == ZKML_OK && i < b->count; i++) {
        zk_meter_update(&work->meter, "batch", (size_t)i, (size_t)b->count);
        status = run_sample(b, circuit, &inputs, i, out, err);
    }
    zk_inputs_free(&inputs);
    return status;
}

static zkml_status run_batch(const zk_circuit *circuit, const zk_args *args, zk_work *work,
                             zk_buf *out, zkml_error *err)
{
    batch b = {0};
    zkml_status status = open_batch(&b, circuit, args, err);
    if (status == ZKML_OK)
        status = run_samples(&b, circuit, args, work, out, err);
    zk_work_finish(work);
    if (status == ZKML_OK && b.expects)
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " as expected (%.2f %%)\n", b.right, b.count,
                100.0 * (double)b.right / (double)(b.count > 0 ? b.count : 1));
    zk_buf_wipe(&b.values.bytes);
    zk_buf_free(&b.expected.bytes);
    return status;
}

/* ---- the command ---- */

static zkml_status execute(zk_work *work, const zk_circuit *circuit, const zk_args *args,
                           zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    zk_buf out = {0};
    if (zk_args_has(args, OPT_EXPECT) && !zk_args_has(args, OPT_BATCH))
        return zk_fail(err, ZKML_USAGE, "run: --expect goes with --batch");
    zkml_status status = zk_args_has(args, OPT_BATCH)
                             ? run_batch(circuit, args, work, &out, err)
                             : run_single(circuit, zk_args_get(args, 'i'), &out, err);
    if (status == ZKML_OK && out.failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the results");
    if (status == ZKML_OK && (path != NULL || !work->quiet))
        status = zk_file_write(path != NULL ? path : "-", out.data, out.length, ZK_FILE_PRIVATE,
                               err);
    zk_buf_wipe(&out);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work = {0};
    zk_circuit circuit = {0};
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
     "       zkml run CIRCUIT --batch NAME=FILE.npy [-i OTHERS.json] [--expect FILE.npy]",
     "The results for an input, or for a batch of them, as JSON, without a proof.", options, 1, 1}};
