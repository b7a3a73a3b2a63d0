/* The mock prover on constraint systems made by hand: rotations, poison, look-ups, the order and
 * number of failures, and the parts of its text. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/mock/formula.h"
#include "runtime/mock/mock.h"
#include "runtime/mock/table.h"
#include "runtime/mock/text.h"

enum { K = 5, N = 1 << K, COLUMNS = 3 };

static zkml_error err;

/* Advice columns a0 .. a2 and fixed columns f0 .. f2, all 0 at first. */
typedef struct bench {
    zk_circuit circuit;
    zk_witness witness;
    int64_t advice[COLUMNS][N], fixed[COLUMNS][N];
    zk_column columns[COLUMNS];
    zk_fixed_column fixed_columns[COLUMNS];
    size_t usable;
} bench;

static void bench_open(bench *b)
{
    memset(b, 0, sizeof *b);
    zk_arena_init(&b->circuit.arena, 0);
    zk_arena_init(&b->witness.arena, 0);
    zk_cs_init(&b->circuit.cs);
    b->circuit.k = K;
    b->circuit.name = "bench";
    for (int i = 0; i < COLUMNS; i++) {
        (void)zk_cs_advice_column(&b->circuit.cs);
        (void)zk_cs_fixed_column(&b->circuit.cs);
    }
}

static void bench_ready(bench *b)
{
    cr_assert(zk_cs_verify(&b->circuit.cs, K, &err) == ZKML_OK, "%s", err.text);
    b->usable = zk_cs_usable_rows(&b->circuit.cs, K);
    for (int i = 0; i < COLUMNS; i++) {
        b->columns[i] = (zk_column){
            .type = ZK_COLUMN_I64, .length = b->usable, .u.i64 = b->advice[i]};
        b->fixed_columns[i] = (zk_fixed_column){.count = N, .small = b->fixed[i]};
    }
    b->circuit.fixed = b->fixed_columns;
    b->witness.circuit = &b->circuit;
    b->witness.advice = b->columns;
}

static void bench_close(bench *b)
{
    zk_cs_free(&b->circuit.cs);
    zk_arena_free(&b->circuit.arena);
    zk_arena_free(&b->witness.arena);
}

static zk_expr_id advice(bench *b, uint32_t column, int32_t rotation)
{
    return zk_cs_query_advice(&b->circuit.cs, column, rotation);
}

static zk_expr_id fixed(bench *b, uint32_t column)
{
    return zk_cs_query_fixed(&b->circuit.cs, column);
}

static void gate(bench *b, zk_expr_id poly)
{
    (void)zk_cs_create_gate(&b->circuit.cs, "test", &poly, 1);
}

static void check(bench *b, zk_mock_report *report)
{
    cr_assert(zk_mock_check(report, &b->witness, &err) == ZKML_OK, "%s", err.text);
}

/* The rows that are reported, by kind: 'g' for gates, 'p' for poisoned ones. */
static void expect_rows(bench *b, const char *want)
{
    zk_mock_report report;
    char rows[N + 1];
    memset(rows, '.', N);
    rows[N] = '\0';
    check(b, &report);
    for (size_t i = 0; i < report.failure_count; i++) {
        cr_assert(report.failures[i].row < N);
        rows[report.failures[i].row] = report.failures[i].kind == ZK_MOCK_GATE ? 'g' : 'p';
    }
    cr_expect_str_eq(rows, want);
    cr_expect_eq(report.total, report.failure_count);
    zk_mock_report_free(&report);
}

#define NONE "................................"

/* ---- gates ---- */

Test(mock, gates_on_every_row)
{
    bench b;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    /* f0 (a0 - a1(next) - 1) */
    zk_expr_id body =
        zk_cs_sub(cs, zk_cs_sub(cs, advice(&b, 0, 0), advice(&b, 1, 1)), zk_cs_constant_i64(cs, 1));
    gate(&b, zk_cs_mul(cs, fixed(&b, 0), body));
    bench_ready(&b);
    cr_assert_eq(b.usable, 26u);
    for (int r = 0; r < 12; r++)
        b.fixed[0][r] = r % 3 == 0;
    for (int r = 0; r < 13; r++) {
        b.advice[0][r] = 5 + r * r;
        b.advice[1][r] = 4 + (r - 1) * (r - 1);
    }
    expect_rows(&b, NONE);
    b.advice[0][3]++;
    b.advice[0][4]++; /* the gate is off there */
    b.advice[1][10]--;
    expect_rows(&b, "...g.....g......................");
    bench_close(&b);
}

