#include "tests/exhaustive/programs.h"

#include <criterion/criterion.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/tir/ix.h"
#include "compiler/tir/verify.h"

void program_begin(program *p)
{
    zk_arena_init(&p->arena, 0);
    p->tir = zc_tir_new(&p->arena, "test", ZC_NO_SPAN);
    mpq_init(p->one);
    mpq_set_ui(p->one, 1, 1);
}

void program_open(program *p, const program_case *c)
{
    program_begin(p);
    c->make(p);
    zkml_error err;
    cr_assert(p->tir->status == ZKML_OK, "%s: builder", c->name);
    cr_assert(zc_tir_verify(p->tir, &err) == ZKML_OK, "%s: %s", c->name, err.text);
}

void program_close(program *p)
{
    zc_tir_free(p->tir);
    zk_arena_free(&p->arena);
    mpq_clear(p->one);
}

const program_case *program_find(const char *name)
{
    for (size_t i = 0; i < program_case_count; i++)
        if (strcmp(program_cases[i].name, name) == 0)
            return &program_cases[i];
    cr_assert_fail("no program %s", name);
    return NULL;
}

zc_space program_shape(uint32_t rank, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t extent[3] = {a, b, c};
    return zc_space_shape(rank, extent);
}

zc_space program_reducing(zc_space space, uint32_t extent)
{
    return zc_space_reduce(space, 1, &extent);
}

static zc_node_id param(program *p, const char *name, zc_visibility visibility, zc_space space,
                        int64_t lo, int64_t hi)
{
    zc_param param = {.name = name, .visibility = visibility, .kind = ZC_TYPE_INT};
    zc_range range;
    zc_range_init(&range);
    zc_range_set_si(&range, lo, hi);
    zc_node_id id = zc_tir_param(p->tir, &param, &space, &range, p->one);
    zc_range_clear(&range);
    return id;
}

zc_node_id program_param(program *p, const char *name, zc_space space, int64_t lo, int64_t hi)
{
    return param(p, name, ZC_PRIVATE, space, lo, hi);
}

zc_node_id program_public(program *p, const char *name, zc_space space, int64_t lo, int64_t hi)
{
    return param(p, name, ZC_PUBLIC, space, lo, hi);
}

zc_node_id program_committed(program *p, const char *name, zc_space space, int64_t lo, int64_t hi)
{
    return param(p, name, ZC_COMMITTED, space, lo, hi);
}

zc_node_id program_constant(program *p, zc_space space, const int64_t *codes)
{
    uint64_t count, ignored;
    cr_assert(zc_space_count(&space, &count, &ignored));
    int64_t *copy = ZK_ARENA_NEW(&p->arena, int64_t, count);
    memcpy(copy, codes, count * sizeof *copy);
    return zc_tir_const(p->tir, "C", &space, copy);
}

static void result(program *p, zc_visibility visibility, zc_node_id node)
{
    zc_range range;
    zc_range_init(&range);
    zc_tir_range_of(&range, p->tir, node);
    size_t number = p->tir->result_count;
    const char *name = number == 0 ? "result" : zk_arena_printf(&p->arena, "result%zu", number);
    cr_assert(zc_tir_add_result(p->tir, name, visibility, ZC_TYPE_INT, 0, 0, &range,
                                p->tir->nodes[node]->scale, node, ZC_NO_SPAN));
    zc_range_clear(&range);
}

void program_result(program *p, zc_node_id node)
{
    result(p, ZC_PUBLIC, node);
}

void program_committed_result(program *p, zc_node_id node)
{
    result(p, ZC_COMMITTED, node);
}

zc_operand program_same(const program *p, zc_node_id node)
{
    return zc_read_same(p->tir, node);
}

/* ---- shorthands ---- */

static zc_space scalar(void)
{
    return zc_space_scalar();
}

static zc_node_id scalar_param(program *p, const char *name, int64_t lo, int64_t hi)
{
    return program_param(p, name, scalar(), lo, hi);
}

static zc_node_id number(program *p, int64_t value)
{
    return zc_tir_scalar_si(p->tir, value);
}

static zc_node_id rounding(program *p, zc_node_id x, int64_t c0, uint32_t shift, zc_round_mode mode)
{
    zc_space s = zc_space_of(p->tir, x);
    mpz_t factor;
    mpz_init_set_si(factor, c0);
    zc_node_id id = zc_tir_round(p->tir, &s, program_same(p, x), factor, shift, mode);
    mpz_clear(factor);
    return id;
}

