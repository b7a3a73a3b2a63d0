/* opening.h - which polynomials are opened where, and in which order (HALO2.md 9 and 11).
 *
 * Everything here follows from the constraint system and the number of circuit instances. A point
 * is x omega^rotation and is known by its rotation modulo n. A polynomial's evaluations stand in
 * the proof in message order; `evaluation` numbers count along that order, and one more number,
 * `h_evaluation`, stands for h(x), which is not sent.
 */
#ifndef ZK_HALO2_OPENING_H
#define ZK_HALO2_OPENING_H

#include "runtime/halo2/keygen.h"

typedef enum zk_poly_kind {
    ZK_POLY_INSTANCE,
    ZK_POLY_ADVICE,
    ZK_POLY_PERMUTATION_Z,
    ZK_POLY_LOOKUP_Z,
    ZK_POLY_LOOKUP_INPUT,
    ZK_POLY_LOOKUP_TABLE,
    ZK_POLY_FIXED,
    ZK_POLY_SIGMA,
    ZK_POLY_H,
    ZK_POLY_RANDOM,
} zk_poly_kind;

/* Opened polynomials in order of first appearance; its evaluations, in the order of the points of
 * its set, are evaluations[first .. first + size of the set). */
typedef struct zk_opened_poly {
    zk_poly_kind kind;
    uint32_t circuit, index;
    uint32_t set;
    uint32_t first;
} zk_opened_poly;

typedef struct zk_point_set {
    uint32_t first, count; /* in set_points */
} zk_point_set;

typedef struct zk_opening_plan {
    uint32_t n_circuits;
    size_t n; /* rows */
    zk_opened_poly *polys;
    uint32_t *poly_evaluations; /* evaluation numbers */
    zk_point_set *sets;
    uint32_t *set_points; /* point numbers, ascending in each set */
    int32_t *rotations;   /* of the points */
    size_t n_polys, n_sets, n_points, n_poly_evaluations;
    size_t n_commitments; /* points in the proof before the evaluations */
    size_t n_evaluations; /* without h */
    uint32_t h_evaluation;
    /* first evaluation number of each part; the parts are laid out as in section 9 */
    size_t instance, advice, fixed, random, sigma, permutation, lookup;
    size_t permutation_stride, lookup_stride; /* per circuit */
} zk_opening_plan;

zkml_status zk_opening_plan_make(zk_opening_plan *plan, const zk_vk *vk, uint32_t n_circuits,
                                 zkml_error *err) ZKML_NODISCARD;
void zk_opening_plan_free(zk_opening_plan *plan);

/* points[i] = x omega^rotation_i, n_points of them. */
void zk_opening_points(const zk_opening_plan *plan, const zk_vk *vk, const zk_fp *x, zk_fp *points);

/* Bytes of a proof. */
size_t zk_opening_proof_length(const zk_opening_plan *plan, const zk_vk *vk);

#endif
