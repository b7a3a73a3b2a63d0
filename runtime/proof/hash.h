/* hash.h - BLAKE2b-512 with a personalisation, over integers, field elements and points.
 *
 * Integers are little-endian, field elements canonical, points compressed. Every personalisation
 * has 16 characters; it keeps the hashes of different purposes apart.
 */
#ifndef ZK_PROOF_HASH_H
#define ZK_PROOF_HASH_H

#include <sodium.h>

#include "runtime/curve/point.h"

typedef crypto_generichash_blake2b_state zk_hash;

enum { ZK_HASH_BYTES = 64 };

void zk_hash_start(zk_hash *hash, const char *personal);
void zk_hash_bytes(zk_hash *hash, const void *bytes, size_t length);
void zk_hash_u32(zk_hash *hash, uint32_t value);
void zk_hash_u64(zk_hash *hash, uint64_t value);
void zk_hash_scalar(zk_hash *hash, const zk_fp *value);
void zk_hash_point(zk_hash *hash, const zk_vesta_affine *point);
void zk_hash_finish(zk_hash *hash, uint8_t digest[ZK_HASH_BYTES]);
/* The digest, reduced to a field element. */
void zk_hash_challenge(zk_hash *hash, zk_fp *challenge);

#endif
