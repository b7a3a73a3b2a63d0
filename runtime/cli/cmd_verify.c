/* zkml verify: checks a proof file against a key, and prints what was proved. */
#include <stdlib.h>

#include "runtime/cli/bound.h"
#include "runtime/cli/public.h"
#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"

enum { OPT_JSON = 1000, OPT_COMMITMENT = ZK_OPTION_REPEATED };

static const zk_option options[] = {
    {'k', "key", "KEY", "the verifying key, from a source that you trust"},
    {'i', "input", "FILE", "the public values that you expect, as JSON: others are refused"},
    {OPT_COMMITMENT, "commitment", "[NAME=]FILE",
     "the published commitment to NAME that the proof has to be about"},
    {OPT_JSON, "json", NULL, "print the verdict and the public values as one JSON object"},
    ZK_WORK_OPTIONS,
    {0},
};

static zkml_status verify(zk_work *work, const zk_key *key, const zk_bound_files *files,
                          const zk_envelope *envelope, const char *path, zkml_error *err)
{
    zk_params params;
    ZK_TRY(zk_work_reserve(work, zk_memory_verify(&key->cs, key->k), key->k, NULL, err));
    ZK_TRY(zk_work_params(work, &params, key->k, err));
    zk_meter_update(&work->meter, "verifying", 0, 0);
    const zk_files bound = {.values = files->list};
    zkml_status status = zk_envelope_verify(envelope, key, &params, &bound, err);
    zk_params_free(&params);
    if (status == ZKML_INVALID)
        (void)zk_fail_context(err, "%s", path);
    return status;
}

static zkml_status show(const zk_key *key, const zk_bound_files *files, const zk_envelope *envelope,
                        bool json, zkml_error *err)
{
    bool *bound = calloc(files->count + 1, sizeof *bound);
    if (bound == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the public values");
    for (size_t i = 0; i < files->count; i++)
        bound[i] = files->list[i] != NULL;
    if (!json)
        printf("proof: valid\n");
    zkml_status status = json ? zk_public_print_json(envelope, key, bound, err)
                              : zk_public_print(envelope, key, bound, err);
    free(bound);
    return status;
}

/* Nothing reaches standard output unless the proof is valid and its values are as expected. */
static zkml_status check(zk_work *work, const zk_args *args, const zk_key *key,
                         const zk_bound_files *files, const zk_buf *bytes, zkml_error *err)
{
    const char *path = args->operands[0], *expected = zk_args_get(args, 'i');
    bool json = zk_args_has(args, OPT_JSON);
    zk_envelope envelope;
    zkml_status status = zk_proof_open(&envelope, path, bytes->data, bytes->length, err);
    if (status == ZKML_OK)
        status = verify(work, key, files, &envelope, path, err);
    zk_work_finish(work);
    if (status == ZKML_OK && expected != NULL)
        status = zk_public_expect(&envelope, key, expected, err);
    if (status == ZKML_OK && (json || !work->quiet))
        status = show(key, files, &envelope, json, err);
    zk_envelope_free(&envelope);
    return status;
}

static zkml_status load_files(zk_bound_files *files, const zk_key *key, const zk_args *args,
                              zkml_error *err)
{
    const zk_schema schema = {key->params, key->results, key->param_count, key->result_count,
                              key->instance_counts};
    return zk_bound_files_load(files, &schema, args, OPT_COMMITMENT, err);
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work;
    zk_key key = {0};
    zk_bound_files files = {0};
    zk_buf bytes = {0};
    const char *path = zk_args_get(args, 'k');
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK && path == NULL)
        status = zk_fail(&err, ZKML_USAGE, "verify: say which key to trust with -k KEY");
    if (status == ZKML_OK)
        status = zk_cli_load_key(&key, path, &err);
    if (status == ZKML_OK)
        status = load_files(&files, &key, args, &err);
    if (status == ZKML_OK)
        status = zk_file_read(args->operands[0], ZK_MAX_PROOF_BYTES, &bytes, &err);
    if (status == ZKML_OK)
        status = check(&work, args, &key, &files, &bytes, &err);
    zk_work_finish(&work);
    zk_buf_free(&bytes);
    zk_bound_files_free(&files);
    zk_key_free(&key);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_verify = {
    "verify", run,
    {"zkml verify", "-k KEY PROOF", "Checks a proof and prints the public values it speaks about.",
     options, 1, 1}};
