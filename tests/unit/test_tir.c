#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/tir/build.h"
#include "compiler/tir/interp.h"
#include "compiler/tir/passes.h"
#include "compiler/tir/print.h"
#include "compiler/tir/verify.h"

static zk_arena arena;
static zc_tir *tir;
static zkml_error err;
static mpq_t one;

static void setup(void)
{
    zk_arena_init(&arena, 0);
    tir = zc_tir_new(&arena, "test", ZC_NO_SPAN);
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
}

static void teardown(void)
{
    zc_tir_free(tir);
    zk_arena_free(&arena);
    mpq_clear(one);
}

TestSuite(tir, .init = setup, .fini = teardown);

static zc_space shape(uint32_t rank, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t extent[3] = {a, b, c};
    return zc_space_shape(rank, extent);
}

static zc_space reducing(zc_space s, uint32_t extent)
{
    return zc_space_reduce(s, 1, &extent);
}

static zc_node_id param(const char *name, zc_space s, int64_t lo, int64_t hi)
{
    zc_param p = {.name = name, .visibility = ZC_PRIVATE, .kind = ZC_TYPE_INT};
    zc_range r;
    zc_range_init(&r);
    zc_range_set_si(&r, lo, hi);
    zc_node_id id = zc_tir_param(tir, &p, &s, &r, one);
    zc_range_clear(&r);
    return id;
}

static zc_node_id constant(zc_space s, const int64_t *codes)
{
    uint64_t count, ignored;
    cr_assert(zc_space_count(&s, &count, &ignored));
    int64_t *copy = ZK_ARENA_NEW(&arena, int64_t, count);
    memcpy(copy, codes, count * sizeof *copy);
    return zc_tir_const(tir, "C", &s, copy);
}

static void result(zc_node_id node)
{
    zc_range r;
    zc_range_init(&r);
    zc_tir_range_of(&r, tir, node);
    cr_assert(zc_tir_add_result(tir, "result", ZC_PUBLIC, ZC_TYPE_INT, 0, 0, &r,
                                tir->nodes[node]->scale, node, ZC_NO_SPAN));
    zc_range_clear(&r);
}

static void expect_range(zc_node_id node, int64_t lo, int64_t hi)
{
    cr_assert(node != ZC_NO_ID);
    cr_assert(mpz_cmp_si(tir->nodes[node]->lo, lo) == 0 &&
                  mpz_cmp_si(tir->nodes[node]->hi, hi) == 0,
              "%ld .. %ld", mpz_get_si(tir->nodes[node]->lo), mpz_get_si(tir->nodes[node]->hi));
}

static zc_operand same(zc_node_id node)
{
    return zc_read_same(tir, node);
}

static zc_ix_id ix(zc_ix_op op, zc_ix_id a, zc_ix_id b)
{
    return zc_ix_make(tir, op, a, b);
}

static zc_ix_id var(uint32_t n)
{
    return zc_ix_var(tir, n);
}

static zc_ix_id num(int64_t n)
{
    return zc_ix_const(tir, n);
}

static void verified(void)
{
    cr_assert(zc_tir_verify(tir, &err) == ZKML_OK, "%s", err.text);
}

/* ---- index expressions ---- */

Test(tir, index_expressions_are_shared_and_folded)
{
    cr_assert(ix(ZC_IX_ADD, var(0), num(3)) == ix(ZC_IX_ADD, var(0), num(3)));
    cr_assert(ix(ZC_IX_MUL, num(6), num(7)) == num(42));
    cr_assert(ix(ZC_IX_DIV, num(-7), num(2)) == num(-4));
    cr_assert(ix(ZC_IX_MOD, num(-7), num(2)) == num(1));
    cr_assert(ix(ZC_IX_MOD, num(7), num(-2)) == num(-1));
    cr_assert(ix(ZC_IX_ADD, var(1), num(0)) == var(1));
    cr_assert(ix(ZC_IX_MUL, var(1), num(0)) == num(0));
    cr_assert(ix(ZC_IX_DIV, var(1), num(0)) == ZC_NO_ID);
    cr_assert(ix(ZC_IX_ADD, num(INT64_MAX), num(1)) == ZC_NO_ID);
    cr_assert(tir->status == ZKML_OK);
    zc_ix_id huge = var(0);
    for (int i = 0; i < 20; i++)
        huge = ix(ZC_IX_MUL, huge, huge);
    cr_assert(huge == ZC_NO_ID && tir->status == ZKML_LIMIT);
}

