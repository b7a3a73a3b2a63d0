/* batch.h - many additions of affine Vesta points that share inversions, one table per backend.
 *
 * An affine addition needs the inverse of x2 - x1. Additions that do not depend on each other are
 * done together, with one inversion for all (Montgomery's trick): six multiplications each instead
 * of eleven in Jacobian form, and results that need no normalisation. The results of all backends
 * are the same. Variable time.
 *
 * No operand is the identity; a result may be. Equal and opposite points are allowed, but rare
 * ones are assumed: a batch that contains some is done again by a slow path.
 */
#ifndef ZK_CURVE_BATCH_H
#define ZK_CURVE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/curve/point.h"

/* In a list of point numbers: take minus this point. */
#define ZK_POINT_NEGATED UINT32_C(0x80000000)

/* The numbers ids[first] .. ids[first + count - 1]; count > 0. */
typedef struct zk_point_run {
    uint32_t first, count;
} zk_point_run;

/* points[to] += points[from] */
typedef struct zk_point_pair {
    uint32_t to, from;
} zk_point_pair;

/* The functions return false when memory runs out. */
typedef struct zk_vesta_ops {
    const char *name;
    /* sums[i] = the sum of the numbered points of run i. The runs are sorted, longest first. */
    bool (*sum_runs)(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                     const zk_point_run *runs, size_t n);
    /* No number occurs twice. */
    bool (*add_pairs)(zk_vesta_affine *points, const zk_point_pair *pairs, size_t n);
} zk_vesta_ops;

/* The table that goes with zk_bulk(). */
const zk_vesta_ops *zk_vesta_batch(void);

extern const zk_vesta_ops zk_vesta_ops_portable;

#if defined(__x86_64__) && defined(__GNUC__)
#define ZK_VESTA_HAS_IFMA 1
extern const zk_vesta_ops zk_vesta_ops_ifma;
#else
#define ZK_VESTA_HAS_IFMA 0
#endif

#endif
