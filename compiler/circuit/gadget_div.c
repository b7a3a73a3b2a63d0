/* Division by cells (b > 0), elementwise: see gadget_round.c for the equations.
 *
 *     floor     X = c0 a,           D = c1 b
 *     nearest   X = 2 c0 a + c1 b,  D = 2 c1 b
 */
#include "compiler/circuit/build.h"

enum { MAX_BITS = 252 };

typedef struct division {
    const zc_node *node;
    uint64_t count;
    bool even;
    mpz_t x_a, x_b, d_b;          /* X = x_a a + x_b b, D = d_b b */
    mpz_t x_lo, x_hi, d_lo, d_hi; /* ranges of X and D */
    uint32_t x_reg, d_reg, q_reg, rest_reg, slack_reg, t_reg, e_reg;
    zc_hint t, rest, slack;
    zc_var q, e;
} division;

static void init(division *d, const zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_node *a = b->tir->nodes[node->operands[0].node];
    const zc_node *c = b->tir->nodes[node->operands[1].node];
    *d = (division){.node = node, .count = node->count, .even = node->mode == ZC_ROUNDEVEN};
    mpz_inits(d->x_a, d->x_b, d->d_b, d->x_lo, d->x_hi, d->d_lo, d->d_hi, NULL);
    mpz_set(d->x_a, node->c0);
    mpz_set(d->d_b, node->c1);
    if (node->mode != ZC_FLOOR) {
        mpz_mul_2exp(d->x_a, d->x_a, 1);
        mpz_set(d->x_b, node->c1);
        mpz_mul_2exp(d->d_b, d->d_b, 1);
    }
    mpz_mul(d->x_lo, d->x_a, a->lo);
    mpz_addmul(d->x_lo, d->x_b, c->lo);
    mpz_mul(d->x_hi, d->x_a, a->hi);
    mpz_addmul(d->x_hi, d->x_b, c->hi);
    mpz_mul(d->d_lo, d->d_b, c->lo);
    mpz_mul(d->d_hi, d->d_b, c->hi);
}

static void clear(division *d)
{
    mpz_clears(d->x_a, d->x_b, d->d_b, d->x_lo, d->x_hi, d->d_lo, d->d_hi, NULL);
}

static bool fits_field(const division *d)
{
    mpz_t reach;
    mpz_init(reach);
    mpz_mul(reach, d->d_hi, mpz_cmpabs(d->node->lo, d->node->hi) > 0 ? d->node->lo : d->node->hi);
    bool fits = mpz_sizeinbase(reach, 2) < MAX_BITS && mpz_sizeinbase(d->x_lo, 2) < MAX_BITS &&
                mpz_sizeinbase(d->x_hi, 2) < MAX_BITS && mpz_sizeinbase(d->d_hi, 2) < MAX_BITS - 1;
    mpz_clear(reach);
    return fits;
}

static uint32_t op(zc_build *b, const division *d, zk_wop kind, bool wide, uint32_t x, uint32_t y)
{
    return zc_reg_op(b, kind, wide, d->count, ZC_EACH(x), ZC_EACH(y));
}

static uint32_t scaled(zc_build *b, const division *d, uint32_t x, const mpz_t factor, int64_t plus,
                       const mpz_t lo, const mpz_t hi)
{
    mpz_t c1;
    mpz_init_set_si(c1, plus);
    uint32_t reg = zc_reg_affine(b, ZK_W_SCALE, !zc_fits_small(lo, hi), d->count, ZC_EACH(x), lo,
                                 hi, factor, c1, NULL);
    mpz_clear(c1);
    return reg;
}

/* t = floor(X / 2D), R = X mod 2D, e = [R > D], q = 2 t + e, d = R - e (D + 1) */
static void even_registers(zc_build *b, division *d, bool wide_q, bool wide_d)
{
    mpz_t minus, zero, one;
    mpz_init_set_si(minus, -1);
    mpz_init_set_si(one, 1);
    mpz_init(zero);
    uint32_t twice = op(b, d, ZK_W_ADD, wide_d, d->d_reg, d->d_reg);
    d->t_reg = op(b, d, ZK_W_FLOORV, wide_q, d->x_reg, twice);
    uint32_t big_r = op(b, d, ZK_W_MODV, wide_d, d->x_reg, twice);
    uint32_t below = op(b, d, ZK_W_LE, false, big_r, d->d_reg);
    d->e_reg = scaled(b, d, below, minus, 1, zero, one);
    uint32_t twice_t = op(b, d, ZK_W_ADD, wide_q, d->t_reg, d->t_reg);
    d->q_reg = op(b, d, ZK_W_ADD, wide_q, twice_t, d->e_reg);
    uint32_t next = op(b, d, ZK_W_ADD, wide_d, d->d_reg, d->e_reg); /* D + 1 where e = 1 */
    uint32_t jump = op(b, d, ZK_W_MUL, wide_d, next, d->e_reg);
    d->rest_reg = op(b, d, ZK_W_SUB, wide_d, big_r, jump);
    uint32_t left = op(b, d, ZK_W_SUB, wide_d, d->d_reg, d->rest_reg);
    uint32_t less = op(b, d, ZK_W_SUB, wide_d, left, d->e_reg);
    d->slack_reg = op(b, d, ZK_W_SUB, wide_d, less, d->e_reg);
    mpz_clears(minus, zero, one, NULL);
}

