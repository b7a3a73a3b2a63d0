/* A function of one value, with constant ends, by one look-up inside and a comparison outside.
 *
 * y = F(X) = G(clamp(q)), q = floor(X / c2), X = c0 x + c1 (facts.h).
 *
 * Direct. A small domain of x is one look-up x -> y, whatever F is.
 *
 * Window. G is constant, A, below a and constant, B, above b; N = b - a + 1. For a divisor e of c2
 * and d = c2 / e
 *
 *     X = N c2 h + e z + r,    a d <= z < (b + 1) d,   0 <= r < e
 *
 * over the integers, as no form wraps around the field: h, z and r are unique, q = N h + floor(z/d)
 * and X is inside the window exactly when h = 0. z is bounded by the look-up z -> u = G(floor(z/d))
 * (for the identity with d = 1 u is z, with a range check), r by range checks, h by its look-ups
 *
 *     in = [h = 0],   ge = [h >= 0],      y = in u + A (1 - ge) + B (ge - in)
 *
 * Where A = B, or an end is not reached, ge is left out (without A: ge = 1, without B: ge = in);
 * with neither end h is left out and y = u. e = c2 leaves the whole remainder to r; e = 1 needs no
 * r at all; between them r takes full limbs. Tags of windows have exactly the domain above
 * (plan.h).
 *
 * Folded. Let G(c - q) = C - G(q) (odd) or G(q) (even) for all q. With K = c2 c + c2 - 1
 *
 *     X = M + (K - 2 M) s,   s in 0..1,   M >= K / 2
 *
 * has one solution, or two with q = c/2 in both, which give the same y: M is X or K - X, whose
 * quotients are q and c - q. The window above, from ceil(c/2) on, is applied to M and gives v;
 *
 *     y = v + C s - 2 v s  (odd),     y = v  (even)
 *
 * M >= K / 2 holds because M = N c2 h + e z + r with h >= 0 and z >= ceil(c/2) d.
 */
#include "compiler/circuit/build.h"

enum { LEAST_FOLD = 8, MAX_TABLE_BITS = 20, MAX_BITS = 200 };

typedef struct piece {
    const zc_rounding *r;
    zc_node_id n;
    uint64_t count;
    int64_t a, b;      /* the window */
    bool below, above; /* the ends are reached */
    int64_t outer[2];  /* A, B */
    bool folded, odd;
    int64_t center, sum, last; /* c, C, and up to where G is known */
    int64_t d;
    mpz_t e, period; /* N c2 */
    uint32_t x_reg;  /* what is cut: c0 x + c1 for x in lo .. hi */
    mpz_t c0, c1, lo, hi;
    zc_hint rest;
    zc_var h, in, ge, z, u, s, m;
    uint32_t z_reg, u_reg, in_reg, ge_reg, s_reg, m_reg, rest_reg;
} piece;

static void piece_init(piece *p, const zc_build *b, zc_node_id n)
{
    const zc_rounding *r = b->facts->facts[n].rounding;
    const zc_node *base = b->tir->nodes[b->tir->nodes[r->reader]->operands[r->operand].node];
    *p = (piece){.r = r, .n = n, .count = b->tir->nodes[n]->count};
    p->h = p->in = p->ge = p->z = p->u = p->s = p->m = ZC_NO_VAR;
    mpz_inits(p->e, p->period, p->rest.offset, p->rest.lo, p->rest.hi, NULL);
    mpz_init_set(p->c0, r->c0);
    mpz_init_set(p->c1, r->c1);
    mpz_init_set(p->lo, base->lo);
    mpz_init_set(p->hi, base->hi);
}

static void piece_clear(piece *p)
{
    mpz_clears(p->e, p->period, p->c0, p->c1, p->lo, p->hi, NULL);
    zc_hint_clear(&p->rest);
}

static bool is_identity(const zc_rounding *r)
{
    return mpz_cmp_ui(r->c0, 1) == 0 && mpz_cmp_ui(r->c2, 1) == 0 && !r->has_lo && !r->has_hi;
}

/* A table alone, as it stands in the program. */
static bool is_plain(const zc_rounding *r)
{
    return is_identity(r) && r->post_count <= 1;
}

static bool within(int64_t size, uint32_t bits)
{
    return size >= 1 && size <= (int64_t)1 << bits;
}

