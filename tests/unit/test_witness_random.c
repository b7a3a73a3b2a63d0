/* The executor on random programs, which use every operation on every kind of operand and view, and
 * on random chains, against the GMP reading of tests/soundness/reference.c. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/witness_maker.h"

static zkml_error err;

/* ---- random programs ---- */

/* A view that stays inside of a register of `size` elements. */
static void random_view(maker *m, const zk_winstr *in, zk_wview *view, uint64_t size)
{
    uint32_t rank = in->rank + in->reduce_rank;
    uint64_t points = in->count * in->reduce_count;
    memset(view, 0, sizeof *view);
    if (choose(&m->random, 4) == 0) {
        view->table = ZK_ARENA_NEW(&m->arena, uint32_t, points);
        for (uint64_t i = 0; i < points; i++)
            view->table[i] = choose(&m->random, (uint32_t)size);
        return;
    }
    int64_t least = 0, most = 0;
    for (uint32_t d = 0; d < rank; d++) {
        int64_t reach = (int64_t)in->extent[d] - 1;
        int64_t room = (int64_t)size - 1 - (most - least);
        int64_t step = reach == 0 ? (int64_t)choose(&m->random, 9) - 4 : room / reach;
        if (reach > 0 && step > 0)
            step = choose(&m->random, 3) == 0 ? 1 : choose(&m->random, (uint32_t)step + 1);
        if (choose(&m->random, 3) == 0)
            step = -step;
        view->stride[d] = step;
        *(step < 0 ? &least : &most) += step * reach;
    }
    view->base = -least + choose(&m->random, (uint32_t)((int64_t)size - (most - least)));
}

/* Row-major, so that dimensions merge. */
static bool dense_view(const zk_winstr *in, zk_wview *view, uint64_t size)
{
    uint64_t points = in->count * in->reduce_count;
    int64_t stride = 1;
    if (points > size)
        return false;
    *view = (zk_wview){.base = (int64_t)(size - points)};
    for (uint32_t d = in->rank + in->reduce_rank; d-- > 0;) {
        view->stride[d] = stride;
        stride *= in->extent[d];
    }
    return true;
}

static void random_shape(maker *m, zk_winstr *in, bool reduces)
{
    in->rank = choose(&m->random, 4);
    in->reduce_rank = reduces ? choose(&m->random, 4) : 0;
    in->count = in->reduce_count = 1;
    for (uint32_t d = 0; d < in->rank + in->reduce_rank; d++) {
        uint32_t style = choose(&m->random, 40);
        in->extent[d] = style == 0 ? 150 : style < 6 ? 20 : 1 + choose(&m->random, 4);
        *(d < in->rank ? &in->count : &in->reduce_count) *= in->extent[d];
    }
}

static const zk_wop all_ops[] = {
    ZK_W_VIEW, ZK_W_STACK, ZK_W_ADD,    ZK_W_SUB,   ZK_W_MUL,    ZK_W_SCALE,
    ZK_W_SUM,  ZK_W_DOT,   ZK_W_FLOOR,  ZK_W_MOD,   ZK_W_FLOORV, ZK_W_MODV,
    ZK_W_LIMB, ZK_W_MAX,   ZK_W_MIN,    ZK_W_RMAX,  ZK_W_RMIN,   ZK_W_ARGMAX,
    ZK_W_LE,   ZK_W_EQ,    ZK_W_SELECT, ZK_W_TABLE, ZK_W_ASSERT, ZK_W_RANGE,
};