Test(tir, bounds)
{
    zc_ix_bounds b;
    zc_space s = shape(2, 5, 7, 0);
    zc_ix_id affine = ix(ZC_IX_SUB, ix(ZC_IX_MUL, num(3), var(0)), var(1));
    cr_assert(zc_ix_bound(tir, &s, affine, ZC_NO_ID, &b) == ZC_IX_BOUNDED);
    cr_assert(b.exact && b.lo == -6 && b.hi == 12);
    cr_assert(zc_ix_eval(tir, affine, b.lo_point) == -6 &&
              zc_ix_eval(tir, affine, b.hi_point) == 12);
    zc_ix_id causal = ix(ZC_IX_LE, var(1), var(0));
    cr_assert(zc_ix_bound(tir, &s, ix(ZC_IX_SUB, var(0), var(1)), causal, &b) == ZC_IX_BOUNDED);
    cr_assert(b.exact && b.lo == 0 && b.hi == 4);
    zc_ix_id quasi = ix(ZC_IX_MOD, ix(ZC_IX_DIV, var(1), num(2)), num(2));
    cr_assert(zc_ix_bound(tir, &s, quasi, ZC_NO_ID, &b) == ZC_IX_BOUNDED);
    cr_assert(b.exact && b.lo == 0 && b.hi == 1);
    cr_assert(zc_ix_bound(tir, &s, var(0), ix(ZC_IX_LT, num(9), var(1)), &b) == ZC_IX_NEVER);
    zc_ix_id inverse = ix(ZC_IX_DIV, num(12), var(0));
    cr_assert(zc_ix_bound(tir, &s, inverse, ZC_NO_ID, &b) == ZC_IX_DIVIDES_BY_ZERO);
    zc_ix_id positive = ix(ZC_IX_LT, num(0), var(0));
    cr_assert(zc_ix_bound(tir, &s, inverse, positive, &b) == ZC_IX_BOUNDED);
    cr_assert(b.lo == 3 && b.hi == 12);
    zc_ix_id far = ix(ZC_IX_MUL, ix(ZC_IX_ADD, var(0), num(INT64_MAX - 4)), num(2));
    cr_assert(zc_ix_bound(tir, &s, far, ZC_NO_ID, &b) == ZC_IX_OVERFLOW);
    /* Too many points to look at: still safe bounds. */
    zc_space large = shape(2, 1u << 20, 1u << 20, 0);
    zc_ix_id product = ix(ZC_IX_MUL, var(0), var(1));
    cr_assert(zc_ix_bound(tir, &large, product, ZC_NO_ID, &b) == ZC_IX_BOUNDED);
    cr_assert(!b.exact && b.lo == 0 && b.hi == ((int64_t)(1 << 20) - 1) * ((1 << 20) - 1));
}

Test(tir, flattening_is_recognised_as_affine)
{
    zc_node_id x = param("x", shape(3, 16, 4, 4), 0, 1);
    zc_space s = shape(1, 256, 0, 0);
    zc_ix_id subscripts[3] = {ix(ZC_IX_DIV, var(0), num(16)),
                              ix(ZC_IX_MOD, ix(ZC_IX_DIV, var(0), num(4)), num(4)),
                              ix(ZC_IX_MOD, var(0), num(4))};
    zc_view view = zc_view_subscript(tir, &s, x, subscripts);
    cr_assert(view.affine && view.base == 0 && view.stride[0] == 1);
    subscripts[2] = ix(ZC_IX_MOD, ix(ZC_IX_ADD, var(0), num(1)), num(4));
    view = zc_view_subscript(tir, &s, x, subscripts);
    cr_assert(!view.affine && view.expr != ZC_NO_ID);
}

/* Composed views read what the two views read one after the other. */
Test(tir, composition_agrees_with_two_steps)
{
    srand(7);
    unsigned composed = 0;
    for (int round = 0; round < 3000; round++) {
        uint32_t e0 = 1 + (uint32_t)rand() % 4, e1 = 1 + (uint32_t)rand() % 4;
        zc_node_id base = param("x", shape(1, 200, 0, 0), 0, 9);
        zc_space middle = shape(2, e0, e1, 0);
        zc_view outer = zc_view_at(rand() % 20);
        outer.stride[0] = rand() % 9;
        outer.stride[1] = rand() % 9;
        if (rand() % 4 == 0) {
            zc_ix_id e =
                ix(ZC_IX_MOD, ix(ZC_IX_ADD, ix(ZC_IX_MUL, var(0), num(5)), var(1)), num(7));
            outer = zc_view_of_ix(tir, &middle, e);
        }
        const zc_node *node = &(zc_node){.op = ZC_OP_VIEW,
                                         .rank = 2,
                                         .extent = {e0, e1},
                                         .operands = &(zc_operand){base, outer},
                                         .operand_count = 1};
        zc_space s = shape(2, 1 + (uint32_t)rand() % 4, 1 + (uint32_t)rand() % 3, 0);
        zc_view inner = zc_view_at(rand() % (int)(e0 * e1)), out;
        inner.stride[0] = rand() % 7 - 3;
        inner.stride[1] = rand() % 7 - 3;
        zc_ix_bounds b;
        cr_assert(zc_ix_bound(tir, &s, zc_view_ix(tir, &inner), ZC_NO_ID, &b) == ZC_IX_BOUNDED);
        if (b.lo < 0 || b.hi >= (int64_t)(e0 * e1) ||
            !zc_view_compose(tir, &s, node, 0, &inner, &out))
            continue;
        composed++;
        int64_t point[ZC_MAX_RANK] = {0};
        do {
            int64_t at = zc_view_offset(tir, &inner, 2, point), between[ZC_MAX_RANK] = {0};
            between[0] = at / e1;
            between[1] = at % e1;
            cr_assert(zc_view_offset(tir, &out, 2, point) ==
                      zc_view_offset(tir, &outer, 2, between));
        } while (zc_point_next(point, s.extent, 0, 2));
    }
    cr_assert(composed > 200, "only %u compositions tried", composed);
}

/* ---- building ---- */