/* ---- the window ---- */

/* Moves the ends of the window inwards over equal values. */
static void trim(piece *p, bool left, bool right)
{
    const zc_rounding *r = p->r;
    int64_t a = p->a, b = p->b;
    while (left && p->a < b && zc_rounding_value(r, p->a + 1) == zc_rounding_value(r, a))
        p->a++;
    while (right && p->b > p->a && zc_rounding_value(r, p->b - 1) == zc_rounding_value(r, b))
        p->b--;
}

/* What of q's range is looked up. False: more than any table holds. */
static bool choose_window(piece *p, zc_build *b)
{
    const zc_rounding *r = p->r;
    if (!zc_fits_small(r->q_lo, r->q_hi))
        return false;
    int64_t first = mpz_get_si(r->q_lo), last = mpz_get_si(r->q_hi);
    bool cut = r->has_lo || r->has_hi;
    p->a = r->has_lo ? mpz_get_si(r->lo) : first;
    p->b = r->has_hi ? mpz_get_si(r->hi) : last;
    if (cut && !b->widths.trim && within(last - first + 1, b->widths.table_bits)) {
        p->a = first;
        p->b = last;
    } else if (r->post_count > 0) {
        int64_t a = p->a, e = p->b;
        trim(p, true, true);
        b->trimmable += !b->widths.trim && (p->a != a || p->b != e);
        p->a = r->has_lo || b->widths.trim ? p->a : a;
        p->b = r->has_hi || b->widths.trim ? p->b : e;
    }
    p->below = first < p->a;
    p->above = last > p->b;
    p->outer[0] = zc_rounding_value(r, p->a);
    p->outer[1] = zc_rounding_value(r, p->b);
    return r->post_count == 0 || within(p->b - p->a + 1, MAX_TABLE_BITS);
}

/* G on the window, and just outside by symmetry. */
static int64_t window_value(const piece *p, int64_t q)
{
    if (!p->folded || q <= p->last)
        return zc_rounding_value(p->r, q);
    int64_t mirrored = zc_rounding_value(p->r, p->center - q);
    return p->odd ? p->sum - mirrored : mirrored;
}

static bool is_symmetric(const piece *p, int64_t center, bool odd, int64_t *sum)
{
    int64_t from = center - p->b;
    *sum = zc_rounding_value(p->r, p->b) + zc_rounding_value(p->r, from);
    for (int64_t q = from; q <= p->b; q++) {
        int64_t x = zc_rounding_value(p->r, q), y = zc_rounding_value(p->r, center - q);
        if (odd ? x + y != *sum : x != y)
            return false;
    }
    return true;
}

/* Whether a half of the window is enough; takes it when asked to. */
static void choose_fold(piece *p, zc_build *b)
{
    bool closed = !p->below && !p->above;
    if (p->r->post_count == 0 || p->b - p->a < LEAST_FOLD || (!closed && !(p->below && p->above)))
        return;
    for (int64_t center = p->a + p->b; center <= p->a + p->b + closed; center++) {
        int64_t sum;
        bool odd = is_symmetric(p, center, true, &sum);
        if (!odd && !is_symmetric(p, center, false, &sum))
            continue;
        b->foldable++;
        if (!b->widths.fold)
            return;
        p->folded = true;
        p->odd = odd;
        p->center = center;
        p->sum = sum;
        p->last = p->b;
        p->b = center - p->a;
        p->a = center / 2 + (center > 0 && center % 2 != 0); /* upwards */
        p->below = false;
        p->outer[1] = window_value(p, p->b);
        return;
    }
}

/* e and d: fewest range checks for r, with a table that fits. */
static void choose_step(piece *p, const zc_build *b)
{
    const zc_rounding *r = p->r;
    int64_t size = p->b - p->a + 1;
    mpz_t rows;
    mpz_init(rows);
    mpz_mul_si(rows, r->c2, size);
    uint32_t limb = b->widths.limb_bits;
    uint64_t limbs = (mpz_sizeinbase(r->c2, 2) + limb - 2) / limb; /* of c2 - 1 */
    mpz_set(p->e, r->c2);
    p->d = 1;
    for (uint64_t j = 0; j < limbs && mpz_divisible_2exp_p(r->c2, j * limb); j++) {
        if (mpz_cmp_ui(rows, (unsigned long)1 << b->widths.table_bits) <= 0) {
            mpz_set_si(p->e, 1);
            mpz_mul_2exp(p->e, p->e, j * limb);
            mpz_divexact(rows, r->c2, p->e);
            p->d = mpz_get_si(rows);
            break;
        }
        mpz_fdiv_q_2exp(rows, rows, limb);
    }
    mpz_mul_si(p->period, r->c2, size);
    mpz_clear(rows);
}