static zc_node_id division(program *p, zc_node_id x, zc_node_id y, int64_t c0, int64_t c1,
                           zc_round_mode mode)
{
    zc_space s = zc_space_of(p->tir, x);
    mpz_t a, b;
    mpz_init_set_si(a, c0);
    mpz_init_set_si(b, c1);
    zc_operand divisor = zc_read(y, zc_view_at(0));
    zc_node_id id = zc_tir_div(p->tir, &s, program_same(p, x), divisor, a, b, mode);
    mpz_clears(a, b, NULL);
    return id;
}

typedef zc_node_id bounded_op(zc_tir *, const zc_space *, zc_operand, const mpz_t, const mpz_t);

static zc_node_id bounded(program *p, bounded_op *op, zc_node_id x, int64_t lo, int64_t hi)
{
    zc_space s = zc_space_of(p->tir, x);
    mpz_t low, high;
    mpz_init_set_si(low, lo);
    mpz_init_set_si(high, hi);
    zc_node_id id = op(p->tir, &s, program_same(p, x), low, high);
    mpz_clears(low, high, NULL);
    return id;
}

typedef zc_node_id binary_op(zc_tir *, const zc_space *, zc_operand, zc_operand);

/* Scalars broadcast over x's shape. */
static zc_node_id binary(program *p, binary_op *op, zc_node_id x, zc_node_id y)
{
    zc_space s = zc_space_of(p->tir, x);
    zc_operand right = p->tir->nodes[y]->rank == 0 ? zc_read(y, zc_view_at(0)) : program_same(p, y);
    return op(p->tir, &s, program_same(p, x), right);
}

static zc_node_id compare(program *p, zc_cmp cmp, zc_node_id x, zc_node_id y)
{
    zc_space s = zc_space_of(p->tir, x);
    zc_operand right = p->tir->nodes[y]->rank == 0 ? zc_read(y, zc_view_at(0)) : program_same(p, y);
    return zc_tir_cmp(p->tir, &s, cmp, program_same(p, x), right);
}

static void assert_node(program *p, zc_node_id x)
{
    zc_space s = zc_space_of(p->tir, x);
    cr_assert(zc_tir_assert(p->tir, &s, program_same(p, x), "stated") != ZC_NO_ID);
}

static zc_node_id reduce(program *p, zc_op op, zc_node_id x)
{
    zc_space s = program_reducing(scalar(), p->tir->nodes[x]->extent[0]);
    return zc_tir_reduce(p->tir, &s, op, program_same(p, x));
}

/* ---- roundings ---- */

static void make_floor(program *p)
{
    program_result(p, rounding(p, scalar_param(p, "x", -20, 20), 1, 2, ZC_FLOOR));
}

static void make_round(program *p)
{
    program_result(p, rounding(p, scalar_param(p, "x", -14, 17), 1, 2, ZC_ROUND));
}

static void make_round_scaled(program *p)
{
    program_result(p, rounding(p, scalar_param(p, "x", -7, 6), 3, 3, ZC_ROUND));
}

static void make_even(program *p)
{
    program_result(p, rounding(p, scalar_param(p, "x", -13, 12), 1, 2, ZC_ROUNDEVEN));
}

static void make_even_half(program *p)
{
    program_result(p, rounding(p, scalar_param(p, "x", -6, 7), 1, 1, ZC_ROUNDEVEN));
}

static void make_clamp(program *p)
{
    program_result(p, bounded(p, zc_tir_clamp, scalar_param(p, "x", -9, 9), -3, 4));
}

static void make_clamp_above(program *p)
{
    program_result(p, bounded(p, zc_tir_clamp, scalar_param(p, "x", 0, 13), -5, 4));
}

static void make_clamp_form(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 3), y = scalar_param(p, "y", -3, 3);
    program_result(p, bounded(p, zc_tir_clamp, binary(p, zc_tir_sub, x, y), -2, 3));
}

static void make_relu_round_clamp(program *p)
{
    zc_node_id x = scalar_param(p, "x", -20, 24);
    zc_node_id h = rounding(p, binary(p, zc_tir_max, x, number(p, 0)), 1, 2, ZC_ROUND);
    program_result(p, bounded(p, zc_tir_clamp, h, -8, 4));
}

