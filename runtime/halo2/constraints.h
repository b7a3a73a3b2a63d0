/* constraints.h - the list of polynomials that must vanish, built once for prover and verifier.
 *
 * zk_constraints_program turns HALO2.md section 10 into one program whose only output is the sum
 * of all constraints, Horner in y. The prover runs it over cosets; zk_constraints_at runs it on
 * the claimed evaluations at x.
 */
#ifndef ZK_HALO2_CONSTRAINTS_H
#define ZK_HALO2_CONSTRAINTS_H

#include "runtime/halo2/keygen.h"
#include "runtime/halo2/opening.h"
#include "runtime/halo2/program.h"

typedef struct zk_challenges {
    zk_fp theta, beta, gamma, y;
} zk_challenges;

/* `constants` has an entry for each advice column: NULL, or the value that the column has on every
 * row, which then takes the column's place in the program. It may be NULL altogether. */
zkml_status zk_constraints_program(zk_program *p, const zk_vk *vk, uint32_t n_circuits,
                                   const zk_challenges *challenges, const zk_fp *const *constants,
                                   zkml_error *err) ZKML_NODISCARD;

/* Two outputs: the inputs and the tables of one look-up, compressed with theta. */
zkml_status zk_lookup_program(zk_program *p, const zk_constraint_system *cs, size_t lookup,
                              const zk_fp *theta, const zk_fp *const *constants,
                              zkml_error *err) ZKML_NODISCARD;
/* One output for each expression of the system. */
zkml_status zk_expressions_program(zk_program *p, const zk_constraint_system *cs,
                                   const zk_expr_id *exprs, size_t count,
                                   const zk_fp *const *constants, zkml_error *err) ZKML_NODISCARD;

/* *result = h(x) as the evaluations claim it. ZKML_INVALID when x is 0 or in the domain. */
zkml_status zk_constraints_at(zk_fp *result, const zk_vk *vk, const zk_opening_plan *plan,
                              const zk_challenges *challenges, const zk_fp *x,
                              const zk_fp *evaluations, zkml_error *err) ZKML_NODISCARD;

#endif