/* floor((m - a c2) / period) for an end of the range of what is cut. */
static int64_t period_of(const piece *p, const mpz_t x)
{
    mpz_t m;
    mpz_init(m);
    mpz_mul(m, x, p->c0);
    mpz_add(m, m, p->c1);
    mpz_fdiv_q(m, m, p->r->c2);
    int64_t q = mpz_get_si(m);
    mpz_clear(m);
    int64_t size = p->b - p->a + 1, from = q - p->a;
    return from >= 0 ? from / size : -((-from + size - 1) / size);
}

/* ---- registers ---- */

static uint32_t affine(zc_build *b, const piece *p, zk_wop op, const mpz_t shift, const mpz_t by,
                       bool wide)
{
    return zc_reg_affine(b, op, wide, p->count, ZC_EACH(p->x_reg), p->lo, p->hi, p->c0, shift, by);
}

/* z and r, and h if there is one. */
static void window_registers(zc_build *b, piece *p, uint32_t *h_reg)
{
    mpz_t zero, one, start, last;
    mpz_inits(zero, start, last, NULL);
    mpz_init_set_si(one, 1);
    bool wide_r = !zc_fits_small(zero, p->e);
    if (!p->below && !p->above) {
        p->z_reg = affine(b, p, ZK_W_FLOOR, p->c1, p->e, false);
        p->rest_reg = affine(b, p, ZK_W_MOD, p->c1, p->e, wide_r);
    } else {
        mpz_mul_si(start, p->r->c2, p->a);
        mpz_sub(last, p->c1, start);
        *h_reg = affine(b, p, ZK_W_FLOOR, last, p->period, false);
        uint32_t inside = affine(b, p, ZK_W_MOD, last, p->period, !zc_fits_small(zero, p->period));
        mpz_sub_ui(last, p->period, 1);
        p->z_reg = zc_reg_affine(b, ZK_W_FLOOR, false, p->count, ZC_EACH(inside), zero, last, one,
                                 start, p->e);
        p->rest_reg = zc_reg_affine(b, ZK_W_MOD, wide_r, p->count, ZC_EACH(inside), zero, last, one,
                               NULL, p->e);
    }
    mpz_clears(zero, one, start, last, NULL);
}

/* M = max(X, K - X), s = [X != M]; what is cut is M from here on. */
static void fold_registers(zc_build *b, piece *p, const mpz_t k)
{
    mpz_t minus, shift, low, high;
    mpz_inits(minus, shift, low, high, NULL);
    mpz_neg(minus, p->c0);
    mpz_sub(shift, k, p->c1);
    mpz_mul(low, p->lo, p->c0);
    mpz_mul(high, p->hi, p->c0);
    mpz_add(low, low, p->c1);
    mpz_add(high, high, p->c1);
    mpz_sub(low, k, low); /* the largest K - X */
    if (mpz_cmp(low, high) > 0)
        mpz_set(high, low);
    mpz_neg(low, high);
    bool wide = !zc_fits_small(low, high);
    uint32_t x = affine(b, p, ZK_W_SCALE, p->c1, NULL, wide);
    uint32_t mirrored = zc_reg_affine(b, ZK_W_SCALE, wide, p->count, ZC_EACH(p->x_reg), p->lo,
                                      p->hi, minus, shift, NULL);
    p->m_reg = zc_reg_op(b, ZK_W_MAX, wide, p->count, ZC_EACH(x), ZC_EACH(mirrored));
    uint32_t same = zc_reg_op(b, ZK_W_EQ, false, p->count, ZC_EACH(x), ZC_EACH(p->m_reg));
    uint32_t one = zc_reg_scalar_si(b, 1);
    p->s_reg = zc_reg_op(b, ZK_W_SUB, false, p->count, ZC_ONE(one), ZC_EACH(same));
    p->x_reg = p->m_reg;
    mpz_set_si(p->c0, 1);
    mpz_set_si(p->c1, 0);
    mpz_cdiv_q_2exp(p->lo, k, 1);
    mpz_set(p->hi, high);
    mpz_clears(minus, shift, low, high, NULL);
}

