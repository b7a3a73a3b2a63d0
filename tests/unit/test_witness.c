/* The executor on compiled programs, against the GMP reading of tests/soundness/reference.c, and on
 * programs that go wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "tests/exhaustive/programs.h"
#include "tests/unit/witness_maker.h"

enum { MAX_INPUTS = 8, SAMPLES = 24 };

static zkml_error err;

/* ---- compiled programs ---- */

static void lower(const program *p, zk_circuit *circuit)
{
    zc_sources sources;
    zc_diags diags;
    zc_sources_init(&sources);
    zc_diags_init(&diags, &sources);
    zc_lower_options options = {0};
    cr_assert(zc_lower(p->tir, &sources, &diags, &options, circuit, &err) == ZKML_OK, "%s",
              err.text);
    zc_diags_free(&diags);
    zc_sources_free(&sources);
}

/* Sample 0 and 1 are the ends of all ranges, 2 .. 5 mix the two ends, the others are anywhere. */
static void make_inputs(const zk_circuit *circuit, unsigned s, int64_t *codes)
{
    uint64_t state = 99 + s;
    size_t n = 0;
    for (size_t i = 0; i < circuit->param_count; i++) {
        const zk_field_schema *f = &circuit->params[i];
        for (uint64_t e = 0; e < f->count; e++) {
            uint32_t span = (uint32_t)(f->hi - f->lo);
            bool low = s == 0 || (s > 1 && choose(&state, 2) == 0);
            int64_t inside = f->lo + choose(&state, span + 1);
            cr_assert(n < MAX_INPUTS);
            codes[n++] = s > 5 ? inside : low ? f->lo : f->hi;
        }
    }
}

static void check_sample(const char *name, const zk_circuit *circuit, int64_t *codes)
{
    int64_t *arrays[MAX_INPUTS];
    zk_inputs inputs = split_inputs(circuit, codes, arrays);
    reference_run run;
    zk_witness w;
    reference_run_program(&run, circuit, codes, NULL);
    zkml_status status = zk_witness_run(&w, circuit, &inputs, ZK_WITNESS_STRICT, &err);
    cr_assert(status == (run.stopped ? ZKML_INVALID : ZKML_OK), "%s: %s", name, err.text);
    zk_witness_free(&w);
    cr_assert(zk_witness_run(&w, circuit, &inputs, ZK_WITNESS_LENIENT, &err) == ZKML_OK);
    cr_assert((w.failure_count > 0) == run.stopped, "%s", name);
    compare_registers(name, &w, &run);
    cr_assert(zk_witness_assign(&w, &err) == ZKML_OK, "%s", err.text);
    compare_columns(name, &w, &run);
    zk_witness_free(&w);
    reference_free(&run);
}

Test(witness, compiled_programs_fill_cells_as_the_reference_does)
{
    for (size_t c = 0; c < program_case_count; c++) {
        program p;
        zk_circuit circuit;
        program_open(&p, &program_cases[c]);
        lower(&p, &circuit);
        for (unsigned s = 0; s < SAMPLES; s++) {
            int64_t codes[MAX_INPUTS];
            make_inputs(&circuit, s, codes);
            check_sample(program_cases[c].name, &circuit, codes);
        }
        zk_circuit_free(&circuit);
        program_close(&p);
    }
}

/* ---- programs that go wrong ---- */

typedef struct wrong_case {
    zk_wop op;
    int64_t x, y, c0, c1, c2; /* operands and constants */
    const char *message;      /* NULL: it runs */
} wrong_case;

static void make_wrong(maker *m, const wrong_case *c)
{
    uint32_t x = maker_codes(m, &c->x, 1), y = maker_codes(m, &c->y, 1);
    zk_winstr *in = maker_add(m, c->op, false, 3);
    for (uint32_t o = 0; o < operands_of(c->op); o++)
        maker_operand(in, o == 0 ? x : y)->view.stride[0] = 0;
    if (reduces(c->op)) {
        in->extent[1] = 3;
        in->reduce_rank = 1;
        in->reduce_count = 3;
    }
    zk_fp_from_i64(&in->c0, c->c0);
    zk_fp_from_i64(&in->c1, c->c1);
    zk_fp_from_i64(&in->c2, c->c2);
}

