/* Roundings, with the clamp that follows, and division.
 *
 * Rounding by a constant. With X = c0 x + c1 (facts.h), elementwise:
 *
 *     X = c2 q + r,   0 <= r < c2            floor, and nearest with c1 = c2 / 2
 *
 * r is range-checked exactly and q loosely. No form wraps around the field, so the equation holds
 * over the integers, where quotient and remainder are unique. With either check missing they are
 * not: any r' = r + c2 j (mod p) would do.
 *
 * Ties to even, c1 = c2 / 2. With the parity e of q:
 *
 *     q = 2 t + e,   X = c2 q + e + d,   0 <= d,   0 <= c2 - 2 e - d
 *
 * that is, e <= X - c2 q <= c2 - e: an even q takes both of its ties, an odd q none. t is
 * range-checked, which bounds q. For a small
 * c2 one look-up R -> [R > c2] on 0 .. 2 c2 - 1 bounds R = X - 2 c2 t and gives e.
 *
 * Clamp of q to lo .. hi. On a small domain one look-up q -> y. Else q is not a cell but
 *
 *     q = y + over - under,   lo <= y <= hi,  over, under >= 0,
 *     over (hi - y) = 0,      under (y - lo) = 0
 *
 * over > 0 forces y = hi, under > 0 forces y = lo; both at once are impossible as lo < hi; with
 * both 0, y = q. A side that the range of q does not reach is left out, with its hint.
 *
 * Division by cells, D = c1 b or 2 c1 b > 0 and X as below:
 *
 *     X = D q + r,  0 <= r,  0 <= D - 1 - r       (ties to even as above, with D for c2)
 */
#include "compiler/circuit/build.h"

enum { MAX_BITS = 252 };

/* The rounded value: a cell, or y + over - under (either may be missing). */
typedef struct quotient {
    zc_var q, y, over, under;
} quotient;

static void add_quotient(zc_build *b, const quotient *q, uint64_t e, zc_coef factor)
{
    if (q->q != ZC_NO_VAR) {
        zc_form_add(&b->plan, factor, q->q + (zc_var)e);
        return;
    }
    zc_form_add(&b->plan, factor, q->y + (zc_var)e);
    if (q->over != ZC_NO_VAR)
        zc_form_add(&b->plan, factor, q->over + (zc_var)e);
    if (q->under != ZC_NO_VAR)
        zc_form_add(&b->plan, zc_coef_neg(&b->plan, factor), q->under + (zc_var)e);
}

/* ---- the parity of q ---- */

/* q = 2 t + e */
typedef struct parity {
    zc_hint t;
    uint32_t t_reg, e_reg;
    zc_var e;
} parity;

static void make_t(zc_build *b, parity *p, uint64_t count, const mpz_t q_lo, const mpz_t q_hi)
{
    mpz_t lo, hi;
    mpz_inits(lo, hi, NULL);
    mpz_fdiv_q_2exp(lo, q_lo, 1);
    mpz_fdiv_q_2exp(hi, q_hi, 1);
    zc_hint_make(b, &p->t, "t", p->t_reg, count, lo, hi, ZC_LOOSE);
    mpz_clears(lo, hi, NULL);
}

/* Defines q where nothing else bounds it. */
static void form_parity(zc_build *b, const parity *p, const quotient *q, uint64_t e)
{
    add_quotient(b, q, e, ZC_COEF(1));
    zc_hint_add(b, &p->t, e, ZC_COEF(-2));
    zc_form_add(&b->plan, ZC_COEF(-1), p->e + (zc_var)e);
    zc_form_end(&b->plan, q->q != ZC_NO_VAR && q->q == q->y ? q->q + (zc_var)e : ZC_NO_VAR);
}

/* ---- rounding by a constant ---- */