Test(tir, constant_weights_give_exact_ranges)
{
    /* The rows of W add up to 9 - 2 and 1 - 20. */
    const int64_t w[6] = {4, -2, 5, 1, -20, 0};
    zc_node_id weights = constant(shape(2, 2, 3, 0), w);
    zc_node_id x = param("x", shape(1, 3, 0, 0), -1, 10);
    zc_space s = shape(2, 2, 3, 0);
    zc_operand read_x = zc_read(x, zc_view_dims(tir, x, (uint32_t[]){1}));
    zc_node_id product = zc_tir_mul(tir, &s, same(weights), read_x);
    expect_range(product, -200, 50);
    zc_space r = reducing(shape(1, 2, 0, 0), 3);
    zc_node_id sum =
        zc_tir_sum(tir, &r, zc_read(product, zc_view_dims(tir, product, (uint32_t[]){0, 1})));
    cr_assert(tir->nodes[sum]->op == ZC_OP_DOT);
    expect_range(sum, -201, 92); /* hull of -29 .. 92 and -201 .. 30 */
    result(sum);
    verified();
    cr_assert(zc_tir_optimize(tir, &err) == ZKML_OK);
    cr_assert(tir->node_count == 3);
    verified();
}

Test(tir, squares_and_neutral_operations)
{
    zc_node_id x = param("x", shape(1, 4, 0, 0), -3, 5);
    zc_space s = zc_space_of(tir, x);
    expect_range(zc_tir_mul(tir, &s, same(x), same(x)), 0, 25);
    zc_space total = reducing(zc_space_scalar(), 4);
    zc_node_id squares = zc_tir_mul(tir, &s, same(x), same(x));
    expect_range(zc_tir_sum(tir, &total, same(squares)), 0, 100);
    zc_node_id zero = zc_tir_scalar_si(tir, 0), two = zc_tir_scalar_si(tir, 2);
    zc_node_id sum = zc_tir_add(tir, &s, same(x), zc_read(zero, zc_view_at(0)));
    cr_assert(tir->nodes[sum]->op == ZC_OP_VIEW && sum != x);
    zc_node_id twice = zc_tir_mul(tir, &s, zc_read(two, zc_view_at(0)), same(x));
    cr_assert(tir->nodes[twice]->op == ZC_OP_SCALE);
    expect_range(twice, -6, 10);
    zc_node_id none = zc_tir_mul(tir, &s, same(x), zc_read(zero, zc_view_at(0)));
    expect_range(none, 0, 0);
    cr_assert(tir->nodes[none]->op == ZC_OP_VIEW && tir->nodes[none]->count == 4);
    expect_range(zc_tir_sub(tir, &s, same(x), same(x)), 0, 0);
    mpz_t c0, c1;
    mpz_init_set_ui(c0, 3);
    mpz_init_set_ui(c1, 4);
    zc_node_id quarter =
        zc_tir_div(tir, &s, same(x), zc_read(two, zc_view_at(0)), c0, c1, ZC_ROUND);
    cr_assert(tir->nodes[quarter]->op == ZC_OP_ROUND && tir->nodes[quarter]->shift == 3);
    mpz_set_ui(c0, 4);
    zc_node_id half = zc_tir_round(tir, &s, same(x), c0, 3, ZC_ROUND);
    cr_assert(tir->nodes[half]->shift == 1 && mpz_cmp_ui(tir->nodes[half]->c0, 1) == 0);
    expect_range(half, -1, 3);
    zc_node_id most = zc_tir_max(tir, &s, same(x), zc_read(zero, zc_view_at(0)));
    expect_range(most, 0, 5);
    verified();
    mpz_clears(c0, c1, NULL);
}

Test(tir, constants_fold)
{
    const int64_t a[4] = {1, 2, 3, 4}, b[2] = {10, -10};
    zc_node_id x = constant(shape(2, 2, 2, 0), a), y = constant(shape(1, 2, 0, 0), b);
    zc_space s = shape(2, 2, 2, 0);
    zc_node_id sum =
        zc_tir_add(tir, &s, same(x), zc_read(y, zc_view_dims(tir, y, (uint32_t[]){1})));
    cr_assert(tir->nodes[sum]->op == ZC_OP_CONST);
    const int64_t *codes = tir->blobs[tir->nodes[sum]->index].codes;
    cr_assert(codes[0] == 11 && codes[1] == -8 && codes[2] == 13 && codes[3] == -6);
    /* A row of a constant has the row's range, folded or read. */
    zc_space row = shape(1, 2, 0, 0);
    zc_view second = zc_view_at(2);
    second.stride[0] = 1;
    expect_range(zc_tir_view(tir, &row, zc_read(x, second)), 3, 4);
    zc_node_id p = param("p", row, 0, 1);
    expect_range(zc_tir_add(tir, &row, same(p), zc_read(x, second)), 3, 5);
    zc_space argmax = reducing(zc_space_scalar(), 4);
    zc_view flat = zc_view_at(0);
    flat.stride[0] = 1;
    expect_range(zc_tir_reduce(tir, &argmax, ZC_OP_ARGMAX, zc_read(x, flat)), 3, 3);
    /* A reshape shares the codes. */
    zc_space line = shape(1, 4, 0, 0);
    zc_node_id reshaped = zc_tir_view(tir, &line, zc_read(x, flat));
    cr_assert(tir->nodes[reshaped]->op == ZC_OP_CONST &&
              tir->nodes[reshaped]->index == tir->nodes[x]->index);
    verified();
}

