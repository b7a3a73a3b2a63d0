#include "runtime/field/modinv.h"

#include <stdbool.h>

/* Signed integers sum v[i] 2^(62 i); all limbs but the top one lie in [0, 2^62) between steps. */
typedef struct signed62 {
    int64_t v[5];
} signed62;

/* 62 division steps as one matrix: 2^62 (f', g') = (u v; q r) (f, g). Entries fit 63 bits. */
typedef struct transition {
    int64_t u, v, q, r;
} transition;

__extension__ typedef __int128 wide;

#define MASK62 (UINT64_MAX >> 2)

static signed62 to_signed62(const uint64_t x[4])
{
    return (signed62){{
        (int64_t)(x[0] & MASK62),
        (int64_t)((x[0] >> 62 | x[1] << 2) & MASK62),
        (int64_t)((x[1] >> 60 | x[2] << 4) & MASK62),
        (int64_t)((x[2] >> 58 | x[3] << 6) & MASK62),
        (int64_t)(x[3] >> 56),
    }};
}

static void from_signed62(uint64_t x[4], const signed62 *a)
{
    const uint64_t v[5] = {(uint64_t)a->v[0], (uint64_t)a->v[1], (uint64_t)a->v[2],
                           (uint64_t)a->v[3], (uint64_t)a->v[4]};
    x[0] = v[0] | v[1] << 62;
    x[1] = v[1] >> 2 | v[2] << 60;
    x[2] = v[2] >> 4 | v[3] << 58;
    x[3] = v[3] >> 6 | v[4] << 56;
}

static wide dot(int64_t a, int64_t x, int64_t b, int64_t y)
{
    return (wide)a * x + (wide)b * y;
}

