#include "runtime/proof/challenges.h"

#include "runtime/proof/hash.h"

void zk_seed(uint8_t seed[ZK_SEED_BYTES], const zk_seed_input *input)
{
    zk_hash hash;
    const zk_instance_values *column = input->instances;
    zk_hash_start(&hash, "zkmlc-challenges");
    zk_hash_scalar(&hash, input->transcript_repr);
    zk_hash_bytes(&hash, input->circuit_digest, ZK_DIGEST_BYTES);
    zk_hash_u32(&hash, input->circuits);
    for (uint32_t c = 0; c < input->circuits; c++) {
        zk_hash_u32(&hash, input->instance_columns);
        for (uint32_t i = 0; i < input->instance_columns; i++, column++) {
            zk_hash_u64(&hash, column->count);
            for (size_t row = 0; row < column->count; row++)
                zk_hash_scalar(&hash, &column->values[row]);
        }
    }
    zk_hash_u32(&hash, input->files);
    zk_hash_bytes(&hash, input->file_digests, (size_t)input->files * ZK_DIGEST_BYTES);
    zk_hash_u32(&hash, input->phase0);
    for (uint32_t c = 0; c < input->circuits; c++)
        zk_hash_bytes(&hash, input->commitments + c * input->stride, (size_t)input->phase0 * 32);
    zk_hash_finish(&hash, seed);
}

void zk_base_challenges(zk_fp *chi, uint32_t count, const uint8_t seed[ZK_SEED_BYTES])
{
    for (uint32_t i = 0; i < count; i++) {
        zk_hash hash;
        zk_hash_start(&hash, "zkmlc-challenge-");
        zk_hash_bytes(&hash, seed, ZK_SEED_BYTES);
        zk_hash_u32(&hash, i);
        zk_hash_challenge(&hash, &chi[i]);
    }
}

void zk_monomial(zk_fp *r, const zk_fp *chi, const uint32_t *exponents, uint32_t count)
{
    zk_fp product = zk_fp_one, power;
    for (uint32_t i = 0; i < count; i++) {
        zk_fp_pow_u64(&power, &chi[i], exponents[i]);
        zk_fp_mul(&product, &product, &power);
    }
    *r = product;
}