Test(tir, conditions_prune)
{
    /* y[i] = if i > 0 then x[i - 1] else 7 */
    zc_node_id x = param("x", shape(1, 4, 0, 0), 0, 3);
    zc_node_id seven = zc_tir_scalar_si(tir, 7);
    zc_space s = shape(1, 4, 0, 0);
    zc_ix_id before = ix(ZC_IX_SUB, var(0), num(1));
    zc_operand read = zc_read(x, zc_view_subscript(tir, &s, x, &before));
    zc_node_id y =
        zc_tir_choose(tir, &s, ix(ZC_IX_LT, num(0), var(0)), read, zc_read(seven, zc_view_at(0)));
    expect_range(y, 0, 7);
    zc_node_id always = zc_tir_choose(tir, &s, ix(ZC_IX_LE, num(0), var(0)), same(x), read);
    cr_assert(tir->nodes[always]->op == ZC_OP_VIEW);
    result(y);
    verified();
    zc_run run;
    zc_input input = {(const int64_t[]){3, 2, 1, 0}, 4};
    cr_assert(zc_interp(&run, tir, &input, &err) == ZKML_OK, "%s", err.text);
    const int64_t *v = run.values[tir->results[0].node].small;
    cr_assert(v[0] == 7 && v[1] == 3 && v[2] == 2 && v[3] == 1);
    zc_run_free(&run);
    /* Without the condition the view leaves x, and verify sees it. */
    tir->nodes[y]->op = ZC_OP_ADD;
    cr_assert(zc_tir_verify(tir, &err) == ZKML_INTERNAL);
    cr_assert(strstr(err.text, "leaves its operand"), "%s", err.text);
}

Test(tir, poison_and_limits)
{
    zc_space s = shape(1, 4, 0, 0);
    zc_node_id x = param("x", s, 0, 3);
    cr_assert(zc_tir_add(tir, &s, same(x), zc_read(ZC_NO_ID, zc_view_at(0))) == ZC_NO_ID);
    zc_view broken = {.affine = false, .expr = ZC_NO_ID};
    cr_assert(zc_tir_neg(tir, &s, zc_read(x, broken)) == ZC_NO_ID);
    cr_assert(tir->status == ZKML_OK);
    zc_space large = shape(3, 65536, 65536, 65536);
    cr_assert(zc_tir_neg(tir, &large, zc_read(x, zc_view_at(0))) == ZC_NO_ID);
    cr_assert(tir->status == ZKML_LIMIT);
    cr_assert(zc_tir_neg(tir, &s, same(x)) == ZC_NO_ID);
}

Test(tir, wide_numbers)
{
    /* (2^100 x + 1)^2 stays exact through the GMP path. */
    zc_node_id x = param("x", zc_space_scalar(), -3, 3);
    zc_space s = zc_space_scalar();
    mpz_t c, wanted;
    mpz_inits(c, wanted, NULL);
    mpz_setbit(c, 100);
    zc_node_id big = zc_tir_scalar(tir, c);
    zc_node_id y = zc_tir_mul(tir, &s, same(x), same(big));
    y = zc_tir_add(tir, &s, same(y), same(zc_tir_scalar_si(tir, 1)));
    y = zc_tir_mul(tir, &s, same(y), same(y));
    cr_assert(zc_tir_range_fits(tir, y));
    zc_node_id wide = zc_tir_mul(tir, &s, same(y), same(y));
    cr_assert(!zc_tir_range_fits(tir, wide));
    zc_node_id back = zc_tir_round(tir, &s, same(y), (mpz_set_ui(c, 1), c), 198, ZC_FLOOR);
    result(y);
    result(back);
    zc_run run;
    cr_assert(zc_interp(&run, tir, &(zc_input){(const int64_t[]){-3}, 1}, &err) == ZKML_OK);
    mpz_setbit(wanted, 100);
    mpz_mul_si(wanted, wanted, -3);
    mpz_add_ui(wanted, wanted, 1);
    mpz_mul(wanted, wanted, wanted);
    zc_run_value(c, &run, y, 0);
    cr_assert(mpz_cmp(c, wanted) == 0);
    mpz_fdiv_q_2exp(wanted, wanted, 198);
    zc_run_value(c, &run, back, 0);
    cr_assert(mpz_cmp(c, wanted) == 0);
    zc_run_free(&run);
    mpz_clears(c, wanted, NULL);
}

/* ---- failures ---- */

