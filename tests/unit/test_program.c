/* Programs over strips against a direct evaluation, with every backend. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/halo2/program.h"
#include "tests/unit/vectors.h"

enum { COLUMNS = 6, ROWS = 96, STEPS = 120 };

static zk_fp columns[COLUMNS][ROWS];

static zk_fp random_element(uint64_t *state)
{
    uint8_t bytes[64];
    zk_fp r;
    for (int i = 0; i < 64; i++)
        bytes[i] = (uint8_t)(test_random(state) >> 40);
    zk_fp_from_uniform_bytes(&r, bytes);
    return r;
}

/* The ends of the field are frequent: the largest sums and differences occur. */
static zk_fp edge_or_random(uint64_t *state)
{
    zk_fp r = random_element(state);
    switch (test_random(state) >> 61) {
    case 0:
        return zk_fp_zero;
    case 1:
        return zk_fp_one;
    case 2:
    case 3:
        memcpy(r.l, zk_fp_modulus, sizeof r.l); /* the limbs p - 1, whatever they stand for */
        r.l[0]--;
        return r;
    default:
        return r;
    }
}

static void fill_columns(uint64_t *state)
{
    for (int c = 0; c < COLUMNS; c++)
        for (int row = 0; row < ROWS; row++)
            columns[c][row] = edge_or_random(state);
}

/* A node and its values on all rows. */
typedef struct value {
    zk_node node;
    zk_fp rows[ROWS];
} value;

static void add_leaf(zk_program *p, value *v, uint32_t column, int32_t rotation)
{
    v->node = zk_program_leaf(
        p, (zk_leaf){.kind = ZK_LEAF_ADVICE, .index = column, .rotation = rotation});
    for (int row = 0; row < ROWS; row++)
        v->rows[row] = columns[column][((row + rotation) % ROWS + ROWS) % ROWS];
}

static void add_operation(zk_program *p, value *r, zk_op op, const value *a, const value *b,
                          const zk_fp *c)
{
    static zk_node (*const binary[])(zk_program *, zk_node, zk_node) = {
        zk_program_add, zk_program_sub, zk_program_mul};
    if (op == ZK_OP_NEG)
        r->node = zk_program_neg(p, a->node);
    else if (op == ZK_OP_SCALE)
        r->node = zk_program_scale(p, a->node, c);
    else if (op == ZK_OP_OFFSET)
        r->node = zk_program_offset(p, a->node, c);
    else if (op == ZK_OP_HORNER)
        r->node = zk_program_horner(p, a->node, c, b->node);
    else
        r->node = binary[op - ZK_OP_ADD](p, a->node, b->node);
    for (int row = 0; row < ROWS; row++) {
        const zk_fp *x = &a->rows[row], *y = &b->rows[row];
        zk_fp *z = &r->rows[row], t;
        if (op == ZK_OP_NEG)
            zk_fp_neg(z, x);
        else if (op == ZK_OP_SCALE)
            zk_fp_mul(z, x, c);
        else if (op == ZK_OP_OFFSET)
            zk_fp_add(z, x, c);
        else if (op == ZK_OP_ADD)
            zk_fp_add(z, x, y);
        else if (op == ZK_OP_SUB)
            zk_fp_sub(z, x, y);
        else if (op == ZK_OP_MUL)
            zk_fp_mul(z, x, y);
        else {
            zk_fp_mul(&t, x, c);
            zk_fp_add(z, &t, y);
        }
    }
}

