/* bucket.h - the two sums of the bucket method, in batches of affine additions (curve/batch.h).
 *
 * Both return false when memory runs out. Lists may not contain identities; results may be.
 */
#ifndef ZK_POLY_BUCKET_H
#define ZK_POLY_BUCKET_H

#include "runtime/curve/batch.h"

/* sums[g] = sum of the points ids[start[g]] .. ids[start[g + 1] - 1], g < groups; an empty group
 * has the identity. start: groups + 1 offsets, ascending from 0. */
bool zk_bucket_sums(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                    const uint32_t *start, size_t groups);

/* For each window w, with its buckets B_i = buckets[w (2^bits + 1) + i], i <= 2^bits, B_0 = 0:
 *   sums[w (bits + 1) + b] = sum of all B_i whose number i has bit b,
 * so that sum i B_i = sum 2^b sums[b]. Takes 2^(bits + 1) additions. Overwrites the buckets. */
bool zk_bucket_bit_sums(zk_vesta_affine *sums, zk_vesta_affine *buckets, size_t windows,
                        unsigned bits);

#endif