/* Sets constants; the bound of the result from those of the operands x and y. */
static double random_constants(maker *m, zk_winstr *in, double x, double y)
{
    int64_t c0 = random_code(&m->random, choose(&m->random, 4) == 0 ? 60 : 8), c1 = c0;
    double most = x > y ? x : y;
    switch (in->op) {
    case ZK_W_SCALE:
    case ZK_W_FLOOR:
    case ZK_W_MOD:
        zk_fp_from_i64(&in->c0, c0);
        zk_fp_from_i64(&in->c1, random_code(&m->random, 62));
        c1 = 1 + choose(&m->random, 1 << 20);
        zk_fp_from_i64(&in->c2,
                       choose(&m->random, 2) == 0 ? INT64_C(1) << choose(&m->random, 62) : c1);
        if (in->op != ZK_W_SCALE && choose(&m->random, 4) == 0)
            zk_fp_sqr(&in->c2, &in->c2);
        return (x + 61 > 63 ? x + 61 : 63) + 1;
    case ZK_W_RANGE:
        zk_fp_from_i64(&in->c0, -(c0 < 0 ? -c0 : c0) * 4);
        zk_fp_from_i64(&in->c1, INT64_MAX);
        if (choose(&m->random, 2) == 0)
            zk_fp_sqr(&in->c1, &in->c1);
        return x;
    case ZK_W_TABLE:
        in->code_count = 1 + choose(&m->random, 300);
        in->codes = ZK_ARENA_NEW(&m->arena, int64_t, in->code_count);
        for (uint64_t i = 0; i < in->code_count; i++)
            in->codes[i] = random_code(&m->random, 62);
        zk_fp_from_i64(&in->c0, -(int64_t)choose(&m->random, 200));
        return 63;
    case ZK_W_LIMB:
        in->shift = choose(&m->random, 256);
        in->width = choose(&m->random, 33);
        return 33;
    case ZK_W_SUM:
        return x + 15;
    case ZK_W_DOT:
        return x + y + 15;
    case ZK_W_MUL:
        return x + y;
    case ZK_W_ADD:
    case ZK_W_SUB:
        return most + 1;
    case ZK_W_ARGMAX:
    case ZK_W_LE:
    case ZK_W_EQ:
        return 16;
    default:
        return most;
    }
}

static uint32_t random_register(maker *m)
{
    return choose(&m->random, m->circuit.program.instr_count);
}

static uint32_t divisor_register(maker *m)
{
    for (int i = 0; i < 100; i++) {
        uint32_t reg = random_register(m);
        if (m->positive[reg])
            return reg;
    }
    return random_constant(m, 30, true);
}

static void random_instruction(maker *m)
{
    zk_wop op = all_ops[choose(&m->random, sizeof all_ops / sizeof *all_ops)];
    uint32_t regs[3] = {0}, operands = operands_of(op);
    for (uint32_t o = 0; o < operands; o++)
        regs[o] = random_register(m);
    if (op == ZK_W_FLOORV || op == ZK_W_MODV)
        regs[1] = divisor_register(m);
    double x = m->bits[regs[0]], y = operands > 1 ? m->bits[regs[1]] : 0;
    if (operands > 2 && m->bits[regs[2]] > y)
        y = m->bits[regs[2]];
    zk_winstr *in = maker_add(m, op, false, 1);
    uint32_t number = maker_number(m, in);
    random_shape(m, in, reduces(op));
    if (op == ZK_W_STACK) {
        in->rank = 1;
        in->count = m->instrs[regs[0]].count + m->instrs[regs[1]].count;
        in->extent[0] = (uint32_t)in->count;
    }
    double bits = random_constants(m, in, x, y);
    if (bits > 250 || in->count * in->reduce_count > 20000) {
        m->circuit.program.instr_count--;
        return;
    }
    in->wide = bits > 63 ? choose(&m->random, 8) != 0 : choose(&m->random, 8) == 0;
    for (uint32_t o = 0; o < operands; o++) {
        zk_woperand *operand = maker_operand(in, regs[o]);
        uint64_t size = m->instrs[regs[o]].count;
        if (op != ZK_W_STACK &&
            (choose(&m->random, 3) != 0 || !dense_view(in, &operand->view, size)))
            random_view(m, in, &operand->view, size);
    }
    m->bits[number] = bits;
    m->positive[number] = (op == ZK_W_VIEW || op == ZK_W_MAX || op == ZK_W_MIN) &&
                          m->positive[regs[0]] && (operands == 1 || m->positive[regs[1]]);
}

