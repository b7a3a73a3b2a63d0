/* msm.h - multi-scalar multiplication sum_i [s_i] P_i on Vesta, bucket method with signed digits.
 *
 * Columns of small integers are a case of their own: a commitment to 8-bit values costs about one
 * point addition each, and so do field elements that are small or minus something small, with a
 * few long ones (blinding rows) among them. Scalars that are zero cost nothing. Inside a parallel
 * region a call stays on its thread. Variable time.
 */
#ifndef ZK_POLY_MSM_H
#define ZK_POLY_MSM_H

#include "runtime/base/error.h"
#include "runtime/curve/point.h"

/* n terms of a sum; one of `scalars` and `integers` is not NULL unless n is 0. */
typedef struct zk_msm_terms {
    const zk_vesta_affine *points;
    const zk_fp *scalars;
    const int64_t *integers;
    size_t n;
} zk_msm_terms;

/* The sum of all terms of all parts. The first part may be long; the points of others are copied
 * if need be. */
zkml_status zk_msm_parts(zk_vesta *r, const zk_msm_terms *parts, size_t count,
                         zkml_error *err) ZKML_NODISCARD;

zkml_status zk_msm(zk_vesta *r, const zk_vesta_affine *points, const zk_fp *scalars, size_t n,
                   zkml_error *err) ZKML_NODISCARD;
/* Signed 64-bit scalars; fast when they are small. */
zkml_status zk_msm_i64(zk_vesta *r, const zk_vesta_affine *points, const int64_t *scalars, size_t n,
                       zkml_error *err) ZKML_NODISCARD;

#endif