Test(witness, wrong_programs_give_errors)
{
    static const int64_t most = INT64_MAX, half = INT64_C(1) << 62;
    static const char over[] = "instruction 2 overflows";
    static const char below[] = "instruction 2 divides by a number below 1";
    const wrong_case cases[] = {
        {ZK_W_ADD, most - 1, 1, 0, 0, 0, NULL},
        {ZK_W_ADD, most, 1, 0, 0, 0, over},
        {ZK_W_ADD, -most, -1, 0, 0, 0, over}, /* -2^63 is not a small value */
        {ZK_W_SUB, -most + 1, 1, 0, 0, 0, NULL},
        {ZK_W_SUB, -most, 1, 0, 0, 0, over},
        {ZK_W_SUB, -most, most, 0, 0, 0, over},
        {ZK_W_MUL, half - 1, 2, 0, 0, 0, NULL},
        {ZK_W_MUL, half, 2, 0, 0, 0, over},
        {ZK_W_MUL, half, -2, 0, 0, 0, over},
        {ZK_W_MUL, most, most, 0, 0, 0, over},
        {ZK_W_SCALE, half - 1, 0, 2, 1, 0, NULL},
        {ZK_W_SCALE, half, 0, 2, 0, 0, over},
        {ZK_W_SCALE, half, 0, 2, -1, 0, NULL},
        {ZK_W_SCALE, most, 0, most, most, 0, over},
        {ZK_W_SUM, most / 3, 0, 0, 0, 0, NULL},
        {ZK_W_SUM, most / 3 + 1, 0, 0, 0, 0, over},
        {ZK_W_SUM, -half, 0, 0, 0, 0, over},
        {ZK_W_DOT, 3, most / 9, 0, 0, 0, NULL},
        {ZK_W_DOT, 3, most / 9 + 1, 0, 0, 0, over},
        {ZK_W_DOT, most, most, 0, 0, 0, over},
        {ZK_W_DOT, -most, most, 0, 0, 0, over},
        {ZK_W_FLOOR, most, 0, 4, 3, 4, NULL},
        {ZK_W_FLOOR, most, 0, 4, 4, 4, over},
        {ZK_W_FLOOR, -most, 0, 4, -1, 4, over},
        {ZK_W_FLOOR, most, 0, 6, 5, 6, NULL},
        {ZK_W_FLOOR, most, 0, 6, 6, 6, over},
        {ZK_W_FLOOR, 1, 0, 1, 0, 0, below},
        {ZK_W_FLOOR, 1, 0, 1, 0, -4, below},
        {ZK_W_MOD, 1, 0, 1, 0, 0, below},
        {ZK_W_MOD, -most, 0, most, -most, most, NULL},
        {ZK_W_FLOORV, -most, 1, 0, 0, 0, NULL},
        {ZK_W_FLOORV, 5, 0, 0, 0, 0, below},
        {ZK_W_FLOORV, -most, -1, 0, 0, 0, below},
        {ZK_W_MODV, 5, 0, 0, 0, 0, below},
        {ZK_W_MODV, 5, -5, 0, 0, 0, below},
    };
    maker *m = malloc(sizeof *m);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const wrong_case *c = &cases[i];
        zk_witness w;
        maker_begin(m, i);
        make_wrong(m, c);
        zkml_status status = maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err);
        zk_witness_free(&w);
        cr_expect(status == (c->message == NULL ? ZKML_OK : ZKML_MALFORMED), "case %zu", i);
        cr_expect(c->message == NULL || strcmp(err.text, c->message) == 0, "case %zu: %s", i,
                  err.text);
        /* the same with operands that are read as field elements */
        static const int64_t zero = 0;
        m->circuit.program.instr_count = 0;
        (void)maker_codes(m, &zero, 1);
        for (int o = 0; o < 2; o++) {
            zk_winstr *wide = maker_add(m, ZK_W_SCALE, true, 1);
            maker_operand(wide, 0);
            zk_fp_from_i64(&wide->c1, o == 0 ? c->x : c->y);
        }
        make_wrong(m, c);
        zk_winstr *in = &m->instrs[5];
        for (uint32_t o = 0; o < in->operand_count; o++)
            in->operands[o].reg -= 2;
        status = maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err);
        zk_witness_free(&w);
        cr_expect(status == (c->message == NULL ? ZKML_OK : ZKML_MALFORMED), "case %zu", i);
        cr_expect(c->message == NULL || strcmp(err.text + 13, c->message + 13) == 0,
                  "wide case %zu: %s", i, err.text);
        maker_end(m);
    }
    free(m);
}

