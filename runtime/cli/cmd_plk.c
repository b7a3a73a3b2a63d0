/* zkml plk: keys, proofs and verification for a constraint system in text form. */
#include <sodium.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/circuit/plk_run.h"
#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"

enum { OPT_SEED = 1000, OPT_PINNED, MAX_PLK_BYTES = 1 << 28 };

static const zk_option options[] = {
    {'o', "output", "FILE", "prove: write the proof to FILE"},
    {OPT_SEED, "seed", "N", "prove: take randomness from a public test generator: NOT PRIVATE"},
    {OPT_PINNED, "pinned", NULL, "key: print the pinned text that is hashed into the key"},
    ZK_WORK_OPTIONS,
    {0},
};

/* A file with its parameters and key. */
typedef struct session {
    uint8_t digest[32]; /* of the text, which holds the witness: hedges the blinds */
    zk_work work;
    zk_plk plk;
    zk_params params;
    zk_vk vk;
} session;

static zkml_status read_file(session *s, const char *path, zkml_error *err)
{
    zk_buf text;
    ZK_TRY(zk_file_read(path, MAX_PLK_BYTES, &text, err));
    zk_digest(s->digest, "zkmlc-plk-text--", text.data, text.length);
    zkml_status status = zk_plk_read(&s->plk, path, (const char *)text.data, text.length, err);
    zk_buf_wipe(&text);
    return status;
}

static zkml_status open_file(session *s, const zk_args *args, zkml_error *err)
{
    memset(s, 0, sizeof *s);
    ZK_TRY(zk_work_start(&s->work, args, err));
    ZK_TRY(read_file(s, args->operands[1], err));
    ZK_TRY(zk_work_reserve(&s->work, zk_memory_prove(&s->plk.cs, NULL, s->plk.k), s->plk.k, NULL,
                           err));
    ZK_TRY(zk_work_params(&s->work, &s->params, s->plk.k, err));
    zk_meter_update(&s->work.meter, "key", 0, 0);
    zkml_status status = zk_plk_key(&s->vk, &s->plk, &s->params, err);
    zk_work_finish(&s->work);
    return status;
}

static void close_file(session *s)
{
    zk_work_finish(&s->work);
    zk_vk_free(&s->vk);
    zk_params_free(&s->params);
    zk_plk_free(&s->plk);
    sodium_memzero(s->digest, sizeof s->digest);
}

static zkml_status show_key(session *s, const zk_args *args, zkml_error *err)
{
    uint8_t bytes[32];
    if (zk_args_has(args, OPT_PINNED)) {
        zk_buf text = {0};
        zkml_status status = zk_vk_pinned(&s->vk, &text, err);
        if (status == ZKML_OK) {
            (void)fwrite(text.data, 1, text.length, stdout);
            putchar('\n');
        }
        zk_buf_free(&text);
        return status;
    }
    zk_fp_to_bytes(bytes, &s->vk.transcript_repr);
    printf("key: ");
    for (size_t i = 0; i < sizeof bytes; i++)
        printf("%02x", bytes[i]);
    printf("\nk = %u, degree %u, %zu usable rows\n", s->vk.k, s->vk.degree, s->vk.usable);
    return ZKML_OK;
}

static zkml_status choose_rng(zk_rng *rng, const session *s, const zk_args *args, zkml_error *err)
{
    long seed;
    ZK_TRY(zk_args_integer(args, OPT_SEED, 0, 0x7fffffff, -1, &seed, err));
    if (seed >= 0) {
        zk_cli_warn("--seed: the proof is NOT PRIVATE; anyone can compute its witness from it");
        zk_rng_init_splitmix64(rng, (uint64_t)seed);
        return ZKML_OK;
    }
    return zk_rng_init_secure(rng, s->digest, sizeof s->digest, err);
}

static zkml_status make_proof(session *s, const zk_args *args, zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    zk_rng rng;
    zk_buf proof = {0};
    if (path == NULL)
        return zk_fail(err, ZKML_USAGE, "plk prove: say where the proof goes with -o FILE");
    ZK_TRY(choose_rng(&rng, s, args, err));
    zkml_status status = zk_plk_prove(&s->plk, &s->vk, &s->params, &rng, &proof, NULL, NULL, err);
    zk_rng_wipe(&rng);
    if (status == ZKML_OK)
        status = zk_plk_verify(&s->plk, &s->vk, &s->params, proof.data, proof.length, NULL, NULL,
                               err);
    if (status == ZKML_INVALID)
        (void)zk_fail_context(err, "the witness does not satisfy the constraints");
    if (status == ZKML_OK)
        status = zk_file_write(path, proof.data, proof.length, ZK_FILE_PUBLIC, err);
    if (status == ZKML_OK)
        zk_work_say(&s->work, "proof of %zu bytes -> %s", proof.length, path);
    zk_buf_free(&proof);
    return status;
}

static zkml_status check_proof(session *s, const char *path, zkml_error *err)
{
    zk_buf proof;
    ZK_TRY(zk_file_read(path, ZK_MAX_PROOF_BYTES, &proof, err));
    zkml_status status =
        zk_plk_verify(&s->plk, &s->vk, &s->params, proof.data, proof.length, NULL, NULL, err);
    zk_buf_free(&proof);
    if (status != ZKML_OK)
        (void)zk_fail_context(err, "%s", path);
    else if (!s->work.quiet)
        printf("proof: valid\n");
    return status;
}

static zkml_status dispatch(session *s, const zk_args *args, const char *verb, zkml_error *err)
{
    if (strcmp(verb, "key") == 0)
        return show_key(s, args, err);
    if (strcmp(verb, "prove") == 0)
        return make_proof(s, args, err);
    return check_proof(s, args->operands[2], err);
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    const char *verb = args->operands[0];
    bool verify = strcmp(verb, "verify") == 0;
    session s;
    if (!verify && strcmp(verb, "key") != 0 && strcmp(verb, "prove") != 0) {
        (void)zk_fail(&err, ZKML_USAGE, "plk: `%s` is none of key, prove, verify", verb);
        return zk_cli_fail(&err);
    }
    if (args->operand_count != (verify ? 3 : 2)) {
        (void)zk_fail(&err, ZKML_USAGE, "usage: zkml plk %s FILE.plk%s", verb,
                      verify ? " PROOF" : "");
        return zk_cli_fail(&err);
    }
    zkml_status status = open_file(&s, args, &err);
    if (status == ZKML_OK)
        status = dispatch(&s, args, verb, &err);
    close_file(&s);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_plk = {
    "plk", run,
    {"zkml plk",
     "key FILE.plk [--pinned]\n       zkml plk prove FILE.plk -o PROOF\n"
     "       zkml plk verify FILE.plk PROOF",
     "Key, proof or verification of a constraint system in text form.", options, 2, 3}};