typedef struct rounding_state {
    const zc_rounding *r;
    const zc_node *base;
    uint64_t count;
    uint32_t x_reg, q_reg, y_reg, rest_reg; /* rest: r, or R with ties to even */
    quotient q;
    parity parity;
    bool tabled; /* ties to even by look-up */
    zc_hint rest, slack;
    zc_var big_r;
    mpz_t twice; /* 2 c2 */
} rounding_state;

static bool fits_field(const zc_rounding *r, const zc_node *base)
{
    mpz_t lo, hi;
    mpz_inits(lo, hi, NULL);
    mpz_mul(lo, base->lo, r->c0);
    mpz_mul(hi, base->hi, r->c0);
    bool fits = mpz_sizeinbase(lo, 2) < MAX_BITS && mpz_sizeinbase(hi, 2) < MAX_BITS &&
                mpz_sizeinbase(r->c2, 2) < MAX_BITS && mpz_sizeinbase(r->c0, 2) < MAX_BITS;
    mpz_clears(lo, hi, NULL);
    return fits;
}

static uint32_t affine(zc_build *b, const rounding_state *s, zk_wop op, bool wide, const mpz_t by)
{
    return zc_reg_affine(b, op, wide, s->count, ZC_EACH(s->x_reg), s->base->lo, s->base->hi,
                         s->r->c0, s->r->c1, by);
}

/* t, R, e = floor((R + c2 - 1) / (2 c2)), q = 2 t + e */
static void even_registers(zc_build *b, rounding_state *s, bool wide_q)
{
    mpz_t one, zero, shifted;
    mpz_init_set_si(one, 1);
    mpz_inits(zero, shifted, NULL);
    bool wide_r = !zc_fits_small(zero, s->twice);
    s->parity.t_reg = affine(b, s, ZK_W_FLOOR, wide_q, s->twice);
    s->rest_reg = affine(b, s, ZK_W_MOD, wide_r, s->twice);
    mpz_sub_ui(shifted, s->r->c2, 1);
    s->parity.e_reg = zc_reg_affine(b, ZK_W_FLOOR, false, s->count, ZC_EACH(s->rest_reg), zero,
                                    s->twice, one, shifted, s->twice);
    uint32_t doubled = zc_reg_op(b, ZK_W_ADD, wide_q, s->count, ZC_EACH(s->parity.t_reg),
                                 ZC_EACH(s->parity.t_reg));
    s->q_reg = zc_reg_op(b, ZK_W_ADD, wide_q, s->count, ZC_EACH(doubled), ZC_EACH(s->parity.e_reg));
    mpz_clears(one, zero, shifted, NULL);
}

static void quotient_registers(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    bool wide_q = !zc_fits_small(r->q_lo, r->q_hi);
    mpz_t zero;
    mpz_init(zero);
    if (r->even) {
        even_registers(b, s, wide_q);
    } else if (mpz_cmp_ui(r->c2, 1) != 0) {
        s->q_reg = affine(b, s, ZK_W_FLOOR, wide_q, r->c2);
        s->rest_reg = affine(b, s, ZK_W_MOD, !zc_fits_small(zero, r->c2), r->c2);
    } else if (mpz_cmp_ui(r->c0, 1) != 0) {
        s->q_reg = affine(b, s, ZK_W_SCALE, wide_q, NULL);
    } else {
        s->q_reg = s->x_reg;
    }
    s->y_reg = s->q_reg;
    if (r->has_lo)
        s->y_reg = zc_reg_op(b, ZK_W_MAX, wide_q, s->count, ZC_EACH(s->y_reg),
                             ZC_ONE(zc_reg_scalar(b, r->lo)));
    if (r->has_hi)
        s->y_reg = zc_reg_op(b, ZK_W_MIN, wide_q, s->count, ZC_EACH(s->y_reg),
                             ZC_ONE(zc_reg_scalar(b, r->hi)));
    mpz_clear(zero);
}

