/* zkml commit: a commitment to one value, for everyone, and its opening, for its owner alone. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/cli/bound.h"
#include "runtime/cli/work.h"
#include "runtime/halo2/rng.h"
#include "runtime/proof/memory.h"
#include "runtime/witness/witness.h"

enum { OPT_VALUE = 1000, OPT_OPENING };

static const zk_option options[] = {
    {'i', "input", "FILE", "the value, or for a result the circuit's whole input, as JSON"},
    {'o', "output", "COMMITMENT", "write the commitment, which is for everyone, to COMMITMENT"},
    {OPT_OPENING, "opening", "FILE", "write the opening, which is secret, to FILE"},
    {OPT_VALUE, "value", "NAME", "the committed parameter or result, where there are several"},
    ZK_WORK_OPTIONS,
    {0},
};

typedef struct request {
    const char *circuit, *input, *output, *value;
    char *opening; /* from the heap */
} request;

/* ---- the value ---- */

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the value");
}

static zkml_status run_result(int64_t *codes, const zk_circuit *circuit, const zk_inputs *inputs,
                              const zk_field_schema *field, zkml_error *err)
{
    zk_witness witness;
    zkml_status status = zk_witness_run(&witness, circuit, inputs, ZK_WITNESS_STRICT, err);
    for (uint64_t e = 0; status == ZKML_OK && e < field->count; e++)
        if (!zk_witness_code(&witness, field->reg, e, &codes[e]))
            status =
                zk_fail(err, ZKML_MALFORMED, "the result %s does not fit its type", field->name);
    zk_witness_free(&witness);
    return status;
}

/* The codes of value `number`. A parameter needs no other; a result needs all. */
static zkml_status get_codes(int64_t *codes, const zk_circuit *circuit, const zk_schema *schema,
                             size_t number, const char *path, zkml_error *err)
{
    const zk_field_schema *field = zk_schema_field(schema, number);
    bool is_param = number < circuit->param_count;
    bool *optional = calloc(circuit->param_count + 1, sizeof *optional);
    zk_inputs inputs = {0};
    if (optional == NULL)
        return no_memory(err);
    for (size_t i = 0; i < circuit->param_count; i++)
        optional[i] = is_param && i != number;
    zkml_status status =
        zk_inputs_read_some(&inputs, circuit->params, circuit->param_count, optional, path, err);
    free(optional);
    if (status == ZKML_OK && is_param)
        memcpy(codes, inputs.codes[number], (size_t)field->count * sizeof *codes);
    else if (status == ZKML_OK)
        status = run_result(codes, circuit, &inputs, field, err);
    zk_inputs_free(&inputs);
    return status;
}

/* ---- the files ---- */

static zkml_status start_random(zk_rng *rng, const int64_t *codes, uint64_t count, zkml_error *err)
{
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-hedge-data", (const uint8_t *)codes, (size_t)count * sizeof *codes);
    zkml_status status = zk_rng_init_secure(rng, digest, sizeof digest, err);
    sodium_memzero(digest, sizeof digest);
    return status;
}

/* The opening first: a commitment that nobody can open is of no use. */
static zkml_status write_files(zk_work *work, const request *r, const zk_opening *opening,
                               const zk_buf *file, zkml_error *err)
{
    char digest[65];
    FILE *out = strcmp(r->output, "-") == 0 ? stderr : stdout;
    ZK_TRY(zk_opening_save(opening, r->opening, err));
    ZK_TRY(zk_file_write(r->output, file->data, file->length, ZK_FILE_PUBLIC, err));
    zk_work_finish(work);
    if (work->quiet)
        return ZKML_OK;
    fprintf(out, "commitment digest: %s\n", zk_cli_hex(digest, opening->commitment));
    zk_work_say(work, "commitment -> %s, opening, to be kept secret -> %s", r->output, r->opening);
    return ZKML_OK;
}

