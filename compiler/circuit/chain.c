/* Chains of roundings, clamps and tables that become one function (facts.h). */
#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/circuit/facts.h"

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "lowering: out of memory");
}

static const zc_node *node_at(const zc_facts *f, zc_node_id n)
{
    return f->tir->nodes[n];
}

void zc_rounding_apply(mpz_t out, const zc_rounding *r, const mpz_t x)
{
    mpz_t a, rest;
    mpz_inits(a, rest, NULL);
    mpz_mul(a, x, r->c0);
    mpz_add(a, a, r->c1);
    mpz_fdiv_qr(out, rest, a, r->c2);
    if (r->even && mpz_sgn(rest) == 0 && mpz_odd_p(out))
        mpz_sub_ui(out, out, 1);
    mpz_clears(a, rest, NULL);
}

static void apply_clamp(mpz_t x, const zc_rounding *r)
{
    if (r->has_lo && mpz_cmp(x, r->lo) < 0)
        mpz_set(x, r->lo);
    if (r->has_hi && mpz_cmp(x, r->hi) > 0)
        mpz_set(x, r->hi);
}

static bool constant_operand(const zc_facts *f, const zc_node *node, uint32_t o)
{
    const zc_node *operand = node_at(f, node->operands[o].node);
    return mpz_cmp(operand->lo, operand->hi) == 0;
}

static bool rounds(const zc_facts *f, const zc_node *node)
{
    return node->op == ZC_OP_ROUND || (node->op == ZC_OP_DIV && constant_operand(f, node, 1));
}

static bool clamps(const zc_facts *f, const zc_node *node)
{
    return node->op == ZC_OP_CLAMP ||
           ((node->op == ZC_OP_MAX || node->op == ZC_OP_MIN) &&
            (constant_operand(f, node, 0) || constant_operand(f, node, 1)));
}

static void set_rounding(zc_rounding *r, const zc_facts *f, const zc_node *node)
{
    mpz_set(r->c0, node->c0);
    if (node->op == ZC_OP_ROUND)
        mpz_mul_2exp(r->c2, r->c2, node->shift);
    else
        mpz_mul(r->c2, node->c1, node_at(f, node->operands[1].node)->lo);
    if (node->mode == ZC_FLOOR || mpz_cmp_ui(r->c2, 1) == 0)
        return;
    if (mpz_even_p(r->c2)) {
        mpz_fdiv_q_2exp(r->c1, r->c2, 1);
        r->even = node->mode == ZC_ROUNDEVEN;
        return;
    }
    mpz_mul_2exp(r->c0, r->c0, 1); /* odd: no ties */
    mpz_set(r->c1, r->c2);
    mpz_mul_2exp(r->c2, r->c2, 1);
}

/* Puts a clamp of x before all that the chain does so far. */
static void set_clamp(zc_rounding *r, const mpz_t lo, const mpz_t hi)
{
    mpz_t l, h;
    mpz_inits(l, h, NULL);
    if (lo != NULL) {
        zc_rounding_apply(l, r, lo);
        apply_clamp(l, r);
    }
    if (hi != NULL) {
        zc_rounding_apply(h, r, hi);
        apply_clamp(h, r);
    }
    if (lo != NULL) {
        mpz_set(r->lo, l);
        r->has_lo = true;
    }
    if (hi != NULL) {
        mpz_set(r->hi, h);
        r->has_hi = true;
    }
    mpz_clears(l, h, NULL);
}

static void fold_step(zc_rounding *r, const zc_facts *f, zc_node_id n, bool *rounded)
{
    const zc_node *node = node_at(f, n);
    r->reader = n;
    r->operand = 0;
    if (rounds(f, node)) {
        set_rounding(r, f, node);
        *rounded = true;
    } else if (node->op == ZC_OP_CLAMP) {
        set_clamp(r, node->c0, node->c1);
    } else {
        r->operand = constant_operand(f, node, 0) ? 1 : 0;
        const zc_node *bound = node_at(f, node->operands[1 - r->operand].node);
        set_clamp(r, node->op == ZC_OP_MAX ? bound->lo : NULL,
                  node->op == ZC_OP_MIN ? bound->lo : NULL);
    }
}

/* With ties to even, a table reads the quotient from a cell of its own. */
static bool late_even(const zc_rounding *r, const zc_node *node)
{
    return r->post_count > 0 && node->mode == ZC_ROUNDEVEN;
}

