/* point_template.h - the functions of point.h for one curve, included by vesta.c and pallas.c with
 *   C   the curve's name, vesta or pallas
 *   B   its base field, S its scalar field: fp or fq
 *
 * Jacobian coordinates: (X, Y, Z) stands for (X/Z^2, Y/Z^3). The formulas are from the
 * Explicit-Formulas Database, short Weierstrass curves with a = 0.
 */
#define AFFINE ZK_PASTE3(zk_, C, _affine)
#define POINT ZK_PASTE(zk_, C)
#define PT(name) ZK_PASTE3(POINT, _, name)
#define FE ZK_PASTE(zk_, B)
#define FE_FN(name) ZK_PASTE3(FE, _, name)
#define FE_OP(name) ZK_PASTE3(B, _, name)
#define SCALAR ZK_PASTE(zk_, S)
#define SCALAR_FN(name) ZK_PASTE3(SCALAR, _, name)

void PT(identity)(POINT *r)
{
    *r = (POINT){FE_FN(zero), FE_FN(one), FE_FN(zero)};
}

bool PT(is_identity)(const POINT *a)
{
    return FE_OP(is_zero)(&a->z);
}

bool PT(affine_is_identity)(const AFFINE *a)
{
    return FE_OP(is_zero)(&a->x) && FE_OP(is_zero)(&a->y);
}

bool PT(affine_equal)(const AFFINE *a, const AFFINE *b)
{
    return FE_OP(equal)(&a->x, &b->x) && FE_OP(equal)(&a->y, &b->y);
}

bool PT(equal)(const POINT *a, const POINT *b)
{
    if (PT(is_identity)(a) || PT(is_identity)(b))
        return PT(is_identity)(a) && PT(is_identity)(b);
    FE za, zb, u, v;
    FE_OP(sqr)(&za, &a->z);
    FE_OP(sqr)(&zb, &b->z);
    FE_OP(mul)(&u, &a->x, &zb);
    FE_OP(mul)(&v, &b->x, &za);
    if (!FE_OP(equal)(&u, &v))
        return false;
    FE_OP(mul)(&za, &za, &a->z);
    FE_OP(mul)(&zb, &zb, &b->z);
    FE_OP(mul)(&u, &a->y, &zb);
    FE_OP(mul)(&v, &b->y, &za);
    return FE_OP(equal)(&u, &v);
}

/* x^3 + 5 */
static void curve_rhs(FE *r, const FE *x)
{
    FE t, five;
    FE_FN(from_u64)(&five, 5);
    FE_OP(sqr)(&t, x);
    FE_OP(mul)(&t, &t, x);
    FE_OP(add)(r, &t, &five);
}

bool PT(on_curve)(const AFFINE *a)
{
    FE y2, rhs;
    if (PT(affine_is_identity)(a))
        return true;
    FE_OP(sqr)(&y2, &a->y);
    curve_rhs(&rhs, &a->x);
    return FE_OP(equal)(&y2, &rhs);
}

void PT(from_affine)(POINT *r, const AFFINE *a)
{
    if (PT(affine_is_identity)(a))
        PT(identity)(r);
    else
        *r = (POINT){a->x, a->y, FE_FN(one)};
}

static void scale_to_affine(AFFINE *r, const POINT *a, const FE *z_inverse)
{
    FE zz;
    FE_OP(sqr)(&zz, z_inverse);
    FE_OP(mul)(&r->x, &a->x, &zz);
    FE_OP(mul)(&zz, &zz, z_inverse);
    FE_OP(mul)(&r->y, &a->y, &zz);
}

void PT(to_affine)(AFFINE *r, const POINT *a)
{
    PT(batch_to_affine)(r, a, 1);
}

void PT(batch_to_affine)(AFFINE *r, const POINT *a, size_t n)
{
    /* r[i].x holds the product of the z before i until its turn comes. */
    FE product = FE_FN(one), inverse, z_inverse;
    for (size_t i = 0; i < n; i++) {
        r[i].x = product;
        if (!PT(is_identity)(&a[i]))
            FE_OP(mul)(&product, &product, &a[i].z);
    }
    FE_FN(inv_var)(&inverse, &product);
    for (size_t i = n; i-- > 0;) {
        if (PT(is_identity)(&a[i])) {
            r[i] = (AFFINE){FE_FN(zero), FE_FN(zero)};
            continue;
        }
        FE_OP(mul)(&z_inverse, &inverse, &r[i].x);
        FE_OP(mul)(&inverse, &inverse, &a[i].z);
        scale_to_affine(&r[i], &a[i], &z_inverse);
    }
}

void PT(neg)(POINT *r, const POINT *a)
{
    r->x = a->x;
    FE_OP(neg)(&r->y, &a->y);
    r->z = a->z;
}

void PT(affine_neg)(AFFINE *r, const AFFINE *a)
{
    r->x = a->x;
    FE_OP(neg)(&r->y, &a->y);
}