/* max(x - y, 0) as a hint in one piece: how far q is above hi, or below lo. */
static zc_var excess(zc_build *b, const char *name, uint64_t count, zc_source x, zc_source y,
                     const mpz_t from, const mpz_t to)
{
    mpz_t zero, hi;
    mpz_inits(zero, hi, NULL);
    mpz_sub(hi, to, from);
    bool wide = !zc_fits_small(from, to) || !zc_fits_small(zero, hi) || zc_reg_wide(b, x.reg) ||
                zc_reg_wide(b, y.reg);
    uint32_t difference = zc_reg_op(b, ZK_W_SUB, wide, count, x, y);
    uint32_t reg =
        zc_reg_op(b, ZK_W_MAX, wide, count, ZC_EACH(difference), ZC_ONE(zc_reg_scalar_si(b, 0)));
    zc_hint hint;
    zc_hint_make(b, &hint, name, reg, count, zero, hi, ZC_LEAST);
    zc_var first = zc_hint_cells(b, &hint, ZC_BLOCK_DEFINED);
    zc_hint_clear(&hint);
    mpz_clears(zero, hi, NULL);
    return first;
}

/* y = clamp(q) by look-up. The argument is x itself where that is possible. */
static void clamp_by_table(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    zc_tag tag = {
        .kind = ZC_TAG_CLAMP,
        .p0 = r->has_lo ? mpz_get_si(r->lo) : INT64_MIN,
        .p1 = r->has_hi ? mpz_get_si(r->hi) : INT64_MAX,
        .lo = mpz_get_si(r->q_lo),
        .hi = mpz_get_si(r->q_hi),
    };
    zc_var *cells =
        s->q_reg == s->x_reg ? zc_free_cells(b, r->reader, r->operand, s->count) : NULL;
    if (cells != NULL)
        s->q.y = zc_lookup_cells(b, tag, "y", cells, 0, s->y_reg, s->count);
    else
        s->q.q = zc_lookup_hint(b, tag, "q", "y", s->q_reg, s->y_reg, s->count, &s->q.y);
}

static void clamp_by_parts(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    zc_hint y;
    zc_hint_make(b, &y, "y", s->y_reg, s->count, r->has_lo ? r->lo : r->q_lo,
                 r->has_hi ? r->hi : r->q_hi, ZC_EXACT);
    s->q.y = zc_hint_cells(b, &y, ZC_BLOCK_DEFINED);
    zc_hint_clear(&y);
    if (r->has_hi)
        s->q.over = excess(b, "over", s->count, ZC_EACH(s->q_reg), ZC_ONE(zc_reg_scalar(b, r->hi)),
                           r->hi, r->q_hi);
    if (r->has_lo)
        s->q.under = excess(b, "under", s->count, ZC_ONE(zc_reg_scalar(b, r->lo)),
                            ZC_EACH(s->q_reg), r->q_lo, r->lo);
}

static void quotient_hints(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    s->q = (quotient){ZC_NO_VAR, ZC_NO_VAR, ZC_NO_VAR, ZC_NO_VAR};
    if (!r->has_lo && !r->has_hi && r->even) {
        s->q.q = s->q.y = zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, "q", s->q_reg,
                                       (uint32_t)s->count, r->q_lo, r->q_hi);
    } else if (!r->has_lo && !r->has_hi) {
        zc_hint q;
        zc_hint_make(b, &q, "q", s->q_reg, s->count, r->q_lo, r->q_hi, ZC_LOOSE);
        s->q.q = s->q.y = zc_hint_cells(b, &q, ZC_BLOCK_DEFINED);
        zc_hint_clear(&q);
    } else if (zc_fits_table(b, r->q_lo, r->q_hi)) {
        clamp_by_table(b, s);
    } else {
        clamp_by_parts(b, s);
    }
}