/* Whether the chain may go on with the node that it reads. */
static bool absorbs(const zc_facts *f, const zc_rounding *r, bool rounded)
{
    zc_node_id inner = node_at(f, r->reader)->operands[r->operand].node;
    const zc_node *node = node_at(f, inner);
    return f->facts[inner].uses == 1 && !f->facts[inner].constant &&
           f->facts[r->reader].access[r->operand].mode == ZC_ACCESS_SAME &&
           (clamps(f, node) || (rounds(f, node) && !rounded && !late_even(r, node)));
}

/* ---- the table in a chain ---- */

/* The operand that varies of a node that is a function of one value, or UINT32_MAX. */
static uint32_t only_operand(const zc_facts *f, const zc_node *node)
{
    switch (node->op) {
    case ZC_OP_TABLE:
    case ZC_OP_SCALE:
    case ZC_OP_NEG:
    case ZC_OP_NOT:
    case ZC_OP_ROUND:
    case ZC_OP_CLAMP:
        return 0;
    case ZC_OP_DIV:
        return constant_operand(f, node, 1) ? 0 : UINT32_MAX;
    case ZC_OP_ADD:
    case ZC_OP_SUB:
    case ZC_OP_MAX:
    case ZC_OP_MIN:
        return constant_operand(f, node, 1) ? 0 : constant_operand(f, node, 0) ? 1 : UINT32_MAX;
    default:
        return UINT32_MAX;
    }
}

/* Replaces x by the node's value at x. */
static void apply_node(mpz_t x, const zc_facts *f, const zc_node *node)
{
    uint32_t o = only_operand(f, node);
    const zc_node *other =
        node->operand_count == 2 ? node_at(f, node->operands[1 - o].node) : NULL;
    const zc_table *table = node->op == ZC_OP_TABLE ? &f->tir->tables[node->index] : NULL;
    switch (node->op) {
    case ZC_OP_TABLE:
        mpz_set_si(x, table->values[mpz_get_si(x) - table->lo]);
        return;
    case ZC_OP_SCALE:
        mpz_mul(x, x, node->c0);
        return;
    case ZC_OP_NEG:
        mpz_neg(x, x);
        return;
    case ZC_OP_NOT:
        mpz_ui_sub(x, 1, x);
        return;
    case ZC_OP_ROUND:
        zc_round_shift(x, x, node->c0, node->shift, node->mode);
        return;
    case ZC_OP_DIV: {
        mpz_t divisor;
        mpz_init(divisor);
        mpz_mul(divisor, node->c1, other->lo);
        mpz_mul(x, x, node->c0);
        zc_round_quotient(x, x, divisor, node->mode);
        mpz_clear(divisor);
        return;
    }
    case ZC_OP_ADD:
        mpz_add(x, x, other->lo);
        return;
    case ZC_OP_SUB:
        mpz_sub(x, x, other->lo);
        if (o == 1)
            mpz_neg(x, x);
        return;
    case ZC_OP_MAX:
        mpz_set(x, mpz_cmp(x, other->lo) > 0 ? x : other->lo);
        return;
    case ZC_OP_MIN:
        mpz_set(x, mpz_cmp(x, other->lo) < 0 ? x : other->lo);
        return;
    default:
        mpz_set(x, mpz_cmp(x, node->c0) < 0   ? node->c0
                   : mpz_cmp(x, node->c1) > 0 ? node->c1
                                              : x);
    }
}

/* Fills r->post with the nodes from a table up to n; false when n does not end such a chain. */
static bool find_table(const zc_facts *f, zc_node_id n, zc_fusing fusing, zc_rounding *r)
{
    zc_node_id path[ZC_MAX_POST];
    uint32_t count = 0;
    const zc_node *outer = node_at(f, n);
    if (!mpz_fits_slong_p(outer->lo) || !mpz_fits_slong_p(outer->hi))
        return false;
    for (zc_node_id at = n; count < ZC_MAX_POST;) {
        const zc_node *node = node_at(f, at);
        path[count++] = at;
        if (node->op == ZC_OP_TABLE) {
            for (uint32_t i = 0; i < count; i++)
                r->post[i] = path[count - 1 - i];
            r->post_count = count;
            return true;
        }
        uint32_t o = only_operand(f, node);
        if (fusing != ZC_FUSE_ALL || o == UINT32_MAX)
            return false;
        zc_node_id next = node->operands[o].node;
        if (f->facts[next].uses != 1 || f->facts[next].constant ||
            f->facts[at].access[o].mode != ZC_ACCESS_SAME)
            return false;
        at = next;
    }
    return false;
}