/* c0 x + c1 over a register of small numbers. */
static uint32_t scaled(zc_build *b, uint64_t count, uint32_t x, int64_t c0, int64_t c1)
{
    mpz_t lo, hi, factor, shift;
    mpz_init_set_si(lo, -1);
    mpz_init_set_si(hi, 1);
    mpz_init_set_si(factor, c0);
    mpz_init_set_si(shift, c1);
    uint32_t reg =
        zc_reg_affine(b, ZK_W_SCALE, false, count, ZC_EACH(x), lo, hi, factor, shift, NULL);
    mpz_clears(lo, hi, factor, shift, NULL);
    return reg;
}

static bool needs_sign(const piece *p)
{
    return p->below && p->above && p->outer[0] != p->outer[1];
}

/* in u + A (1 - ge) + B (ge - in) as factors of in and ge, and a constant. */
static void outer_factors(const piece *p, int64_t *in, int64_t *ge, int64_t *constant)
{
    int64_t low = p->outer[0], high = p->outer[1];
    *ge = needs_sign(p) ? high - low : 0;
    *in = p->above ? -high : -low;
    *constant = p->below ? low : high;
}

static uint32_t joined_register(zc_build *b, const piece *p)
{
    if (p->h == ZC_NO_VAR)
        return p->u_reg;
    int64_t in, ge, constant;
    outer_factors(p, &in, &ge, &constant);
    uint32_t reg =
        zc_reg_op(b, ZK_W_MUL, false, p->count, ZC_EACH(p->in_reg), ZC_EACH(p->u_reg));
    uint32_t outer = scaled(b, p->count, p->in_reg, in, constant);
    reg = zc_reg_op(b, ZK_W_ADD, false, p->count, ZC_EACH(reg), ZC_EACH(outer));
    if (ge == 0)
        return reg;
    outer = scaled(b, p->count, p->ge_reg, ge, 0);
    return zc_reg_op(b, ZK_W_ADD, false, p->count, ZC_EACH(reg), ZC_EACH(outer));
}

/* v + C s - 2 v s */
static uint32_t unfolded_register(zc_build *b, const piece *p, uint32_t v)
{
    uint32_t doubled = scaled(b, p->count, v, -2, p->sum);
    uint32_t step =
        zc_reg_op(b, ZK_W_MUL, false, p->count, ZC_EACH(doubled), ZC_EACH(p->s_reg));
    return zc_reg_op(b, ZK_W_ADD, false, p->count, ZC_EACH(v), ZC_EACH(step));
}

/* ---- hints ---- */

static const char *table_name(const zc_build *b, const zc_rounding *r)
{
    if (r->post_count == 0)
        return mpz_cmp_ui(r->c2, 1) == 0 ? "clamp" : "round";
    return b->tir->tables[b->tir->nodes[r->post[0]]->index].name;
}

/* A tag for values that are written from lo on; NULL: no memory. */
static int64_t *new_values(zc_build *b, const zc_rounding *r, zc_tag *tag, int64_t lo, int64_t hi)
{
    int64_t *values = ZK_ARENA_NEW(&b->arena, int64_t, (size_t)(hi - lo) + 1);
    if (values == NULL)
        zc_build_no_memory(b);
    *tag = (zc_tag){.kind = ZC_TAG_FUSED, .lo = lo, .hi = hi, .values = values, .values_lo = lo};
    tag->name = table_name(b, r);
    return values;
}

static void make_h(zc_build *b, piece *p, uint32_t h_reg)
{
    zc_tag tag = {.kind = ZC_TAG_ZERO, .lo = period_of(p, p->lo), .hi = period_of(p, p->hi)};
    zc_source h = ZC_EACH(h_reg), zero = ZC_ONE(zc_reg_scalar_si(b, 0));
    p->in_reg = zc_reg_op(b, ZK_W_EQ, false, p->count, h, zero);
    p->h = zc_lookup_hint(b, tag, "h", "in", h_reg, p->in_reg, p->count, &p->in);
    if (!needs_sign(p))
        return;
    tag.kind = ZC_TAG_SIGN;
    p->ge_reg = zc_reg_op(b, ZK_W_LE, false, p->count, zero, h);
    p->ge = zc_lookup_cells(b, tag, "ge", NULL, p->h, p->ge_reg, p->count);
}

