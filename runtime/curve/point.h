/* point.h - Vesta and Pallas, y^2 = x^3 + 5, cofactor 1.
 *
 *   Vesta   coordinates in Fq, scalars in Fp: the commitments of our proofs
 *   Pallas  coordinates in Fp, scalars in Fq
 *
 * Made from one template (point_template.h). Affine points have the identity as (0, 0), which is
 * not on the curve; `zk_vesta` is a point in extended Jacobian or Jacobian form, the identity has
 * z = 0. Functions here are variable time.
 */
#ifndef ZK_CURVE_POINT_H
#define ZK_CURVE_POINT_H

#include "runtime/field/field.h"

typedef struct zk_vesta_affine {
    zk_fq x, y;
} zk_vesta_affine;

typedef struct zk_vesta {
    zk_fq x, y, z;
} zk_vesta;

typedef struct zk_pallas_affine {
    zk_fp x, y;
} zk_pallas_affine;

typedef struct zk_pallas {
    zk_fp x, y, z;
} zk_pallas;

/* C: curve, S: scalar field. */
#define ZK_DECLARE_CURVE(C, S)                                                                     \
    extern const zk_##C##_affine zk_##C##_generator; /* (-1, 2) */                                 \
    void zk_##C##_identity(zk_##C *r);                                                             \
    bool zk_##C##_is_identity(const zk_##C *a);                                                    \
    bool zk_##C##_affine_is_identity(const zk_##C##_affine *a);                                    \
    bool zk_##C##_affine_equal(const zk_##C##_affine *a, const zk_##C##_affine *b);                \
    bool zk_##C##_equal(const zk_##C *a, const zk_##C *b);                                         \
    bool zk_##C##_on_curve(const zk_##C##_affine *a);                                              \
    void zk_##C##_from_affine(zk_##C *r, const zk_##C##_affine *a);                                \
    void zk_##C##_to_affine(zk_##C##_affine *r, const zk_##C *a);                                  \
    /* One inversion for all; identities allowed. */                                               \
    void zk_##C##_batch_to_affine(zk_##C##_affine *r, const zk_##C *a, size_t n);                  \
    void zk_##C##_neg(zk_##C *r, const zk_##C *a);                                                 \
    void zk_##C##_affine_neg(zk_##C##_affine *r, const zk_##C##_affine *a);                        \
    void zk_##C##_double(zk_##C *r, const zk_##C *a);                                              \
    void zk_##C##_add(zk_##C *r, const zk_##C *a, const zk_##C *b);                                \
    void zk_##C##_add_affine(zk_##C *r, const zk_##C *a, const zk_##C##_affine *b);                \
    void zk_##C##_mul(zk_##C *r, const zk_##C##_affine *a, const zk_##S *scalar);                  \
    /* r[i] = [scalars[i stride]] a[i], i < n; stride 0 is one scalar for all. */                  \
    void zk_##C##_mul_many(zk_##C *r, const zk_##C##_affine *a, const zk_##S *scalars,             \
                           size_t stride, size_t n);                                               \
    /* sum [scalars[i]] a[i] for a few dozen points; see poly/msm.h for more. */                   \
    void zk_##C##_mul_sum(zk_##C *r, const zk_##C##_affine *a, const zk_##S *scalars, size_t n);   \
    /* 32 bytes: x little-endian, top bit = y odd; identity = 32 zero bytes. Reading is strict:    \
     * false for x >= modulus, for an x without a point, and for the identity with the sign bit.   \
     * The identity itself decodes; callers that must refuse it check. */                          \
    void zk_##C##_to_bytes(uint8_t bytes[32], const zk_##C##_affine *a);                           \
    bool zk_##C##_from_bytes(zk_##C##_affine *r, const uint8_t bytes[32]);                         \
    /* Hash to curve with domain prefix `domain` (such as "Halo2-Parameters"). */                  \
    void zk_##C##_hash_to_curve(zk_##C##_affine *r, const char *domain, const uint8_t *message,    \
                                size_t length)

ZK_DECLARE_CURVE(vesta, fp);
ZK_DECLARE_CURVE(pallas, fq);

#endif
