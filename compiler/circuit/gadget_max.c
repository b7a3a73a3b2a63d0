/* Maximum and minimum of two values, elementwise.
 *
 *     max:  a - b + u - v = 0,   u, v >= 0,   u v = 0,   m = a + u
 *     min:  a - b - u + v = 0,   u, v >= 0,   u v = 0,   m = a - u
 *
 * u and v are the positive and the negative part of b - a (of a - b for min): with u v = 0 they are
 * unique, and so is m. A maximum with a constant is a clamp and is done by gadget_round.c.
 */
#include "compiler/circuit/build.h"

static zc_var part(zc_build *b, const char *name, uint64_t count, uint32_t x, uint32_t y,
                   const mpz_t from, const mpz_t to)
{
    mpz_t zero, hi;
    mpz_inits(zero, hi, NULL);
    mpz_sub(hi, to, from);
    if (mpz_sgn(hi) < 0)
        mpz_set_si(hi, 0);
    bool wide = zc_reg_wide(b, x) || zc_reg_wide(b, y);
    uint32_t difference = zc_reg_op(b, ZK_W_SUB, wide, count, ZC_EACH(x), ZC_EACH(y));
    uint32_t reg =
        zc_reg_op(b, ZK_W_MAX, wide, count, ZC_EACH(difference), ZC_ONE(zc_reg_scalar_si(b, 0)));
    zc_hint hint;
    zc_hint_make(b, &hint, name, reg, count, zero, hi, ZC_LEAST);
    zc_var first = zc_hint_cells(b, &hint, ZC_BLOCK_DEFINED);
    zc_hint_clear(&hint);
    mpz_clears(zero, hi, NULL);
    return first;
}

void zc_gadget_max(zc_build *b, zc_node_id n)
{
    zc_plan *plan = &b->plan;
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    const zc_node *y = b->tir->nodes[node->operands[1].node];
    bool max = node->op == ZC_OP_MAX;
    uint32_t x_reg = zc_operand_register(b, n, 0), y_reg = zc_operand_register(b, n, 1);
    bool wide = !zc_fits_small(node->lo, node->hi);
    uint32_t reg =
        zc_reg_op(b, max ? ZK_W_MAX : ZK_W_MIN, wide, node->count, ZC_EACH(x_reg), ZC_EACH(y_reg));
    zc_var above = part(b, "u", node->count, y_reg, x_reg, x->lo, y->hi);
    zc_var below = part(b, "v", node->count, x_reg, y_reg, y->lo, x->hi);
    zc_var u = max ? above : below, v = max ? below : above;
    zc_var first =
        zc_plan_vars(plan, ZC_BLOCK_DEFINED, "m", reg, (uint32_t)node->count, node->lo, node->hi);
    zc_coef sign = ZC_COEF(max ? 1 : -1);
    uint32_t group = zc_group_begin(plan, max ? "max" : "min", n, false);
    for (uint64_t e = 0; e < node->count; e++) {
        zc_var i = (zc_var)e;
        zc_add_operand(b, n, 0, e, sign);
        zc_add_operand(b, n, 1, e, zc_coef_neg(plan, sign));
        zc_form_add(plan, ZC_COEF(1), u + i);
        zc_form_add(plan, ZC_COEF(-1), v + i);
        zc_form_end(plan, ZC_NO_VAR);
        zc_form_add_product(plan, ZC_COEF(1), u + i, v + i);
        zc_form_end(plan, ZC_NO_VAR);
        zc_add_operand(b, n, 0, e, ZC_COEF(1));
        zc_form_add(plan, sign, u + i);
        zc_form_add(plan, ZC_COEF(-1), first + i);
        zc_form_end(plan, first + i);
    }
    zc_group_end(plan, group, node->count);
    b->vars[n] = first;
    b->regs[n] = reg;
}
