#include "compiler/check/range.h"

#include <limits.h>

#include "runtime/base/error.h"

/* ---- numbers ---- */

void zc_mpz_set_u64(mpz_t out, uint64_t value)
{
    if (value <= ULONG_MAX)
        mpz_set_ui(out, (unsigned long)value);
    else
        mpz_import(out, 1, -1, sizeof value, 0, 0, &value);
}

void zc_mpz_set_i64(mpz_t out, int64_t value)
{
    zc_mpz_set_u64(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    if (value < 0)
        mpz_neg(out, out);
}

void zc_mpz_set_i128(mpz_t out, zc_i128 value)
{
    __extension__ typedef unsigned __int128 u128;
    u128 magnitude = value < 0 ? 0 - (u128)value : (u128)value;
    uint64_t words[2] = {(uint64_t)magnitude, (uint64_t)(magnitude >> 64)};
    mpz_import(out, 2, -1, sizeof words[0], 0, 0, words);
    if (value < 0)
        mpz_neg(out, out);
}

bool zc_mpz_get_i64(int64_t *out, const mpz_t value)
{
    if (mpz_sizeinbase(value, 2) > 64)
        return false;
    uint64_t magnitude = 0;
    mpz_export(&magnitude, NULL, -1, sizeof magnitude, 0, 0, value);
    if (mpz_sgn(value) >= 0) {
        if (magnitude > INT64_MAX)
            return false;
        *out = (int64_t)magnitude;
        return true;
    }
    if (magnitude > (uint64_t)INT64_MAX + 1)
        return false;
    *out = magnitude > INT64_MAX ? INT64_MIN : -(int64_t)magnitude;
    return true;
}

/* ---- ranges as sets ---- */

void zc_range_init(zc_range *r)
{
    mpz_init(r->lo);
    mpz_init(r->hi);
}

void zc_range_clear(zc_range *r)
{
    mpz_clear(r->lo);
    mpz_clear(r->hi);
}

void zc_range_set(zc_range *out, const zc_range *a)
{
    mpz_set(out->lo, a->lo);
    mpz_set(out->hi, a->hi);
}

void zc_range_set_si(zc_range *out, int64_t lo, int64_t hi)
{
    zc_mpz_set_i64(out->lo, lo);
    zc_mpz_set_i64(out->hi, hi);
}

void zc_range_set_mpz(zc_range *out, const mpz_t lo, const mpz_t hi)
{
    mpz_set(out->lo, lo);
    mpz_set(out->hi, hi);
}

void zc_range_of_codes(zc_range *out, const int64_t *codes, uint64_t count)
{
    ZK_CHECK(count > 0);
    int64_t lo = codes[0], hi = codes[0];
    for (uint64_t i = 1; i < count; i++) {
        if (codes[i] < lo)
            lo = codes[i];
        if (codes[i] > hi)
            hi = codes[i];
    }
    zc_range_set_si(out, lo, hi);
}

bool zc_range_fits(const zc_range *a)
{
    /* |v| < 2^n is the same as at most n bits; hi - lo >= 0 by the invariant. */
    if (mpz_sizeinbase(a->lo, 2) > ZC_RANGE_BITS + 1 ||
        mpz_sizeinbase(a->hi, 2) > ZC_RANGE_BITS + 1)
        return false;
    mpz_t width;
    mpz_init(width);
    mpz_sub(width, a->hi, a->lo);
    bool fits = mpz_sizeinbase(width, 2) <= ZC_RANGE_BITS;
    mpz_clear(width);
    return fits;
}

bool zc_range_fits_i64(const zc_range *a)
{
    int64_t ignored;
    return zc_mpz_get_i64(&ignored, a->lo) && zc_mpz_get_i64(&ignored, a->hi);
}

bool zc_range_is_single(const zc_range *a)
{
    return mpz_cmp(a->lo, a->hi) == 0;
}

bool zc_range_equal(const zc_range *a, const zc_range *b)
{
    return mpz_cmp(a->lo, b->lo) == 0 && mpz_cmp(a->hi, b->hi) == 0;
}

bool zc_range_contains(const zc_range *outer, const zc_range *inner)
{
    return mpz_cmp(outer->lo, inner->lo) <= 0 && mpz_cmp(inner->hi, outer->hi) <= 0;
}

bool zc_range_has(const zc_range *a, const mpz_t value)
{
    return mpz_cmp(a->lo, value) <= 0 && mpz_cmp(value, a->hi) <= 0;
}

static void set_min(mpz_t out, const mpz_t a, const mpz_t b)
{
    mpz_set(out, mpz_cmp(a, b) <= 0 ? a : b);
}

static void set_max(mpz_t out, const mpz_t a, const mpz_t b)
{
    mpz_set(out, mpz_cmp(a, b) >= 0 ? a : b);
}

void zc_range_hull(zc_range *out, const zc_range *a, const zc_range *b)
{
    set_min(out->lo, a->lo, b->lo);
    set_max(out->hi, a->hi, b->hi);
}

bool zc_range_intersect(zc_range *out, const zc_range *a, const zc_range *b)
{
    /* Empty iff one range ends before the other begins. */
    if (mpz_cmp(a->hi, b->lo) < 0 || mpz_cmp(b->hi, a->lo) < 0)
        return false;
    set_max(out->lo, a->lo, b->lo);
    set_min(out->hi, a->hi, b->hi);
    return true;
}

/* ---- rounding ---- */

void zc_round_quotient(mpz_t out, const mpz_t numerator, const mpz_t denominator,
                       zc_round_mode mode)
{
    if (mode == ZC_FLOOR) {
        mpz_fdiv_q(out, numerator, denominator);
        return;
    }
    /* n = q d + r with 0 <= r < d: nearest is q + 1 when 2 r > d; at 2 r = d the verb decides:
     * ROUND goes up, ROUNDEVEN to the even one of q and q + 1. */
    mpz_t remainder;
    mpz_init(remainder);
    mpz_fdiv_qr(out, remainder, numerator, denominator);
    mpz_mul_2exp(remainder, remainder, 1);
    int half = mpz_cmp(remainder, denominator);
    if (half > 0 || (half == 0 && (mode == ZC_ROUND || mpz_odd_p(out))))
        mpz_add_ui(out, out, 1);
    mpz_clear(remainder);
}

zc_i128 zc_round_quotient_i128(zc_i128 numerator, zc_i128 denominator, zc_round_mode mode)
{
    zc_i128 q = numerator / denominator, r = numerator % denominator;
    if (r < 0) {
        q -= 1;
        r += denominator;
    }
    if (mode != ZC_FLOOR &&
        (2 * r > denominator || (2 * r == denominator && (mode == ZC_ROUND || q % 2 != 0))))
        q += 1;
    return q;
}

void zc_round_shift(mpz_t out, const mpz_t a, const mpz_t c0, uint32_t shift, zc_round_mode mode)
{
    mpz_t numerator, denominator;
    mpz_init(numerator);
    mpz_init(denominator);
    mpz_mul(numerator, a, c0);
    mpz_setbit(denominator, shift);
    zc_round_quotient(out, numerator, denominator, mode);
    mpz_clear(numerator);
    mpz_clear(denominator);
}

size_t zc_code_bits(const mpz_t lo, const mpz_t hi)
{
    size_t bits = 1;
    bool is_signed = mpz_sgn(lo) < 0;
    mpz_t magnitude;
    mpz_init(magnitude);
    if (mpz_sgn(hi) > 0)
        bits = mpz_sizeinbase(hi, 2) + is_signed;
    if (is_signed) {
        mpz_com(magnitude, lo); /* -lo - 1 */
        size_t low = mpz_sgn(magnitude) == 0 ? 1 : mpz_sizeinbase(magnitude, 2) + 1;
        bits = low > bits ? low : bits;
    }
    mpz_clear(magnitude);
    return bits;
}

/* ---- linear operations ---- */

/* a.lo + b.lo <= x + y <= a.hi + b.hi term by term; both bounds are sums of endpoints. Tight. */
void zc_range_add(zc_range *out, const zc_range *a, const zc_range *b)
{
    mpz_add(out->lo, a->lo, b->lo);
    mpz_add(out->hi, a->hi, b->hi);
}

/* -y lies in -b.hi .. -b.lo; then as the sum. Tight. */
void zc_range_sub(zc_range *out, const zc_range *a, const zc_range *b)
{
    mpz_t hi;
    mpz_init(hi);
    mpz_sub(hi, a->hi, b->lo);
    mpz_sub(out->lo, a->lo, b->hi);
    mpz_swap(out->hi, hi);
    mpz_clear(hi);
}

/* Negation is decreasing: it swaps the bounds. Tight. */
void zc_range_neg(zc_range *out, const zc_range *a)
{
    mpz_t hi;
    mpz_init(hi);
    mpz_neg(hi, a->lo);
    mpz_neg(out->lo, a->hi);
    mpz_swap(out->hi, hi);
    mpz_clear(hi);
}

/* x -> c0 x is monotone, decreasing for c0 < 0: the bounds are images of bounds. Tight. */
void zc_range_scale(zc_range *out, const zc_range *a, const mpz_t c0)
{
    mpz_t lo, hi;
    mpz_init(lo);
    mpz_init(hi);
    mpz_mul(lo, a->lo, c0);
    mpz_mul(hi, a->hi, c0);
    if (mpz_sgn(c0) < 0)
        mpz_swap(lo, hi);
    mpz_swap(out->lo, lo);
    mpz_swap(out->hi, hi);
    mpz_clear(lo);
    mpz_clear(hi);
}

/* Each of the N terms lies in a; the sum of N lower bounds is reached with all terms at lo. Tight.
 */
void zc_range_sum(zc_range *out, const zc_range *a, uint64_t terms)
{
    mpz_t n;
    mpz_init(n);
    zc_mpz_set_u64(n, terms);
    mpz_mul(out->lo, a->lo, n);
    mpz_mul(out->hi, a->hi, n);
    mpz_clear(n);
}

/* ---- products ---- */

typedef struct corners {
    mpz_t v[4];
} corners;

static void corners_init(corners *c)
{
    for (int i = 0; i < 4; i++)
        mpz_init(c->v[i]);
}

/* out = hull of the four values. */
static void corners_finish(zc_range *out, corners *c)
{
    mpz_set(out->lo, c->v[0]);
    mpz_set(out->hi, c->v[0]);
    for (int i = 1; i < 4; i++) {
        if (mpz_cmp(c->v[i], out->lo) < 0)
            mpz_set(out->lo, c->v[i]);
        if (mpz_cmp(c->v[i], out->hi) > 0)
            mpz_set(out->hi, c->v[i]);
    }
    for (int i = 0; i < 4; i++)
        mpz_clear(c->v[i]);
}

/* x y is affine in x for fixed y and in y for fixed x: its extremes over a box are at corners.
 * Tight. */
void zc_range_mul(zc_range *out, const zc_range *a, const zc_range *b)
{
    corners c;
    corners_init(&c);
    mpz_mul(c.v[0], a->lo, b->lo);
    mpz_mul(c.v[1], a->lo, b->hi);
    mpz_mul(c.v[2], a->hi, b->lo);
    mpz_mul(c.v[3], a->hi, b->hi);
    corners_finish(out, &c);
}

/* x^2 grows with |x|: the maximum is at the bound farther from 0, the minimum at the point nearest
 * to 0, which is 0 if the range holds it. Tight. */
void zc_range_square(zc_range *out, const zc_range *a)
{
    bool has_zero = mpz_sgn(a->lo) <= 0 && mpz_sgn(a->hi) >= 0;
    mpz_t x, y;
    mpz_init(x);
    mpz_init(y);
    mpz_mul(x, a->lo, a->lo);
    mpz_mul(y, a->hi, a->hi);
    set_min(out->lo, x, y);
    set_max(out->hi, x, y);
    if (has_zero)
        mpz_set_ui(out->lo, 0);
    mpz_clear(x);
    mpz_clear(y);
}

/* Each product lies in the range of a * b; then as the sum. Tight: all terms can be the same. */
void zc_range_dot(zc_range *out, const zc_range *a, const zc_range *b, uint64_t terms)
{
    zc_range_mul(out, a, b);
    zc_range_sum(out, out, terms);
}

/* w x >= w x.lo for w > 0 and >= w x.hi for w < 0; summed: P x.lo + Q x.hi, and likewise above. The
 * x_i are independent, so both bounds are reached. Tight. */
void zc_range_weighted(zc_range *out, const mpz_t positive, const mpz_t negative, const zc_range *x)
{
    mpz_t lo, hi;
    mpz_init(lo);
    mpz_init(hi);
    mpz_mul(lo, positive, x->lo);
    mpz_addmul(lo, negative, x->hi);
    mpz_mul(hi, positive, x->hi);
    mpz_addmul(hi, negative, x->lo);
    mpz_swap(out->lo, lo);
    mpz_swap(out->hi, hi);
    mpz_clear(lo);
    mpz_clear(hi);
}

/* Every output is some row's weighted sum: the hull of the rows. Tight for a single output, and for
 * the tensor as a whole. */
void zc_range_dot_const(zc_range *out, const int64_t *weights, uint64_t rows, uint64_t terms,
                        const zc_range *x)
{
    ZK_CHECK(rows > 0);
    zc_range row, hull;
    mpz_t positive, negative;
    zc_range_init(&row);
    zc_range_init(&hull);
    mpz_init(positive);
    mpz_init(negative);
    for (uint64_t r = 0; r < rows; r++) {
        /* |w| <= 2^63 and fewer than 2^63 terms: the sums stay below 2^126. */
        zc_i128 p = 0, q = 0;
        for (uint64_t t = 0; t < terms; t++) {
            int64_t w = weights[r * terms + t];
            *(w > 0 ? &p : &q) += w;
        }
        zc_mpz_set_i128(positive, p);
        zc_mpz_set_i128(negative, q);
        zc_range_weighted(&row, positive, negative, x);
        if (r == 0)
            zc_range_set(&hull, &row);
        else
            zc_range_hull(&hull, &hull, &row);
    }
    zc_range_set(out, &hull);
    zc_range_clear(&row);
    zc_range_clear(&hull);
    mpz_clear(positive);
    mpz_clear(negative);
}

/* ---- rounding and saturation ---- */

/* c0 > 0 and all three modes are monotone, so f(a.lo) <= f(x) <= f(a.hi). Tight. */
void zc_range_round(zc_range *out, const zc_range *a, const mpz_t c0, uint32_t shift,
                    zc_round_mode mode)
{
    ZK_CHECK(mpz_sgn(c0) > 0);
    zc_round_shift(out->lo, a->lo, c0, shift, mode);
    zc_round_shift(out->hi, a->hi, c0, shift, mode);
}

/* x / y with y > 0 is monotone in x for fixed y and in y for fixed x (falling or rising with the
 * sign of x); rounding keeps both: extremes are at corners. Tight. */
void zc_range_div(zc_range *out, const zc_range *a, const zc_range *b, const mpz_t c0,
                  const mpz_t c1, zc_round_mode mode)
{
    ZK_CHECK(mpz_sgn(b->lo) > 0 && mpz_sgn(c0) > 0 && mpz_sgn(c1) > 0);
    corners c;
    corners_init(&c);
    mpz_t numerator, denominator;
    mpz_init(numerator);
    mpz_init(denominator);
    for (int i = 0; i < 4; i++) {
        mpz_mul(numerator, i < 2 ? a->lo : a->hi, c0);
        mpz_mul(denominator, i % 2 == 0 ? b->lo : b->hi, c1);
        zc_round_quotient(c.v[i], numerator, denominator, mode);
    }
    mpz_clear(numerator);
    mpz_clear(denominator);
    corners_finish(out, &c);
}

/* Saturation is monotone: the bounds are the saturated bounds. Tight. */
void zc_range_clamp(zc_range *out, const zc_range *a, const mpz_t lo, const mpz_t hi)
{
    ZK_CHECK(mpz_cmp(lo, hi) <= 0);
    set_max(out->lo, a->lo, lo);
    set_min(out->lo, out->lo, hi);
    set_min(out->hi, a->hi, hi);
    set_max(out->hi, out->hi, lo);
}

/* ---- selection ---- */

/* The value is one of the two, or the chosen one when the condition is known. Tight. */
void zc_range_select(zc_range *out, const zc_range *c, const zc_range *a, const zc_range *b)
{
    if (mpz_sgn(c->lo) > 0)
        zc_range_set(out, a);
    else if (mpz_sgn(c->hi) == 0)
        zc_range_set(out, b);
    else
        zc_range_hull(out, a, b);
}

/* The maximum is monotone in both arguments. Tight. */
void zc_range_max(zc_range *out, const zc_range *a, const zc_range *b)
{
    set_max(out->lo, a->lo, b->lo);
    set_max(out->hi, a->hi, b->hi);
}

/* The minimum is monotone in both arguments. Tight. */
void zc_range_min(zc_range *out, const zc_range *a, const zc_range *b)
{
    set_min(out->lo, a->lo, b->lo);
    set_min(out->hi, a->hi, b->hi);
}

/* An index among `terms` values; any of them can hold the maximum. Tight. */
void zc_range_argmax(zc_range *out, uint64_t terms)
{
    mpz_set_ui(out->lo, 0);
    zc_mpz_set_u64(out->hi, terms);
    mpz_sub_ui(out->hi, out->hi, 1);
}

/* First and last entry selected by the arguments of one dimension. */
static void domain_slice(const zc_range *a, int64_t lo, uint64_t count, uint64_t *first,
                         uint64_t *last)
{
    int64_t from = 0, to = 0;
    ZK_CHECK(zc_mpz_get_i64(&from, a->lo) && zc_mpz_get_i64(&to, a->hi) && from >= lo);
    *first = (uint64_t)from - (uint64_t)lo;
    *last = (uint64_t)to - (uint64_t)lo;
    ZK_CHECK(*first <= *last && *last < count);
}

/* The arguments are exactly the codes a.lo .. a.hi: the image is the hull of their entries. Tight.
 */
void zc_range_table(zc_range *out, const zc_table *table, const zc_range *a)
{
    uint64_t first, last;
    domain_slice(a, table->lo, table->count, &first, &last);
    zc_range_of_codes(out, table->values + first, last - first + 1);
}

/* The same over the rectangle of argument pairs, row by row. Tight. */
void zc_range_table2(zc_range *out, const zc_table *table, const zc_range *a, const zc_range *b)
{
    uint64_t first, last, first_b, last_b;
    domain_slice(a, table->lo, table->count, &first, &last);
    domain_slice(b, table->lo_b, table->count_b, &first_b, &last_b);
    zc_range row;
    zc_range_init(&row);
    for (uint64_t i = first; i <= last; i++) {
        zc_range_of_codes(&row, table->values + i * table->count_b + first_b, last_b - first_b + 1);
        if (i == first)
            zc_range_set(out, &row);
        else
            zc_range_hull(out, out, &row);
    }
    zc_range_clear(&row);
}

/* ---- truth values ---- */

static void set_truth(zc_range *out, bool always, bool never)
{
    zc_range_set_si(out, always ? 1 : 0, never ? 0 : 1);
}

/* LT always holds iff even the largest x is below the smallest y, never iff the smallest x is not
 * below the largest y; LE is the same with <=. EQ always holds iff both are the same single value,
 * never iff the ranges are disjoint; NE is its negation. Tight. */
void zc_range_cmp(zc_range *out, zc_cmp cmp, const zc_range *a, const zc_range *b)
{
    int worst = mpz_cmp(a->hi, b->lo); /* the pair least in favour of a < b */
    int best = mpz_cmp(a->lo, b->hi);
    bool same = zc_range_is_single(a) && zc_range_equal(a, b);
    bool disjoint = worst < 0 || best > 0;
    switch (cmp) {
    case ZC_CMP_LT:
        set_truth(out, worst < 0, best >= 0);
        break;
    case ZC_CMP_LE:
        set_truth(out, worst <= 0, best > 0);
        break;
    case ZC_CMP_EQ:
        set_truth(out, same, disjoint);
        break;
    case ZC_CMP_NE:
        set_truth(out, disjoint, same);
        break;
    }
}

/* 1 - x is decreasing. Tight. */
void zc_range_not(zc_range *out, const zc_range *a)
{
    bool always = mpz_sgn(a->hi) == 0, never = mpz_sgn(a->lo) > 0;
    set_truth(out, always, never);
}

/* The conjunction is the minimum. Tight. */
void zc_range_and(zc_range *out, const zc_range *a, const zc_range *b)
{
    zc_range_min(out, a, b);
}

/* The disjunction is the maximum. Tight. */
void zc_range_or(zc_range *out, const zc_range *a, const zc_range *b)
{
    zc_range_max(out, a, b);
}

/* ---- assertions ---- */

/* Keeps what lies in lo .. hi, a NULL bound being infinite. */
static bool cut(zc_range *out, const zc_range *x, const mpz_t lo, const mpz_t hi)
{
    if ((lo && mpz_cmp(x->hi, lo) < 0) || (hi && mpz_cmp(x->lo, hi) > 0))
        return false;
    if (lo)
        set_max(out->lo, x->lo, lo);
    else
        mpz_set(out->lo, x->lo);
    if (hi)
        set_min(out->hi, x->hi, hi);
    else
        mpz_set(out->hi, x->hi);
    return true;
}

/* x <= c <= c.hi. Tight. */
bool zc_range_assert_le(zc_range *out, const zc_range *x, const zc_range *c)
{
    return cut(out, x, NULL, c->hi);
}

/* x >= c >= c.lo. Tight. */
bool zc_range_assert_ge(zc_range *out, const zc_range *x, const zc_range *c)
{
    return cut(out, x, c->lo, NULL);
}

/* x < c on integers is x <= c - 1 <= c.hi - 1. Tight. */
bool zc_range_assert_lt(zc_range *out, const zc_range *x, const zc_range *c)
{
    mpz_t bound;
    mpz_init(bound);
    mpz_sub_ui(bound, c->hi, 1);
    bool possible = cut(out, x, NULL, bound);
    mpz_clear(bound);
    return possible;
}

/* x > c on integers is x >= c + 1 >= c.lo + 1. Tight. */
bool zc_range_assert_gt(zc_range *out, const zc_range *x, const zc_range *c)
{
    mpz_t bound;
    mpz_init(bound);
    mpz_add_ui(bound, c->lo, 1);
    bool possible = cut(out, x, bound, NULL);
    mpz_clear(bound);
    return possible;
}

/* x is one of the values of c. Tight. */
bool zc_range_assert_eq(zc_range *out, const zc_range *x, const zc_range *c)
{
    return cut(out, x, c->lo, c->hi);
}

/* Only a single value c can be excluded for certain, and only at an end does that narrow an
 * interval. Tight. */
bool zc_range_assert_ne(zc_range *out, const zc_range *x, const zc_range *c)
{
    if (!zc_range_is_single(c) || (mpz_cmp(x->lo, c->lo) != 0 && mpz_cmp(x->hi, c->lo) != 0)) {
        zc_range_set(out, x);
        return true;
    }
    if (zc_range_is_single(x))
        return false;
    bool at_lo = mpz_cmp(x->lo, c->lo) == 0;
    zc_range_set(out, x);
    if (at_lo)
        mpz_add_ui(out->lo, out->lo, 1);
    else
        mpz_sub_ui(out->hi, out->hi, 1);
    return true;
}
