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

/* A step of a linear combination: the sum is doubled, or a table entry is added to it or, if
 * negated, subtracted from it. */
typedef struct zk_point_step {
    bool doubling, negated, image; /* image: of the endomorphism, (zeta x, y) */
    uint8_t term, entry;           /* entry e of a term's table is 2 e + 1 times its point */
} zk_point_step;

#define ZK_COMBINE_TERMS 16 /* at most */
#define ZK_COMBINE_ENTRIES 4
#define ZK_COMBINE_BLOCK 1024

/* The steps for given scalars. The first one is no doubling; there is none when all are 0. */
typedef struct zk_combination {
    zk_point_step steps[(2 * ZK_COMBINE_TERMS + 1) * 129];
    size_t step_count, terms;
} zk_combination;

void zk_combination_plan(zk_combination *c, const zk_fp *scalars, size_t terms);

/* sum_runs and add_pairs return false when memory runs out. */
typedef struct zk_vesta_ops {
    const char *name;
    /* sums[i] = the sum of the numbered points of run i. The runs are sorted, longest first. */
    bool (*sum_runs)(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                     const zk_point_run *runs, size_t n);
    /* No number occurs twice. */
    bool (*add_pairs)(zk_vesta_affine *points, const zk_point_pair *pairs, size_t n);
    /* r_i = sum_t [scalar_t] points[t stride + i] for i < n <= ZK_COMBINE_BLOCK, with the steps
     * for these scalars, of which there is at least one. False, and r is as before, when equal or
     * opposite points meet or memory runs out: do it otherwise. r may be points. */
    bool (*combine)(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                    const zk_combination *c, size_t n);
} zk_vesta_ops;

/* The table that goes with zk_bulk(). */
const zk_vesta_ops *zk_vesta_batch(void);

/* r_i = sum_t [scalars[t]] points[t stride + i] for i < n <= stride and t < terms, at most
 * ZK_COMBINE_TERMS; on all threads of the calling team. Any points. r may be points. */
void zk_vesta_combine(zk_vesta_affine *r, const zk_vesta_affine *points, size_t stride,
                      const zk_fp *scalars, size_t terms, size_t n);

extern const zk_vesta_ops zk_vesta_ops_portable;

#if defined(__x86_64__) && defined(__GNUC__)
#define ZK_VESTA_HAS_IFMA 1
extern const zk_vesta_ops zk_vesta_ops_ifma;
#else
#define ZK_VESTA_HAS_IFMA 0
#endif

#endif
