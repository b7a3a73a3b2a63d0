/* check.h - from syntax trees to tensor programs.
 *
 * The checker interprets the syntax tree abstractly: functions are instantiated at each call,
 * shapes and index expressions are computed, every value gets its range and scale, and each
 * circuit becomes one zc_tir. Mistakes in the program go to session->diags; the statuses
 * returned here tell about memory alone.
 *
 *     zc_checker *checker;
 *     ZK_TRY(zc_checker_new(&checker, session, program, err));      names, constants, tables
 *     ZK_TRY(zc_elaborate_circuit(checker, NULL, &tir, err));       NULL tir: there were errors
 *     ...
 *     zc_tir_free(tir);
 *     zc_checker_free(checker);
 */
#ifndef ZC_CHECK_CHECK_H
#define ZC_CHECK_CHECK_H

#include "compiler/front/front.h"
#include "compiler/tir/tir.h"

typedef struct zc_checker zc_checker;
struct zc_input; /* tir/interp.h */

/* Resolves all names of the program, and evaluates its constants and tables. The session (whose
 * arena holds the results) and the program outlive the checker. *checker is set whenever the
 * status is ZKML_OK, also when diagnostics were reported. */
zkml_status zc_checker_new(zc_checker **checker, zc_session *session, const zc_program *program,
                           zkml_error *err) ZKML_NODISCARD;
void zc_checker_free(zc_checker *checker); /* NULL is ignored */

/* The circuits of the root file, in order; *count may be 0. */
const zc_decl *const *zc_checker_circuits(const zc_checker *checker, size_t *count);

/* Elaborates the circuit of the root file with this name (NULL: the only one). *tir is NULL when
 * the program has errors; otherwise it is verified, lives in the session's arena and is released
 * by zc_tir_free. */
zkml_status zc_elaborate_circuit(zc_checker *checker, const char *name, zc_tir **tir,
                                 zkml_error *err) ZKML_NODISCARD;

/* ---- tests ---- */

/* A circuit tried on inputs: what it gives, or the constraint that does not hold. */
typedef struct zc_trial {
    zk_arena *arena;   /* holds what is below */
    int64_t **results; /* codes of each result; NULL: a constraint fails */
    zc_node_id node;   /* which: an ASSERT or a CHECK, */
    uint64_t element;  /* and where */
    const char *notes; /* about its values, lines without the last end; NULL: none */
} zc_trial;

/* Who tries circuits. ZKML_INVALID: the circuit cannot be made, session->diags says why; other
 * statuses end the tests. The same circuit always comes as the same `tir`. */
typedef struct zc_prover {
    void *context;
    zkml_status (*try)(void *context, const zc_tir *tir, const struct zc_input *inputs,
                       zc_trial *trial, zkml_error *err);
} zc_prover;

typedef enum zc_verdict {
    ZC_TEST_PASSED,
    ZC_TEST_FAILED,  /* `faults` says why */
    ZC_TEST_INVALID, /* it cannot be run; session->diags says why, about a circuit only once */
} zc_verdict;

/* Runs a test of the root file: its statements one after another, until one fails. What fails and
 * why is one diagnostic of `faults`, which is empty before. The session has no errors. */
zkml_status zc_check_test(zc_checker *checker, const zc_decl *test, const zc_prover *prover,
                          zc_diags *faults, zc_verdict *verdict, zkml_error *err) ZKML_NODISCARD;

#endif
