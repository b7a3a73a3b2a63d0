/* prover.h - makes halo2 proofs: HALO2.md sections 9 to 12.
 *
 *     zk_prover prover;
 *     ZK_TRY(zk_prover_init(&prover, pk, params, rng, err));
 *     zk_prover_draw_advice(&prover, n_advice, columns);
 *     ZK_TRY(zk_prover_commit_advice(&prover, 0, m, columns, err));      as often as wanted:
 *     ...                                   challenges may be derived from prover.advice_points
 *     ZK_TRY(zk_prover_commit_advice(&prover, m, n_advice - m, columns + m, err));
 *     ZK_TRY(zk_prover_finish(&prover, instances, &proof, NULL, NULL, err));
 *     zk_prover_free(&prover);
 *
 * All randomness comes from `rng`, in the order of HALO2.md section 15. Everything the prover
 * holds is wiped in the end.
 * A witness that breaks a look-up is noticed (ZKML_INVALID); one that breaks a gate or a copy gives
 * a proof that does not verify, so callers verify what they made.
 */
#ifndef ZK_HALO2_PROVER_H
#define ZK_HALO2_PROVER_H

#include "runtime/base/arena.h"
#include "runtime/halo2/opening.h"
#include "runtime/halo2/rng.h"
#include "runtime/halo2/transcript.h"
#include "runtime/halo2/verifier.h"

/* One look-up: A' and S', then their product, as coefficients. */
typedef struct zk_prover_lookup {
    zk_fp *input, *table;     /* compressed, values on n rows */
    zk_fp *permuted_input, *permuted_table, *product;
    zk_fp input_blind, table_blind, product_blind;
} zk_prover_lookup;

typedef struct zk_prover {
    const zk_pk *pk;
    const zk_params *params;
    zk_rng *rng;
    zk_arena arena; /* owns every array below */
    size_t n, usable;
    uint32_t blinding_factors, advice_drawn, advice_done;
    zk_fp *advice_values, *advice_coefficients; /* n_advice * n */
    zk_fp *advice_blinds;
    const zk_fp **advice_constants;             /* n_advice: NULL, or the value of all rows; the
                                                 * column's values are then left 0 */
    zk_vesta_affine *advice_points;             /* of the first advice_done columns */
    zk_fp *instance_values, *instance_coefficients;
    zk_prover_lookup *lookups;
    zk_fp *permutation_values;                  /* products * n: values, then coefficients */
    zk_fp *permutation_blinds;
    zk_fp *random, random_blind;                /* n coefficients */
    zk_fp *quotient, *quotient_blinds;          /* (degree - 1) * n coefficients */
    zk_fp *h, h_blind;                          /* the pieces folded at x */
} zk_prover;

zkml_status zk_prover_init(zk_prover *prover, const zk_pk *pk, const zk_params *params, zk_rng *rng,
                           zkml_error *err) ZKML_NODISCARD;
/* Draws the blind rows of the next `count` columns, then their blinds. Constant and bare columns
 * draw nothing; `columns` may be NULL when there are none. */
void zk_prover_draw_advice(zk_prover *prover, uint32_t count, const zk_column *columns);
/* Columns first .. first + count - 1, in order: first is the number committed so far, and their
 * randomness has been drawn. Each has at most `usable` values. A constant column costs no
 * transform: its polynomial is its value, and so is it in gates and look-ups. The values may be
 * those of advice_values already, `usable` of them. */
zkml_status zk_prover_commit_advice(zk_prover *prover, uint32_t first, uint32_t count,
                                    const zk_column *columns, zkml_error *err) ZKML_NODISCARD;
/* Appends the proof to `proof`. The hook is for tests (transcript.h). */
zkml_status zk_prover_finish(zk_prover *prover, const zk_instance_values *instances, zk_buf *proof,
                             zk_transcript_hook hook, void *hook_context,
                             zkml_error *err) ZKML_NODISCARD;
void zk_prover_free(zk_prover *prover);

#endif