Test(mock, gates_with_fixed_columns_alone)
{
    bench b;
    bench_open(&b);
    gate(&b, fixed(&b, 1));
    bench_ready(&b);
    b.fixed[1][0] = 1;
    b.fixed[1][N - 1] = -1;
    expect_rows(&b, "g..............................g");
    bench_close(&b);
}

/* ---- poison ---- */

Test(mock, blind_rows_are_poison)
{
    bench b;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    gate(&b, zk_cs_mul(cs, fixed(&b, 0), advice(&b, 0, 0)));
    bench_ready(&b);
    expect_rows(&b, NONE);
    b.fixed[0][25] = 1;
    expect_rows(&b, NONE);
    b.fixed[0][26] = 1;
    b.fixed[0][31] = 1;
    expect_rows(&b, "..........................p....p");
    b.advice[0][25] = 1;
    expect_rows(&b, ".........................gp....p");
    bench_close(&b);
}

Test(mock, rotations_reach_blind_rows_on_both_ends)
{
    bench b;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    gate(&b, zk_cs_mul(cs, fixed(&b, 0), advice(&b, 0, 2)));
    gate(&b, zk_cs_mul(cs, fixed(&b, 1), advice(&b, 1, -3)));
    bench_ready(&b);
    for (int r = 0; r < N; r++)
        b.fixed[0][r] = b.fixed[1][r] = 1;
    expect_rows(&b, "ppp.....................pppppppp");
    b.advice[0][2] = b.advice[1][22] = 1;
    zk_mock_report report;
    check(&b, &report);
    /* rows 0 and 25 fail for one reason and are poisoned for the other */
    cr_expect_eq(report.total, 6u + 6u + 2u);
    cr_expect_eq(report.failures[0].kind, ZK_MOCK_GATE);
    cr_expect_eq(report.failures[0].row, 0u);
    cr_expect_eq(report.failures[1].row, 25u);
    cr_expect_eq(report.failures[1].index, 1u);
    zk_mock_report_free(&report);
    bench_close(&b);
}

/* Sums, differences and products of poison are poison; only an exact 0 takes it away. */
Test(mock, arithmetic_with_poison)
{
    for (int test = 0; test < 7; test++) {
        bench b;
        bench_open(&b);
        zk_constraint_system *cs = &b.circuit.cs;
        zk_expr_id a = advice(&b, 0, 0), other = advice(&b, 1, 0), f = fixed(&b, 0);
        zk_fp zero = zk_fp_zero;
        const zk_expr_id polys[] = {
            zk_cs_mul(cs, f, zk_cs_sub(cs, a, a)),       /* a - a is not known to vanish */
            zk_cs_mul(cs, f, zk_cs_mul(cs, a, other)),   /* two random factors */
            zk_cs_mul(cs, f, zk_cs_scale(cs, a, &zero)), /* 0 a */
            zk_cs_mul(cs, zk_cs_neg(cs, a), f),          /* -a */
            zk_cs_mul(cs, f, zk_cs_add(cs, a, f)),       /* a + 1 */
            zk_cs_mul(cs, zk_cs_sub(cs, f, f), a),       /* (1 - 1) a */
            zk_cs_mul(cs, advice(&b, 1, -12), zk_cs_mul(cs, f, a)), /* a0 times a 0 of row 16 */
        };
        static const bool poisons[] = {true, true, false, true, true, false, false};
        gate(&b, polys[test]);
        bench_ready(&b);
        b.fixed[0][28] = 1;
        expect_rows(&b, poisons[test] ? "............................p..." : NONE);
        if (test == 6) {
            b.advice[1][16] = 7;
            expect_rows(&b, "............................p...");
        }
        bench_close(&b);
    }
}

/* ---- how many, and which ---- */

