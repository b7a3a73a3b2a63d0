#include "runtime/halo2/rng.h"

#include <sodium.h>
#include <string.h>

/* The first 32 bytes of every block become the next key. */
static void refill(zk_rng *rng)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
    (void)crypto_stream_chacha20(rng->block, sizeof rng->block, nonce, rng->key);
    memcpy(rng->key, rng->block, sizeof rng->key);
    sodium_memzero(rng->block, sizeof rng->key);
    rng->used = sizeof rng->key;
}

/* What is handed out is erased from the block. */
static void fill_secure(zk_rng *rng, uint8_t *bytes, size_t length)
{
    while (length > 0) {
        if (rng->used == sizeof rng->block)
            refill(rng);
        size_t left = sizeof rng->block - rng->used, part = length < left ? length : left;
        memcpy(bytes, rng->block + rng->used, part);
        sodium_memzero(rng->block + rng->used, part);
        rng->used += part;
        bytes += part;
        length -= part;
    }
}

zkml_status zk_rng_init_secure(zk_rng *rng, const uint8_t *context, size_t length, zkml_error *err)
{
    static const unsigned char personal[16] = {'z', 'k', 'm', 'l', 'c', '-', 'b', 'l',
                                               'i', 'n', 'd', 's', '-', 'v', '1', 0};
    memset(rng, 0, sizeof *rng);
    if (sodium_init() < 0)
        return zk_fail(err, ZKML_INTERNAL, "libsodium cannot be initialised");
    uint8_t entropy[64];
    randombytes_buf(entropy, sizeof entropy);
    crypto_generichash_blake2b_state state;
    ZK_CHECK(crypto_generichash_blake2b_init_salt_personal(&state, NULL, 0, sizeof rng->key, NULL,
                                                           personal) == 0);
    (void)crypto_generichash_blake2b_update(&state, entropy, sizeof entropy);
    (void)crypto_generichash_blake2b_update(&state, context, length);
    (void)crypto_generichash_blake2b_final(&state, rng->key, sizeof rng->key);
    sodium_memzero(entropy, sizeof entropy);
    sodium_memzero(&state, sizeof state);
    rng->used = sizeof rng->block;
    rng->fill = fill_secure;
    return ZKML_OK;
}

static uint64_t next_splitmix64(zk_rng *rng)
{
    rng->seed += 0x9E3779B97F4A7C15U;
    uint64_t z = rng->seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* Words in little-endian order; length is a multiple of 8. */
static void fill_splitmix64(zk_rng *rng, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i += 8) {
        uint64_t word = next_splitmix64(rng);
        for (size_t j = 0; j < 8; j++)
            bytes[i + j] = (uint8_t)(word >> (8 * j));
    }
}

void zk_rng_init_splitmix64(zk_rng *rng, uint64_t seed)
{
    memset(rng, 0, sizeof *rng);
    rng->seed = seed;
    rng->fill = fill_splitmix64;
}

void zk_rng_wipe(zk_rng *rng)
{
    sodium_memzero(rng, sizeof *rng);
}

enum { SCALAR_BYTES = 64, SCALARS_AT_ONCE = 16 };

void zk_rng_scalars(zk_rng *rng, zk_fp *r, size_t n)
{
    uint8_t bytes[SCALARS_AT_ONCE * SCALAR_BYTES];
    for (size_t done = 0; done < n; done += SCALARS_AT_ONCE) {
        size_t count = n - done < SCALARS_AT_ONCE ? n - done : SCALARS_AT_ONCE;
        rng->fill(rng, bytes, count * SCALAR_BYTES);
        for (size_t i = 0; i < count; i++)
            zk_fp_from_uniform_bytes(&r[done + i], bytes + i * SCALAR_BYTES);
    }
    sodium_memzero(bytes, sizeof bytes);
    rng->draws += n;
}

void zk_rng_scalar(zk_rng *rng, zk_fp *r)
{
    zk_rng_scalars(rng, r, 1);
}
