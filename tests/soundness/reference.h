/* reference.h - a second, slow reading of compiled circuits: runs the witness program with GMP
 * integers, fills the columns, and checks every gate, look-up and copy from the constraint system.
 * It shares no code with runtime/witness and runtime/mock, and it can lie on purpose: one element
 * of one register is changed after it was computed, and all that follows is computed from it. */
#ifndef TESTS_SOUNDNESS_REFERENCE_H
#define TESTS_SOUNDNESS_REFERENCE_H

#include <gmp.h>

#include "runtime/witness/witness.h"

typedef enum reference_lie {
    REFERENCE_HONEST,
    REFERENCE_ADD, /* + value */
    REFERENCE_NEGATE,
    REFERENCE_SET, /* = value */
} reference_lie;

typedef struct reference_tamper {
    reference_lie lie;
    uint32_t reg;
    uint64_t element;
    mpz_t value;
} reference_tamper;

typedef struct reference_run {
    const zk_circuit *circuit;
    mpz_t **registers;
    bool stopped;    /* an ASSERT, RANGE or TABLE instruction refused; the run went on */
    zk_witness_failure failures[ZK_WITNESS_MAX_FAILURES]; /* the first ones */
    uint32_t failure_count;
    bool impossible; /* an instruction has no result (division by 0 after a lie) */
    zk_fp *advice;   /* column * n + row */
    zk_fp *instance;
    zk_fp *fixed;
    uint64_t n;
} reference_run;

/* `inputs`: the codes of all parameters, in order. `tamper` may be NULL. */
void reference_run_program(reference_run *run, const zk_circuit *circuit, const int64_t *inputs,
                           const reference_tamper *tamper);
/* True when all constraints hold; else `why` names one. Columns that follow from a challenge are
 * filled for a new one each time. */
bool reference_check(const reference_run *run, char *why, size_t why_size);
void reference_free(reference_run *run);

/* The run for the mock prover; it refers to the run. Free with zk_arena_free(&witness->arena). */
void reference_witness(zk_witness *witness, const reference_run *run);

#endif