static void make_even_clamp(program *p)
{
    zc_node_id x = scalar_param(p, "x", -13, 14);
    program_result(p, bounded(p, zc_tir_clamp, rounding(p, x, 1, 1, ZC_ROUNDEVEN), -3, 3));
}

static void make_div_constant(program *p)
{
    zc_node_id x = scalar_param(p, "x", -10, 10), three = number(p, 3);
    program_result(p, division(p, x, three, 1, 1, ZC_ROUND));
    program_result(p, division(p, x, three, 1, 1, ZC_FLOOR));
}

static void make_div_constant_even(program *p)
{
    zc_node_id x = scalar_param(p, "x", -10, 10), two = number(p, 2);
    program_result(p, division(p, x, two, 1, 1, ZC_ROUNDEVEN));
}

static void make_div_floor(program *p)
{
    zc_node_id x = scalar_param(p, "x", -4, 5), y = scalar_param(p, "y", 1, 3);
    program_result(p, division(p, x, y, 1, 1, ZC_FLOOR));
}

static void make_div_round(program *p)
{
    zc_node_id x = scalar_param(p, "x", -4, 5), y = scalar_param(p, "y", 1, 3);
    program_result(p, division(p, x, y, 1, 1, ZC_ROUND));
}

static void make_div_even(program *p)
{
    zc_node_id x = scalar_param(p, "x", -4, 5), y = scalar_param(p, "y", 1, 3);
    program_result(p, division(p, x, y, 1, 1, ZC_ROUNDEVEN));
}

/* ---- choices ---- */

static void make_max(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 4), y = scalar_param(p, "y", -2, 6);
    program_result(p, binary(p, zc_tir_max, x, y));
}

static void make_min(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 4), y = scalar_param(p, "y", -2, 6);
    program_result(p, binary(p, zc_tir_min, x, y));
}

static void make_rmax(program *p)
{
    program_result(p,
                   reduce(p, ZC_OP_RMAX, program_param(p, "x", program_shape(1, 3, 0, 0), -1, 2)));
}

static void make_rmin(program *p)
{
    program_result(p,
                   reduce(p, ZC_OP_RMIN, program_param(p, "x", program_shape(1, 3, 0, 0), -1, 2)));
}

static void make_argmax(program *p)
{
    program_result(
        p, reduce(p, ZC_OP_ARGMAX, program_param(p, "x", program_shape(1, 3, 0, 0), -1, 1)));
}

static void make_compare(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    program_result(p, compare(p, ZC_CMP_LE, x, y));
    program_result(p, compare(p, ZC_CMP_LT, x, y));
}

static void make_equal(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    program_result(p, compare(p, ZC_CMP_EQ, x, y));
}

static void make_unequal(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    program_result(p, compare(p, ZC_CMP_NE, x, y));
}

static void make_all_any(program *p)
{
    zc_node_id x = program_param(p, "x", program_shape(1, 4, 0, 0), 0, 1);
    program_result(p, reduce(p, ZC_OP_ALL, x));
    program_result(p, reduce(p, ZC_OP_ANY, x));
}

static void make_logic(program *p)
{
    zc_node_id x = scalar_param(p, "x", 0, 1), y = scalar_param(p, "y", 0, 1);
    zc_space s = scalar();
    program_result(p, binary(p, zc_tir_and, x, y));
    program_result(p, binary(p, zc_tir_or, x, y));
    program_result(p, zc_tir_not(p->tir, &s, program_same(p, x)));
}

static void make_select(program *p)
{
    zc_node_id c = scalar_param(p, "c", 0, 1), x = scalar_param(p, "x", -3, 3);
    zc_space s = scalar();
    zc_node_id y = binary(p, zc_tir_add, x, number(p, 2));
    program_result(
        p, zc_tir_select(p->tir, &s, program_same(p, c), program_same(p, x), program_same(p, y)));
    zc_node_id seven = number(p, 7);
    program_result(p, zc_tir_select(p->tir, &s, program_same(p, c), program_same(p, seven),
                                    program_same(p, x)));
}

/* ---- arithmetic and structure ---- */

static void make_product(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 4), y = scalar_param(p, "y", -2, 5);
    program_result(p, binary(p, zc_tir_mul, x, y));
    program_result(p, binary(p, zc_tir_mul, x, x));
}

