/* witness_maker.h - witness programs made by hand and at random, and the comparison of what they
 * give with the reading of tests/soundness/reference.c. */
#ifndef TESTS_UNIT_WITNESS_MAKER_H
#define TESTS_UNIT_WITNESS_MAKER_H

#include "runtime/witness/witness.h"
#include "tests/soundness/reference.h"

enum { MAX_INSTRS = 64, MAX_PARAMS = 4, MAX_PLACES = 64, MAX_FIXED = 16 };

typedef struct maker {
    zk_circuit circuit;
    zk_arena arena;
    zk_winstr instrs[MAX_INSTRS];
    double bits[MAX_INSTRS]; /* values of the register are below 2^bits in absolute value */
    bool positive[MAX_INSTRS];
    zk_field_schema params[MAX_PARAMS];
    zk_wplace places[MAX_PLACES];
    zk_fixed_column fixed[MAX_FIXED];
    zk_wchain chain;
    zk_source_span spans[1];
    const char *files[1];
    uint64_t random;
} maker;

void maker_begin(maker *m, uint64_t seed);
void maker_end(maker *m);
/* A flat instruction; operands, which read their registers in order, follow by maker_operand. */
zk_winstr *maker_add(maker *m, zk_wop op, bool wide, uint32_t count);
zk_woperand *maker_operand(zk_winstr *in, uint32_t reg);
uint32_t maker_number(const maker *m, const zk_winstr *in);
uint32_t maker_codes(maker *m, const int64_t *codes, uint32_t count);
/* Checks and runs. `codes`: those of all parameters. */
zkml_status maker_run(maker *m, zk_witness *w, int64_t *codes, zk_witness_mode mode,
                      zkml_error *err);
uint32_t operands_of(zk_wop op);
bool reduces(zk_wop op);

/* 0 .. below - 1 */
uint32_t choose(uint64_t *state, uint32_t below);
/* Any length, sign and pattern of at most `bits` bits. */
int64_t random_code(uint64_t *state, uint32_t bits);
uint32_t random_constant(maker *m, uint32_t bits, bool positive);
/* Wide values of about `bits` bits: a constant times a power of two, plus another constant. */
uint32_t random_wide(maker *m, uint32_t bits, bool positive);

/* Inputs of all parameters, one after another, as the runtime takes them. */
zk_inputs split_inputs(const zk_circuit *circuit, int64_t *codes, int64_t **arrays);
void compare_registers(const char *name, const zk_witness *w, const reference_run *run);
void compare_columns(const char *name, const zk_witness *w, const reference_run *run);

#endif
