/* hash_template.h - hash to curve for one curve, included after point_template.h; the including
 * file defines iso_a and iso_map.
 *
 * BLAKE2b-512 expand_message_xmd, simplified SWU (Wahby and Boneh 2019) with Z = -13 onto the
 * isogenous curve y^2 = x^3 + a x + 1265, addition there, and the isogeny of degree 3.
 */
#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define SUITE "-" STRING(C) "_XMD:BLAKE2b_SSWU_RO_"
#define DIGEST 64

/* Every hash ends in the tag: domain, suite, and one byte with the length of both. */
static void finish_with_tag(crypto_generichash_blake2b_state *state, const char *domain,
                            uint8_t digest[DIGEST])
{
    size_t domain_length = strlen(domain);
    ZK_CHECK(domain_length + sizeof SUITE - 1 <= UINT8_MAX);
    uint8_t tag_length = (uint8_t)(domain_length + sizeof SUITE - 1);
    crypto_generichash_blake2b_update(state, (const uint8_t *)domain, domain_length);
    crypto_generichash_blake2b_update(state, (const uint8_t *)SUITE, sizeof SUITE - 1);
    crypto_generichash_blake2b_update(state, &tag_length, 1);
    crypto_generichash_blake2b_final(state, digest, DIGEST);
}

/* b0 = H(128 zero bytes, message, u16 BE 128, 0) */
static void hash_message(uint8_t b0[DIGEST], const char *domain, const uint8_t *message,
                         size_t length)
{
    static const uint8_t zero_block[128];
    static const uint8_t output_length[3] = {0, 2 * DIGEST, 0};
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, DIGEST);
    crypto_generichash_blake2b_update(&state, zero_block, sizeof zero_block);
    crypto_generichash_blake2b_update(&state, message, length);
    crypto_generichash_blake2b_update(&state, output_length, sizeof output_length);
    finish_with_tag(&state, domain, b0);
}

static void hash_block(uint8_t digest[DIGEST], const char *domain, const uint8_t input[DIGEST],
                       uint8_t counter)
{
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, DIGEST);
    crypto_generichash_blake2b_update(&state, input, DIGEST);
    crypto_generichash_blake2b_update(&state, &counter, 1);
    finish_with_tag(&state, domain, digest);
}

static void from_big_endian(FE *r, const uint8_t digest[DIGEST])
{
    uint8_t reversed[DIGEST];
    for (int i = 0; i < DIGEST; i++)
        reversed[i] = digest[DIGEST - 1 - i];
    FE_FN(from_uniform_bytes)(r, reversed);
}

static void hash_to_field(FE u[2], const char *domain, const uint8_t *message, size_t length)
{
    uint8_t b0[DIGEST], b1[DIGEST], b2[DIGEST];
    hash_message(b0, domain, message, length);
    hash_block(b1, domain, b0, 1);
    for (int i = 0; i < DIGEST; i++)
        b0[i] ^= b1[i];
    hash_block(b2, domain, b0, 2);
    from_big_endian(&u[0], b1);
    from_big_endian(&u[1], b2);
}

/* x^3 + a x + b on the isogenous curve */
static void iso_rhs(FE *r, const FE *x, const FE *b)
{
    FE t;
    FE_OP(sqr)(&t, x);
    FE_OP(add)(&t, &t, &iso_a);
    FE_OP(mul)(&t, &t, x);
    FE_OP(add)(r, &t, b);
}

/* With zu2 = Z u^2 and t = zu2^2 + zu2:
 *   x1 = -b (1 + t) / (a t), or b / (Z a) if t = 0;   x2 = zu2 x1. */