/* d = R - (c2 + 1) e and c2 - 2 e - d */
static void even_hints(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    mpz_t zero, step, two;
    mpz_inits(zero, step, NULL);
    mpz_init_set_si(two, 2);
    bool wide = !zc_fits_small(zero, s->twice);
    mpz_add_ui(step, r->c2, 1);
    zc_hint e;
    zc_hint_bits(b, &e, "e", s->parity.e_reg, s->count);
    s->parity.e = zc_hint_cells(b, &e, ZC_BLOCK_DEFINED);
    zc_hint_clear(&e);
    uint32_t jump = zc_reg_op(b, ZK_W_MUL, wide, s->count, ZC_EACH(s->parity.e_reg),
                              ZC_ONE(zc_reg_scalar(b, step)));
    uint32_t d = zc_reg_op(b, ZK_W_SUB, wide, s->count, ZC_EACH(s->rest_reg), ZC_EACH(jump));
    uint32_t twice_e =
        zc_reg_op(b, ZK_W_ADD, false, s->count, ZC_EACH(s->parity.e_reg), ZC_EACH(s->parity.e_reg));
    uint32_t used = zc_reg_op(b, ZK_W_ADD, wide, s->count, ZC_EACH(d), ZC_EACH(twice_e));
    uint32_t slack =
        zc_reg_op(b, ZK_W_SUB, wide, s->count, ZC_ONE(zc_reg_scalar(b, r->c2)), ZC_EACH(used));
    zc_hint_make(b, &s->rest, "d", d, s->count, zero, r->c2, ZC_LEAST);
    zc_hint_make(b, &s->slack, "slack", slack, s->count, zero, r->c2, ZC_LEAST);
    mpz_clears(zero, step, two, NULL);
}

static void rest_hints(zc_build *b, rounding_state *s)
{
    const zc_rounding *r = s->r;
    if (mpz_cmp_ui(r->c2, 1) == 0)
        return;
    mpz_t zero, last;
    mpz_inits(zero, last, NULL);
    mpz_sub_ui(last, s->twice, 1);
    if (!r->even) {
        mpz_sub_ui(last, r->c2, 1);
        zc_hint_make(b, &s->rest, "r", s->rest_reg, s->count, zero, last, ZC_EXACT);
    } else {
        make_t(b, &s->parity, s->count, r->q_lo, r->q_hi);
        s->tabled = zc_fits_table(b, zero, last);
        if (s->tabled) {
            zc_tag tag = {.kind = ZC_TAG_EVEN, .p0 = mpz_get_si(r->c2), .hi = mpz_get_si(last)};
            s->big_r = zc_lookup_hint(b, tag, "R", "e", s->rest_reg, s->parity.e_reg, s->count,
                                      &s->parity.e);
        } else {
            even_hints(b, s);
        }
    }
    mpz_clears(zero, last, NULL);
}

/* X - c2 q - r = 0, or its form with ties to even */
static void form_division(zc_build *b, const rounding_state *s, uint64_t e, zc_coef c0, zc_coef c1,
                          zc_coef c2)
{
    zc_plan *plan = &b->plan;
    if (s->r->even)
        form_parity(b, &s->parity, &s->q, e);
    zc_add_operand(b, s->r->reader, s->r->operand, e, c0);
    zc_form_add_constant(plan, c1);
    add_quotient(b, &s->q, e, zc_coef_neg(plan, c2));
    if (s->r->even && s->tabled) {
        zc_form_add(plan, c2, s->parity.e + (zc_var)e);
        zc_form_add(plan, ZC_COEF(-1), s->big_r + (zc_var)e);
    } else if (mpz_cmp_ui(s->r->c2, 1) != 0) {
        zc_hint_add(b, &s->rest, e, ZC_COEF(-1));
        if (s->r->even)
            zc_form_add(plan, ZC_COEF(-1), s->parity.e + (zc_var)e);
    }
    zc_form_end(plan, ZC_NO_VAR);
    if (!s->r->even || s->tabled)
        return;
    zc_form_add_constant(plan, c2);
    zc_form_add(plan, ZC_COEF(-2), s->parity.e + (zc_var)e);
    zc_hint_add(b, &s->rest, e, ZC_COEF(-1));
    zc_hint_add(b, &s->slack, e, ZC_COEF(-1));
    zc_form_end(plan, ZC_NO_VAR);
}