/* The first instruction with a value that its register cannot hold, or -1. */
static int64_t first_overflow(const reference_run *run)
{
    mpz_t most;
    int64_t found = -1;
    mpz_init_set_si(most, INT64_MAX);
    for (uint32_t i = 0; i < run->circuit->program.instr_count && found < 0; i++)
        for (uint64_t e = 0; e < run->circuit->program.instrs[i].count && found < 0; e++)
            if (!run->circuit->program.instrs[i].wide && mpz_cmpabs(run->registers[i][e], most) > 0)
                found = i;
    mpz_clear(most);
    return found;
}

/* Runs the program up to the instruction that overflows in the reference. */
static void compare_random(maker *m, uint64_t seed, unsigned *overflows, unsigned *stops)
{
    static const reference_tamper honest = {.reg = UINT32_MAX};
    char name[32];
    reference_run run;
    zk_witness w;
    (void)snprintf(name, sizeof name, "seed %lu", (unsigned long)seed);
    reference_run_program(&run, &m->circuit, NULL, &honest);
    int64_t overflow = first_overflow(&run);
    cr_assert(!run.impossible);
    if (overflow >= 0) {
        char expected[64];
        reference_free(&run);
        m->circuit.program.instr_count = (uint32_t)overflow + 1;
        zkml_status status = maker_run(m, &w, NULL, ZK_WITNESS_LENIENT, &err);
        (void)snprintf(expected, sizeof expected, "instruction %ld overflows", (long)overflow);
        cr_assert(status == (w.failure_count > 0 ? ZKML_OK : ZKML_MALFORMED), "%s", name);
        cr_assert(status == ZKML_OK || strcmp(err.text, expected) == 0, "%s: %s", name, err.text);
        zk_witness_free(&w);
        m->circuit.program.instr_count = (uint32_t)overflow;
        *overflows += status != ZKML_OK;
        reference_run_program(&run, &m->circuit, NULL, &honest);
    }
    cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_LENIENT, &err) == ZKML_OK, "%s: %s", name,
              err.text);
    cr_assert((w.failure_count > 0) == run.stopped, "%s", name);
    compare_registers(name, &w, &run);
    zk_witness_free(&w);
    *stops += run.stopped;
    zkml_status strict = maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err);
    cr_assert(strict == (run.stopped ? ZKML_INVALID : ZKML_OK), "%s: %s", name, err.text);
    zk_witness_free(&w);
    reference_free(&run);
}

Test(witness, random_programs_agree_with_the_reference)
{
    unsigned overflows = 0, stops = 0;
    maker *m = malloc(sizeof *m);
    for (uint64_t seed = 0; seed < 1500; seed++) {
        maker_begin(m, seed);
        (void)random_constant(m, 8, false);
        (void)random_constant(m, 30, true);
        (void)random_constant(m, 60, false);
        (void)random_wide(m, 120, false);
        (void)random_wide(m, 100, true);
        (void)random_wide(m, 200, seed % 2 == 0);
        for (int i = 0; i < 20; i++)
            random_instruction(m);
        compare_random(m, seed, &overflows, &stops);
        maker_end(m);
    }
    free(m);
    cr_expect(overflows > 50, "%u overflows", overflows);
    cr_expect(stops > 200, "%u programs stopped", stops);
}

/* ---- columns ---- */

/* Rows 0 .. n-1 of a fixed column: 0, 1, small or wide values. */
static zk_fixed_column random_fixed(maker *m, uint32_t n, uint32_t bits, bool wide)
{
    zk_fixed_column f = {.count = n};
    f.small = ZK_ARENA_NEW(&m->arena, int64_t, n);
    for (uint32_t r = 0; r < n; r++)
        f.small[r] = choose(&m->random, 3) == 0 ? 0 : random_code(&m->random, bits);
    if (!wide)
        return f;
    f.wide = ZK_ARENA_NEW(&m->arena, zk_fp, n);
    for (uint32_t r = 0; r < n; r++) {
        zk_fp_from_i64(&f.wide[r], f.small[r]);
        if (choose(&m->random, 8) == 0)
            zk_fp_sqr(&f.wide[r], &f.wide[r]);
    }
    f.small = NULL;
    return f;
}