/* z -> u, or z alone for the identity. */
static void make_z(zc_build *b, piece *p)
{
    int64_t lo = p->a * p->d, hi = (p->b + 1) * p->d - 1;
    if (p->r->post_count == 0 && p->d == 1) {
        mpz_t low, high;
        mpz_init_set_si(low, lo);
        mpz_init_set_si(high, hi);
        zc_hint z;
        zc_hint_make(b, &z, "z", p->z_reg, p->count, low, high, ZC_EXACT);
        p->z = p->u = zc_hint_cells(b, &z, ZC_BLOCK_DEFINED);
        p->u_reg = p->z_reg;
        zc_hint_clear(&z);
        mpz_clears(low, high, NULL);
        return;
    }
    zc_tag tag;
    int64_t *values = new_values(b, p->r, &tag, lo, hi);
    if (values == NULL)
        return;
    for (int64_t q = p->a, i = 0; q <= p->b; q++)
        for (int64_t j = 0; j < p->d; j++)
            values[i++] = window_value(p, q);
    p->u_reg =
        zc_reg_table(b, values, (uint64_t)(hi - lo) + 1, lo, p->z_reg, p->count, tag.name);
    p->z = zc_lookup_hint(b, tag, "z", "u", p->z_reg, p->u_reg, p->count, &p->u);
}

/* ---- forms ---- */

static void add_window(zc_build *b, const piece *p, uint64_t e, zc_coef period, zc_coef step)
{
    zc_plan *plan = &b->plan;
    if (p->h != ZC_NO_VAR)
        zc_form_add(plan, zc_coef_neg(plan, period), p->h + (zc_var)e);
    zc_form_add(plan, zc_coef_neg(plan, step), p->z + (zc_var)e);
    if (mpz_cmp_ui(p->e, 1) != 0)
        zc_hint_add(b, &p->rest, e, ZC_COEF(-1));
}

/* y - v - C s + 2 v s = 0 */
static void form_unfolded(zc_build *b, const piece *p, uint64_t e, zc_var v, zc_var y)
{
    zc_plan *plan = &b->plan;
    zc_form_add(plan, ZC_COEF(1), v);
    zc_form_add(plan, ZC_COEF(p->sum), p->s + (zc_var)e);
    zc_form_add_product(plan, ZC_COEF(-2), v, p->s + (zc_var)e);
    zc_form_add(plan, ZC_COEF(-1), y);
    zc_form_end(plan, y);
}

/* y - in u - A (1 - ge) - B (ge - in) = 0 */
static void form_joined(zc_build *b, const piece *p, uint64_t e, zc_var y)
{
    zc_plan *plan = &b->plan;
    int64_t in, ge, constant;
    outer_factors(p, &in, &ge, &constant);
    zc_form_add_product(plan, ZC_COEF(1), p->in + (zc_var)e, p->u + (zc_var)e);
    zc_form_add(plan, ZC_COEF(in), p->in + (zc_var)e);
    if (ge != 0)
        zc_form_add(plan, ZC_COEF(ge), p->ge + (zc_var)e);
    zc_form_add_constant(plan, ZC_COEF(constant));
    zc_form_add(plan, ZC_COEF(-1), y);
    zc_form_end(plan, y);
}

/* X, or M with its equation, is what the window cuts. */
static void form_cut(zc_build *b, const piece *p, uint64_t e, const zc_coef *factors)
{
    zc_plan *plan = &b->plan;
    const zc_rounding *r = p->r;
    zc_add_operand(b, r->reader, r->operand, e, factors[0]);
    zc_form_add_constant(plan, factors[1]);
    if (!p->folded) {
        add_window(b, p, e, factors[2], factors[3]);
        zc_form_end(plan, ZC_NO_VAR);
        return;
    }
    zc_var m = p->m + (zc_var)e, s = p->s + (zc_var)e;
    zc_form_add(plan, ZC_COEF(-1), m);
    zc_form_add(plan, zc_coef_neg(plan, factors[4]), s);
    zc_form_add_product(plan, ZC_COEF(2), m, s);
    zc_form_end(plan, ZC_NO_VAR);
}

