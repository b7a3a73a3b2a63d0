/* Elements of the tensor program as forms over cells. */
#include <string.h>

#include "compiler/circuit/build.h"

/* The points of one element's reduction, and where two operands are read at each. */
typedef struct walk {
    const zc_node *node;
    const zc_access *access;
    uint32_t operands;
    uint64_t point;
    uint32_t at[ZC_MAX_RANK];
    int64_t offset[2]; /* of AFFINE operands */
} walk;

static void walk_start(walk *w, const zc_build *b, zc_node_id n, uint64_t e)
{
    const zc_node *node = b->tir->nodes[n];
    memset(w, 0, sizeof *w);
    w->node = node;
    w->access = b->facts->facts[n].access;
    w->operands = node->operand_count;
    w->point = e * node->reduce_count;
    for (uint32_t o = 0; o < w->operands; o++)
        if (w->access[o].mode == ZC_ACCESS_AFFINE)
            w->offset[o] = (int64_t)zc_facts_offset(b->facts, n, o, w->point);
}

static void walk_next(walk *w)
{
    const zc_node *node = w->node;
    w->point++;
    for (uint32_t d = node->rank + node->reduce_rank; d-- > node->rank;) {
        w->at[d]++;
        for (uint32_t o = 0; o < w->operands; o++)
            w->offset[o] += node->operands[o].view.stride[d];
        if (w->at[d] < node->extent[d])
            return;
        w->at[d] = 0;
        for (uint32_t o = 0; o < w->operands; o++)
            w->offset[o] -= node->operands[o].view.stride[d] * (int64_t)node->extent[d];
    }
}

static uint64_t walk_offset(const walk *w, uint32_t o)
{
    switch (w->access[o].mode) {
    case ZC_ACCESS_SAME:
        return w->point;
    case ZC_ACCESS_SINGLE:
        return (uint64_t)w->node->operands[o].view.base;
    case ZC_ACCESS_AFFINE:
        return (uint64_t)w->offset[o];
    case ZC_ACCESS_TABLE:
        break;
    }
    return w->access[o].table[w->point];
}

static zc_coef constant_at(zc_build *b, zc_node_id n, uint64_t e)
{
    const int64_t *codes = b->facts->facts[n].codes;
    if (codes == NULL)
        return zc_coef_of(&b->plan, b->tir->nodes[n]->lo);
    if (codes[e] != INT64_MIN)
        return ZC_COEF(codes[e]);
    mpz_t value;
    mpz_init_set_si(value, INT64_MIN);
    zc_coef coef = zc_coef_of(&b->plan, value);
    mpz_clear(value);
    return coef;
}

static bool is_constant(const zc_build *b, zc_node_id n)
{
    return b->facts->facts[n].constant;
}

zc_var zc_free_cell(const zc_build *b, zc_node_id n, uint64_t e)
{
    while (b->facts->facts[n].role == ZC_ROLE_ALIAS && !is_constant(b, n))
        zc_facts_step(b->facts, &n, &e);
    if (is_constant(b, n) || b->vars[n] == ZC_NO_VAR)
        return ZC_NO_VAR;
    return b->vars[n] + (zc_var)e;
}

zc_var *zc_free_cells(zc_build *b, zc_node_id n, uint32_t operand, uint64_t count)
{
    zc_var *cells = ZK_ARENA_NEW(&b->arena, zc_var, count);
    for (uint64_t e = 0; cells != NULL && e < count; e++) {
        cells[e] = zc_free_cell(b, b->tir->nodes[n]->operands[operand].node,
                                zc_facts_offset(b->facts, n, operand, e));
        if (cells[e] == ZC_NO_VAR)
            return NULL;
    }
    return cells;
}

zc_var zc_cell(zc_build *b, zc_node_id n, uint64_t e)
{
    while (b->facts->facts[n].role == ZC_ROLE_ALIAS && !is_constant(b, n))
        zc_facts_step(b->facts, &n, &e);
    if (is_constant(b, n))
        return zc_plan_constant(&b->plan, constant_at(b, n, e));
    ZK_CHECK(b->vars[n] != ZC_NO_VAR);
    return b->vars[n] + (zc_var)e;
}

zc_var zc_operand_cell(zc_build *b, zc_node_id n, uint32_t operand, uint64_t point)
{
    return zc_cell(b, b->tir->nodes[n]->operands[operand].node,
                   zc_facts_offset(b->facts, n, operand, point));
}

void zc_add_operand(zc_build *b, zc_node_id n, uint32_t operand, uint64_t point, zc_coef factor)
{
    zc_add_element(b, b->tir->nodes[n]->operands[operand].node,
                   zc_facts_offset(b->facts, n, operand, point), factor);
}

void zc_add_product(zc_build *b, zc_node_id n, uint32_t o, uint64_t point, zc_var other,
                    zc_coef factor)
{
    zc_node_id x = b->tir->nodes[n]->operands[o].node;
    uint64_t e = zc_facts_offset(b->facts, n, o, point);
    if (is_constant(b, x))
        zc_form_add(&b->plan, zc_coef_mul(&b->plan, factor, constant_at(b, x, e)), other);
    else
        zc_form_add_product(&b->plan, factor, zc_cell(b, x, e), other);
}

static void add_sum(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor)
{
    const zc_node *node = b->tir->nodes[n];
    walk w;
    walk_start(&w, b, n, e);
    for (uint64_t r = 0; r < node->reduce_count; r++, walk_next(&w))
        zc_add_element(b, node->operands[0].node, walk_offset(&w, 0), factor);
}