Test(mock, keeps_the_first_failures_in_order)
{
    bench b;
    bench_open(&b);
    for (uint32_t i = 0; i < 3; i++)
        gate(&b, zk_cs_sub(&b.circuit.cs, fixed(&b, i), zk_cs_constant_i64(&b.circuit.cs, 1)));
    bench_ready(&b);
    for (int round = 0; round < 5; round++) {
        zk_mock_report report;
        check(&b, &report);
        cr_assert_eq(report.failure_count, (size_t)ZK_MOCK_KEPT);
        cr_expect_eq(report.total, 3u * N);
        cr_expect_eq(report.gates_checked, 3u * N);
        for (uint32_t i = 0; i < ZK_MOCK_KEPT; i++) {
            cr_expect_eq(report.failures[i].row, i / 3);
            cr_expect_eq(report.failures[i].index, i % 3);
            cr_expect_eq(report.failures[i].poly, i % 3);
        }
        zk_buf text = {0};
        zk_mock_print(&text, &report, &b.witness);
        zk_buf_u8(&text, 0);
        cr_expect(strstr((char *)text.data, "and 86 more\n") != NULL);
        zk_buf_free(&text);
        zk_mock_report_free(&report);
    }
    bench_close(&b);
}

/* ---- look-ups ---- */

Test(mock, lookups_want_the_whole_tuple_on_usable_rows)
{
    bench b;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    zk_expr_id inputs[2] = {advice(&b, 0, 0), zk_cs_add(cs, advice(&b, 1, 0), advice(&b, 1, 0))};
    (void)zk_cs_lookup(cs, "pairs", inputs, (const uint32_t[]){0, 1}, 2);
    (void)zk_cs_lookup(cs, "same", inputs, (const uint32_t[]){0, 1}, 2);
    (void)zk_cs_lookup(cs, "other", inputs, (const uint32_t[]){0, 2}, 2);
    bench_ready(&b);
    for (int r = 1; r <= 4; r++) {
        b.fixed[0][r] = r;
        b.fixed[1][r] = b.fixed[2][r] = 2 * r;
        b.advice[0][5 + r] = b.advice[1][5 + r] = r;
    }
    zk_mock_report report;
    check(&b, &report);
    cr_expect_eq(report.total, 0u);
    cr_expect_eq(report.lookups_checked, 3u * b.usable);
    zk_mock_report_free(&report);

    b.advice[1][7] = 3; /* (2, 6): both are in the table, not together */
    check(&b, &report);
    cr_assert_eq(report.total, 3u);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect_eq(report.failures[i].kind, ZK_MOCK_LOOKUP);
        cr_expect_eq(report.failures[i].row, 7u);
        cr_expect_eq(report.failures[i].index, i);
    }
    zk_buf text = {0};
    zk_mock_print(&text, &report, &b.witness);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((char *)text.data,
                     "mock: not in the table\n  = look-up pairs: (2, 6) is no row of its table\n"
                     "  = look-up 0 on row 7\n\n"
                     "mock: not in the table\n  = look-up same: (2, 6) is no row of its table\n"
                     "  = look-up 1 on row 7\n\n"
                     "mock: not in the table\n  = look-up other: (2, 6) is no row of its table\n"
                     "  = look-up 2 on row 7\n\n");
    zk_buf_free(&text);
    zk_mock_report_free(&report);

    b.advice[1][7] = 2;
    b.fixed[2][3] = 7; /* the third table differs in its second column */
    check(&b, &report);
    cr_assert_eq(report.total, 1u);
    cr_expect_eq(report.failures[0].index, 2u);
    cr_expect_eq(report.failures[0].row, 8u);
    zk_mock_report_free(&report);

    b.fixed[2][3] = 6;
    b.fixed[0][4] = b.fixed[1][4] = b.fixed[2][4] = 0;
    b.fixed[0][b.usable] = 4; /* a row of the table that is not usable */
    b.fixed[1][b.usable] = b.fixed[2][b.usable] = 8;
    check(&b, &report);
    cr_expect_eq(report.total, 3u);
    zk_mock_report_free(&report);
    bench_close(&b);
}

Test(mock, lookups_do_not_read_blind_rows)
{
    bench b;
    bench_open(&b);
    zk_expr_id input = advice(&b, 0, 1);
    (void)zk_cs_lookup(&b.circuit.cs, "next", &input, (const uint32_t[]){0}, 1);
    bench_ready(&b);
    zk_mock_report report;
    check(&b, &report);
    cr_assert_eq(report.total, 1u);
    cr_expect_eq(report.failures[0].row, b.usable - 1);
    zk_buf text = {0};
    zk_mock_print(&text, &report, &b.witness);
    zk_buf_u8(&text, 0);
    cr_expect(strstr((char *)text.data, "(random) is no row") != NULL);
    zk_buf_free(&text);
    zk_mock_report_free(&report);
    bench_close(&b);
}