static void expect_outputs(const zk_program *p, const value *const *wanted)
{
    static const char *const names[] = {"portable", "ifma"};
    zk_fp *outputs[2], results[2][ROWS];
    const zk_fp *leaves[COLUMNS * 8];
    for (size_t i = 0; i < p->n_leaves; i++)
        leaves[i] = columns[p->leaves[i].index];
    for (size_t b = 0; b < sizeof names / sizeof names[0]; b++) {
        zk_frame frame;
        if (zk_bulk_find(names[b]) == NULL)
            continue;
        cr_assert_eq(setenv("ZKML_BACKEND", names[b], 1), 0);
        memset(results, 0, sizeof results);
        cr_assert_eq(zk_frame_init(&frame, p, NULL), ZKML_OK);
        static const size_t counts[] = {64, 8, 1, 23}; /* full strips and others */
        size_t row = 0;
        for (size_t k = 0; row < ROWS; k++) {
            for (size_t o = 0; o < p->n_outputs; o++)
                outputs[o] = results[o] + row;
            zk_program_run(p, &frame, leaves, ROWS, row, counts[k], outputs);
            row += counts[k];
        }
        for (size_t o = 0; o < p->n_outputs; o++)
            for (size_t r = 0; r < ROWS; r++)
                cr_assert(zk_fp_equal(&results[o][r], &wanted[o]->rows[r]),
                          "%s: output %zu, row %zu", names[b], o, r);
        zk_frame_free(&frame);
    }
}

Test(program, random_programs)
{
    static value values[STEPS];
    uint64_t state = 1;
    for (int round = 0; round < 60; round++) {
        zk_program p;
        zk_program_init(&p);
        fill_columns(&state);
        for (size_t i = 0; i < STEPS; i++) {
            uint64_t r = test_random(&state) >> 8;
            const value *a = &values[i == 0 ? 0 : r / 64 % i];
            const value *b = &values[i == 0 ? 0 : (r >> 20) % i];
            zk_fp c = edge_or_random(&state);
            if (i < COLUMNS || r % 16 == 0)
                add_leaf(&p, &values[i], (uint32_t)(i % COLUMNS), (int32_t)(r >> 30) % 5 - 2);
            else
                add_operation(&p, &values[i], (zk_op)(ZK_OP_NEG + r % 7), a, b, &c);
        }
        const value *wanted[] = {&values[STEPS - 1], &values[STEPS / 2]};
        zk_program_output(&p, wanted[0]->node);
        zk_program_output(&p, wanted[1]->node);
        cr_assert_eq(zk_program_finish(&p, NULL), ZKML_OK);
        expect_outputs(&p, wanted);
        zk_program_free(&p);
    }
}

/* Chains of one operation, which grow as fast as they can. */
Test(program, long_chains)
{
    static value chain[2], other;
    uint64_t state = 2;
    for (int op = ZK_OP_NEG; op <= ZK_OP_HORNER; op++)
        for (int squares = 0; squares < 2; squares++) {
            zk_program p;
            zk_program_init(&p);
            fill_columns(&state);
            add_leaf(&p, &chain[0], 0, 0);
            add_leaf(&p, &other, 1, -1);
            for (int i = 0; i < 100; i++) {
                zk_fp c = edge_or_random(&state);
                const value *b = squares != 0 ? &chain[i % 2] : &other;
                add_operation(&p, &chain[(i + 1) % 2], (zk_op)op, &chain[i % 2], b, &c);
                if (i % 10 == 9) { /* products of large factors */
                    other = chain[(i + 1) % 2];
                    add_operation(&p, &chain[(i + 1) % 2], ZK_OP_MUL, &other, &other, &c);
                }
            }
            const value *wanted[] = {&chain[0]};
            zk_program_output(&p, chain[0].node);
            cr_assert_eq(zk_program_finish(&p, NULL), ZKML_OK);
            expect_outputs(&p, wanted);
            zk_program_free(&p);
        }
}

/* Outputs that are a leaf or a constant. */
Test(program, outputs_without_operations)
{
    static value leaf, constant;
    uint64_t state = 3;
    zk_program p;
    zk_program_init(&p);
    fill_columns(&state);
    add_leaf(&p, &leaf, 3, 1);
    zk_fp c = edge_or_random(&state);
    constant.node = zk_program_constant(&p, &c);
    for (int row = 0; row < ROWS; row++)
        constant.rows[row] = c;
    const value *wanted[] = {&leaf, &constant};
    zk_program_output(&p, leaf.node);
    zk_program_output(&p, constant.node);
    cr_assert_eq(zk_program_finish(&p, NULL), ZKML_OK);
    expect_outputs(&p, wanted);
    zk_program_free(&p);
}
