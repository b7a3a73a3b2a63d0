#include "runtime/circuit/plk_run.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/prover.h"
#include "runtime/halo2/verifier.h"

zkml_status zk_plk_key(zk_vk *vk, const zk_plk *plk, const zk_params *params, zkml_error *err)
{
    zk_column *columns = calloc((size_t)plk->cs.n_fixed + 1, sizeof *columns);
    if (columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the key");
    zk_keygen_input contents = zk_plk_contents(plk, columns);
    zkml_status status = zk_vk_generate(vk, &plk->cs, params, &contents, err);
    free(columns);
    return status;
}

static void absorb(crypto_generichash_blake2b_state *state, const void *bytes, size_t length)
{
    (void)crypto_generichash_blake2b_update(state, bytes, length);
}

static void absorb_scalar(crypto_generichash_blake2b_state *state, const zk_fp *value)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, value);
    absorb(state, bytes, sizeof bytes);
}

/* BLAKE2b-512("Ext-Challenge-v1"; key hash || per instance column but the challenge's: u64 count,
 * values || commitments || 00) */
void zk_plk_challenge_value(zk_fp *value, const zk_plk *plk, const zk_vk *vk,
                            const uint8_t *commitments)
{
    static const unsigned char personal[16] = {'E', 'x', 't', '-', 'C', 'h', 'a', 'l',
                                               'l', 'e', 'n', 'g', 'e', '-', 'v', '1'};
    crypto_generichash_blake2b_state state;
    uint8_t digest[64], zero = 0;
    (void)crypto_generichash_blake2b_init_salt_personal(&state, NULL, 0, sizeof digest, NULL,
                                                        personal);
    absorb_scalar(&state, &vk->transcript_repr);
    for (uint32_t i = 0; i < plk->cs.n_instance; i++) {
        uint8_t count[8];
        if (i == plk->challenge.instance)
            continue;
        for (size_t b = 0; b < sizeof count; b++)
            count[b] = (uint8_t)((uint64_t)plk->instance_counts[i] >> (8 * b));
        absorb(&state, count, sizeof count);
        for (size_t row = 0; row < plk->instance_counts[i]; row++)
            absorb_scalar(&state, &plk->instance[i * plk->n + row]);
    }
    absorb(&state, commitments, 32 * (size_t)plk->challenge.phase0);
    absorb(&state, &zero, 1);
    (void)crypto_generichash_blake2b_final(&state, digest, sizeof digest);
    zk_fp_from_uniform_bytes(value, digest);
}

/* Heap array with one entry for each instance column. */
static zk_instance_values *instance_values(const zk_plk *plk, zkml_error *err)
{
    zk_instance_values *values = calloc((size_t)plk->cs.n_instance + 1, sizeof *values);
    if (values == NULL)
        (void)zk_fail(err, ZKML_LIMIT, "out of memory for the public values");
    for (uint32_t i = 0; values != NULL && i < plk->cs.n_instance; i++)
        values[i] = (zk_instance_values){plk->instance + i * plk->n, plk->instance_counts[i]};
    return values;
}

zkml_status zk_plk_verify(zk_plk *plk, const zk_vk *vk, const zk_params *params,
                          const uint8_t *proof, size_t length, zk_transcript_hook hook,
                          void *hook_context, zkml_error *err)
{
    const zk_plk_challenge *challenge = &plk->challenge;
    if (challenge->present) {
        if (length < 32 * (size_t)challenge->phase0)
            return zk_fail(err, ZKML_MALFORMED, "the proof ends within its first commitments");
        zk_plk_challenge_value(&plk->instance[challenge->instance * plk->n + challenge->row], plk,
                               vk, proof);
    }
    zk_instance_values *values = instance_values(plk, err);
    if (values == NULL)
        return ZKML_LIMIT;
    zkml_status status = zk_verify(vk, params, 1, values, proof, length, hook, hook_context, err);
    free(values);
    return status;
}