/* ---- assertions, checks, tables ---- */

static const int64_t bits[] = {1, 1, 1, 0, 1, 0};

static zk_winstr *make_assertion(maker *m, zk_wop op, bool located)
{
    uint32_t x = maker_codes(m, bits, 6);
    zk_winstr *in = maker_add(m, op, false, 6);
    in->rank = 2;
    in->extent[0] = 2;
    in->extent[1] = 3;
    zk_woperand *operand = maker_operand(in, x);
    operand->view.stride[0] = 3;
    operand->view.stride[1] = 1;
    in->message = "score is below the threshold";
    in->span = located ? 0 : UINT32_MAX;
    zk_fp_from_i64(&in->c0, 1);
    zk_fp_from_i64(&in->c1, 7);
    if (op == ZK_W_TABLE) {
        static int64_t codes[] = {50, 60};
        in->message = "argument of table `sigmoid`";
        in->codes = codes;
        in->code_count = 2;
    }
    return in;
}

static void expect_strict(maker *m, const char *message)
{
    zk_witness w;
    cr_expect(maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err) == ZKML_INVALID);
    cr_expect_str_eq(err.text, message);
    cr_expect(err.status == ZKML_INVALID);
    zk_witness_free(&w);
}

Test(witness, failures_name_message_place_and_index)
{
    maker *m = malloc(sizeof *m);
    maker_begin(m, 0);
    zk_winstr *in = make_assertion(m, ZK_W_ASSERT, true);
    expect_strict(m, "assertion failed: score is below the threshold (credit.zt:22:12), at [1, 0]");
    in->span = UINT32_MAX;
    expect_strict(m, "assertion failed: score is below the threshold, at [1, 0]");
    in->rank = 0;
    in->count = 1;
    in->operands[0].view.base = 3;
    expect_strict(m, "assertion failed: score is below the threshold");
    in->operands[0].view.base = 2; /* a 1 */
    zk_witness w;
    cr_expect(maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err) == ZKML_OK);
    zk_witness_free(&w);
    maker_end(m);
    maker_begin(m, 0);
    (void)make_assertion(m, ZK_W_RANGE, true);
    expect_strict(m, "score is below the threshold (credit.zt:22:12), at [1, 0]");
    maker_end(m);
    maker_begin(m, 0);
    (void)make_assertion(m, ZK_W_TABLE, true);
    expect_strict(m, "argument of table `sigmoid` is outside of its domain (credit.zt:22:12), "
                     "at [1, 0]");
    maker_end(m);
    free(m);
}