static zkml_status commit(zk_work *work, const request *r, uint32_t k, const zk_field_schema *field,
                          int64_t *codes, zkml_error *err)
{
    zk_owned_block block = {.shape = {.kind = ZK_BLOCK_VECTOR, .elements = field->count},
                            .values = codes};
    zk_opening opening = {.k = k, .block_count = 1, .blocks = &block};
    size_t columns = (size_t)zk_committed_columns(field->count, k);
    zk_params params = {0};
    zk_rng rng = {0};
    zk_buf file = {0};
    block.blinds = calloc(columns, sizeof *block.blinds);
    if (block.blinds == NULL)
        return no_memory(err);
    zkml_status status = start_random(&rng, codes, field->count, err);
    if (status == ZKML_OK)
        status = zk_work_params(work, &params, k, err);
    if (status == ZKML_OK)
        status = zk_commitment_make(&file, opening.commitment, &block, 1, &params, &rng, err);
    if (status == ZKML_OK)
        status = write_files(work, r, &opening, &file, err);
    zk_rng_wipe(&rng);
    zk_params_free(&params);
    zk_buf_free(&file);
    sodium_memzero(block.blinds, columns * sizeof *block.blinds);
    free(block.blinds);
    return status;
}

static zkml_status run_request(zk_work *work, const request *r, const zk_circuit *circuit,
                               zkml_error *err)
{
    const zk_schema schema = {circuit->params, circuit->results, circuit->param_count,
                              circuit->result_count, circuit->instance_counts};
    size_t number;
    ZK_TRY(zk_cli_committed(&number, &schema, "zkml commit", r->value, err));
    const zk_field_schema *field = zk_schema_field(&schema, number);
    ZK_TRY(zk_work_reserve(work, zk_memory_params(circuit->k) + zk_witness_bytes(circuit, false),
                           circuit->k, circuit, err));
    int64_t *codes = calloc((size_t)field->count, sizeof *codes);
    if (codes == NULL)
        return no_memory(err);
    zkml_status status = get_codes(codes, circuit, &schema, number, r->input, err);
    if (status == ZKML_OK)
        status = commit(work, r, circuit->k, field, codes, err);
    sodium_memzero(codes, (size_t)field->count * sizeof *codes);
    free(codes);
    return status;
}

/* ---- the command ---- */

/* "data.com" -> "data.opening" */
static char *opening_path(const char *given, const char *output)
{
    static const char suffix[] = ".opening";
    if (given != NULL)
        return strdup(given);
    size_t length = strlen(output);
    if (length > 4 && strcmp(output + length - 4, ".com") == 0)
        length -= 4;
    char *path = malloc(length + sizeof suffix);
    if (path == NULL)
        return NULL;
    memcpy(path, output, length);
    memcpy(path + length, suffix, sizeof suffix);
    return path;
}

static zkml_status get_request(request *r, const zk_args *args, zkml_error *err)
{
    const char *opening = zk_args_get(args, OPT_OPENING);
    *r = (request){args->operands[0], zk_args_get(args, 'i'), zk_args_get(args, 'o'),
                   zk_args_get(args, OPT_VALUE), NULL};
    if (r->input == NULL)
        return zk_fail(err, ZKML_USAGE, "commit: say where the value is with -i FILE.json");
    if (r->output == NULL)
        return zk_fail(err, ZKML_USAGE, "commit: say where the commitment goes with -o FILE.com");
    if (opening == NULL ? strcmp(r->output, "-") == 0 : strcmp(opening, "-") == 0)
        return zk_fail(err, ZKML_USAGE, "commit: say where the opening goes with --opening FILE");
    r->opening = opening_path(opening, r->output);
    if (r->opening == NULL)
        return no_memory(err);
    if (access(r->opening, F_OK) == 0 || errno != ENOENT)
        return zk_fail(err, ZKML_USAGE,
                       "commit: %s exists; whoever loses an opening cannot prove anything about "
                       "its commitment: move it away first",
                       r->opening);
    ZK_TRY(zk_file_check_writable(r->opening, err));
    return zk_file_check_writable(r->output, err);
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    request r = {0};
    zk_work work;
    zk_circuit circuit = {0};
    const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a core file would hold the value */
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK)
        status = get_request(&r, args, &err);
    if (status == ZKML_OK)
        status = zk_cli_load_circuit(&circuit, r.circuit, &err);
    if (status == ZKML_OK)
        status = run_request(&work, &r, &circuit, &err);
    zk_work_finish(&work);
    zk_circuit_free(&circuit);
    free(r.opening);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_commit = {"commit",
                                      run,
                                      {"zkml commit", "CIRCUIT -i INPUT.json -o COMMITMENT",
                                       "Commits to a parameter or result, for use in many proofs.",
                                       options, 1, 1}};