/* The advice columns first .. first + count - 1, computed and committed. */
static zkml_status commit_columns(const zk_plk *plk, zk_prover *prover, zk_fp *advice,
                                  uint32_t first, uint32_t count, zkml_error *err)
{
    ZK_TRY(zk_plk_witness(plk, first, count, advice, err));
    zk_column *columns = calloc((size_t)count + 1, sizeof *columns);
    if (columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    for (uint32_t i = 0; i < count; i++)
        columns[i] = (zk_column){.type = ZK_COLUMN_FP, .length = prover->usable,
                                 .u.fp = advice + (first + i) * plk->n};
    zkml_status status = zk_prover_commit_advice(prover, first, count, columns, err);
    free(columns);
    return status;
}

static void set_challenge(zk_plk *plk, const zk_vk *vk, const zk_vesta_affine *points,
                          uint8_t *bytes)
{
    const zk_plk_challenge *c = &plk->challenge;
    for (uint32_t i = 0; i < c->phase0; i++)
        zk_vesta_to_bytes(bytes + 32 * (size_t)i, &points[i]);
    zk_plk_challenge_value(&plk->instance[c->instance * plk->n + c->row], plk, vk, bytes);
}

static zkml_status run_prover(zk_plk *plk, zk_prover *prover, zk_fp *advice, zk_buf *proof,
                              zk_transcript_hook hook, void *hook_context, zkml_error *err)
{
    uint32_t phase0 = plk->challenge.present ? plk->challenge.phase0 : 0;
    uint8_t *bytes = malloc(32 * ((size_t)phase0 + 1));
    if (bytes == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    zkml_status status = ZKML_OK;
    zk_prover_draw_advice(prover, plk->cs.n_advice, NULL);
    if (plk->challenge.present)
        status = commit_columns(plk, prover, advice, 0, phase0, err);
    if (status == ZKML_OK && plk->challenge.present)
        set_challenge(plk, prover->pk->vk, prover->advice_points, bytes);
    free(bytes);
    if (status == ZKML_OK)
        status = commit_columns(plk, prover, advice, phase0, plk->cs.n_advice - phase0, err);
    zk_instance_values *values = status == ZKML_OK ? instance_values(plk, err) : NULL;
    if (status == ZKML_OK)
        status = values == NULL ? ZKML_LIMIT
                                : zk_prover_finish(prover, values, proof, hook, hook_context, err);
    free(values);
    return status;
}

static zkml_status prove_with(zk_plk *plk, const zk_pk *pk, const zk_params *params, zk_rng *rng,
                              zk_buf *proof, zk_transcript_hook hook, void *hook_context,
                              zkml_error *err)
{
    size_t cells = ((size_t)plk->cs.n_advice + 1) * plk->n;
    zk_fp *advice = calloc(cells, sizeof *advice);
    if (advice == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the witness");
    zk_prover prover;
    zkml_status status = zk_prover_init(&prover, pk, params, rng, err);
    if (status == ZKML_OK)
        status = run_prover(plk, &prover, advice, proof, hook, hook_context, err);
    zk_prover_free(&prover);
    sodium_memzero(advice, cells * sizeof *advice);
    free(advice);
    return status;
}

zkml_status zk_plk_prove(zk_plk *plk, const zk_vk *vk, const zk_params *params, zk_rng *rng,
                         zk_buf *proof, zk_transcript_hook hook, void *hook_context,
                         zkml_error *err)
{
    zk_column *columns = calloc((size_t)plk->cs.n_fixed + 1, sizeof *columns);
    if (columns == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the key");
    zk_keygen_input contents = zk_plk_contents(plk, columns);
    zk_pk pk;
    zkml_status status = zk_pk_generate(&pk, vk, &contents, err);
    free(columns);
    if (status != ZKML_OK)
        return status;
    status = prove_with(plk, &pk, params, rng, proof, hook, hook_context, err);
    zk_pk_free(&pk);
    return status;
}