static void make_dot(program *p)
{
    zc_space s = program_shape(1, 3, 0, 0), r = program_reducing(scalar(), 3);
    zc_node_id x = program_param(p, "x", s, -1, 1);
    zc_node_id w = program_constant(p, s, (const int64_t[]){3, 0, -2});
    program_result(p, zc_tir_dot(p->tir, &r, program_same(p, w), program_same(p, x)));
    program_result(p, zc_tir_dot(p->tir, &r, program_same(p, x), program_same(p, x)));
    program_result(p, zc_tir_sum(p->tir, &r, program_same(p, x)));
}

static void make_structure(program *p)
{
    zc_node_id x = program_param(p, "x", program_shape(1, 2, 0, 0), -2, 3);
    zc_node_id y = scalar_param(p, "y", 0, 2);
    zc_space four = program_shape(1, 4, 0, 0), one = program_shape(1, 1, 0, 0);
    zc_node_id y1 = zc_tir_view(p->tir, &one, zc_read(y, zc_view_at(0)));
    zc_node_id c = program_constant(p, one, (const int64_t[]){-1});
    zc_node_id stack = zc_tir_stack(p->tir, &four, (const zc_node_id[]){x, y1, c}, 3);
    zc_ix_id i = zc_ix_var(p->tir, 0);
    zc_ix_id low = zc_ix_make(p->tir, ZC_IX_LT, i, zc_ix_const(p->tir, 2));
    zc_view back =
        zc_view_of_ix(p->tir, &four, zc_ix_make(p->tir, ZC_IX_SUB, zc_ix_const(p->tir, 3), i));
    zc_node_id chosen =
        zc_tir_choose(p->tir, &four, low, zc_read(stack, back), zc_read(y, zc_view_at(0)));
    zc_space s = zc_space_of(p->tir, chosen);
    program_result(p, zc_tir_neg(p->tir, &s, program_same(p, chosen)));
    program_result(p, stack);
}

static void make_public(program *p)
{
    zc_node_id x = program_public(p, "x", scalar(), -3, 4);
    (void)program_public(p, "unused", scalar(), 0, 1);
    zc_node_id y = scalar_param(p, "y", 0, 2);
    program_result(p, binary(p, zc_tir_add, x, y));
    program_result(p, x);
}

static void make_committed(program *p)
{
    zc_node_id x = program_committed(p, "x", scalar(), -3, 4);
    zc_node_id y = scalar_param(p, "y", 0, 2);
    program_committed_result(p, binary(p, zc_tir_mul, x, y));
    program_result(p, binary(p, zc_tir_sub, x, y));
}

static void make_committed_tensor(program *p)
{
    zc_space s = program_shape(1, 3, 0, 0);
    zc_node_id x = program_committed(p, "x", s, -1, 1);
    program_committed_result(p, binary(p, zc_tir_add, x, x));
    program_committed_result(p, x);
}

static uint32_t add_table(program *p, const char *name, int64_t lo, uint64_t count,
                          int64_t (*function)(int64_t))
{
    zc_table table = {.name = name, .lo = lo, .count = count, .count_b = 1};
    mpq_inits(table.scale_in, table.scale_out, NULL);
    mpq_set(table.scale_in, p->one);
    mpq_set(table.scale_out, p->one);
    table.values = ZK_ARENA_NEW(&p->arena, int64_t, count);
    for (uint64_t i = 0; i < count; i++)
        table.values[i] = function(lo + (int64_t)i);
    uint32_t index = zc_tir_add_table(p->tir, &table);
    mpq_clears(table.scale_in, table.scale_out, NULL);
    return index;
}

static zc_node_id apply_table(program *p, uint32_t index, zc_node_id x)
{
    zc_space s = zc_space_of(p->tir, x);
    return zc_tir_table(p->tir, &s, index, program_same(p, x));
}

static int64_t square(int64_t x)
{
    return x * x;
}

static void make_table(program *p)
{
    zc_node_id x = scalar_param(p, "x", -2, 2);
    zc_node_id y = binary(p, zc_tir_add, x, number(p, 1));
    program_result(p, apply_table(p, add_table(p, "square", -4, 9, square), y));
}

/* A rough sigmoid: 0 up to -5, 7 from 5 on, s(-x) = 7 - s(x). */
static int64_t sigmoid(int64_t x)
{
    return x <= -5 ? 0 : x >= 5 ? 7 : x < 0 ? (x + 5) / 2 : x > 0 ? 7 - (5 - x) / 2 : 0;
}

