#include "tests/unit/witness_maker.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

uint32_t choose(uint64_t *state, uint32_t below)
{
    return (uint32_t)(next_random(state) >> 20) % below;
}

/* ---- comparing ---- */

static void field_of(zk_fp *out, const mpz_t value)
{
    mpz_t p, r;
    uint64_t limbs[4] = {0};
    mpz_inits(p, r, NULL);
    mpz_import(p, 4, -1, sizeof limbs[0], 0, 0, zk_fp_modulus);
    mpz_mod(r, value, p);
    mpz_export(limbs, NULL, -1, sizeof limbs[0], 0, 0, r);
    cr_assert(zk_fp_from_limbs(out, limbs));
    mpz_clears(p, r, NULL);
}

static bool same_value(const zk_register *reg, uint64_t e, const mpz_t expected)
{
    if (reg->small != NULL)
        return reg->wide == NULL && mpz_cmp_si(expected, reg->small[e]) == 0;
    zk_fp value;
    field_of(&value, expected);
    return zk_fp_equal(&value, &reg->wide[e]);
}

void compare_registers(const char *name, const zk_witness *w, const reference_run *run)
{
    const zk_winstr *instrs = w->circuit->program.instrs;
    for (uint32_t i = 0; i < w->circuit->program.instr_count; i++)
        for (uint64_t e = 0; e < instrs[i].count; e++) {
            if (same_value(&w->registers[i], e, run->registers[i][e]))
                continue;
            gmp_printf("expected %Zd\n", run->registers[i][e]);
            cr_assert_fail("%s: instruction %u, operation %d, element %lu", name, i,
                           (int)instrs[i].op, (unsigned long)e);
        }
}

/* Rows of column c as field elements, in which unused rows are 0. */
void compare_columns(const char *name, const zk_witness *w, const reference_run *run)
{
    size_t usable = zk_cs_usable_rows(&w->circuit->cs, w->circuit->k);
    zk_fp *values = calloc(run->n, sizeof *values);
    cr_assert(values != NULL);
    for (uint32_t c = 0; c < w->circuit->cs.n_advice; c++) {
        cr_assert(w->advice[c].length <= usable);
        zk_column_expand(&w->advice[c], values, run->n);
        for (uint64_t r = 0; r < run->n; r++)
            cr_assert(zk_fp_equal(&values[r], &run->advice[c * run->n + r]),
                      "%s: advice column %u, row %lu", name, c, (unsigned long)r);
    }
    for (uint32_t c = 0; c < w->circuit->cs.n_instance; c++) {
        cr_assert(w->instances[c].count == w->circuit->instance_counts[c]);
        for (uint64_t r = 0; r < w->instances[c].count; r++)
            cr_assert(zk_fp_equal(&w->instances[c].values[r], &run->instance[c * run->n + r]),
                      "%s: instance column %u, row %lu", name, c, (unsigned long)r);
    }
    free(values);
}

zk_inputs split_inputs(const zk_circuit *circuit, int64_t *codes, int64_t **arrays)
{
    for (size_t i = 0; i < circuit->param_count; i++) {
        arrays[i] = codes;
        codes += circuit->params[i].count;
    }
    return (zk_inputs){.count = circuit->param_count, .codes = arrays};
}

/* ---- programs ---- */

void maker_begin(maker *m, uint64_t seed)
{
    *m = (maker){.random = seed * 0x9e3779b97f4a7c15u + 1};
    zk_arena_init(&m->arena, 0);
    m->circuit.k = 4;
    m->circuit.name = "made";
    m->circuit.program.instrs = m->instrs;
    m->circuit.params = m->params;
    m->spans[0] = (zk_source_span){.line = 22, .column = 12, .width = 1, .text = "assert"};
    m->files[0] = "credit.zt";
    m->circuit.spans = m->spans;
    m->circuit.files = m->files;
    m->circuit.span_count = m->circuit.file_count = 1;
}

void maker_end(maker *m)
{
    zk_arena_free(&m->arena);
}