static void registers(zc_build *b, division *d, zc_node_id n)
{
    uint32_t a = zc_operand_register(b, n, 0), c = zc_operand_register(b, n, 1);
    mpz_t twice, one;
    mpz_inits(twice, NULL);
    mpz_init_set_si(one, 1);
    mpz_mul_2exp(twice, d->d_hi, 1);
    bool wide_x = !zc_fits_small(d->x_lo, d->x_hi), wide_d = !zc_fits_small(d->d_lo, twice);
    bool wide_q = !zc_fits_small(d->node->lo, d->node->hi);
    d->x_reg = scaled(b, d, a, d->x_a, 0, d->x_lo, d->x_hi);
    d->d_reg = scaled(b, d, c, d->d_b, 0, d->d_lo, twice);
    if (mpz_sgn(d->x_b) != 0) {
        uint32_t half = scaled(b, d, c, d->x_b, 0, d->d_lo, twice);
        d->x_reg = op(b, d, ZK_W_ADD, wide_x, d->x_reg, half);
    }
    if (d->even) {
        even_registers(b, d, wide_q, wide_d);
    } else {
        d->q_reg = op(b, d, ZK_W_FLOORV, wide_q, d->x_reg, d->d_reg);
        d->rest_reg = op(b, d, ZK_W_MODV, wide_d, d->x_reg, d->d_reg);
        uint32_t left = op(b, d, ZK_W_SUB, wide_d, d->d_reg, d->rest_reg);
        d->slack_reg = scaled(b, d, left, one, -1, d->d_lo, twice);
    }
    mpz_clears(twice, one, NULL);
}

static void hints(zc_build *b, division *d)
{
    mpz_t zero, lo, hi;
    mpz_inits(zero, lo, hi, NULL);
    if (d->even) {
        d->q = zc_plan_vars(&b->plan, ZC_BLOCK_DEFINED, "q", d->q_reg, (uint32_t)d->count,
                            d->node->lo, d->node->hi);
    } else {
        zc_hint q;
        zc_hint_make(b, &q, "q", d->q_reg, d->count, d->node->lo, d->node->hi, ZC_LOOSE);
        d->q = zc_hint_cells(b, &q, ZC_BLOCK_DEFINED);
        zc_hint_clear(&q);
    }
    zc_hint_make(b, &d->rest, d->even ? "d" : "r", d->rest_reg, d->count, zero, d->d_hi, ZC_LEAST);
    zc_hint_make(b, &d->slack, "slack", d->slack_reg, d->count, zero, d->d_hi, ZC_LEAST);
    if (d->even) {
        zc_hint e;
        zc_hint_bits(b, &e, "e", d->e_reg, d->count);
        d->e = zc_hint_cells(b, &e, ZC_BLOCK_DEFINED);
        zc_hint_clear(&e);
        mpz_fdiv_q_2exp(lo, d->node->lo, 1);
        mpz_fdiv_q_2exp(hi, d->node->hi, 1);
        zc_hint_make(b, &d->t, "t", d->t_reg, d->count, lo, hi, ZC_LOOSE);
    }
    mpz_clears(zero, lo, hi, NULL);
}

/* [q - 2 t - e = 0,]  X - D q - r [- e] = 0,  D - r - slack [- 1, or - 2 e] = 0 */
static void forms(zc_build *b, const division *d, zc_node_id n)
{
    zc_plan *plan = &b->plan;
    zc_coef x_a = zc_coef_of(plan, d->x_a), x_b = zc_coef_of(plan, d->x_b);
    zc_coef d_b = zc_coef_of(plan, d->d_b);
    uint32_t group = zc_group_begin(plan, "div", n, false);
    for (uint64_t i = 0; i < d->count; i++) {
        if (d->even) {
            zc_form_add(plan, ZC_COEF(1), d->q + (zc_var)i);
            zc_hint_add(b, &d->t, i, ZC_COEF(-2));
            zc_form_add(plan, ZC_COEF(-1), d->e + (zc_var)i);
            zc_form_end(plan, d->q + (zc_var)i);
        }
        zc_add_operand(b, n, 0, i, x_a);
        zc_add_operand(b, n, 1, i, x_b);
        zc_add_product(b, n, 1, i, d->q + (zc_var)i, zc_coef_neg(plan, d_b));
        zc_hint_add(b, &d->rest, i, ZC_COEF(-1));
        if (d->even)
            zc_form_add(plan, ZC_COEF(-1), d->e + (zc_var)i);
        zc_form_end(plan, ZC_NO_VAR);
        zc_add_operand(b, n, 1, i, d_b);
        zc_hint_add(b, &d->rest, i, ZC_COEF(-1));
        zc_hint_add(b, &d->slack, i, ZC_COEF(-1));
        if (d->even)
            zc_form_add(plan, ZC_COEF(-2), d->e + (zc_var)i);
        else
            zc_form_add_constant(plan, ZC_COEF(-1));
        zc_form_end(plan, ZC_NO_VAR);
    }
    zc_group_end(plan, group, d->count);
}

void zc_gadget_div(zc_build *b, zc_node_id n)
{
    division d;
    init(&d, b, n);
    if (!fits_field(&d)) {
        zc_build_refuse(b, n);
        clear(&d);
        return;
    }
    registers(b, &d, n);
    hints(b, &d);
    forms(b, &d, n);
    zc_hint_clear(&d.rest);
    zc_hint_clear(&d.slack);
    if (d.even)
        zc_hint_clear(&d.t);
    b->vars[n] = d.q;
    b->regs[n] = d.q_reg;
    clear(&d);
}