Test(mock, sets_of_tuples)
{
    bench b;
    zk_grid grid;
    zk_tuple_set set;
    static const uint32_t columns[] = {0, 1};
    bench_open(&b);
    gate(&b, fixed(&b, 0));
    bench_ready(&b);
    for (int r = 0; r < N; r++) {
        b.fixed[0][r] = r % 4;
        b.fixed[1][r] = r / 4;
    }
    cr_assert(zk_grid_init(&grid, &b.witness, &err) == ZKML_OK);
    cr_assert(zk_tuple_set_init(&set, &grid, columns, 2, &err) == ZKML_OK);
    for (int64_t i = -1; i < 5; i++)
        for (int64_t j = -1; j < 9; j++) {
            zk_fp tuple[2];
            zk_fp_from_i64(&tuple[0], i);
            zk_fp_from_i64(&tuple[1], j);
            bool there = i >= 0 && i < 4 && j >= 0 && 4 * j + i < (int64_t)b.usable;
            cr_expect_eq(zk_tuple_set_has(&set, tuple), there, "(%d, %d)", (int)i, (int)j);
        }
    zk_tuple_set_free(&set);
    zk_grid_free(&grid);
    bench_close(&b);
}

/* ---- changing cells ---- */

Test(mock, sets_cells)
{
    bench b;
    zk_fp five, minus;
    bench_open(&b);
    gate(&b, advice(&b, 0, 0));
    bench_ready(&b);
    b.advice[0][2] = 9;
    b.columns[0].length = 4;
    zk_fp_from_i64(&five, 5);
    zk_fp_from_i64(&minus, -5);
    cr_expect(zk_mock_set_cell(&b.witness, 0, 7, &five, &err) == ZKML_OK);
    cr_expect(zk_mock_set_cell(&b.witness, 0, 2, &minus, &err) == ZKML_OK);
    cr_expect_eq(b.columns[0].length, 8u);
    static const int64_t want[] = {0, 0, -5, 0, 0, 0, 0, 5};
    for (size_t r = 0; r < 8; r++) {
        int64_t value;
        zk_fp held = zk_column_value(&b.columns[0], r);
        cr_expect(zk_fp_to_i64(&value, &held) && value == want[r]);
    }
    cr_expect(zk_mock_set_cell(&b.witness, 0, (uint32_t)b.usable - 1, &five, &err) == ZKML_OK);
    cr_expect(zk_mock_set_cell(&b.witness, 0, (uint32_t)b.usable, &five, &err) == ZKML_USAGE);
    cr_expect(zk_mock_set_cell(&b.witness, COLUMNS, 0, &five, &err) == ZKML_USAGE);
    zk_buf text = {0};
    zk_mock_print_cell(&text, &b.witness, 0, 2);
    cr_expect(text.length == 10 && memcmp(text.data, "a0[2] = -5", 10) == 0);
    zk_buf_free(&text);
    bench_close(&b);
}

/* ---- formulas ---- */

static void make_formula(bench *b, zk_formula *formula, size_t row)
{
    zk_grid grid;
    zk_strip strip;
    cr_assert(zk_grid_init(&grid, &b->witness, &err) == ZKML_OK);
    cr_assert(zk_strip_init(&strip, &grid, 1, &err) == ZKML_OK);
    zk_strip_run(&strip, &grid, row, 1);
    zk_formula_make(formula, &grid, &strip, b->circuit.cs.polys[0], row);
    zk_strip_free(&strip);
    zk_grid_free(&grid);
}