/* dbl-2009-l. No point has y = 0: the group order is odd. */
void PT(double)(POINT *r, const POINT *p)
{
    FE a, b, c, d, e, f;
    FE_OP(sqr)(&a, &p->x);
    FE_OP(sqr)(&b, &p->y);
    FE_OP(sqr)(&c, &b);
    FE_OP(add)(&d, &p->x, &b);
    FE_OP(sqr)(&d, &d);
    FE_OP(sub)(&d, &d, &a);
    FE_OP(sub)(&d, &d, &c);
    FE_OP(double)(&d, &d);
    FE_OP(double)(&e, &a);
    FE_OP(add)(&e, &e, &a);
    FE_OP(sqr)(&f, &e);
    FE_OP(mul)(&r->z, &p->y, &p->z);
    FE_OP(double)(&r->z, &r->z);
    FE_OP(sub)(&f, &f, &d);
    FE_OP(sub)(&r->x, &f, &d);
    FE_OP(double)(&c, &c);
    FE_OP(double)(&c, &c);
    FE_OP(double)(&c, &c);
    FE_OP(sub)(&d, &d, &r->x);
    FE_OP(mul)(&d, &d, &e);
    FE_OP(sub)(&r->y, &d, &c);
}

/* The common end of both additions: h = u2 - u1 and half = s2 - s1 are known, z3 is set. */
static void finish_addition(POINT *r, const FE *u1, const FE *s1, const FE *h, const FE *half)
{
    FE i, j, v, rr, t;
    FE_OP(double)(&rr, half);
    FE_OP(double)(&i, h);
    FE_OP(sqr)(&i, &i);
    FE_OP(mul)(&j, h, &i);
    FE_OP(mul)(&v, u1, &i);
    FE_OP(mul)(&t, s1, &j);
    FE_OP(double)(&t, &t);
    FE_OP(sqr)(&r->x, &rr);
    FE_OP(sub)(&r->x, &r->x, &j);
    FE_OP(sub)(&r->x, &r->x, &v);
    FE_OP(sub)(&r->x, &r->x, &v);
    FE_OP(sub)(&v, &v, &r->x);
    FE_OP(mul)(&v, &v, &rr);
    FE_OP(sub)(&r->y, &v, &t);
}

/* add-2007-bl */
void PT(add)(POINT *r, const POINT *a, const POINT *b)
{
    if (PT(is_identity)(a)) {
        *r = *b;
        return;
    }
    if (PT(is_identity)(b)) {
        *r = *a;
        return;
    }
    FE za, zb, u1, u2, s1, s2, z;
    FE_OP(sqr)(&za, &a->z);
    FE_OP(sqr)(&zb, &b->z);
    FE_OP(mul)(&u1, &a->x, &zb);
    FE_OP(mul)(&u2, &b->x, &za);
    FE_OP(mul)(&s1, &a->y, &b->z);
    FE_OP(mul)(&s1, &s1, &zb);
    FE_OP(mul)(&s2, &b->y, &a->z);
    FE_OP(mul)(&s2, &s2, &za);
    FE_OP(sub)(&u2, &u2, &u1);
    FE_OP(sub)(&s2, &s2, &s1);
    if (FE_OP(is_zero)(&u2)) {
        if (FE_OP(is_zero)(&s2))
            PT(double)(r, a);
        else
            PT(identity)(r);
        return;
    }
    FE_OP(add)(&z, &a->z, &b->z);
    FE_OP(sqr)(&z, &z);
    FE_OP(sub)(&z, &z, &za);
    FE_OP(sub)(&z, &z, &zb);
    FE_OP(mul)(&r->z, &z, &u2);
    finish_addition(r, &u1, &s1, &u2, &s2);
}

/* madd-2007-bl */
void PT(add_affine)(POINT *r, const POINT *a, const AFFINE *b)
{
    if (PT(affine_is_identity)(b)) {
        *r = *a;
        return;
    }
    if (PT(is_identity)(a)) {
        *r = (POINT){b->x, b->y, FE_FN(one)};
        return;
    }
    FE za, h, s, z, u1 = a->x, s1 = a->y;
    FE_OP(sqr)(&za, &a->z);
    FE_OP(mul)(&h, &b->x, &za);
    FE_OP(mul)(&s, &b->y, &a->z);
    FE_OP(mul)(&s, &s, &za);
    FE_OP(sub)(&h, &h, &u1);
    FE_OP(sub)(&s, &s, &s1);
    if (FE_OP(is_zero)(&h)) {
        if (FE_OP(is_zero)(&s))
            PT(double)(r, a);
        else
            PT(identity)(r);
        return;
    }
    FE_OP(mul)(&z, &a->z, &h);
    FE_OP(double)(&r->z, &z);
    finish_addition(r, &u1, &s1, &h, &s);
}

#define MULTIPLES 4
#define BLOCK 16

