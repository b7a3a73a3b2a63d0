/* Maximum, minimum and position of the maximum over a reduction of R points.
 *
 *     d_r = m - x_r >= 0  for all r       (min: d_r = x_r - m)
 *     s_r in 0..1,  sum s_r = 1,  sum s_r d_r = 0
 *
 * All s_r d_r are at least 0, so the one r with s_r = 1 has d_r = 0: m bounds every x_r and is one
 * of them. Position: the same for the keys R x_r + (R - 1 - r), which are all different, and the
 * largest of which belongs to the lowest r that attains the maximum; so s is unique, and
 *
 *     k = sum r s_r
 */
#include <stdlib.h>

#include "compiler/circuit/build.h"

enum { MAX_BITS = 250 };

typedef struct selection {
    const zc_node *node;
    uint64_t count, points; /* elements, and all their points */
    uint64_t fan;           /* R */
    int64_t sign;           /* m - x_r, or x_r - m */
    int64_t factor;         /* key = factor x + (fan - 1 - r), or x */
    bool position;
    mpz_t lo, hi, zero, span; /* of the keys */
    bool wide;
    uint32_t key_reg, max_reg, position_reg;
    zc_hint distance, chosen;
    zc_var max, chosen_first, distance_first;
} selection;

/* 0 .. count - 1, or downwards */
static uint32_t ramp(zc_build *b, uint64_t count, bool down)
{
    int64_t *codes = calloc(count, sizeof *codes);
    if (codes == NULL) {
        zc_build_no_memory(b);
        return 0;
    }
    for (uint64_t r = 0; r < count; r++)
        codes[r] = (int64_t)(down ? count - 1 - r : r);
    uint32_t reg = zc_reg_codes(b, codes, count);
    free(codes);
    return reg;
}

static void key_registers(zc_build *b, selection *s, zc_node_id n)
{
    uint32_t x = zc_operand_register(b, n, 0);
    zc_source2 each = {x, (int64_t)s->fan, 1}, none = {0, 0, 0};
    s->key_reg = x;
    if (s->position) {
        uint32_t back_reg = ramp(b, s->fan, true);
        uint32_t times = zc_reg_scalar_si(b, s->factor);
        uint32_t scaled = zc_reg_op(b, ZK_W_MUL, s->wide, s->points, ZC_EACH(x), ZC_ONE(times));
        s->key_reg =
            zc_reg_op2(b, ZK_W_ADD, s->wide, false, s->count, s->fan,
                       (zc_source2){scaled, (int64_t)s->fan, 1}, (zc_source2){back_reg, 0, 1});
    }
    each.reg = s->key_reg;
    s->max_reg = zc_reg_op2(b, s->sign < 0 ? ZK_W_RMIN : ZK_W_RMAX, s->wide, true, s->count, s->fan,
                            each, none);
    uint32_t equal = zc_reg_op2(b, ZK_W_EQ, false, false, s->count, s->fan, each,
                                (zc_source2){s->max_reg, 1, 0});
    uint32_t at = zc_reg_op2(b, ZK_W_ARGMAX, false, true, s->count, s->fan,
                             (zc_source2){equal, (int64_t)s->fan, 1}, none);
    s->position_reg = at;
}

static void hint_registers(zc_build *b, selection *s)
{
    zc_source2 each = {s->key_reg, (int64_t)s->fan, 1}, best = {s->max_reg, 1, 0};
    uint32_t distance = zc_reg_op2(b, ZK_W_SUB, s->wide, false, s->count, s->fan,
                                   s->sign < 0 ? each : best, s->sign < 0 ? best : each);
    uint32_t index_reg = ramp(b, s->fan, false);
    uint32_t chosen =
        zc_reg_op2(b, ZK_W_EQ, false, false, s->count, s->fan, (zc_source2){index_reg, 0, 1},
                   (zc_source2){s->position_reg, 1, 0});
    zc_hint_make(b, &s->distance, "d", distance, s->points, s->zero, s->span, ZC_LEAST);
    s->distance_first = zc_hint_cells(b, &s->distance, ZC_BLOCK_DEFINED);
    zc_hint_bits(b, &s->chosen, "s", chosen, s->points);
    s->chosen_first = zc_hint_cells(b, &s->chosen, ZC_BLOCK_DEFINED);
    s->max =
        zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, "m", s->max_reg, (uint32_t)s->count, s->lo, s->hi);
}