Test(mock, formulas_fill_in_fixed_values)
{
    bench b;
    zk_formula f;
    int64_t value;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    zk_fp three;
    zk_fp_from_i64(&three, 3);
    /* f0 a0 + 3 (f1 (a1(next) - a0 a1)) + f2 - 2 f2 f2 */
    zk_expr_id product = zk_cs_mul(cs, advice(&b, 0, 0), advice(&b, 1, 0));
    zk_expr_id inner = zk_cs_mul(cs, fixed(&b, 1), zk_cs_sub(cs, advice(&b, 1, 1), product));
    zk_expr_id sum = zk_cs_add(cs, zk_cs_mul(cs, fixed(&b, 0), advice(&b, 0, 0)),
                               zk_cs_scale(cs, inner, &three));
    zk_expr_id square = zk_cs_mul(cs, fixed(&b, 2), fixed(&b, 2));
    sum = zk_cs_sub(cs, zk_cs_add(cs, sum, fixed(&b, 2)), zk_cs_add(cs, square, square));
    gate(&b, sum);
    bench_ready(&b);
    b.fixed[0][4] = 0;
    b.fixed[1][4] = 2;
    b.fixed[2][4] = 5;
    make_formula(&b, &f, 4);
    cr_assert(!f.opaque);
    cr_assert_eq(f.term_count, 2u);
    cr_assert_eq(f.cell_count, 3u);
    cr_expect(zk_fp_to_i64(&value, &f.constant) && value == 5 - 50);
    cr_expect(zk_fp_to_i64(&value, &f.terms[0].factor) && value == 6);
    cr_expect(zk_fp_to_i64(&value, &f.terms[1].factor) && value == -6);
    cr_expect_eq(f.terms[1].count, 2u);
    cr_expect_eq(f.cells[f.terms[0].cells[0]].row, 5u);
    cr_expect_eq(f.cells[f.terms[1].cells[1]].column, 1u);
    bench_close(&b);
}

Test(mock, formulas_that_are_no_sums_list_their_cells)
{
    bench b;
    zk_formula f;
    bench_open(&b);
    zk_constraint_system *cs = &b.circuit.cs;
    zk_expr_id left = zk_cs_add(cs, advice(&b, 0, 0), fixed(&b, 0));
    zk_expr_id right = zk_cs_sub(cs, advice(&b, 1, -1), advice(&b, 0, 0));
    gate(&b, zk_cs_mul(cs, fixed(&b, 1), zk_cs_mul(cs, left, right)));
    gate(&b, zk_cs_mul(cs, fixed(&b, 1), advice(&b, 2, 0)));
    bench_ready(&b);
    b.fixed[1][3] = 1;
    make_formula(&b, &f, 3);
    cr_expect(f.opaque);
    cr_expect_eq(f.cell_count, 2u);
    zk_mock_report report;
    zk_buf text = {0};
    b.advice[0][3] = 2;
    b.advice[1][2] = 7;
    check(&b, &report);
    cr_expect_eq(report.failures[0].row, 3u);
    zk_mock_print(&text, &report, &b.witness);
    zk_buf_u8(&text, 0);
    cr_expect(strstr((char *)text.data, "mock: constraint not satisfied\n"
                                        "  = gate test = 10, must be 0\n") == (char *)text.data);
    cr_expect(strstr((char *)text.data, "a0[3] = 2") != NULL);
    cr_expect(strstr((char *)text.data, "a1[2] = 7") != NULL);
    cr_expect(strstr((char *)text.data, "a2") == NULL);
    zk_buf_free(&text);
    zk_mock_report_free(&report);
    bench_close(&b);
}

/* ---- text ---- */

static void expect_number(const zk_fp *value, const char *want)
{
    zk_buf text = {0};
    zk_text_number(&text, value);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((char *)text.data, want);
    zk_buf_free(&text);
}

Test(mock, numbers_are_short)
{
    zk_fp value, minus;
    zk_fp_from_i64(&value, INT64_MIN + 1);
    expect_number(&value, "-9223372036854775807");
    zk_fp_from_i64(&value, INT64_C(1) << 62);
    zk_fp_double(&value, &value);
    expect_number(&value, "0x8000000000000000");
    zk_fp_neg(&minus, &value);
    expect_number(&minus, "-0x8000000000000000");
    for (int i = 0; i < 130; i++)
        zk_fp_double(&value, &value);
    zk_fp_sub(&value, &value, &zk_fp_one);
    expect_number(&value, "0x1fffff...ffffff (193 bits)");
    zk_fp_neg(&minus, &value);
    expect_number(&minus, "-0x1fffff...ffffff (193 bits)");
    expect_number(&zk_fp_two_inv, "-0x200000...000000 (254 bits)");
}

static void expect_value(int64_t code, uint64_t num, uint64_t den, const char *want)
{
    zk_buf text = {0};
    zk_fp value;
    zk_fp_from_i64(&value, code);
    zk_text_value(&text, &value, num, den);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((char *)text.data, want);
    zk_buf_free(&text);
}