static void window_forms(zc_build *b, piece *p, zc_var v, zc_var y, const mpz_t k)
{
    zc_plan *plan = &b->plan;
    zc_coef factors[5] = {zc_coef_of(plan, p->r->c0), zc_coef_of(plan, p->r->c1),
                          zc_coef_of(plan, p->period), zc_coef_of(plan, p->e),
                          zc_coef_of(plan, k)};
    const char *name = p->r->post_count > 0 ? "table" : table_name(b, p->r);
    uint32_t group = zc_group_begin(plan, name, p->n, false);
    for (uint64_t e = 0; e < p->count; e++) {
        if (p->folded && p->m != p->z) {
            zc_form_add(plan, ZC_COEF(1), p->m + (zc_var)e);
            add_window(b, p, e, factors[2], factors[3]);
            zc_form_end(plan, p->m + (zc_var)e);
        }
        form_cut(b, p, e, factors);
        if (p->h != ZC_NO_VAR)
            form_joined(b, p, e, v + (zc_var)e);
        if (p->folded && p->odd)
            form_unfolded(b, p, e, v + (zc_var)e, y + (zc_var)e);
    }
    zc_group_end(plan, group, p->count);
}

/* ---- the two ways ---- */

/* New variables that a form defines. */
static zc_var defined(zc_build *b, const piece *p, const char *name, uint32_t reg, const mpz_t lo,
                      const mpz_t hi)
{
    return zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, name, reg, (uint32_t)p->count, lo, hi);
}

static void by_window(zc_build *b, piece *p)
{
    const zc_node *node = b->tir->nodes[p->n];
    uint32_t h_reg = ZC_NO_REG;
    mpz_t k, last;
    mpz_inits(k, last, NULL);
    p->x_reg = zc_operand_register(b, p->r->reader, p->r->operand);
    if (p->folded) {
        mpz_mul_si(k, p->r->c2, p->center + 1);
        mpz_sub_ui(k, k, 1);
        fold_registers(b, p, k);
        zc_hint s;
        zc_hint_bits(b, &s, "s", p->s_reg, p->count);
        p->s = s.first[0];
        zc_hint_clear(&s);
    }
    window_registers(b, p, &h_reg);
    if (p->below || p->above)
        make_h(b, p, h_reg);
    make_z(b, p);
    if (mpz_cmp_ui(p->e, 1) != 0) {
        mpz_sub_ui(last, p->e, 1);
        mpz_set_si(k, 0);
        zc_hint_clear(&p->rest);
        zc_hint_make(b, &p->rest, "r", p->rest_reg, p->count, k, last, ZC_EXACT);
    }
    uint32_t reg = joined_register(b, p);
    zc_var v = p->u, y;
    if (p->h != ZC_NO_VAR)
        v = defined(b, p, "y", reg, node->lo, node->hi);
    if (p->folded) {
        mpz_mul_si(k, p->r->c2, p->center + 1);
        mpz_sub_ui(k, k, 1);
        bool is_z = p->h == ZC_NO_VAR && mpz_cmp_ui(p->e, 1) == 0;
        p->m = is_z ? p->z : defined(b, p, "M", p->m_reg, p->lo, p->hi);
    }
    y = v;
    if (p->folded && p->odd) {
        reg = unfolded_register(b, p, reg);
        y = defined(b, p, "y", reg, node->lo, node->hi);
    }
    window_forms(b, p, v, y, k);
    b->vars[p->n] = y;
    b->regs[p->n] = reg;
    mpz_clears(k, last, NULL);
}

static bool window_pays(piece *p, const zc_build *b)
{
    bool ends = p->below || p->above, identity = p->r->post_count == 0;
    if (identity && p->below != p->above) { /* the free end is moved to a power of two */
        int64_t size = 1;
        while (size < p->b - p->a + 1)
            size *= 2;
        p->a = p->below ? p->a : p->b - size + 1;
        p->b = p->a + size - 1;
    }
    choose_step(p, b);
    if (ends && !within(period_of(p, p->hi) - period_of(p, p->lo) + 1, b->widths.table_bits))
        return false;
    return p->folded || ends || !identity || p->d > 1;
}