/* The same with a value at 0 that lies in the middle. */
static int64_t odd(int64_t x)
{
    return x <= -5 ? -3 : x >= 5 ? 3 : x < 0 ? -((5 - x) % 4) : x > 0 ? (5 + x) % 4 : 0;
}

static int64_t bell(int64_t x)
{
    return x * x < 25 ? 6 - (x < 0 ? -x : x) : 1;
}

static int64_t crooked(int64_t x)
{
    return x < -3 ? 2 : x > 4 ? -1 : (x * x + 3 * x) % 5;
}

/* Rounding, clamp and table. */
static void make_activation(program *p)
{
    zc_node_id q = rounding(p, scalar_param(p, "x", -25, 24), 1, 1, ZC_ROUND);
    zc_node_id z = bounded(p, zc_tir_clamp, q, -7, 7);
    program_result(p, apply_table(p, add_table(p, "sigmoid", -8, 17, sigmoid), z));
}

static void make_activation_odd(program *p)
{
    zc_node_id x = scalar_param(p, "x", -12, 13);
    zc_node_id q = rounding(p, binary(p, zc_tir_add, x, number(p, 1)), 3, 1, ZC_FLOOR);
    zc_node_id z = bounded(p, zc_tir_clamp, q, -6, 6);
    program_result(p, apply_table(p, add_table(p, "odd", -6, 13, odd), z));
}

static void make_activation_even(program *p)
{
    zc_node_id z = bounded(p, zc_tir_clamp, scalar_param(p, "x", -20, 22), -6, 7);
    program_result(p, apply_table(p, add_table(p, "bell", -8, 17, bell), z));
}

static void make_activation_crooked(program *p)
{
    zc_node_id q = rounding(p, scalar_param(p, "x", -20, 22), 1, 1, ZC_FLOOR);
    zc_node_id z = bounded(p, zc_tir_clamp, q, -5, 6);
    program_result(p, apply_table(p, add_table(p, "crooked", -8, 17, crooked), z));
}

static void make_activation_above(program *p)
{
    zc_node_id q = rounding(p, scalar_param(p, "x", -5, 40), 1, 2, ZC_ROUND);
    zc_node_id z = binary(p, zc_tir_min, q, number(p, 6));
    program_result(p, apply_table(p, add_table(p, "crooked", -8, 17, crooked), z));
}

static void make_activation_ties(program *p)
{
    zc_node_id q = rounding(p, scalar_param(p, "x", -14, 15), 1, 1, ZC_ROUNDEVEN);
    zc_node_id z = bounded(p, zc_tir_clamp, q, -6, 7);
    program_result(p, apply_table(p, add_table(p, "crooked", -8, 17, crooked), z));
}

/* Constant ends that no clamp cuts off, and a domain with one more number on the left. */
static void make_table_ends(program *p)
{
    program_result(p, apply_table(p, add_table(p, "crooked", -9, 18, crooked),
                                  scalar_param(p, "x", -9, 8)));
}

static int64_t cube_root(int64_t x)
{
    return x >= 8 ? 2 : x >= 1 ? 1 : x <= -8 ? -2 : x <= -1 ? -1 : 0;
}

static void make_table_open(program *p)
{
    program_result(p, apply_table(p, add_table(p, "cube root", -9, 18, cube_root),
                                  scalar_param(p, "x", -9, 8)));
}

/* What follows the table, and a second table that is equal to the first. */
static void make_table_followed(program *p)
{
    uint32_t one = add_table(p, "one", -8, 17, crooked), two = add_table(p, "two", -8, 17, crooked);
    zc_node_id x = scalar_param(p, "x", -8, 8);
    zc_node_id y = apply_table(p, one, bounded(p, zc_tir_clamp, x, -6, 5));
    zc_node_id z = binary(p, zc_tir_sub, binary(p, zc_tir_add, y, number(p, 3)), number(p, 1));
    program_result(p, bounded(p, zc_tir_clamp, rounding(p, z, 3, 1, ZC_ROUND), -2, 5));
    program_result(p, apply_table(p, two, x));
}

static void make_relu(program *p)
{
    zc_node_id x = scalar_param(p, "x", -5, 6);
    program_result(p, binary(p, zc_tir_max, binary(p, zc_tir_add, x, x), number(p, 0)));
}