/* Switches 0 or 1; `ones` in 256 are 1. */
static zk_fixed_column random_switches(maker *m, uint32_t n, uint32_t ones)
{
    zk_fixed_column f = {.count = n};
    f.small = ZK_ARENA_NEW(&m->arena, int64_t, n);
    for (uint32_t r = 0; r < n; r++)
        f.small[r] = choose(&m->random, 256) < ones;
    return f;
}

typedef struct chain_style {
    const char *name;
    uint32_t k, factor_bits, lane_bits;
    bool wide_fixed, wide_lanes, wide_acc;
    zk_column_type acc; /* expected */
} chain_style;

/* Four lanes and two products, filled along rows, along columns, and backwards. */
static void make_chain(maker *m, const chain_style *style, uint32_t rows)
{
    enum { LANES = 4, PRODUCTS = 2, ACC = 5 };
    uint32_t count = rows * LANES, n = 0;
    zk_winstr *in = maker_add(m, ZK_W_CONST, false, count);
    in->codes = ZK_ARENA_NEW(&m->arena, int64_t, count);
    in->code_count = count;
    for (uint32_t i = 0; i < count; i++)
        in->codes[i] = random_code(&m->random, style->lane_bits);
    uint32_t wide = random_wide(m, 200, true);
    zk_wplace *p = m->places;
    for (uint32_t t = 1; t < LANES; t++)
        p[n++] =
            (zk_wplace){.count = rows, .first = t * rows, .step = 1, .column = t, .row_step = 1};
    p[n++] =
        (zk_wplace){.count = rows, .first = rows - 1, .step = -1, .row = rows - 1, .row_step = -1};
    p[n++] =
        (zk_wplace){.count = 3, .first = 1, .step = 2, .column = 3, .row = 7, .column_step = -1};
    if (style->wide_lanes)
        p[n++] = (zk_wplace){.reg = wide, .count = 1, .column = 2, .row = 5};
    if (style->wide_acc)
        p[n++] = (zk_wplace){.reg = wide, .count = 1, .column = ACC, .row = 3};
    for (uint32_t f = 0; f < LANES + PRODUCTS; f++)
        m->fixed[f] = random_fixed(m, rows - 3 * f, style->factor_bits, style->wide_fixed && f % 2);
    m->fixed[6] = random_switches(m, rows, 250); /* cont */
    m->fixed[7] = random_fixed(m, rows - 1, style->factor_bits, style->wide_fixed);
    m->fixed[8] = random_switches(m, rows - 2, 252); /* out */
    m->chain = (zk_wchain){.rows = rows,
                           .lane = 0,
                           .lanes = LANES,
                           .acc = ACC,
                           .linear = 0,
                           .product = LANES,
                           .products = PRODUCTS,
                           .cont = 6,
                           .constant = 7,
                           .out = 8};
    m->circuit.k = style->k;
    m->circuit.cs.n_advice = ACC + 1;
    m->circuit.cs.n_fixed = 9;
    m->circuit.fixed = m->fixed;
    m->circuit.program.places = m->places;
    m->circuit.program.place_count = n;
    m->circuit.program.chains = &m->chain;
    m->circuit.program.chain_count = 1;
}

static void bound_chains(maker *m, uint32_t every)
{
    for (uint32_t r = 0; r < m->fixed[6].count; r += every)
        m->fixed[6].small[r] = 0;
}