static void element_forms(zc_build *b, const selection *s, zc_node_id n, uint64_t e, zc_var k)
{
    zc_plan *plan = &b->plan;
    zc_var m = s->max + (zc_var)e;
    for (uint64_t r = 0; r < s->fan; r++) {
        uint64_t point = e * s->fan + r;
        zc_form_add(plan, ZC_COEF(s->sign), m);
        zc_add_operand(b, n, 0, point, ZC_COEF(-s->sign * s->factor));
        if (s->position)
            zc_form_add_constant(plan, ZC_COEF(-(int64_t)(s->fan - 1 - r)));
        zc_form_add(plan, ZC_COEF(-1), s->distance_first + (zc_var)point);
        zc_form_end(plan, r == 0 ? m : ZC_NO_VAR);
    }
    for (uint64_t r = 0; r < s->fan; r++)
        zc_form_add(plan, ZC_COEF(1), s->chosen_first + (zc_var)(e * s->fan + r));
    zc_form_add_constant(plan, ZC_COEF(-1));
    zc_form_end(plan, ZC_NO_VAR);
    for (uint64_t r = 0; r < s->fan; r++)
        zc_form_add_product(plan, ZC_COEF(1), s->chosen_first + (zc_var)(e * s->fan + r),
                            s->distance_first + (zc_var)(e * s->fan + r));
    zc_form_end(plan, ZC_NO_VAR);
    if (!s->position)
        return;
    for (uint64_t r = 1; r < s->fan; r++)
        zc_form_add(plan, ZC_COEF((int64_t)r), s->chosen_first + (zc_var)(e * s->fan + r));
    zc_form_add(plan, ZC_COEF(-1), k + (zc_var)e);
    zc_form_end(plan, k + (zc_var)e);
}

static void emit(zc_build *b, selection *s, zc_node_id n)
{
    static const char *const names[] = {"max", "min", "argmax"};
    const zc_node *node = s->node;
    key_registers(b, s, n);
    hint_registers(b, s);
    zc_var k = ZC_NO_VAR;
    if (s->position)
        k = zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, "k", s->position_reg, (uint32_t)s->count,
                         node->lo, node->hi);
    uint32_t group = zc_group_begin(&b->plan, names[s->position ? 2 : s->sign < 0], n, false);
    for (uint64_t e = 0; e < s->count; e++)
        element_forms(b, s, n, e, k);
    zc_group_end(&b->plan, group, s->count);
    zc_hint_clear(&s->distance);
    zc_hint_clear(&s->chosen);
    b->vars[n] = s->position ? k : s->max;
    b->regs[n] = s->position ? s->position_reg : s->max_reg;
}

void zc_gadget_select(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *x = b->tir->nodes[node->operands[0].node];
    bool position = node->op == ZC_OP_ARGMAX;
    selection s = {
        .node = node,
        .count = node->count,
        .points = node->count * node->reduce_count,
        .fan = node->reduce_count,
        .sign = node->op == ZC_OP_RMIN ? -1 : 1,
        .factor = position ? (int64_t)node->reduce_count : 1,
        .position = position,
    };
    mpz_inits(s.lo, s.hi, s.zero, s.span, NULL);
    mpz_mul_si(s.lo, x->lo, s.factor);
    mpz_mul_si(s.hi, x->hi, s.factor);
    if (position)
        mpz_add_ui(s.hi, s.hi, s.fan - 1);
    mpz_sub(s.span, s.hi, s.lo);
    s.wide = !zc_fits_small(s.lo, s.hi);
    if (mpz_sizeinbase(s.lo, 2) > MAX_BITS || mpz_sizeinbase(s.hi, 2) > MAX_BITS)
        zc_build_refuse(b, n);
    else
        emit(b, &s, n);
    mpz_clears(s.lo, s.hi, s.zero, s.span, NULL);
}
