/* bucket.h - sums of many groups of points with affine additions that share inversions.
 *
 * An affine addition needs the inverse of x2 - x1. All pairs of one round are independent, so one
 * inversion serves a batch (Montgomery's trick): about six multiplications an addition instead of
 * eleven. Each round halves every group. Equal, opposite and identity points are allowed.
 */
#ifndef ZK_POLY_BUCKET_H
#define ZK_POLY_BUCKET_H

#include "runtime/curve/point.h"

/* In a list of point numbers: take minus this point. */
#define ZK_BUCKET_NEGATED UINT32_C(0x80000000)

/* sums[g] = sum of the points ids[start[g]] .. ids[start[g + 1] - 1], g < groups. The start array
 * (groups + 1 offsets, ascending from 0) is overwritten. False when memory runs out. */
bool zk_bucket_sums(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                    size_t *start, size_t groups);

/* *r = sum (i + 1) buckets[i], i < count. False when memory runs out. */
bool zk_bucket_weighted_sum(zk_vesta *r, const zk_vesta_affine *buckets, size_t count);

#endif
