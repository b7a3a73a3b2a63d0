#include "runtime/proof/hash.h"

#include <string.h>

#include "runtime/base/error.h"

void zk_hash_start(zk_hash *hash, const char *personal)
{
    ZK_CHECK(strlen(personal) == crypto_generichash_blake2b_PERSONALBYTES);
    ZK_CHECK(crypto_generichash_blake2b_init_salt_personal(
                 hash, NULL, 0, ZK_HASH_BYTES, NULL, (const unsigned char *)personal) == 0);
}

void zk_hash_bytes(zk_hash *hash, const void *bytes, size_t length)
{
    (void)crypto_generichash_blake2b_update(hash, bytes, length);
}

void zk_hash_u32(zk_hash *hash, uint32_t value)
{
    uint8_t bytes[4];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    zk_hash_bytes(hash, bytes, sizeof bytes);
}

void zk_hash_u64(zk_hash *hash, uint64_t value)
{
    zk_hash_u32(hash, (uint32_t)value);
    zk_hash_u32(hash, (uint32_t)(value >> 32));
}

void zk_hash_scalar(zk_hash *hash, const zk_fp *value)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, value);
    zk_hash_bytes(hash, bytes, sizeof bytes);
}

void zk_hash_point(zk_hash *hash, const zk_vesta_affine *point)
{
    uint8_t bytes[32];
    zk_vesta_to_bytes(bytes, point);
    zk_hash_bytes(hash, bytes, sizeof bytes);
}

void zk_hash_finish(zk_hash *hash, uint8_t digest[ZK_HASH_BYTES])
{
    (void)crypto_generichash_blake2b_final(hash, digest, ZK_HASH_BYTES);
}

void zk_hash_challenge(zk_hash *hash, zk_fp *challenge)
{
    uint8_t digest[ZK_HASH_BYTES];
    zk_hash_finish(hash, digest);
    zk_fp_from_uniform_bytes(challenge, digest);
}
