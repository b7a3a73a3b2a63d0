/* zkml commit: a commitment to one value, for everyone, and its opening, for its owner alone. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/cli/bound.h"
#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"
#include "runtime/proof/publish.h"

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

/* The opening first: a commitment that nobody can open is of no use. */
static zkml_status write_files(zk_work *work, const request *r, const uint8_t digest[32],
                               const zk_buf *file, const zk_buf *opening, zkml_error *err)
{
    char hex[65];
    FILE *out = strcmp(r->output, "-") == 0 ? stderr : stdout;
    ZK_TRY(zk_file_write(r->opening, opening->data, opening->length, ZK_FILE_PRIVATE, err));
    ZK_TRY(zk_file_write(r->output, file->data, file->length, ZK_FILE_PUBLIC, err));
    zk_work_finish(work);
    if (work->quiet)
        return ZKML_OK;
    fprintf(out, "commitment digest: %s\n", zk_cli_hex(hex, digest));
    zk_work_say(work, "commitment -> %s, opening, to be kept secret -> %s", r->output, r->opening);
    return ZKML_OK;
}

static zkml_status commit(zk_work *work, const request *r, uint32_t k, const int64_t *codes,
                          uint64_t count, zkml_error *err)
{
    uint8_t digest[32];
    zk_params params;
    zk_buf file = {0}, opening = {0};
    ZK_TRY(zk_work_params(work, &params, k, err));
    zkml_status status = zk_publish(&file, &opening, digest, codes, count, &params, err);
    if (status == ZKML_OK)
        status = write_files(work, r, digest, &file, &opening, err);
    zk_params_free(&params);
    zk_buf_wipe(&opening);
    zk_buf_free(&file);
    return status;
}

static zkml_status commit_value(zk_work *work, const request *r, const zk_circuit *circuit,
                                size_t number, uint64_t count, zkml_error *err)
{
    zk_inputs inputs = {0};
    int64_t *codes = calloc((size_t)count, sizeof *codes);
    if (codes == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the value");
    zkml_status status = zk_publish_inputs(&inputs, circuit, number, r->input, NULL, 0, err);
    if (status == ZKML_OK)
        status = zk_publish_codes(codes, circuit, number, &inputs, err);
    zk_inputs_free(&inputs);
    if (status == ZKML_OK)
        status = commit(work, r, circuit->k, codes, count, err);
    sodium_memzero(codes, (size_t)count * sizeof *codes);
    free(codes);
    return status;
}

static zkml_status run_request(zk_work *work, const request *r, const zk_circuit *circuit,
                               zkml_error *err)
{
    const zk_schema schema = {circuit->params, circuit->results, circuit->param_count,
                              circuit->result_count, circuit->instance_counts};
    size_t number;
    ZK_TRY(zk_cli_committed(&number, &schema, "zkml commit", r->value, err));
    ZK_TRY(zk_work_reserve(work, zk_memory_params(circuit->k) + zk_witness_bytes(circuit, false),
                           circuit->k, circuit, err));
    return commit_value(work, r, circuit, number, zk_schema_field(&schema, number)->count, err);
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
        return zk_fail(err, ZKML_LIMIT, "out of memory for a path");
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