Test(tir, failing_assertions_name_the_element)
{
    zc_node_id x = param("x", shape(2, 2, 3, 0), 0, 500);
    zc_space s = shape(2, 2, 3, 0);
    mpq_t quarter;
    mpq_init(quarter);
    mpq_set_ui(quarter, 1, 4);
    zc_tir_set_scale(tir, x, quarter);
    zc_node_id limit = zc_tir_scalar_si(tir, 400);
    zc_tir_set_scale(tir, limit, quarter);
    zc_node_id ok = zc_tir_cmp(tir, &s, ZC_CMP_LE, same(x), zc_read(limit, zc_view_at(0)));
    zc_space all = zc_space_reduce(zc_space_scalar(), 2, s.extent);
    zc_view in_order = zc_view_at(0);
    in_order.stride[0] = 3;
    in_order.stride[1] = 1;
    zc_node_id every = zc_tir_reduce(tir, &all, ZC_OP_ALL, zc_read(ok, in_order));
    zc_space scalar = zc_space_scalar();
    zc_node_id claim = zc_tir_assert(tir, &scalar, same(every), "too hot");
    verified();
    zc_run run;
    int64_t codes[6] = {1, 2, 3, 4, 401, 500};
    cr_assert(zc_interp(&run, tir, &(zc_input){codes, 6}, &err) == ZKML_INVALID);
    cr_assert(run.failure.node == claim && run.failure.has_values);
    cr_assert(run.failure.at == ok && run.failure.at_element == 4);
    cr_assert(mpz_cmp_ui(run.failure.left, 401) == 0 && mpz_cmp_ui(run.failure.right, 400) == 0);
    cr_assert_str_eq(err.text, "too hot (at [1, 1]: 100.25 <= 100 does not hold)");
    zc_run_free(&run);
    codes[4] = codes[5] = 400;
    cr_assert(zc_interp(&run, tir, &(zc_input){codes, 6}, &err) == ZKML_OK, "%s", err.text);
    zc_run_free(&run);
    codes[2] = 501;
    cr_assert(zc_interp(&run, tir, &(zc_input){codes, 6}, &err) == ZKML_MALFORMED);
    cr_assert_str_eq(err.text, "input `x`[0, 2] has the code 501, outside its range 0 .. 500");
    zc_run_free(&run);
    cr_assert(zc_interp(&run, tir, &(zc_input){codes, 5}, &err) == ZKML_MALFORMED);
    zc_run_free(&run);
    mpq_clear(quarter);
}

Test(tir, failing_checks_name_the_bound)
{
    zc_node_id x = param("x", shape(1, 3, 0, 0), -100, 100);
    zc_space s = shape(1, 3, 0, 0);
    mpz_t lo, hi;
    mpz_init_set_si(lo, -8);
    mpz_init_set_si(hi, 7);
    zc_node_id y = zc_tir_check(tir, &s, same(x), lo, hi);
    expect_range(y, -8, 7);
    zc_run run;
    cr_assert(zc_interp(&run, tir, &(zc_input){(const int64_t[]){7, -9, 8}, 3}, &err) ==
              ZKML_INVALID);
    cr_assert(run.failure.node == y && run.failure.element == 1);
    cr_assert_str_eq(err.text,
                     "a checked value is outside its type (at [1]: -8 <= -9 does not hold)");
    zc_run_free(&run);
    mpz_clears(lo, hi, NULL);
}

/* ---- passes ---- */

/* Nodes that differ in a single field, each made twice: equal ones merge, the others stay. */
Test(tir, only_equal_nodes_merge)
{
    enum { KINDS = 16 };
    zc_node_id x = param("x", shape(2, 3, 3, 0), -50, 50), y = param("y", shape(2, 3, 3, 0), 1, 9);
    zc_space s = shape(2, 3, 3, 0);
    zc_operand turned = zc_read(x, zc_view_dims(tir, x, (uint32_t[]){1, 0}));
    zc_ix_id lower = ix(ZC_IX_LE, var(1), var(0)), upper = ix(ZC_IX_LE, var(0), var(1));
    mpz_t three, five;
    mpz_init_set_ui(three, 3);
    mpz_init_set_ui(five, 5);
    for (int copy = 0; copy < 2; copy++) {
        zc_node_id made[KINDS] = {
            zc_tir_round(tir, &s, same(x), three, 2, ZC_ROUND),
            zc_tir_round(tir, &s, same(x), three, 3, ZC_ROUND),
            zc_tir_round(tir, &s, same(x), three, 2, ZC_FLOOR),
            zc_tir_round(tir, &s, same(x), five, 2, ZC_ROUND),
            zc_tir_round(tir, &s, turned, three, 2, ZC_ROUND),
            zc_tir_round(tir, &s, same(y), three, 2, ZC_ROUND),
            zc_tir_choose(tir, &s, lower, same(x), same(y)),
            zc_tir_choose(tir, &s, upper, same(x), same(y)),
            zc_tir_choose(tir, &s, upper, same(y), same(x)),
            zc_tir_clamp(tir, &s, same(x), three, five),
            zc_tir_clamp(tir, &s, same(x), three, three),
            zc_tir_cmp(tir, &s, ZC_CMP_LT, same(x), same(y)),
            zc_tir_cmp(tir, &s, ZC_CMP_LE, same(x), same(y)),
            zc_tir_div(tir, &s, same(x), same(y), three, five, ZC_ROUND),
            zc_tir_div(tir, &s, same(x), same(y), three, three, ZC_ROUND),
            zc_tir_scale(tir, &s, same(x), five),
        };
        for (int k = 0; k < KINDS; k++)
            result(made[k]);
    }
    cr_assert(zc_tir_optimize(tir, &err) == ZKML_OK);
    verified();
    for (int k = 0; k < KINDS; k++) {
        cr_assert(tir->results[k].node == tir->results[KINDS + k].node, "%d", k);
        for (int other = 0; other < k; other++)
            cr_assert(tir->results[k].node != tir->results[other].node, "%d and %d", k, other);
    }
    mpz_clears(three, five, NULL);
}

/* ---- text ---- */