/* over (hi - y) = 0, under (y - lo) = 0 */
static void form_sides(zc_build *b, const quotient *q, uint64_t e, zc_coef lo, zc_coef hi)
{
    zc_plan *plan = &b->plan;
    if (q->over != ZC_NO_VAR) {
        zc_form_add(plan, hi, q->over + (zc_var)e);
        zc_form_add_product(plan, ZC_COEF(-1), q->over + (zc_var)e, q->y + (zc_var)e);
        zc_form_end(plan, ZC_NO_VAR);
    }
    if (q->under != ZC_NO_VAR) {
        zc_form_add(plan, lo, q->under + (zc_var)e);
        zc_form_add_product(plan, ZC_COEF(-1), q->under + (zc_var)e, q->y + (zc_var)e);
        zc_form_end(plan, ZC_NO_VAR);
    }
}

static void rounding_forms(zc_build *b, const rounding_state *s, zc_node_id n)
{
    if (s->q.q == ZC_NO_VAR && s->q.over == ZC_NO_VAR && s->q.under == ZC_NO_VAR)
        return; /* a look-up of cells says it all */
    const zc_rounding *r = s->r;
    zc_coef c0 = zc_coef_of(&b->plan, r->c0), c1 = zc_coef_of(&b->plan, r->c1);
    zc_coef c2 = zc_coef_of(&b->plan, r->c2);
    zc_coef lo = zc_coef_of(&b->plan, r->lo), hi = zc_coef_of(&b->plan, r->hi);
    const char *name = mpz_cmp_ui(r->c2, 1) == 0 ? "clamp" : "round";
    uint32_t group = zc_group_begin(&b->plan, name, n, false);
    for (uint64_t e = 0; e < s->count; e++) {
        form_division(b, s, e, c0, c1, c2);
        form_sides(b, &s->q, e, lo, hi);
    }
    zc_group_end(&b->plan, group, s->count);
}

/* The table that follows, from the rounded value's cells. */
static void look_up(zc_build *b, zc_node_id n)
{
    const zc_rounding *r = b->facts->facts[n].rounding;
    int64_t last = r->first + (int64_t)r->value_count - 1;
    zc_tag tag = zc_table_tag(b, r, r->first, last);
    uint64_t count = b->tir->nodes[n]->count;
    b->regs[n] =
        zc_reg_table(b, r->values, r->value_count, r->first, b->regs[n], count, tag.name);
    b->vars[n] = zc_lookup_cells(b, tag, "y", NULL, b->vars[n], b->regs[n], count);
}

void zc_gadget_rounding(zc_build *b, zc_node_id n)
{
    const zc_rounding *r = b->facts->facts[n].rounding;
    const zc_node *reader = b->tir->nodes[r->reader];
    rounding_state s = {
        .r = r,
        .base = b->tir->nodes[reader->operands[r->operand].node],
        .count = b->tir->nodes[n]->count,
    };
    if (!fits_field(r, s.base)) {
        zc_build_refuse(b, n);
        return;
    }
    if (zc_gadget_fused(b, n))
        return;
    s.x_reg = zc_operand_register(b, r->reader, r->operand);
    mpz_inits(s.twice, s.rest.offset, s.rest.lo, s.rest.hi, s.slack.offset, s.slack.lo, s.slack.hi,
              s.parity.t.offset, s.parity.t.lo, s.parity.t.hi, NULL);
    mpz_mul_2exp(s.twice, r->c2, 1);
    quotient_registers(b, &s);
    quotient_hints(b, &s);
    rest_hints(b, &s);
    rounding_forms(b, &s, n);
    zc_hint_clear(&s.rest);
    zc_hint_clear(&s.slack);
    zc_hint_clear(&s.parity.t);
    mpz_clear(s.twice);
    b->vars[n] = s.q.y;
    b->regs[n] = s.y_reg;
    if (r->post_count > 0)
        look_up(b, n);
}
