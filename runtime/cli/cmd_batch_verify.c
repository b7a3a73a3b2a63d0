/* zkml batch-verify: checks many proof files against one key, with one large multiplication. */
#include <stdlib.h>

#include "runtime/cli/bound.h"
#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"
#include "runtime/proof/prove.h"

enum { OPT_COMMITMENT = ZK_OPTION_REPEATED, MAX_PROOFS = 1 << 16 };

static const zk_option options[] = {
    {'k', "key", "KEY", "the verifying key, from a source that you trust"},
    {OPT_COMMITMENT, "commitment", "[NAME=]FILE",
     "the published commitment to NAME that every proof has to be about"},
    ZK_WORK_OPTIONS,
    {0},
};

typedef struct proof_file {
    zk_buf bytes;
    zk_envelope envelope;
    zkml_status status; /* ZKML_OK until something is wrong */
    zkml_error error;
} proof_file;

typedef struct task {
    const zk_args *args;
    const zk_key *key;
    const zk_params *params;
    zk_files files;
    proof_file *proofs;
    int count;
} task;

/* A proof that is wrong is noted; anything else that goes wrong ends the run. */
static zkml_status note(proof_file *proof, zkml_status status, const zkml_error *error,
                        zkml_error *err)
{
    if (status == ZKML_OK)
        return ZKML_OK;
    proof->status = status;
    proof->error = *error;
    if (status == ZKML_INVALID || status == ZKML_MALFORMED)
        return ZKML_OK;
    *err = *error;
    return status;
}

static zkml_status read_proofs(task *t, zkml_error *err)
{
    for (int i = 0; i < t->count; i++) {
        proof_file *proof = &t->proofs[i];
        const char *path = t->args->operands[i];
        zkml_error error = {0};
        ZK_TRY(zk_file_read(path, ZK_MAX_PROOF_BYTES, &proof->bytes, err));
        zkml_status status = zk_proof_open(&proof->envelope, path, proof->bytes.data,
                                           proof->bytes.length, &error);
        ZK_TRY(note(proof, status, &error, err));
    }
    return ZKML_OK;
}

static zkml_status run_batch(task *t, zk_batch *batch, zkml_error *err)
{
    for (int i = 0; i < t->count; i++) {
        proof_file *proof = &t->proofs[i];
        zkml_error error = {0};
        if (proof->status != ZKML_OK)
            continue;
        zkml_status status = zk_batch_add(batch, &proof->envelope, &t->files, &error);
        ZK_TRY(note(proof, status, &error, err));
    }
    return zk_batch_check(batch, err);
}

/* Which of the proofs it was. */
static zkml_status run_singly(task *t, zkml_error *err)
{
    for (int i = 0; i < t->count; i++) {
        proof_file *proof = &t->proofs[i];
        zkml_error error = {0};
        if (proof->status != ZKML_OK)
            continue;
        zkml_status status =
            zk_envelope_verify(&proof->envelope, t->key, t->params, &t->files, &error);
        ZK_TRY(note(proof, status, &error, err));
    }
    return ZKML_OK;
}

static zkml_status check(task *t, zkml_error *err)
{
    zk_batch batch;
    zk_batch_init(&batch, t->key, t->params);
    zkml_status status = run_batch(t, &batch, err);
    zk_batch_free(&batch);
    return status == ZKML_INVALID ? run_singly(t, err) : status;
}

/* A line for each file, in order. The status of the first that is not valid. */
static zkml_status report(const task *t, bool quiet, zkml_error *err)
{
    int valid = 0;
    const proof_file *wrong = NULL;
    for (int i = 0; i < t->count; i++) {
        const proof_file *proof = &t->proofs[i];
        valid += proof->status == ZKML_OK;
        if (proof->status != ZKML_OK && wrong == NULL)
            wrong = proof;
        if (proof->status != ZKML_OK || !quiet)
            printf("%s: %s\n", t->args->operands[i],
                   proof->status == ZKML_OK ? "valid" : "NOT VALID");
    }
    if (wrong == NULL)
        return ZKML_OK;
    return zk_fail(err, wrong->status, "%d of %d proofs are not valid; the first: %s",
                   t->count - valid, t->count, wrong->error.text);
}

static zkml_status verify(zk_work *work, task *t, zkml_error *err)
{
    zk_params params;
    ZK_TRY(zk_work_reserve(work, zk_memory_verify(&t->key->cs, t->key->k), t->key->k, NULL, err));
    ZK_TRY(zk_work_params(work, &params, t->key->k, err));
    zk_meter_update(&work->meter, "verifying", 0, 0);
    t->params = &params;
    zkml_status status = check(t, err);
    zk_params_free(&params);
    zk_work_finish(work);
    return status == ZKML_OK ? report(t, work->quiet, err) : status;
}

static zkml_status run_task(zk_work *work, const zk_args *args, const zk_key *key,
                            const zk_bound_files *files, zkml_error *err)
{
    task t = {.args = args, .key = key, .files = {.values = files->list},
              .count = args->operand_count};
    t.proofs = calloc((size_t)t.count, sizeof *t.proofs);
    if (t.proofs == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for %d proofs", t.count);
    zkml_status status = read_proofs(&t, err);
    if (status == ZKML_OK)
        status = verify(work, &t, err);
    for (int i = 0; i < t.count; i++) {
        zk_envelope_free(&t.proofs[i].envelope);
        zk_buf_free(&t.proofs[i].bytes);
    }
    free(t.proofs);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work;
    zk_key key = {0};
    zk_bound_files files = {0};
    const char *path = zk_args_get(args, 'k');
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK && path == NULL)
        status = zk_fail(&err, ZKML_USAGE, "batch-verify: say which key to trust with -k KEY");
    if (status == ZKML_OK)
        status = zk_cli_load_key(&key, path, &err);
    if (status == ZKML_OK) {
        const zk_schema schema = zk_key_schema(&key);
        status = zk_bound_files_load(&files, &schema, args, OPT_COMMITMENT, &err);
    }
    if (status == ZKML_OK)
        status = run_task(&work, args, &key, &files, &err);
    zk_work_finish(&work);
    zk_bound_files_free(&files);
    zk_key_free(&key);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_batch_verify = {
    "batch-verify", run,
    {"zkml batch-verify", "-k KEY PROOF...",
     "Checks many proofs for one key at once; verify shows what one of them says.", options, 1,
     MAX_PROOFS}};
