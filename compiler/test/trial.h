/* trial.h - a circuit tried on inputs in every way there is, short of a proof.
 *
 * The tensor program is run by the reference interpreter; the program is lowered, written as a
 * circuit file and read again; its witness program is run, and the mock prover checks every
 * constraint. All have to agree: on the results, or that a constraint does not hold, and then
 * constraints have to refuse it, not the witness program alone.
 */
#ifndef ZC_TEST_TRIAL_H
#define ZC_TEST_TRIAL_H

#include "compiler/check/check.h"
#include "compiler/tir/interp.h"
#include "runtime/circuit/circuit.h"

/* The circuits of one session, each made once. */
typedef struct zc_trials {
    zc_session *session;
    struct zc_compiled *compiled;
} zc_trials;

void zc_trials_init(zc_trials *trials, zc_session *session);
void zc_trials_free(zc_trials *trials);

/* As zc_prover.try, with the trials as context. ZKML_INTERNAL: they do not agree. */
zkml_status zc_trials_try(void *trials, const zc_tir *tir, const zc_input *inputs, zc_trial *trial,
                          zkml_error *err) ZKML_NODISCARD;
/* The same with a circuit that is there already, which is the program's if all is well. */
zkml_status zc_trial_run(const zk_circuit *circuit, const zc_tir *tir, const zc_input *inputs,
                         zc_trial *trial, zkml_error *err) ZKML_NODISCARD;

#endif