Test(witness, chains_agree_with_the_reference)
{
    static const chain_style styles[] = {
        {"small", 8, 8, 20, false, false, false, ZK_COLUMN_I64},
        {"long sums", 8, 30, 32, false, false, false, ZK_COLUMN_FP},
        {"products beyond 128 bits", 8, 62, 62, false, false, false, ZK_COLUMN_FP},
        {"wide factors", 8, 10, 10, true, false, false, ZK_COLUMN_I64},
        {"very wide factors", 8, 60, 10, true, false, false, ZK_COLUMN_FP},
        {"a wide lane", 8, 8, 20, false, true, false, ZK_COLUMN_FP},
        {"a wide accumulator", 8, 8, 20, false, false, true, ZK_COLUMN_FP},
        {"several threads", 14, 8, 16, false, false, false, ZK_COLUMN_I64},
        {"several threads, wide", 14, 40, 40, true, true, false, ZK_COLUMN_FP},
    };
    static const reference_tamper honest = {.reg = UINT32_MAX};
    maker *m = malloc(sizeof *m);
    for (size_t s = 0; s < sizeof styles / sizeof *styles; s++)
        for (uint64_t seed = 0; seed < (styles[s].k > 8 ? 2 : 20); seed++) {
            reference_run run;
            zk_witness w;
            maker_begin(m, seed);
            make_chain(m, &styles[s], (1u << styles[s].k) - 20);
            bound_chains(m, 16);
            reference_run_program(&run, &m->circuit, NULL, &honest);
            cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err) == ZKML_OK, "%s", err.text);
            cr_assert(zk_witness_assign(&w, &err) == ZKML_OK, "%s", err.text);
            compare_columns(styles[s].name, &w, &run);
            /* a wide value may meet a factor of 0 everywhere, or row 3 may be overwritten */
            if (styles[s].acc == ZK_COLUMN_I64 || seed == 0)
                cr_expect(w.advice[5].type == styles[s].acc, "%s", styles[s].name);
            cr_expect(w.advice[1].type == ZK_COLUMN_I64, "%s", styles[s].name);
            cr_expect(w.advice[4].type == ZK_COLUMN_I64 && w.advice[4].length == 0);
            zk_witness_free(&w);
            reference_free(&run);
            maker_end(m);
        }
    free(m);
}

/* constant + factor * lane on row 0 into acc on row 1, at the ends of int64_t. */
Test(witness, accumulators_at_the_edge_of_small_integers)
{
    static const struct {
        int64_t constant, factor, lane;
        zk_column_type type;
    } cases[] = {
        {INT64_MAX - 1, 1, 1, ZK_COLUMN_I64},   {INT64_MAX, 1, 1, ZK_COLUMN_FP},
        {-INT64_MAX + 1, 1, -1, ZK_COLUMN_I64}, {-INT64_MAX, 1, -1, ZK_COLUMN_FP},
        {-INT64_MAX, 3, 5, ZK_COLUMN_I64},      {0, INT64_MAX, INT64_MAX, ZK_COLUMN_FP},
    };
    static const reference_tamper honest = {.reg = UINT32_MAX};
    maker *m = malloc(sizeof *m);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t one = 1, zero = 0, constant = cases[i].constant, factor = cases[i].factor;
        reference_run run;
        zk_witness w;
        maker_begin(m, i);
        (void)maker_codes(m, &cases[i].lane, 1);
        m->places[0] = (zk_wplace){.count = 1};
        m->fixed[0] = (zk_fixed_column){.count = 1, .small = &factor};
        m->fixed[1] = (zk_fixed_column){.count = 1, .small = &zero};
        m->fixed[2] = (zk_fixed_column){.count = 1, .small = &constant};
        m->fixed[3] = (zk_fixed_column){.count = 1, .small = &one};
        m->chain = (zk_wchain){.rows = 1, .lanes = 1, .acc = 1, .cont = 1, .constant = 2, .out = 3};
        m->circuit.cs.n_advice = 2;
        m->circuit.cs.n_fixed = 4;
        m->circuit.fixed = m->fixed;
        m->circuit.program.places = m->places;
        m->circuit.program.chains = &m->chain;
        m->circuit.program.place_count = m->circuit.program.chain_count = 1;
        reference_run_program(&run, &m->circuit, NULL, &honest);
        cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err) == ZKML_OK, "%s", err.text);
        cr_assert(zk_witness_assign(&w, &err) == ZKML_OK, "%s", err.text);
        compare_columns("edge", &w, &run);
        cr_expect(w.advice[1].type == cases[i].type, "case %zu", i);
        zk_witness_free(&w);
        reference_free(&run);
        maker_end(m);
    }
    free(m);
}