static void by_domain(zc_build *b, piece *p)
{
    const zc_rounding *r = p->r;
    zc_tag tag;
    int64_t lo = mpz_get_si(p->lo), hi = mpz_get_si(p->hi);
    if (is_identity(r)) {
        tag = zc_table_tag(b, r, lo, hi);
    } else {
        int64_t *values = new_values(b, r, &tag, lo, hi);
        mpz_t x;
        mpz_init(x);
        for (int64_t i = lo; values != NULL && i <= hi; i++) {
            mpz_set_si(x, i);
            zc_rounding_apply(x, r, x);
            values[i - lo] = zc_rounding_value(r, mpz_get_si(x));
        }
        mpz_clear(x);
    }
    if (b->plan.status != ZKML_OK)
        return;
    uint32_t x_reg = zc_operand_register(b, r->reader, r->operand);
    uint32_t reg = zc_reg_table(b, tag.values + (lo - tag.values_lo), (uint64_t)(hi - lo) + 1, lo,
                                x_reg, p->count, tag.name);
    b->regs[p->n] = reg;
    zc_var *cells = zc_free_cells(b, r->reader, r->operand, p->count);
    if (cells != NULL) {
        b->vars[p->n] = zc_lookup_cells(b, tag, "y", cells, 0, reg, p->count);
        return;
    }
    zc_var x = zc_lookup_hint(b, tag, "x", "y", x_reg, reg, p->count, &b->vars[p->n]);
    const char *name = r->post_count > 0 ? "table" : table_name(b, r);
    uint32_t group = zc_group_begin(&b->plan, name, p->n, false);
    for (uint64_t e = 0; e < p->count; e++) {
        zc_add_operand(b, r->reader, r->operand, e, ZC_COEF(1));
        zc_form_add(&b->plan, ZC_COEF(-1), x + (zc_var)e);
        zc_form_end(&b->plan, ZC_NO_VAR);
    }
    zc_group_end(&b->plan, group, p->count);
}

static bool domain_pays(const piece *p, const zc_build *b)
{
    const zc_rounding *r = p->r;
    if (is_identity(r))
        return r->post_count > 0;
    return b->widths.fuse && zc_fits_small(p->lo, p->hi) &&
           within(mpz_get_si(p->hi) - mpz_get_si(p->lo) + 1, b->widths.table_bits) &&
           (r->post_count > 0 || mpz_cmp_ui(r->c2, 1) != 0);
}

static bool is_narrow(const piece *p)
{
    return mpz_sizeinbase(p->lo, 2) + mpz_sizeinbase(p->c0, 2) < MAX_BITS &&
           mpz_sizeinbase(p->hi, 2) + mpz_sizeinbase(p->c0, 2) < MAX_BITS &&
           mpz_sizeinbase(p->r->c2, 2) < MAX_BITS;
}

static void note(zc_build *b, const piece *p, bool window)
{
    if (!ZK_GROW(b->fused, b->fused_capacity, b->fused_count + 1)) {
        zc_build_no_memory(b);
        return;
    }
    zc_fused *f = &b->fused[b->fused_count++];
    *f = (zc_fused){.node = p->n, .window = window};
    f->lo = window ? p->a : mpz_get_si(p->lo);
    f->hi = window ? p->b : mpz_get_si(p->hi);
    f->rows = (uint64_t)(f->hi - f->lo + 1) * (window ? (uint64_t)p->d : 1);
    if (window && p->r->post_count == 0 && p->d == 1)
        f->rows = 0;
    f->ends = window && p->h != ZC_NO_VAR;
    f->folded = p->folded;
}

bool zc_gadget_fused(zc_build *b, zc_node_id n)
{
    piece p;
    piece_init(&p, b, n);
    bool window = b->widths.fuse && !p.r->even && is_narrow(&p) && choose_window(&p, b);
    if (window)
        choose_fold(&p, b);
    bool shortened = p.folded || (window && is_identity(p.r) && (p.below || p.above));
    bool done = true;
    if (!shortened && domain_pays(&p, b))
        by_domain(b, &p);
    else if (window && window_pays(&p, b))
        by_window(b, &p);
    else
        done = false;
    if (done && (!is_plain(p.r) || p.h != ZC_NO_VAR || p.folded))
        note(b, &p, p.z != ZC_NO_VAR);
    piece_clear(&p);
    return done;
}
