/* Comparisons, and "all" and "any": the sign of an integer D.
 *
 * On a small domain one look-up D -> [D >= 0] (or [D = 0], [D != 0]). Else, with a power of two
 * B > |D|,
 *
 *     D + B = B y + r,   y in 0..1,   0 <= r < B
 *
 * so y = [D >= 0]. Equality is the sum of two signs: [D = 0] = [D >= 0] + [-D >= 0] - 1.
 *
 *     a <= b: D = b - a       a < b: D = b - a - 1
 *     all: D = sum - R        any: D = sum - 1        over R bits
 */
#include "compiler/circuit/build.h"

typedef struct comparison {
    zc_node_id n;
    uint64_t count;
    bool sum; /* D = sum of operand 0 + plus, else D = operand 1 - operand 0 + plus */
    int64_t plus;
    zc_tag_kind kind; /* SIGN, ZERO, OTHER */
    mpz_t lo, hi;     /* range of D */
    uint32_t d_reg;
} comparison;

static void add_d(zc_build *b, const comparison *c, uint64_t e, zc_coef factor)
{
    if (c->sum) {
        uint64_t fan = b->tir->nodes[c->n]->reduce_count;
        for (uint64_t r = e * fan; r < (e + 1) * fan; r++)
            zc_add_operand(b, c->n, 0, r, factor);
    } else {
        zc_add_operand(b, c->n, 1, e, factor);
        zc_add_operand(b, c->n, 0, e, zc_coef_neg(&b->plan, factor));
    }
    zc_form_add_constant(&b->plan, zc_coef_mul(&b->plan, factor, ZC_COEF(c->plus)));
}

static zc_var by_table(zc_build *b, const comparison *c, uint32_t y_reg)
{
    zc_tag tag = {.kind = c->kind, .lo = mpz_get_si(c->lo), .hi = mpz_get_si(c->hi)};
    zc_var y, d = zc_lookup_hint(b, tag, "D", "y", c->d_reg, y_reg, c->count, &y);
    uint32_t group = zc_group_begin(&b->plan, "compare", c->n, false);
    for (uint64_t e = 0; e < c->count; e++) {
        add_d(b, c, e, ZC_COEF(1));
        zc_form_add(&b->plan, ZC_COEF(-1), d + (zc_var)e);
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, c->count);
    return y;
}

/* y = [sign D >= 0] for sign 1 or -1; y's register in *y_reg */
static zc_var by_division(zc_build *b, const comparison *c, int64_t sign, uint32_t *y_reg)
{
    mpz_t size, last, zero, factor;
    mpz_inits(size, last, zero, NULL);
    mpz_init_set_si(factor, sign);
    mp_bitcnt_t low = mpz_sizeinbase(c->lo, 2), high = mpz_sizeinbase(c->hi, 2);
    mpz_set_si(size, 1);
    mpz_mul_2exp(size, size, low > high ? low : high);
    mpz_sub_ui(last, size, 1);
    *y_reg = zc_reg_affine(b, ZK_W_FLOOR, false, c->count, ZC_EACH(c->d_reg), c->lo, c->hi, factor,
                           size, size);
    uint32_t r_reg = zc_reg_affine(b, ZK_W_MOD, !zc_fits_small(zero, size), c->count,
                                   ZC_EACH(c->d_reg), c->lo, c->hi, factor, size, size);
    zc_hint y, r;
    zc_hint_bits(b, &y, "y", *y_reg, c->count);
    zc_hint_make(b, &r, "r", r_reg, c->count, zero, last, ZC_EXACT);
    zc_coef size_coef = zc_coef_of(&b->plan, size), minus = zc_coef_neg(&b->plan, size_coef);
    uint32_t group = zc_group_begin(&b->plan, "compare", c->n, false);
    for (uint64_t e = 0; e < c->count; e++) {
        add_d(b, c, e, ZC_COEF(sign));
        zc_form_add_constant(&b->plan, size_coef);
        zc_hint_add(b, &y, e, minus);
        zc_hint_add(b, &r, e, ZC_COEF(-1));
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, c->count);
    zc_var first = zc_hint_cells(b, &y, ZC_BLOCK_DEFINED);
    zc_hint_clear(&y);
    zc_hint_clear(&r);
    mpz_clears(size, last, zero, factor, NULL);
    return first;
}

