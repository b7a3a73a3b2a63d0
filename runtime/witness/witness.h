/* witness.h - runs a circuit's witness program: input codes in, cells out.
 *
 *   zk_witness_run      registers: every tensor of the program, as integers
 *   zk_witness_assign   advice columns and instance values, from the registers
 *
 * `zkml run` needs the first only; proving and the mock prover need both. Everything here may be
 * secret: zk_witness_free overwrites it. The program comes from a file and has been checked by
 * zk_circuit_verify; what can still go wrong while it runs (overflow of a small register, a
 * division by zero, a value outside of a table) is an error and never undefined behaviour.
 */
#ifndef ZK_WITNESS_WITNESS_H
#define ZK_WITNESS_WITNESS_H

#include "runtime/circuit/circuit.h"
#include "runtime/halo2/column.h"
#include "runtime/halo2/verifier.h"
#include "runtime/witness/input.h"

/* The values of one instruction, `count` of them. One of the two is NULL. */
typedef struct zk_register {
    const int64_t *small; /* of a CONST: the circuit's own codes */
    const zk_fp *wide;
} zk_register;

/* An assertion, check or table that an element does not satisfy. */
typedef struct zk_witness_failure {
    uint32_t instr;
    uint64_t element;
} zk_witness_failure;

enum { ZK_WITNESS_MAX_FAILURES = 64 };

typedef struct zk_witness {
    const zk_circuit *circuit;
    zk_arena arena;
    zk_register *registers; /* circuit->program.instr_count */
    zk_witness_failure failures[ZK_WITNESS_MAX_FAILURES];
    uint32_t failure_count;
    zk_column *advice;             /* cs.n_advice, each at most the usable rows long */
    zk_instance_values *instances; /* cs.n_instance, instance_counts long */
} zk_witness;

/* STRICT: a failure ends the run: ZKML_INVALID with the message and its place.
 * LENIENT, for the mock prover: failures are noted and the run goes on. A table that has no entry
 * gives 0. What follows from a failure may be anything: from the first one on, what does not fit
 * its register and what is divided by a number below 1 is 0, instead of an error. */
typedef enum zk_witness_mode { ZK_WITNESS_STRICT, ZK_WITNESS_LENIENT } zk_witness_mode;

/* `inputs` are those of circuit->params. zk_witness_free in every case. The message of a failure
 * names assertion, file, line and tensor index, and no value. ZKML_MALFORMED: the program is
 * wrong: "instruction N overflows". ZKML_LIMIT: out of memory. */
zkml_status zk_witness_run(zk_witness *witness, const zk_circuit *circuit, const zk_inputs *inputs,
                           zk_witness_mode mode, zkml_error *err) ZKML_NODISCARD;
/* Bytes of memory that a run takes; `batch`: one run on each thread. */
size_t zk_witness_bytes(const zk_circuit *circuit, bool batch);
/* After a run. A column whose values all fit is ZK_COLUMN_I64, accumulators included. */
zkml_status zk_witness_assign(zk_witness *witness, zkml_error *err) ZKML_NODISCARD;
void zk_witness_free(zk_witness *witness);

/* Element e of register r as an integer below 2^63 in absolute value; false when it is not one. */
bool zk_witness_code(const zk_witness *witness, uint32_t r, uint64_t e, int64_t *code);

#endif
