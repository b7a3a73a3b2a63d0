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

#endif