/* Makes the chain begin with its table, and tabulates G. */
static zkml_status take_table(zc_facts *f, zc_node_id n, zc_rounding *r, zkml_error *err)
{
    const zc_node *table = node_at(f, r->post[0]);
    const zc_node *argument = node_at(f, table->operands[0].node);
    r->reader = r->post[0];
    r->operand = 0;
    r->first = mpz_get_si(argument->lo);
    r->value_count = (uint64_t)(mpz_get_si(argument->hi) - r->first) + 1;
    r->values = ZK_ARENA_NEW(&f->arena, int64_t, r->value_count);
    if (r->values == NULL)
        return no_memory(err);
    mpz_t x;
    mpz_init(x);
    for (uint64_t i = 0; i < r->value_count; i++) {
        mpz_set_si(x, r->first + (int64_t)i);
        for (uint32_t p = 0; p < r->post_count; p++)
            apply_node(x, f, node_at(f, r->post[p]));
        r->values[i] = mpz_get_si(x);
    }
    mpz_clear(x);
    for (uint32_t p = 0; p < r->post_count; p++)
        if (r->post[p] != n)
            f->facts[r->post[p]].live = false;
    f->followed += r->post_count > 1;
    return ZKML_OK;
}

int64_t zc_rounding_value(const zc_rounding *r, int64_t q)
{
    if (r->has_lo && mpz_cmp_si(r->lo, q) > 0)
        q = mpz_get_si(r->lo);
    if (r->has_hi && mpz_cmp_si(r->hi, q) < 0)
        q = mpz_get_si(r->hi);
    if (r->post_count == 0)
        return q;
    ZK_CHECK(q >= r->first && (uint64_t)(q - r->first) < r->value_count);
    return r->values[q - r->first];
}

uint32_t zc_facts_table(const zc_facts *f, uint32_t index)
{
    const zc_table *t = &f->tir->tables[index];
    for (uint32_t i = 0; i < index && f->fusing != ZC_FUSE_ROUNDINGS; i++) {
        const zc_table *other = &f->tir->tables[i];
        if (other->lo == t->lo && other->count == t->count && other->lo_b == t->lo_b &&
            other->count_b == t->count_b &&
            memcmp(other->values, t->values, t->count * t->count_b * sizeof *t->values) == 0)
            return i;
    }
    return index;
}

/* ---- folding ---- */

static zkml_status fold_chain(zc_facts *f, zc_node_id n, zc_fusing fusing, zkml_error *err)
{
    zc_rounding *r = ZK_ARENA_NEW(&f->arena, zc_rounding, 1);
    if (r == NULL || !ZK_GROW(f->roundings, f->rounding_capacity, f->rounding_count + 1))
        return no_memory(err);
    f->roundings[f->rounding_count++] = r;
    mpz_inits(r->c0, r->c1, r->c2, r->lo, r->hi, r->q_lo, r->q_hi, NULL);
    mpz_set_si(r->c0, 1);
    mpz_set_si(r->c2, 1);
    bool rounded = false;
    if (fusing != ZC_FUSE_ROUNDINGS && find_table(f, n, fusing, r))
        ZK_TRY(take_table(f, n, r, err));
    else
        fold_step(r, f, n, &rounded);
    while (absorbs(f, r, rounded)) {
        zc_node_id inner = node_at(f, r->reader)->operands[r->operand].node;
        f->facts[inner].live = false;
        fold_step(r, f, inner, &rounded);
    }
    const zc_node *base = node_at(f, node_at(f, r->reader)->operands[r->operand].node);
    zc_rounding_apply(r->q_lo, r, base->lo);
    zc_rounding_apply(r->q_hi, r, base->hi);
    r->has_lo = r->has_lo && mpz_cmp(r->lo, r->q_lo) > 0;
    r->has_hi = r->has_hi && mpz_cmp(r->hi, r->q_hi) < 0;
    f->facts[n].rounding = r;
    return ZKML_OK;
}

zkml_status zc_facts_fold_chains(zc_facts *f, zc_fusing fusing, zkml_error *err)
{
    for (zc_node_id n = (zc_node_id)f->tir->node_count; n-- > 0;) {
        const zc_node *node = node_at(f, n);
        bool starts = rounds(f, node) || clamps(f, node) ||
                      (node->op == ZC_OP_TABLE && fusing != ZC_FUSE_ROUNDINGS);
        if (f->facts[n].live && !f->facts[n].constant && starts)
            ZK_TRY(fold_chain(f, n, fusing, err));
    }
    return ZKML_OK;
}