/* P, 3P, 5P, 7P for each point of a block, normalised with one inversion. */
static void odd_multiples(AFFINE *table, const AFFINE *p, size_t n)
{
    POINT multiple[BLOCK * MULTIPLES], twice;
    for (size_t i = 0; i < n; i++) {
        POINT *m = &multiple[i * MULTIPLES];
        PT(from_affine)(&m[0], &p[i]);
        PT(double)(&twice, &m[0]);
        for (int j = 1; j < MULTIPLES; j++)
            PT(add)(&m[j], &m[j - 1], &twice);
    }
    PT(batch_to_affine)(table, multiple, n * MULTIPLES);
}

static void add_digit(POINT *r, const AFFINE *table, int digit, bool endomorphism)
{
    AFFINE t = table[(digit < 0 ? -digit : digit) / 2];
    if (endomorphism)
        FE_OP(mul)(&t.x, &t.x, &FE_FN(zeta));
    if (digit < 0)
        FE_OP(neg)(&t.y, &t.y);
    PT(add_affine)(r, r, &t);
}

static void mul_with_table(POINT *r, const AFFINE *table, const SCALAR *scalar)
{
    zk_glv_half k1, k2;
    int8_t digits1[ZK_WNAF_LENGTH] = {0}, digits2[ZK_WNAF_LENGTH] = {0};
    SCALAR_FN(glv_split)(&k1, &k2, scalar);
    int length1 = zk_wnaf(digits1, &k1), length2 = zk_wnaf(digits2, &k2);
    PT(identity)(r);
    for (int i = (length1 > length2 ? length1 : length2) - 1; i >= 0; i--) {
        PT(double)(r, r);
        if (digits1[i] != 0)
            add_digit(r, table, digits1[i], false);
        if (digits2[i] != 0)
            add_digit(r, table, digits2[i], true);
    }
}

void PT(mul_many)(POINT *r, const AFFINE *p, const SCALAR *scalars, size_t stride, size_t n)
{
    AFFINE table[BLOCK * MULTIPLES];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        odd_multiples(table, p + start, count);
        for (size_t i = 0; i < count; i++)
            mul_with_table(&r[start + i], &table[i * MULTIPLES], &scalars[(start + i) * stride]);
    }
}

/* Straus: one chain of doublings for a block of products. */
void PT(mul_sum)(POINT *r, const AFFINE *p, const SCALAR *scalars, size_t n)
{
    AFFINE table[BLOCK * MULTIPLES];
    int8_t digits[2 * BLOCK][ZK_WNAF_LENGTH];
    PT(identity)(r);
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        int length = 0;
        POINT sum;
        PT(identity)(&sum);
        memset(digits, 0, sizeof digits);
        odd_multiples(table, p + start, count);
        for (size_t i = 0; i < count; i++) {
            zk_glv_half k[2];
            SCALAR_FN(glv_split)(&k[0], &k[1], &scalars[start + i]);
            for (size_t half = 0; half < 2; half++) {
                int used = zk_wnaf(digits[2 * i + half], &k[half]);
                length = used > length ? used : length;
            }
        }
        for (int bit = length - 1; bit >= 0; bit--) {
            PT(double)(&sum, &sum);
            for (size_t i = 0; i < 2 * count; i++)
                if (digits[i][bit] != 0)
                    add_digit(&sum, &table[i / 2 * MULTIPLES], digits[i][bit], i % 2 == 1);
        }
        PT(add)(r, r, &sum);
    }
    sodium_memzero(digits, sizeof digits);
}

void PT(mul)(POINT *r, const AFFINE *a, const SCALAR *scalar)
{
    PT(mul_many)(r, a, scalar, 0, 1);
}

#undef MULTIPLES
#undef BLOCK

void PT(to_bytes)(uint8_t bytes[32], const AFFINE *a)
{
    FE_FN(to_bytes)(bytes, &a->x);
    if (FE_FN(is_odd)(&a->y))
        bytes[31] |= 0x80;
}

bool PT(from_bytes)(AFFINE *r, const uint8_t bytes[32])
{
    uint8_t x_bytes[32];
    memcpy(x_bytes, bytes, 32);
    bool odd = x_bytes[31] >> 7;
    x_bytes[31] &= 0x7f;
    AFFINE t;
    FE rhs;
    if (!FE_FN(from_bytes)(&t.x, x_bytes))
        return false;
    if (FE_OP(is_zero)(&t.x)) { /* no point has x = 0: this is the identity or nothing */
        *r = (AFFINE){FE_FN(zero), FE_FN(zero)};
        return !odd;
    }
    curve_rhs(&rhs, &t.x);
    if (!FE_FN(sqrt)(&t.y, &rhs))
        return false;
    if (FE_FN(is_odd)(&t.y) != odd)
        FE_OP(neg)(&t.y, &t.y);
    *r = t;
    return true;
}