Test(tir, printed)
{
    const int64_t w[6] = {4, -2, 5, 1, -20, 0};
    zc_node_id weights = constant(shape(2, 2, 3, 0), w);
    zc_node_id x = param("x", shape(1, 3, 0, 0), -1, 10);
    zc_space s = reducing(shape(1, 2, 0, 0), 3);
    zc_node_id y =
        zc_tir_dot(tir, &s, zc_read(weights, zc_view_dims(tir, weights, (uint32_t[]){0, 1})),
                   zc_read(x, zc_view_dims(tir, x, (uint32_t[]){1})));
    mpq_t scale;
    mpq_init(scale);
    mpq_set_ui(scale, 1, 32768);
    zc_tir_set_scale(tir, y, scale);
    zc_tir_set_name(tir, y, "y");
    mpz_t c;
    mpz_init_set_ui(c, 3);
    zc_space line = shape(1, 2, 0, 0);
    zc_node_id z = zc_tir_round(tir, &line, same(y), c, 4, ZC_ROUNDEVEN);
    result(z);
    zk_buf text = {0};
    zc_tir_print(&text, tir, NULL);
    zk_buf_u8(&text, 0);
    cr_assert_str_eq((const char *)text.data,
                     "circuit test\n"
                     "private x = %1\n"
                     "%0 = const[i0<2, i1<3] C {4, -2, 5, 1, -20, 0} : -20..5\n"
                     "%1 = param[i0<3] x : -1..10\n"
                     "%2 = dot[i0<2; r0<3] %0[i0, r0] * %1[r0] : -201..92 step 2^-15 as y\n"
                     "%3 = round[i0<2] roundeven(3 * %2[i0] / 2^4) : -38..17\n"
                     "public result = %3 : -38..17\n");
    zk_buf_free(&text);
    mpz_clear(c);
    mpq_clear(scale);
}

/* ---- random programs ---- */

static int64_t between(int64_t lo, int64_t hi)
{
    return lo + rand() % (hi - lo + 1);
}

static zc_node_id pick(const zc_node_id *nodes, size_t count)
{
    return nodes[(size_t)rand() % count];
}

/* A node over a random space that reads random nodes in random but valid ways. */
static zc_operand random_read(const zc_space *s, zc_node_id node)
{
    const zc_node *n = tir->nodes[node];
    for (int attempt = 0; attempt < 20; attempt++) {
        zc_view view = zc_view_at(between(0, (int64_t)n->count - 1));
        zc_ix_bounds b;
        for (uint32_t d = 0; d < s->rank + s->reduce_rank; d++)
            view.stride[d] = between(-1, 3);
        if (zc_ix_bound(tir, s, zc_view_ix(tir, &view), ZC_NO_ID, &b) == ZC_IX_BOUNDED &&
            b.lo >= 0 && (uint64_t)b.hi < n->count)
            return zc_read(node, view);
    }
    zc_ix_id flat = num(0);
    for (uint32_t d = 0; d < s->rank + s->reduce_rank; d++)
        flat = ix(ZC_IX_ADD, ix(ZC_IX_MUL, flat, num(3)), var(d));
    flat = ix(ZC_IX_MOD, flat, num((int64_t)n->count));
    return zc_read(node, zc_view_of_ix(tir, s, flat));
}

static bool range_is(zc_node_id id, int64_t lo, int64_t hi)
{
    return mpz_cmp_si(tir->nodes[id]->lo, lo) >= 0 && mpz_cmp_si(tir->nodes[id]->hi, hi) <= 0;
}

static zc_node_id random_node(const zc_node_id *nodes, size_t count, uint32_t table)
{
    zc_space s = shape(2, (uint32_t)between(1, 3), (uint32_t)between(1, 3), 0);
    zc_space r = reducing(s, (uint32_t)between(1, 4));
    zc_node_id x = pick(nodes, count), y = pick(nodes, count), z = pick(nodes, count);
    zc_operand a = random_read(&s, x), b = random_read(&s, y), c = random_read(&s, z);
    zc_operand ra = random_read(&r, x), rb = random_read(&r, y);
    zc_operand truth = a;
    mpz_t c0, c1;
    mpz_init_set_si(c0, between(1, 6));
    mpz_init_set_si(c1, between(1, 6));
    zc_node_id out = ZC_NO_ID;
    zc_round_mode mode = (zc_round_mode)between(0, 2);
    if (!range_is(x, 0, 1))
        truth = zc_read(zc_tir_cmp(tir, &s, (zc_cmp)between(0, 3), a, b), zc_view_at(0)),
        truth.view = zc_view_identity(tir, truth.node);
    static const zc_op reductions[] = {ZC_OP_SUM, ZC_OP_RMAX, ZC_OP_RMIN, ZC_OP_ARGMAX};
    switch (between(0, 17)) {
    case 0:
        out = zc_tir_add(tir, &s, a, b);
        break;
    case 1:
        out = zc_tir_sub(tir, &s, a, b);
        break;
    case 2:
        out = zc_tir_mul(tir, &s, a, b);
        break;
    case 3:
        out = zc_tir_dot(tir, &r, ra, rb);
        break;
    case 4:
        out = zc_tir_reduce(tir, &r, reductions[between(0, 3)], ra);
        break;
    case 5:
        out = zc_tir_round(tir, &s, a, c0, (uint32_t)between(0, 6), mode);
        break;
    case 6: {
        zc_node_id positive =
            zc_tir_max(tir, &s, b, zc_read(zc_tir_scalar_si(tir, 1), zc_view_at(0)));
        out = zc_tir_div(tir, &s, a, same(positive), c0, c1, mode);
        break;
    }
    case 7:
        mpz_set_si(c0, between(-9, 0));
        out = zc_tir_clamp(tir, &s, a, c0, c1);
        break;
    case 8:
        out = zc_tir_select(tir, &s, truth, b, c);
        break;
    case 9:
        out = zc_tir_min(tir, &s, a, b);
        break;
    case 10:
        out = zc_tir_not(tir, &s, truth);
        break;
    case 11:
        out = zc_tir_and(tir, &s, truth, truth);
        break;
    case 12:
        out = zc_tir_choose(tir, &s, ix(ZC_IX_LE, var(1), var(0)), a, b);
        break;
    case 13: {
        mpz_set_si(c0, -4);
        mpz_set_si(c1, 4);
        out = zc_tir_table(tir, &s, table, same(zc_tir_clamp(tir, &s, a, c0, c1)));
        break;
    }
    case 14: {
        uint32_t total[2] = {(uint32_t)tir->nodes[x]->count + (uint32_t)tir->nodes[y]->count, 1};
        zc_space stacked = zc_space_shape(2, total);
        out = zc_tir_stack(tir, &stacked, (const zc_node_id[]){x, y}, 2);
        break;
    }
    case 15:
        out = zc_tir_view(tir, &s, a);
        break;
    case 16: {
        zc_node_id t = zc_tir_neg(tir, &s, a);
        out = zc_tir_or(tir, &s, same(zc_tir_cmp(tir, &s, ZC_CMP_LT, same(t), b)), truth);
        break;
    }
    default: {
        zc_space every = reducing(shape(1, s.extent[0], 0, 0), s.extent[1]);
        zc_node_id equal = zc_tir_cmp(tir, &s, ZC_CMP_EQ, a, b);
        out = zc_tir_reduce(tir, &every, between(0, 1) ? ZC_OP_ALL : ZC_OP_ANY, same(equal));
        break;
    }
    }
    mpz_clears(c0, c1, NULL);
    return out;
}

