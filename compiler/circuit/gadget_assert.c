/* Constraints that the program states: assertions and checks.
 *
 *     assert a <= b      b - a = d,  d >= 0        (a < b: b - a - 1)
 *     assert a == b      a - b = 0
 *     assert all(..), assert x and y: each part by itself
 *     assert c           c - 1 = 0                 anything else
 *     check a to lo..hi  a = v,  lo <= v <= hi
 *
 * d is bounded from above by the ranges of a and b, so one side is enough. The witness program
 * tests the assertion first, so that the prover stops with the author's message.
 */
#include <stdlib.h>

#include "compiler/circuit/build.h"

/* ---- claims ---- */

static void claim_order(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    const zc_node *y = b->tir->nodes[node->operands[1].node];
    mpz_t zero, hi, lo, one, plus;
    mpz_inits(zero, hi, lo, NULL);
    mpz_init_set_si(one, 1);
    mpz_init_set_si(plus, node->cmp == ZC_CMP_LT ? -1 : 0);
    mpz_sub(lo, y->lo, x->hi);
    mpz_sub(hi, y->hi, x->lo);
    bool wide = !zc_fits_small(lo, hi);
    uint32_t left = zc_operand_register(b, n, 0), right = zc_operand_register(b, n, 1);
    uint32_t difference = zc_reg_op(b, ZK_W_SUB, wide, node->count, ZC_EACH(right), ZC_EACH(left));
    uint32_t reg = zc_reg_affine(b, ZK_W_SCALE, wide, node->count, ZC_EACH(difference), lo, hi, one,
                                 plus, NULL);
    mpz_add(hi, hi, plus);
    if (mpz_sgn(hi) < 0)
        mpz_set_si(hi, 0); /* never true: the forms below cannot hold */
    zc_hint d;
    zc_hint_make(b, &d, "d", reg, node->count, zero, hi, ZC_LEAST);
    uint32_t group = zc_group_begin(&b->plan, "assert", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_add_operand(b, n, 1, e, ZC_COEF(1));
        zc_add_operand(b, n, 0, e, ZC_COEF(-1));
        zc_form_add_constant(&b->plan, zc_coef_of(&b->plan, plus));
        zc_hint_add(b, &d, e, ZC_COEF(-1));
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, node->count);
    zc_hint_clear(&d);
    mpz_clears(zero, hi, lo, one, plus, NULL);
}

static void claim_equal(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    uint32_t group = zc_group_begin(&b->plan, "assert", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_add_operand(b, n, 0, e, ZC_COEF(1));
        zc_add_operand(b, n, 1, e, ZC_COEF(-1));
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, node->count);
}

/* Operand 0 of the node is 1 at every point. */
static void claim_bits(zc_build *b, zc_node_id n, uint32_t operand)
{
    const zc_node *node = b->tir->nodes[n];
    uint64_t points = node->count * node->reduce_count;
    uint32_t group = zc_group_begin(&b->plan, "assert", n, false);
    for (uint64_t e = 0; e < points; e++) {
        zc_add_operand(b, n, operand, e, ZC_COEF(1));
        zc_form_add_constant(&b->plan, ZC_COEF(-1));
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, node->reduce_count == 1 ? points : 0);
}

/* Every element of the claims below `n` holds, `n` included. */
static void claim_all(zc_build *b, zc_node_id n)
{
    zc_node_id *work = NULL;
    size_t left = 0, capacity = 0;
    if (ZK_GROW(work, capacity, 16))
        work[left++] = n;
    else
        zc_build_no_memory(b);
    while (left > 0) {
        zc_node_id at = work[--left];
        const zc_node *node = b->tir->nodes[at];
        if (node->op == ZC_OP_CMP) {
            if (node->cmp == ZC_CMP_EQ)
                claim_equal(b, at);
            else
                claim_order(b, at);
            continue;
        }
        for (uint32_t o = node->operand_count; o-- > 0;) {
            zc_node_id operand = node->operands[o].node;
            if (b->facts->facts[operand].role != ZC_ROLE_CLAIM)
                claim_bits(b, at, o);
            else if (ZK_GROW(work, capacity, left + 1))
                work[left++] = operand;
            else
                zc_build_no_memory(b);
        }
    }
    free(work);
}

void zc_gadget_assert(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    zc_reg_assert(b, zc_operand_register(b, n, 0), node->count, zc_statement_message(node));
    b->plan.assertion = n;
    claim_all(b, n);
    b->plan.assertion = UINT32_MAX;
}

/* The bit that a claim stands for, for the witness program only. */
void zc_claim_register(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    uint64_t fan = node->reduce_count;
    uint32_t x = zc_operand_register(b, n, 0);
    if (node->op == ZC_OP_ALL) {
        b->regs[n] = zc_reg_op2(b, ZK_W_RMIN, false, true, node->count, fan,
                                (zc_source2){x, (int64_t)fan, 1}, (zc_source2){0, 0, 0});
        return;
    }
    uint32_t y = zc_operand_register(b, n, 1);
    if (node->op == ZC_OP_CMP && node->cmp == ZC_CMP_LT) { /* not b <= a */
        uint32_t other = zc_reg_op(b, ZK_W_LE, false, node->count, ZC_EACH(y), ZC_EACH(x));
        uint32_t one = zc_reg_scalar_si(b, 1);
        b->regs[n] = zc_reg_op(b, ZK_W_SUB, false, node->count, ZC_ONE(one), ZC_EACH(other));
        return;
    }
    zk_wop op = node->op == ZC_OP_AND ? ZK_W_MUL : node->cmp == ZC_CMP_EQ ? ZK_W_EQ : ZK_W_LE;
    b->regs[n] = zc_reg_op(b, op, false, node->count, ZC_EACH(x), ZC_EACH(y));
}

void zc_gadget_check(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    const mpz_t *lo = mpz_cmp(x->lo, node->c0) > 0 ? &x->lo : &node->c0;
    const mpz_t *hi = mpz_cmp(x->hi, node->c1) < 0 ? &x->hi : &node->c1;
    ZK_CHECK(mpz_cmp(*lo, *hi) <= 0);
    b->regs[n] = zc_operand_register(b, n, 0);
    zc_reg_range(b, b->regs[n], node->count, node->c0, node->c1, zc_statement_message(node));
    zc_hint v;
    zc_hint_make(b, &v, "v", b->regs[n], node->count, *lo, *hi, ZC_EXACT);
    zc_var first = zc_hint_cells(b, &v, ZC_BLOCK_DEFINED);
    zc_hint_clear(&v);
    uint32_t group = zc_group_begin(&b->plan, "check", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_add_operand(b, n, 0, e, ZC_COEF(1));
        zc_form_add(&b->plan, ZC_COEF(-1), first + (zc_var)e);
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, node->count);
    b->vars[n] = first;
}
