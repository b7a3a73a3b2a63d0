/* keygen.h - verifying and proving keys.
 *
 * A verifying key is the constraint system plus the commitments of the fixed columns and of the
 * permutation's sigma columns (all with blind 1) and the hash of its pinned text, which the
 * transcript starts with. A proving key adds values and coefficients of those columns. Both refer
 * to the constraint system, which must outlive them and not change.
 *
 * Selectors: zk_cs_compress_selectors replaces them by fixed columns first; keys are made from
 * systems without selectors or with compressed ones.
 */
#ifndef ZK_HALO2_KEYGEN_H
#define ZK_HALO2_KEYGEN_H

#include "runtime/base/buf.h"
#include "runtime/halo2/column.h"
#include "runtime/halo2/constraint_system.h"
#include "runtime/poly/fft.h"

/* One copy constraint; both columns have equality, both rows are usable. */
typedef struct zk_copy {
    zk_column_ref left, right;
    uint32_t left_row, right_row;
} zk_copy;

/* Contents of a circuit: what the key depends on besides the constraint system. The order of the
 * copies decides sigma. */
typedef struct zk_keygen_input {
    const zk_column *fixed; /* n_fixed, of at most n rows */
    const zk_copy *copies;
    size_t n_copies;
} zk_keygen_input;

typedef struct zk_vk {
    const zk_constraint_system *cs;
    uint32_t k;
    size_t n;
    uint32_t degree;           /* the quotient has degree - 1 pieces */
    uint32_t blinding_factors; /* bf */
    size_t usable;             /* u = n - bf - 1, the index of the "last" row */
    zk_fp omega, omega_inv;
    zk_vesta_affine *fixed_commitments; /* n_fixed */
    zk_vesta_affine *sigma_commitments; /* n_permutation */
    zk_fp transcript_repr;
} zk_vk;

typedef struct zk_pk {
    const zk_vk *vk;
    zk_domain domain;
    zk_fp *fixed_values, *fixed_coefficients; /* n_fixed * n */
    zk_fp *sigma_values, *sigma_coefficients; /* n_permutation * n */
    zk_fp *l0, *l_last, *l_active;            /* coefficients, n each */
} zk_pk;

/* Replaces the selectors by fixed columns. active[s] holds n = 2^k flags. The values of the new
 * columns (n each, appended after the existing n_fixed) are returned in *columns, to be freed by
 * the caller; *count is their number. */
zkml_status zk_cs_compress_selectors(zk_constraint_system *cs, uint32_t k,
                                     const uint8_t *const *active, int64_t **columns, size_t *count,
                                     zkml_error *err) ZKML_NODISCARD;

zkml_status zk_vk_generate(zk_vk *vk, const zk_constraint_system *cs, const zk_params *params,
                           const zk_keygen_input *input, zkml_error *err) ZKML_NODISCARD;
/* From stored commitments (copied); the hash is computed, never read. */
zkml_status zk_vk_from_commitments(zk_vk *vk, const zk_constraint_system *cs, uint32_t k,
                                   const zk_vesta_affine *fixed, const zk_vesta_affine *sigma,
                                   zkml_error *err) ZKML_NODISCARD;
void zk_vk_free(zk_vk *vk);

/* The vk must have been made from the same contents; it outlives the pk. */
zkml_status zk_pk_generate(zk_pk *pk, const zk_vk *vk, const zk_keygen_input *input,
                           zkml_error *err) ZKML_NODISCARD;
void zk_pk_free(zk_pk *pk);

/* The one-line Debug text of halo2's pinned verifying key. */
zkml_status zk_vk_pinned(const zk_vk *vk, zk_buf *text, zkml_error *err) ZKML_NODISCARD;

/* sigma_j(omega^i) for all permutation columns, n_permutation * n values. */
zkml_status zk_permutation_sigma(const zk_constraint_system *cs, const zk_domain *domain,
                                 const zk_copy *copies, size_t n_copies, zk_fp *sigma,
                                 zkml_error *err) ZKML_NODISCARD;

#endif