/* Only the low 62 bits of f and g matter for 62 steps; f is odd. Returns the new eta (-delta). */
static int64_t division_steps(int64_t eta, uint64_t f, uint64_t g, transition *t)
{
    uint64_t u = 1, v = 0, q = 0, r = 1;
    int left = 62;
    for (;;) {
        int zeros = __builtin_ctzll(g | UINT64_MAX << left);
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= zeros;
        left -= zeros;
        if (left == 0)
            break;
        bool swap = eta < 0;
        if (swap) {
            uint64_t old_f = f, old_u = u, old_v = v;
            eta = -eta;
            f = g, g = -old_f;
            u = q, q = -old_u;
            v = r, r = -old_v;
        }
        /* Cancel up to `limit` low bits of g at once with a multiple w of f. */
        int limit = eta + 1 > left ? left : (int)eta + 1;
        uint64_t w;
        if (swap) { /* -1/f mod 64 = f (f^2 - 2) */
            w = (f * g * (f * f - 2)) & (UINT64_MAX >> (64 - limit) & 63);
        } else { /* 1/f mod 16 = f + 8 [bit 2 of f + 1] */
            w = f + (((f + 1) & 4) << 1);
            w = (-w * g) & (UINT64_MAX >> (64 - limit) & 15);
        }
        g += f * w;
        q += u * w;
        r += v * w;
    }
    *t = (transition){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
    return eta;
}

/* (f, g) = t (f, g) / 2^62 on the low `length` limbs. */
static void update_fg(signed62 *f, signed62 *g, const transition *t, int length)
{
    wide cf = dot(t->u, f->v[0], t->v, g->v[0]) >> 62;
    wide cg = dot(t->q, f->v[0], t->r, g->v[0]) >> 62;
    for (int i = 1; i < length; i++) {
        cf += dot(t->u, f->v[i], t->v, g->v[i]);
        cg += dot(t->q, f->v[i], t->r, g->v[i]);
        f->v[i - 1] = (int64_t)((uint64_t)cf & MASK62);
        g->v[i - 1] = (int64_t)((uint64_t)cg & MASK62);
        cf >>= 62;
        cg >>= 62;
    }
    f->v[length - 1] = (int64_t)cf;
    g->v[length - 1] = (int64_t)cg;
}

/* (d, e) = t (d, e) / 2^62 mod m, kept in (-2m, m). */
static void update_de(signed62 *d, signed62 *e, const transition *t, const signed62 *m,
                      uint64_t m_inverse62)
{
    int64_t d_sign = d->v[4] >> 63, e_sign = e->v[4] >> 63;
    int64_t md = (t->u & d_sign) + (t->v & e_sign);
    int64_t me = (t->q & d_sign) + (t->r & e_sign);
    wide cd = dot(t->u, d->v[0], t->v, e->v[0]);
    wide ce = dot(t->q, d->v[0], t->r, e->v[0]);
    /* The multiples of m that make the low 62 bits vanish. */
    md -= (int64_t)((m_inverse62 * (uint64_t)cd + (uint64_t)md) & MASK62);
    me -= (int64_t)((m_inverse62 * (uint64_t)ce + (uint64_t)me) & MASK62);
    cd = (cd + (wide)m->v[0] * md) >> 62;
    ce = (ce + (wide)m->v[0] * me) >> 62;
    for (int i = 1; i < 5; i++) {
        cd += dot(t->u, d->v[i], t->v, e->v[i]) + (wide)m->v[i] * md;
        ce += dot(t->q, d->v[i], t->r, e->v[i]) + (wide)m->v[i] * me;
        d->v[i - 1] = (int64_t)((uint64_t)cd & MASK62);
        e->v[i - 1] = (int64_t)((uint64_t)ce & MASK62);
        cd >>= 62;
        ce >>= 62;
    }
    d->v[4] = (int64_t)cd;
    e->v[4] = (int64_t)ce;
}

static void carry(signed62 *a)
{
    for (int i = 0; i < 4; i++) {
        a->v[i + 1] += a->v[i] >> 62;
        a->v[i] &= (int64_t)MASK62;
    }
}

static void add_if_negative(signed62 *a, const signed62 *m)
{
    int64_t negative = a->v[4] >> 63;
    for (int i = 0; i < 5; i++)
        a->v[i] += m->v[i] & negative;
    carry(a);
}

/* a in (-2m, m), negated if sign < 0, to [0, m). */
static void normalize(signed62 *a, int64_t sign, const signed62 *m)
{
    add_if_negative(a, m);
    if (sign < 0) {
        for (int i = 0; i < 5; i++)
            a->v[i] = -a->v[i];
        carry(a);
    }
    add_if_negative(a, m);
    add_if_negative(a, m);
}

void zk_modinv_var(uint64_t out[4], const uint64_t in[4], const zk_modinv_modulus *modulus)
{
    const signed62 m = to_signed62(modulus->limbs);
    signed62 f = m, g = to_signed62(in), d = {{0}}, e = {{1, 0, 0, 0, 0}};
    int64_t eta = -1;
    int length = 5;
    for (;;) {
        uint64_t f_low = (uint64_t)f.v[0], g_low = (uint64_t)g.v[0];
        if (length > 1) {
            f_low |= (uint64_t)f.v[1] << 62;
            g_low |= (uint64_t)g.v[1] << 62;
        }
        transition t;
        eta = division_steps(eta, f_low, g_low, &t);
        update_de(&d, &e, &t, &m, modulus->inverse62);
        update_fg(&f, &g, &t, length);
        int64_t g_any = 0;
        for (int i = 0; i < length; i++)
            g_any |= g.v[i];
        if (g_any == 0)
            break;
        /* Drop the top limb when in both it is only the sign. */
        int64_t f_top = f.v[length - 1], g_top = g.v[length - 1];
        if (length > 1 && (f_top == 0 || f_top == -1) && (g_top == 0 || g_top == -1)) {
            f.v[length - 2] = (int64_t)((uint64_t)f.v[length - 2] | (uint64_t)f_top << 62);
            g.v[length - 2] = (int64_t)((uint64_t)g.v[length - 2] | (uint64_t)g_top << 62);
            length--;
        }
    }
    /* f is now +-1 (or +-m when the input is 0, and then d is 0). */
    normalize(&d, f.v[length - 1], &m);
    from_signed62(out, &d);
}
