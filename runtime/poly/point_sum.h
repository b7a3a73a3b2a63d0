/* point_sum.h - sums of multiples of points that must all be the identity, checked together.
 *
 * A verifier ends with equations sum [f_i] P_i = 0. Equations are added one after the other, each
 * times a weight of its own; one multi-scalar multiplication tells whether all of them hold. With
 * weights that whoever chose the points could not know (zk_point_sum_weigh), a sum of equations of
 * which one is wrong is the identity with probability 1/p. A single equation needs no weight.
 *
 * Terms of the generators G_i are kept in one array of n factors, however many equations use them.
 */
#ifndef ZK_POLY_POINT_SUM_H
#define ZK_POLY_POINT_SUM_H

#include "runtime/poly/params.h"

typedef struct zk_point_sum {
    const zk_params *params;
    zk_fp weight;     /* of the equation that is being added; 1 at first */
    zk_fp *g_factors; /* n, or NULL as long as there are none */
    zk_vesta_affine *points;
    zk_fp *factors;
    size_t count, cap_points, cap_factors;
    bool failed;      /* out of memory: zk_point_sum_check says so */
} zk_point_sum;

void zk_point_sum_init(zk_point_sum *sum, const zk_params *params);
void zk_point_sum_free(zk_point_sum *sum);
/* Begins the next equation with a weight from the operating system. */
void zk_point_sum_weigh(zk_point_sum *sum);
/* Adds [factor] point to the current equation. */
void zk_point_sum_add(zk_point_sum *sum, const zk_vesta_affine *point, const zk_fp *factor);
/* Adds sum [factors[i]] G_i, i < n of the parameters. */
void zk_point_sum_add_g(zk_point_sum *sum, const zk_fp *factors);
/* ZKML_INVALID and `message` when the sum is not the identity. */
zkml_status zk_point_sum_check(const zk_point_sum *sum, const char *message,
                               zkml_error *err) ZKML_NODISCARD;

#endif