/* Evaluates every node again on GMP integers and compares. */
static void compare_paths(const zc_run *run, const bool *live)
{
    for (zc_node_id id = 0; id < tir->node_count; id++) {
        const zc_node *node = tir->nodes[id];
        if (!live[id] || node->op == ZC_OP_PARAM || node->op == ZC_OP_CONST)
            continue;
        zc_tensor big[3] = {{0}}, out = {0};
        const zc_tensor *operands[3];
        for (uint32_t k = 0; k < node->operand_count; k++) {
            const zc_tensor *t = &run->values[node->operands[k].node];
            big[k].count = t->count;
            big[k].big = calloc(t->count, sizeof *big[k].big);
            for (uint64_t i = 0; i < t->count; i++) {
                mpz_init(big[k].big[i]);
                zc_tensor_get(big[k].big[i], t, i);
            }
            operands[k] = &big[k];
        }
        uint64_t at;
        cr_assert(zc_eval_node(&out, tir, node, operands, &at) == ZKML_OK);
        mpz_t x, y;
        mpz_inits(x, y, NULL);
        for (uint64_t i = 0; i < node->count; i++) {
            zc_tensor_get(x, &out, i);
            zc_tensor_get(y, &run->values[id], i);
            cr_assert(mpz_cmp(x, y) == 0, "%s differs", zc_op_name(node->op));
        }
        mpz_clears(x, y, NULL);
        zc_tensor_free(&out);
        for (uint32_t k = 0; k < node->operand_count; k++)
            zc_tensor_free(&big[k]);
    }
}

/* The results of a program for one input, as one number each. */
static void outcomes(int64_t *sums, zc_run *run)
{
    mpz_t v;
    mpz_init(v);
    for (size_t i = 0; i < tir->result_count; i++) {
        sums[i] = 0;
        for (uint64_t e = 0; e < tir->nodes[tir->results[i].node]->count; e++) {
            zc_run_value(v, run, tir->results[i].node, e);
            sums[i] = sums[i] * 31 + (int64_t)mpz_fdiv_ui(v, 1000003);
            sums[i] %= 1000003;
        }
    }
    mpz_clear(v);
}

