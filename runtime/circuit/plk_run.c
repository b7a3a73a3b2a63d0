#include "runtime/circuit/plk_run.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

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
    zk_instance_values *values = calloc((size_t)plk->cs.n_instance + 1, sizeof *values);
    if (values == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the verification");
    for (uint32_t i = 0; i < plk->cs.n_instance; i++)
        values[i] = (zk_instance_values){plk->instance + i * plk->n, plk->instance_counts[i]};
    zkml_status status = zk_verify(vk, params, 1, values, proof, length, hook, hook_context, err);
    free(values);
    return status;
}