Test(mock, values_have_real_units)
{
    expect_value(-3, 1, 4, "-0.75 (code -3)");
    expect_value(10, 1, 3, "3.333333333 (code 10)");
    expect_value(-7, 5, 1, "-35 (code -7)");
    expect_value(12, 1, 1, "12");
    expect_value(12, 0, 0, "12");
}

/* Places come from a file: columns and widths are cut to the line. */
Test(mock, windows_stay_inside_the_line)
{
    static const char *const files[] = {"m.zt"};
    char line[400];
    zk_circuit circuit = {.files = (const char **)(uintptr_t)files, .file_count = 1};
    zk_source_span span = {0,
                           7,
                           5,
                           3,
                           "abc \xc3\xa9\xe2\x82\xac"
                           "def",
                           UINT32_MAX};
    zk_buf text = {0};
    circuit.spans = &span;
    circuit.span_count = 1;
    zk_text_window(&text, &circuit, 0);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((char *)text.data, " --> m.zt:7:5\n  |\n7 | abc \xc3\xa9\xe2\x82\xac"
                                        "def\n  |     ^^^\n");
    zk_buf_free(&text);
    text = (zk_buf){0};
    span.column = span.width = UINT32_MAX;
    zk_text_window(&text, &circuit, 0);
    cr_expect(text.length < 100);
    zk_buf_free(&text);
    text = (zk_buf){0};
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    memcpy(line + 200, "here", 4);
    span = (zk_source_span){0, 12, 201, 4, line, UINT32_MAX};
    zk_text_window(&text, &circuit, 0);
    zk_buf_u8(&text, 0);
    const char *shown = strstr((char *)text.data, "here"), *marks = strstr(shown, "^^^^");
    cr_assert(shown != NULL && marks != NULL);
    const char *shown_line = strstr((char *)text.data, "12 | ");
    const char *mark_line = strstr(shown, "\n   | ") + 1;
    cr_expect_eq(shown - shown_line, marks - mark_line);
    cr_expect(text.length < 400 && strstr((char *)text.data, "...xxx") != NULL);
    zk_buf_free(&text);
}

static void expect_name(const char *name, const char *want)
{
    zk_buf text = {0};
    zk_text_name(&text, name);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((char *)text.data, want);
    zk_buf_free(&text);
}

Test(mock, names_are_quoted_unless_they_are_plain)
{
    expect_name("x", "x");
    expect_name("nn.dense", "nn.dense");
    expect_name("score(profile, 2)", "score(profile, 2)");
    expect_name("f(x)(y)", "`f(x)(y)`");
    expect_name("clamp z", "`clamp z`");
    expect_name("f(", "`f(`");
    expect_name("2x", "`2x`");
    expect_name("a[0]", "`a[0]`");
}

Test(mock, json_is_one_object_a_line)
{
    bench b;
    zk_mock_report report;
    zk_buf text = {0};
    bench_open(&b);
    gate(&b, zk_cs_mul(&b.circuit.cs, fixed(&b, 0), advice(&b, 0, 0)));
    bench_ready(&b);
    b.fixed[0][3] = b.fixed[0][4] = 1;
    b.advice[0][3] = b.advice[0][4] = -2;
    check(&b, &report);
    cr_assert(zk_mock_print_json(&text, &report, &b.witness, &err) == ZKML_OK);
    const char *line = (const char *)text.data;
    size_t lines = 0, left = text.length;
    while (left > 0) {
        json_error_t error;
        const char *end = memchr(line, '\n', left);
        cr_assert(end != NULL);
        json_t *object = json_loadb(line, (size_t)(end - line), 0, &error);
        cr_assert(object != NULL, "%s", error.text);
        if (lines == 2) {
            cr_expect_str_eq(json_string_value(json_object_get(object, "kind")), "summary");
            cr_expect(json_integer_value(json_object_get(object, "failures")) == 2);
            cr_expect(json_integer_value(json_object_get(object, "gates")) == N);
        } else {
            cr_expect_str_eq(json_string_value(json_object_get(object, "kind")), "gate");
            cr_expect(json_is_null(json_object_get(object, "span")));
            cr_expect(json_array_size(json_object_get(object, "notes")) == 3);
        }
        json_decref(object);
        left -= (size_t)(end - line) + 1;
        line = end + 1;
        lines++;
    }
    cr_expect_eq(lines, 3u);
    zk_buf_free(&text);
    zk_mock_report_free(&report);
    bench_close(&b);
}