Test(witness, lenient_runs_note_all_failures_and_go_on)
{
    maker *m = malloc(sizeof *m);
    zk_witness w;
    maker_begin(m, 0);
    zk_winstr *table = make_assertion(m, ZK_W_TABLE, true);
    uint32_t t = maker_number(m, table);
    zk_winstr *quotient = maker_add(m, ZK_W_FLOORV, false, 6);
    (void)maker_operand(quotient, 0);
    (void)maker_operand(quotient, t);
    zk_winstr *sum = maker_add(m, ZK_W_MUL, false, 6);
    (void)maker_operand(sum, t);
    sum->operands[sum->operand_count++] = sum->operands[0];
    cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_LENIENT, &err) == ZKML_OK, "%s", err.text);
    cr_expect(w.failure_count == 2);
    cr_expect(w.failures[0].instr == t && w.failures[0].element == 3);
    cr_expect(w.failures[1].instr == t && w.failures[1].element == 5);
    static const int64_t expected[3][6] = {
        {50, 50, 50, 0, 50, 0}, {0, 0, 0, 0, 0, 0}, {2500, 2500, 2500, 0, 2500, 0}};
    for (uint32_t i = 0; i < 3; i++)
        for (uint64_t e = 0; e < 6; e++) {
            int64_t code;
            cr_expect(zk_witness_code(&w, t + i, e, &code) && code == expected[i][e]);
        }
    zk_witness_free(&w);
    maker_end(m);
    free(m);
}

Test(witness, many_failures_in_a_large_tensor_are_found_in_order)
{
    enum { COUNT = 1 << 18, FIRST = 77777, STEP = 1001 };
    maker *m = malloc(sizeof *m);
    zk_witness w;
    char message[64];
    int64_t *codes = malloc(COUNT * sizeof *codes);
    for (uint32_t i = 0; i < COUNT; i++)
        codes[i] = i >= FIRST && (i - FIRST) % STEP == 0 ? 0 : 1;
    maker_begin(m, 0);
    uint32_t x = maker_codes(m, codes, COUNT);
    (void)maker_operand(maker_add(m, ZK_W_ASSERT, false, COUNT), x);
    (void)snprintf(message, sizeof message, "assertion failed: made here, at [%d]", FIRST);
    expect_strict(m, message);
    cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_LENIENT, &err) == ZKML_OK);
    cr_assert(w.failure_count == ZK_WITNESS_MAX_FAILURES);
    for (uint32_t i = 0; i < w.failure_count; i++)
        cr_expect(w.failures[i].instr == 1 && w.failures[i].element == FIRST + (uint64_t)i * STEP);
    zk_witness_free(&w);
    maker_end(m);
    free(codes);
    free(m);
}

/* A dense layer whose dot products are shared out among threads, with sums of one word and of more
 * than two. */
Test(witness, large_dot_products)
{
    enum { IN = 784, OUT = 300 };
    static const reference_tamper honest = {.reg = UINT32_MAX};
    int64_t *codes = malloc(IN * OUT * sizeof *codes);
    maker *m = malloc(sizeof *m);
    for (int wide = 0; wide < 2; wide++) {
        reference_run run;
        zk_witness w;
        maker_begin(m, 5);
        for (uint32_t i = 0; i < IN * OUT; i++)
            codes[i] = random_code(&m->random, wide ? 62 : 26);
        uint32_t weights = maker_codes(m, codes, IN * OUT), x = maker_codes(m, codes + 999, IN);
        zk_winstr *in = maker_add(m, ZK_W_DOT, wide, OUT);
        in->reduce_rank = 1;
        in->extent[1] = IN;
        in->reduce_count = IN;
        zk_woperand *a = maker_operand(in, weights);
        a->view.stride[0] = IN;
        a->view.stride[1] = 1;
        zk_woperand *b = maker_operand(in, x);
        b->view.stride[0] = 0;
        b->view.stride[1] = 1;
        reference_run_program(&run, &m->circuit, NULL, &honest);
        cr_assert(maker_run(m, &w, NULL, ZK_WITNESS_STRICT, &err) == ZKML_OK, "%s", err.text);
        compare_registers("dense", &w, &run);
        zk_witness_free(&w);
        reference_free(&run);
        maker_end(m);
    }
    free(codes);
    free(m);
}