/* [D = 0] = g + h - 1, or [D != 0] = 2 - g - h */
static zc_var by_two_signs(zc_build *b, const comparison *c, uint32_t y_reg)
{
    uint32_t g_reg, h_reg;
    zc_var g = by_division(b, c, 1, &g_reg), h = by_division(b, c, -1, &h_reg);
    mpz_t zero, one;
    mpz_init(zero);
    mpz_init_set_si(one, 1);
    zc_var y = zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, "y", y_reg, (uint32_t)c->count, zero, one);
    mpz_clears(zero, one, NULL);
    int64_t sign = c->kind == ZC_TAG_ZERO ? 1 : -1;
    uint32_t group = zc_group_begin(&b->plan, "compare", c->n, false);
    for (uint64_t e = 0; e < c->count; e++) {
        zc_form_add(&b->plan, ZC_COEF(sign), g + (zc_var)e);
        zc_form_add(&b->plan, ZC_COEF(sign), h + (zc_var)e);
        zc_form_add_constant(&b->plan, ZC_COEF(sign > 0 ? -1 : 2));
        zc_form_add(&b->plan, ZC_COEF(-1), y + (zc_var)e);
        zc_form_end(&b->plan, y + (zc_var)e);
    }
    zc_group_end(&b->plan, group, c->count);
    return y;
}

/* The bit as a register: [D >= 0], [D = 0] or [D != 0]. */
static uint32_t bit_register(zc_build *b, const comparison *c)
{
    zc_source zero = ZC_ONE(zc_reg_scalar_si(b, 0)), d = ZC_EACH(c->d_reg);
    if (c->kind == ZC_TAG_SIGN)
        return zc_reg_op(b, ZK_W_LE, false, c->count, zero, d);
    uint32_t equal = zc_reg_op(b, ZK_W_EQ, false, c->count, d, zero);
    if (c->kind == ZC_TAG_ZERO)
        return equal;
    return zc_reg_op(b, ZK_W_SUB, false, c->count, ZC_ONE(zc_reg_scalar_si(b, 1)), ZC_EACH(equal));
}

static void emit(zc_build *b, comparison *c)
{
    uint32_t y_reg = bit_register(b, c);
    b->regs[c->n] = y_reg;
    if (zc_fits_table(b, c->lo, c->hi))
        b->vars[c->n] = by_table(b, c, y_reg);
    else if (c->kind == ZC_TAG_SIGN)
        b->vars[c->n] = by_division(b, c, 1, &y_reg);
    else
        b->vars[c->n] = by_two_signs(b, c, y_reg);
}

void zc_gadget_compare(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    const zc_node *y = b->tir->nodes[node->operands[1].node];
    comparison c = {
        .n = n,
        .count = node->count,
        .plus = node->cmp == ZC_CMP_LT ? -1 : 0,
        .kind = node->cmp == ZC_CMP_EQ   ? ZC_TAG_ZERO
                : node->cmp == ZC_CMP_NE ? ZC_TAG_OTHER
                                         : ZC_TAG_SIGN,
    };
    mpz_t one, plus;
    mpz_init_set_si(one, 1);
    mpz_init_set_si(plus, c.plus);
    mpz_inits(c.lo, c.hi, NULL);
    mpz_sub(c.lo, y->lo, x->hi);
    mpz_sub(c.hi, y->hi, x->lo);
    bool wide = !zc_fits_small(c.lo, c.hi);
    uint32_t left = zc_operand_register(b, n, 0), right = zc_operand_register(b, n, 1);
    uint32_t difference = zc_reg_op(b, ZK_W_SUB, wide, c.count, ZC_EACH(right), ZC_EACH(left));
    c.d_reg = zc_reg_affine(b, ZK_W_SCALE, wide, c.count, ZC_EACH(difference), c.lo, c.hi, one,
                            plus, NULL);
    mpz_add(c.lo, c.lo, plus);
    mpz_add(c.hi, c.hi, plus);
    emit(b, &c);
    mpz_clears(c.lo, c.hi, one, plus, NULL);
}

void zc_gadget_all(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    int64_t fan = (int64_t)node->reduce_count;
    comparison c = {
        .n = n,
        .count = node->count,
        .sum = true,
        .plus = node->op == ZC_OP_ALL ? -fan : -1,
        .kind = ZC_TAG_SIGN,
    };
    mpz_t one, plus;
    mpz_init_set_si(one, 1);
    mpz_init_set_si(plus, c.plus);
    mpz_init_set_si(c.lo, c.plus);
    mpz_init_set_si(c.hi, c.plus + fan);
    uint32_t x = zc_operand_register(b, n, 0);
    uint32_t sum = zc_reg_op2(b, ZK_W_SUM, false, true, c.count, (uint64_t)fan,
                              (zc_source2){x, fan, 1}, (zc_source2){0, 0, 0});
    c.d_reg =
        zc_reg_affine(b, ZK_W_SCALE, false, c.count, ZC_EACH(sum), c.lo, c.hi, one, plus, NULL);
    emit(b, &c);
    mpz_clears(c.lo, c.hi, one, plus, NULL);
}