Test(tir, random_programs)
{
    enum { NODES = 14, INPUTS = 5 };
    static int64_t entries[9] = {3, -1, 0, 8, -7, 2, 2, 5, -3};
    for (int seed = 0; seed < 400; seed++) {
        zc_tir_free(tir);
        zk_arena_free(&arena);
        zk_arena_init(&arena, 0);
        tir = zc_tir_new(&arena, "random", ZC_NO_SPAN);
        srand((unsigned)seed);
        zc_table t = {.name = "t", .lo = -4, .count = 9, .count_b = 1, .values = entries};
        mpq_inits(t.scale_in, t.scale_out, NULL);
        uint32_t table = zc_tir_add_table(tir, &t);
        mpq_clears(t.scale_in, t.scale_out, NULL);
        zc_node_id nodes[NODES + 3];
        size_t count = 0;
        nodes[count++] = param("x", shape(2, 2, 3, 0), -7, 9);
        nodes[count++] = param("b", shape(1, 4, 0, 0), 0, 1);
        nodes[count++] = constant(shape(2, 2, 2, 0), (const int64_t[]){1, -2, 0, 5});
        for (int i = 0; i < NODES; i++) {
            zc_node_id id = random_node(nodes, count, table);
            cr_assert(tir->status == ZKML_OK);
            if (id != ZC_NO_ID && zc_tir_range_fits(tir, id))
                nodes[count++] = id;
        }
        for (size_t i = 3; i < count; i++)
            result(nodes[i]);
        int64_t before[NODES], after[NODES], codes[6], bits[4];
        zc_input inputs[2] = {{codes, 6}, {bits, 4}};
        for (int k = 0; k < INPUTS; k++) {
            unsigned input_seed = (unsigned)(1000 * seed + k);
            srand(input_seed);
            for (int i = 0; i < 6; i++)
                codes[i] = k == 0 ? -7 : k == 1 ? 9 : between(-7, 9);
            for (int i = 0; i < 4; i++)
                bits[i] = between(0, 1);
            if (k == 0) {
                bool live[2000] = {false};
                zc_run first;
                cr_assert(zc_interp(&first, tir, inputs, &err) == ZKML_OK, "%d: %s", seed,
                          err.text);
                cr_assert(tir->node_count < 2000);
                zc_tir_mark_live(tir, live);
                compare_paths(&first, live);
                outcomes(before, &first);
                zc_run_free(&first);
                cr_assert(zc_tir_optimize(tir, &err) == ZKML_OK, "%s", err.text);
                verified();
                cr_assert(zc_interp(&first, tir, inputs, &err) == ZKML_OK, "%d: %s", seed,
                          err.text);
                outcomes(after, &first);
                zc_run_free(&first);
                cr_assert(memcmp(before, after, tir->result_count * sizeof before[0]) == 0,
                          "seed %d: passes change the result", seed);
                continue;
            }
            zc_run run;
            cr_assert(zc_interp(&run, tir, inputs, &err) == ZKML_OK, "%d: %s", seed, err.text);
            zc_run_free(&run);
        }
    }
}

/* ---- size ---- */

Test(tir, large_layers_are_immediate, .timeout = 20)
{
    enum { M = 1000, N = 1000 };
    int64_t *w = ZK_ARENA_NEW(&arena, int64_t, M * N), *x = ZK_ARENA_NEW(&arena, int64_t, N);
    for (int i = 0; i < M * N; i++)
        w[i] = i % 255 - 127;
    for (int i = 0; i < N; i++)
        x[i] = i % 256;
    zc_node_id image = param("image", shape(1, N, 0, 0), 0, 255);
    zc_space s = shape(2, M, N, 0), r = reducing(shape(1, M, 0, 0), N);
    zc_node_id weights = zc_tir_const(tir, "W", &s, w);
    zc_node_id product = zc_tir_mul(tir, &s, same(weights),
                                    zc_read(image, zc_view_dims(tir, image, (uint32_t[]){1})));
    zc_node_id y =
        zc_tir_sum(tir, &r, zc_read(product, zc_view_dims(tir, product, (uint32_t[]){0, 1})));
    result(y);
    cr_assert(zc_tir_optimize(tir, &err) == ZKML_OK);
    verified();
    zc_run run;
    cr_assert(zc_interp(&run, tir, &(zc_input){x, N}, &err) == ZKML_OK);
    int64_t wanted = 0;
    for (int i = 0; i < N; i++)
        wanted += w[5 * N + i] * x[i];
    cr_assert(run.values[tir->results[0].node].small[5] == wanted);
    zc_run_free(&run);
}

/* ---- verify ---- */

Test(tir, verify_sees_damage)
{
    zc_node_id x = param("x", shape(1, 4, 0, 0), 1, 3);
    zc_space s = shape(1, 4, 0, 0);
    mpz_t c;
    mpz_init_set_ui(c, 1);
    zc_node_id y = zc_tir_div(tir, &s, same(x), same(x), c, c, ZC_FLOOR);
    zc_node_id t = zc_tir_cmp(tir, &s, ZC_CMP_LT, same(x), same(y));
    result(y);
    verified();
    zc_node *n = tir->nodes[y];
#define DAMAGED(statement, repair)                                        \
    do {                                                                  \
        statement;                                                        \
        cr_assert(zc_tir_verify(tir, &err) == ZKML_INTERNAL, #statement); \
        repair;                                                           \
        verified();                                                       \
    } while (0)
    DAMAGED(n->operands[0].node = y, n->operands[0].node = x);
    DAMAGED(n->operands[0].view.base = 1, n->operands[0].view.base = 0);
    DAMAGED(n->operands[1].view.base = -1, n->operands[1].view.base = 0);
    DAMAGED(n->extent[0] = 5, n->extent[0] = 4);
    DAMAGED(n->count = 3, n->count = 4);
    DAMAGED(n->operand_count = 1, n->operand_count = 2);
    DAMAGED(mpz_set_si(n->hi, 99), mpz_set_si(n->hi, 3));
    DAMAGED(mpz_set_si(n->lo, 9), mpz_set_si(n->lo, 0));
    DAMAGED(mpz_set_si(n->c1, 0), mpz_set_si(n->c1, 1));
    DAMAGED(mpq_set_si(n->scale, 0, 1), mpq_set_si(n->scale, 1, 1));
    DAMAGED(mpz_set_si(tir->nodes[x]->lo, 0), mpz_set_si(tir->nodes[x]->lo, 1));
    DAMAGED(tir->nodes[t]->op = ZC_OP_SUM, tir->nodes[t]->op = ZC_OP_CMP);
    DAMAGED(mpz_set_si(tir->results[0].hi, 2), mpz_set_si(tir->results[0].hi, 3));
    mpz_clear(c);
}