/* MUL, DOT, AND. */
static void add_products(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor)
{
    const zc_node *node = b->tir->nodes[n];
    zc_node_id x = node->operands[0].node, y = node->operands[1].node;
    walk w;
    walk_start(&w, b, n, e);
    for (uint64_t r = 0; r < node->reduce_count; r++, walk_next(&w)) {
        uint64_t i = walk_offset(&w, 0), j = walk_offset(&w, 1);
        if (is_constant(b, x))
            zc_add_element(b, y, j, zc_coef_mul(&b->plan, factor, constant_at(b, x, i)));
        else if (is_constant(b, y))
            zc_add_element(b, x, i, zc_coef_mul(&b->plan, factor, constant_at(b, y, j)));
        else
            zc_form_add_product(&b->plan, factor, zc_cell(b, x, i), zc_cell(b, y, j));
    }
}

/* c + a b - a c */
static void add_select(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor)
{
    zc_plan *plan = &b->plan;
    const zc_operand *operands = b->tir->nodes[n]->operands;
    zc_coef minus = zc_coef_neg(plan, factor);
    uint64_t at[3];
    for (uint32_t o = 0; o < 3; o++)
        at[o] = zc_facts_offset(b->facts, n, o, e);
    if (is_constant(b, operands[1].node) && is_constant(b, operands[2].node)) {
        zc_coef c = constant_at(b, operands[2].node, at[2]);
        zc_coef step =
            zc_coef_add(plan, constant_at(b, operands[1].node, at[1]), zc_coef_neg(plan, c));
        zc_form_add_constant(plan, zc_coef_mul(plan, factor, c));
        zc_add_element(b, operands[0].node, at[0], zc_coef_mul(plan, factor, step));
        return;
    }
    zc_var a = zc_cell(b, operands[0].node, at[0]);
    zc_add_operand(b, n, 2, e, factor);
    zc_add_product(b, n, 1, e, a, factor);
    zc_add_product(b, n, 2, e, a, minus);
}

/* Forms that are not a single operand with a factor. Expansion is at most MAX_DEPTH deep
 * (facts.c). */
static void expand(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor)
{
    const zc_node *node = b->tir->nodes[n];
    switch (node->op) {
    case ZC_OP_SUM:
        add_sum(b, n, e, factor);
        return;
    case ZC_OP_MUL:
    case ZC_OP_DOT:
    case ZC_OP_AND:
        add_products(b, n, e, factor);
        return;
    case ZC_OP_SELECT:
        add_select(b, n, e, factor);
        return;
    case ZC_OP_OR: /* a + b - a b */
        zc_add_operand(b, n, 0, e, factor);
        zc_add_operand(b, n, 1, e, factor);
        add_products(b, n, e, zc_coef_neg(&b->plan, factor));
        return;
    case ZC_OP_ADD:
    case ZC_OP_SUB:
        zc_add_operand(b, n, 0, e, factor);
        zc_add_operand(b, n, 1, e, node->op == ZC_OP_ADD ? factor : zc_coef_neg(&b->plan, factor));
        return;
    default:
        ZK_UNREACHABLE("a node without cells is no form");
    }
}

void zc_add_element(zc_build *b, zc_node_id n, uint64_t e, zc_coef factor)
{
    zc_plan *plan = &b->plan;
    for (;;) {
        const zc_fact *fact = &b->facts->facts[n];
        const zc_node *node = b->tir->nodes[n];
        if (fact->constant) {
            zc_form_add_constant(plan, zc_coef_mul(plan, factor, constant_at(b, n, e)));
            return;
        }
        if (b->vars[n] != ZC_NO_VAR) {
            zc_form_add(plan, factor, b->vars[n] + (zc_var)e);
            return;
        }
        ZK_CHECK(fact->role == ZC_ROLE_ALIAS || fact->role == ZC_ROLE_FORM);
        if (fact->rounding != NULL) {
            factor = zc_coef_mul(plan, factor, zc_coef_of(plan, fact->rounding->c0));
        } else if (node->op == ZC_OP_SCALE) {
            factor = zc_coef_mul(plan, factor, zc_coef_of(plan, node->c0));
        } else if (node->op == ZC_OP_NEG) {
            factor = zc_coef_neg(plan, factor);
        } else if (node->op == ZC_OP_NOT) {
            zc_form_add_constant(plan, factor);
            factor = zc_coef_neg(plan, factor);
        } else if (fact->role != ZC_ROLE_ALIAS) {
            expand(b, n, e, factor);
            return;
        }
        zc_facts_step(b->facts, &n, &e);
    }
}

void zc_materialise(zc_build *b, zc_node_id n)
{
    static const char *const names[] = {
        [ZC_OP_SUM] = "sum", [ZC_OP_DOT] = "dot", [ZC_OP_MUL] = "mul", [ZC_OP_SELECT] = "select",
        [ZC_OP_AND] = "and", [ZC_OP_OR] = "or",   [ZC_OP_NOT] = "not",
    };
    const zc_node *node = b->tir->nodes[n];
    const char *name = node->op < sizeof names / sizeof *names ? names[node->op] : NULL;
    zc_var first = zc_plan_vars(&b->plan, ZC_BLOCK_VALUE, node->name != NULL ? node->name : "v",
                                b->regs[n], (uint32_t)node->count, node->lo, node->hi);
    uint32_t group = zc_group_begin(&b->plan, name != NULL ? name : "linear", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_add_element(b, n, e, ZC_COEF(1));
        zc_form_add(&b->plan, ZC_COEF(-1), first + (zc_var)e);
        zc_form_end(&b->plan, first + (zc_var)e);
    }
    zc_group_end(&b->plan, group, node->count);
    b->vars[n] = first;
}