zk_winstr *maker_add(maker *m, zk_wop op, bool wide, uint32_t count)
{
    cr_assert(m->circuit.program.instr_count < MAX_INSTRS);
    zk_winstr *in = &m->instrs[m->circuit.program.instr_count++];
    *in = (zk_winstr){.op = op,
                      .wide = wide,
                      .rank = 1,
                      .extent = {count},
                      .count = count,
                      .reduce_count = 1,
                      .span = UINT32_MAX,
                      .message = "made here"};
    in->operands = ZK_ARENA_NEW(&m->arena, zk_woperand, ZK_PROGRAM_MAX_RANK);
    return in;
}

uint32_t maker_number(const maker *m, const zk_winstr *in)
{
    return (uint32_t)(in - m->instrs);
}

zk_woperand *maker_operand(zk_winstr *in, uint32_t reg)
{
    zk_woperand *operand = &in->operands[in->operand_count++];
    *operand = (zk_woperand){.reg = reg, .view = {.stride = {1}}};
    return operand;
}

uint32_t maker_codes(maker *m, const int64_t *codes, uint32_t count)
{
    zk_winstr *in = maker_add(m, ZK_W_CONST, false, count);
    in->codes = ZK_ARENA_NEW(&m->arena, int64_t, count);
    memcpy(in->codes, codes, count * sizeof *codes);
    in->code_count = count;
    return maker_number(m, in);
}

zkml_status maker_run(maker *m, zk_witness *w, int64_t *codes, zk_witness_mode mode,
                      zkml_error *err)
{
    int64_t *arrays[MAX_PARAMS];
    zk_inputs inputs = split_inputs(&m->circuit, codes, arrays);
    cr_assert(zk_program_verify(&m->circuit, err) == ZKML_OK, "%s", err->text);
    return zk_witness_run(w, &m->circuit, &inputs, mode, err);
}

uint32_t operands_of(zk_wop op)
{
    switch (op) {
    case ZK_W_ADD:
    case ZK_W_SUB:
    case ZK_W_MUL:
    case ZK_W_DOT:
    case ZK_W_FLOORV:
    case ZK_W_MODV:
    case ZK_W_MAX:
    case ZK_W_MIN:
    case ZK_W_LE:
    case ZK_W_EQ:
    case ZK_W_STACK:
        return 2;
    case ZK_W_SELECT:
        return 3;
    default:
        return 1;
    }
}

bool reduces(zk_wop op)
{
    return op == ZK_W_SUM || op == ZK_W_DOT || op == ZK_W_RMAX || op == ZK_W_RMIN ||
           op == ZK_W_ARGMAX;
}

/* ---- random values ---- */

int64_t random_code(uint64_t *state, uint32_t bits)
{
    uint32_t length = choose(state, bits + 1);
    uint64_t v = next_random(state) & ((UINT64_C(1) << length) - 1);
    if (choose(state, 4) == 0)
        v = (UINT64_C(1) << length) - 1;
    return choose(state, 2) == 0 ? (int64_t)v : -(int64_t)v;
}

uint32_t random_constant(maker *m, uint32_t bits, bool positive)
{
    uint32_t count = 1 + choose(&m->random, 40);
    int64_t codes[40];
    for (uint32_t i = 0; i < count; i++) {
        codes[i] = random_code(&m->random, bits);
        if (positive)
            codes[i] = codes[i] < 0 ? -codes[i] : codes[i] + 1;
    }
    uint32_t reg = maker_codes(m, codes, count);
    m->bits[reg] = bits + 1;
    m->positive[reg] = positive;
    return reg;
}

uint32_t random_wide(maker *m, uint32_t bits, bool positive)
{
    uint32_t base = random_constant(m, 60, positive);
    zk_winstr *in = maker_add(m, ZK_W_SCALE, true, (uint32_t)m->instrs[base].count);
    maker_operand(in, base);
    zk_fp two;
    zk_fp_from_u64(&two, 2);
    zk_fp_pow_u64(&in->c0, &two, bits - 62);
    zk_fp_from_u64(&in->c1, next_random(&m->random) >> 3);
    uint32_t reg = maker_number(m, in);
    m->bits[reg] = bits;
    m->positive[reg] = positive;
    return reg;
}