static void make_relu_scaled(program *p)
{
    zc_node_id x = scalar_param(p, "x", -20, 24);
    zc_node_id y = binary(p, zc_tir_max, x, number(p, 0));
    program_result(p, binary(p, zc_tir_min, rounding(p, y, 3, 3, ZC_ROUND), number(p, 5)));
}

static void make_table2(program *p)
{
    zc_table table = {.name = "pair", .lo = -1, .count = 3, .lo_b = 2, .count_b = 2};
    mpq_inits(table.scale_in, table.scale_out, NULL);
    mpq_set(table.scale_in, p->one);
    mpq_set(table.scale_out, p->one);
    table.values = ZK_ARENA_NEW(&p->arena, int64_t, 6);
    for (int i = 0; i < 6; i++)
        table.values[i] = 5 * i - i * i;
    uint32_t index = zc_tir_add_table(p->tir, &table);
    mpq_clears(table.scale_in, table.scale_out, NULL);
    zc_space s = scalar();
    zc_node_id x = scalar_param(p, "x", -1, 1), y = scalar_param(p, "y", 2, 3);
    program_result(p, zc_tir_table2(p->tir, &s, index, program_same(p, x), program_same(p, y)));
}

/* ---- ranges and statements ---- */

static void make_range(program *p)
{
    program_result(p, scalar_param(p, "x", -5, 28));
}

static void make_check(program *p)
{
    zc_node_id x = scalar_param(p, "x", -6, 6);
    program_result(p, bounded(p, zc_tir_check, binary(p, zc_tir_add, x, x), -3, 5));
}

static void make_assert_order(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    assert_node(p, compare(p, ZC_CMP_LE, x, y));
    assert_node(p, compare(p, ZC_CMP_LT, number(p, -2), x));
}

static void make_assert_equal(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    assert_node(p, compare(p, ZC_CMP_EQ, binary(p, zc_tir_add, x, x), y));
}

static void make_assert_unequal(program *p)
{
    zc_node_id x = scalar_param(p, "x", -3, 5), y = scalar_param(p, "y", -2, 4);
    assert_node(p, compare(p, ZC_CMP_NE, x, y));
}

static void make_assert_all(program *p)
{
    zc_node_id x = program_param(p, "x", program_shape(1, 3, 0, 0), -2, 2);
    zc_node_id c = scalar_param(p, "c", 0, 1);
    zc_node_id all = reduce(p, ZC_OP_ALL, compare(p, ZC_CMP_LE, x, number(p, 1)));
    assert_node(p, binary(p, zc_tir_and, all, c));
}

const program_case program_cases[] = {
    {"floor", make_floor},
    {"round", make_round},
    {"round-scaled", make_round_scaled},
    {"even", make_even},
    {"even-half", make_even_half},
    {"clamp", make_clamp},
    {"clamp-above", make_clamp_above},
    {"clamp-form", make_clamp_form},
    {"relu-round-clamp", make_relu_round_clamp},
    {"even-clamp", make_even_clamp},
    {"div-constant", make_div_constant},
    {"div-constant-even", make_div_constant_even},
    {"div-floor", make_div_floor},
    {"div-round", make_div_round},
    {"div-even", make_div_even},
    {"max", make_max},
    {"min", make_min},
    {"rmax", make_rmax},
    {"rmin", make_rmin},
    {"argmax", make_argmax},
    {"compare", make_compare},
    {"equal", make_equal},
    {"unequal", make_unequal},
    {"all-any", make_all_any},
    {"logic", make_logic},
    {"select", make_select},
    {"product", make_product},
    {"dot", make_dot},
    {"structure", make_structure},
    {"public", make_public},
    {"committed", make_committed},
    {"committed-tensor", make_committed_tensor},
    {"table", make_table},
    {"table2", make_table2},
    {"activation", make_activation},
    {"activation-odd", make_activation_odd},
    {"activation-even", make_activation_even},
    {"activation-crooked", make_activation_crooked},
    {"activation-above", make_activation_above},
    {"activation-ties", make_activation_ties},
    {"table-ends", make_table_ends},
    {"table-open", make_table_open},
    {"table-followed", make_table_followed},
    {"relu", make_relu},
    {"relu-scaled", make_relu_scaled},
    {"range", make_range},
    {"check", make_check},
    {"assert-order", make_assert_order},
    {"assert-equal", make_assert_equal},
    {"assert-unequal", make_assert_unequal},
    {"assert-all", make_assert_all},
};
const size_t program_case_count = sizeof program_cases / sizeof *program_cases;