static void map_to_iso_curve(AFFINE *r, const FE *u)
{
    FE z, b, zu2, t, denominator, x, rhs;
    FE_FN(from_i64)(&z, -13);
    FE_FN(from_u64)(&b, 1265);
    FE_OP(sqr)(&zu2, u);
    FE_OP(mul)(&zu2, &zu2, &z);
    FE_OP(sqr)(&t, &zu2);
    FE_OP(add)(&t, &t, &zu2);
    if (FE_OP(is_zero)(&t)) {
        FE_OP(mul)(&denominator, &z, &iso_a);
        x = b;
    } else {
        FE_OP(mul)(&denominator, &t, &iso_a);
        FE_OP(add)(&t, &t, &FE_FN(one));
        FE_OP(mul)(&x, &t, &b);
        FE_OP(neg)(&x, &x);
    }
    FE_FN(inv_var)(&denominator, &denominator);
    FE_OP(mul)(&r->x, &x, &denominator);
    iso_rhs(&rhs, &r->x, &b);
    if (!FE_FN(sqrt)(&r->y, &rhs)) {
        FE_OP(mul)(&r->x, &r->x, &zu2);
        iso_rhs(&rhs, &r->x, &b);
        ZK_CHECK(FE_FN(sqrt)(&r->y, &rhs)); /* one of the two is a square */
    }
    if (FE_FN(is_odd)(&r->y) != FE_FN(is_odd)(u))
        FE_OP(neg)(&r->y, &r->y);
}

/* p + q on the isogenous curve; false for the identity. */
static bool iso_add(AFFINE *r, const AFFINE *p, const AFFINE *q)
{
    FE numerator, denominator, slope;
    if (!FE_OP(equal)(&p->x, &q->x)) {
        FE_OP(sub)(&numerator, &q->y, &p->y);
        FE_OP(sub)(&denominator, &q->x, &p->x);
    } else if (FE_OP(equal)(&p->y, &q->y)) {
        FE_OP(sqr)(&slope, &p->x);
        FE_OP(double)(&numerator, &slope);
        FE_OP(add)(&numerator, &numerator, &slope);
        FE_OP(add)(&numerator, &numerator, &iso_a);
        FE_OP(double)(&denominator, &p->y);
    } else {
        return false;
    }
    FE_FN(inv_var)(&denominator, &denominator);
    FE_OP(mul)(&slope, &numerator, &denominator);
    FE x, y;
    FE_OP(sqr)(&x, &slope);
    FE_OP(sub)(&x, &x, &p->x);
    FE_OP(sub)(&x, &x, &q->x);
    FE_OP(sub)(&y, &p->x, &x);
    FE_OP(mul)(&y, &y, &slope);
    FE_OP(sub)(&r->y, &y, &p->y);
    r->x = x;
    return true;
}

/* c[0] x^n + ... + c[n], where leading_one puts x^(n+1) in front */
static void iso_polynomial(FE *r, const FE *c, int n, bool leading_one, const FE *x)
{
    *r = c[0];
    if (leading_one)
        FE_OP(add)(r, r, x);
    for (int i = 1; i <= n; i++) {
        FE_OP(mul)(r, r, x);
        FE_OP(add)(r, r, &c[i]);
    }
}

/* x' = (c0 x^3 + ... + c3) / (x^2 + c4 x + c5)
 * y' = y (c6 x^3 + ... + c9) / (x^3 + c10 x^2 + c11 x + c12) */
static void isogeny(AFFINE *r, const AFFINE *p)
{
    FE x_top, x_bottom, y_top, y_bottom, inverse;
    iso_polynomial(&x_top, &iso_map[0], 3, false, &p->x);
    iso_polynomial(&x_bottom, &iso_map[4], 1, true, &p->x);
    iso_polynomial(&y_top, &iso_map[6], 3, false, &p->x);
    iso_polynomial(&y_bottom, &iso_map[10], 2, true, &p->x);
    FE_OP(mul)(&inverse, &x_bottom, &y_bottom);
    FE_FN(inv_var)(&inverse, &inverse); /* 0 for the kernel, which goes to the identity (0, 0) */
    FE_OP(mul)(&x_top, &x_top, &y_bottom);
    FE_OP(mul)(&r->x, &x_top, &inverse);
    FE_OP(mul)(&y_top, &y_top, &x_bottom);
    FE_OP(mul)(&y_top, &y_top, &p->y);
    FE_OP(mul)(&r->y, &y_top, &inverse);
}

void PT(hash_to_curve)(AFFINE *r, const char *domain, const uint8_t *message, size_t length)
{
    FE u[2];
    AFFINE p, q;
    hash_to_field(u, domain, message, length);
    map_to_iso_curve(&p, &u[0]);
    map_to_iso_curve(&q, &u[1]);
    if (iso_add(&p, &p, &q))
        isogeny(r, &p);
    else
        *r = (AFFINE){FE_FN(zero), FE_FN(zero)};
}
