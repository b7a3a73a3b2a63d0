/* Every range rule against every small interval and every value inside: no value escapes, and both
 * bounds are reached (all rules claim to be tight). */
#include <criterion/criterion.h>
#include <stdio.h>

#include "compiler/check/range.h"

enum { LOW = -5, HIGH = 5 };

typedef struct seen {
    bool any;
    int64_t lo, hi;
} seen;

static void see(seen *s, int64_t value)
{
    if (!s->any || value < s->lo)
        s->lo = value;
    if (!s->any || value > s->hi)
        s->hi = value;
    s->any = true;
}

static void expect(const zc_range *r, const seen *s, const char *rule)
{
    int64_t lo = 0, hi = 0;
    cr_assert(zc_mpz_get_i64(&lo, r->lo) && zc_mpz_get_i64(&hi, r->hi));
    cr_assert(s->any && lo == s->lo && hi == s->hi, "%s: range %lld .. %lld, values %lld .. %lld",
              rule, (long long)lo, (long long)hi, (long long)s->lo, (long long)s->hi);
}

/* The modes written independently of the code under test: on doubled numerators, by search. */
static int64_t rounded(int64_t n, int64_t d, zc_round_mode mode)
{
    int64_t q = -1000;
    while ((q + 1) * d <= n)
        q++;
    if (mode == ZC_FLOOR)
        return q;
    int64_t below = n - q * d, above = (q + 1) * d - n;
    if (below != above)
        return below < above ? q : q + 1;
    return mode == ZC_ROUND || q % 2 != 0 ? q + 1 : q;
}

static zc_range R, A, B, C;

static void setup(void)
{
    zc_range_init(&R);
    zc_range_init(&A);
    zc_range_init(&B);
    zc_range_init(&C);
}

static void teardown(void)
{
    zc_range_clear(&R);
    zc_range_clear(&A);
    zc_range_clear(&B);
    zc_range_clear(&C);
}

TestSuite(range, .init = setup, .fini = teardown);

/* All intervals a, b and all values x in a, y in b. */
#define FOR_INTERVAL(a, from, to)                        \
    for (int64_t a##lo = (from); a##lo <= (to); a##lo++) \
        for (int64_t a##hi = a##lo; a##hi <= (to); a##hi++)
#define FOR_VALUES(x, a) for (int64_t x = a##lo; x <= a##hi; x++)

typedef void (*binary_rule)(zc_range *, const zc_range *, const zc_range *);
typedef int64_t (*binary_value)(int64_t, int64_t);

static void check_binary(const char *name, binary_rule rule, binary_value value, int from, int to)
{
    FOR_INTERVAL(a, from, to)
    FOR_INTERVAL(b, from, to)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, b)
        see(&s, value(x, y));
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        rule(&R, &A, &B);
        expect(&R, &s, name);
        rule(&B, &A, &B); /* in place */
        expect(&B, &s, name);
        zc_range_set_si(&B, blo, bhi);
        rule(&A, &A, &B);
        expect(&A, &s, name);
    }
}

static int64_t v_add(int64_t x, int64_t y)
{
    return x + y;
}
static int64_t v_sub(int64_t x, int64_t y)
{
    return x - y;
}
static int64_t v_mul(int64_t x, int64_t y)
{
    return x * y;
}
static int64_t v_max(int64_t x, int64_t y)
{
    return x > y ? x : y;
}
static int64_t v_min(int64_t x, int64_t y)
{
    return x < y ? x : y;
}

Test(range, binary)
{
    check_binary("add", zc_range_add, v_add, LOW, HIGH);
    check_binary("sub", zc_range_sub, v_sub, LOW, HIGH);
    check_binary("mul", zc_range_mul, v_mul, LOW, HIGH);
    check_binary("max", zc_range_max, v_max, LOW, HIGH);
    check_binary("min", zc_range_min, v_min, LOW, HIGH);
    check_binary("and", zc_range_and, v_min, 0, 1);
    check_binary("or", zc_range_or, v_max, 0, 1);
}

static int64_t holds(zc_cmp cmp, int64_t x, int64_t y)
{
    return cmp == ZC_CMP_LT   ? x < y
           : cmp == ZC_CMP_LE ? x <= y
           : cmp == ZC_CMP_EQ ? x == y
                              : x != y;
}

Test(range, comparisons)
{
    for (int cmp = ZC_CMP_LT; cmp <= ZC_CMP_NE; cmp++)
        FOR_INTERVAL(a, LOW, HIGH)
    FOR_INTERVAL(b, LOW, HIGH)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, b)
        see(&s, holds((zc_cmp)cmp, x, y));
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        zc_range_cmp(&R, (zc_cmp)cmp, &A, &B);
        expect(&R, &s, "cmp");
    }
}

Test(range, unary)
{
    FOR_INTERVAL(a, -9, 9)
    {
        seen neg = {0}, square = {0};
        FOR_VALUES(x, a)
        {
            see(&neg, -x);
            see(&square, x * x);
        }
        zc_range_set_si(&A, alo, ahi);
        zc_range_neg(&R, &A);
        expect(&R, &neg, "neg");
        zc_range_square(&R, &A);
        expect(&R, &square, "square");
        zc_range_neg(&A, &A);
        expect(&A, &neg, "neg in place");
        for (int64_t c = -4; c <= 4; c++) {
            seen scale = {0};
            FOR_VALUES(x, a)
            see(&scale, c * x);
            zc_range_set_si(&A, alo, ahi);
            zc_range_set_si(&C, c, c);
            zc_range_scale(&A, &A, C.lo);
            expect(&A, &scale, "scale");
        }
    }
    FOR_INTERVAL(a, 0, 1)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        see(&s, 1 - x);
        zc_range_set_si(&A, alo, ahi);
        zc_range_not(&A, &A);
        expect(&A, &s, "not");
    }
}

Test(range, roundings)
{
    for (int mode = ZC_FLOOR; mode <= ZC_ROUNDEVEN; mode++)
        for (int64_t c0 = 1; c0 <= 5; c0++)
            for (uint32_t shift = 0; shift <= 4; shift++)
                FOR_INTERVAL(a, -20, 20)
                {
                    seen s = {0};
                    FOR_VALUES(x, a)
                    {
                        int64_t q = rounded(c0 * x, (int64_t)1 << shift, (zc_round_mode)mode);
                        see(&s, q);
                        cr_assert((int64_t)zc_round_quotient_i128(c0 * x, (zc_i128)1 << shift,
                                                                  (zc_round_mode)mode) == q);
                    }
                    zc_range_set_si(&A, alo, ahi);
                    zc_range_set_si(&C, c0, c0);
                    zc_range_round(&A, &A, C.lo, shift, (zc_round_mode)mode);
                    expect(&A, &s, "round");
                }
}

Test(range, divisions)
{
    for (int mode = ZC_FLOOR; mode <= ZC_ROUNDEVEN; mode++)
        for (int64_t c0 = 1; c0 <= 3; c0++)
            for (int64_t c1 = 1; c1 <= 3; c1++)
                FOR_INTERVAL(a, -7, 7)
    FOR_INTERVAL(b, 1, 6)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, b)
        see(&s, rounded(c0 * x, c1 * y, (zc_round_mode)mode));
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        zc_range_set_si(&C, c0, c1);
        zc_range_div(&R, &A, &B, C.lo, C.hi, (zc_round_mode)mode);
        expect(&R, &s, "div");
    }
}

Test(range, clamp_and_select)
{
    FOR_INTERVAL(a, LOW, HIGH)
    FOR_INTERVAL(b, LOW, HIGH)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        see(&s, x < blo ? blo : x > bhi ? bhi : x);
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        zc_range_clamp(&R, &A, B.lo, B.hi);
        expect(&R, &s, "clamp");
        FOR_INTERVAL(c, 0, 1)
        {
            seen chosen = {0};
            FOR_VALUES(t, c)
            FOR_VALUES(x, a)
            FOR_VALUES(y, b)
            see(&chosen, t ? x : y);
            zc_range_set_si(&C, clo, chi);
            zc_range_select(&R, &C, &A, &B);
            expect(&R, &chosen, "select");
        }
    }
}

Test(range, sums)
{
    /* Sums of up to three independent terms and products, by brute force. */
    FOR_INTERVAL(a, -3, 3)
    {
        seen sum = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, a)
        FOR_VALUES(z, a)
        see(&sum, x + y + z);
        zc_range_set_si(&A, alo, ahi);
        zc_range_sum(&R, &A, 3);
        expect(&R, &sum, "sum");
        FOR_INTERVAL(b, -3, 3)
        {
            seen dot = {0};
            FOR_VALUES(x, a)
            FOR_VALUES(y, a)
            FOR_VALUES(v, b)
            FOR_VALUES(w, b)
            see(&dot, x * v + y * w);
            zc_range_set_si(&B, blo, bhi);
            zc_range_dot(&R, &A, &B, 2);
            expect(&R, &dot, "dot");
        }
        for (int64_t u = -3; u <= 3; u++)
            for (int64_t w = -3; w <= 3; w++) {
                seen one = {0}, rows = {0};
                const int64_t weights[4] = {u, w, w + 1, -u};
                FOR_VALUES(x, a)
                FOR_VALUES(y, a)
                {
                    see(&one, u * x + w * y);
                    see(&rows, u * x + w * y);
                    see(&rows, (w + 1) * x - u * y);
                }
                zc_range_dot_const(&R, weights, 1, 2, &A);
                expect(&R, &one, "dot_const");
                zc_range_dot_const(&R, weights, 2, 2, &A);
                expect(&R, &rows, "dot_const, rows");
            }
    }
}

Test(range, tables)
{
    int64_t values[6] = {4, -1, 7, 7, 0, 3};
    zc_table table = {.name = "t", .lo = -2, .count = 6, .count_b = 1, .values = values};
    FOR_INTERVAL(a, -2, 3)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        see(&s, values[x + 2]);
        zc_range_set_si(&A, alo, ahi);
        zc_range_table(&R, &table, &A);
        expect(&R, &s, "table");
    }
    zc_table pairs = {.name = "p", .lo = 1, .count = 2, .lo_b = -1, .count_b = 3, .values = values};
    FOR_INTERVAL(a, 1, 2)
    FOR_INTERVAL(b, -1, 1)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, b)
        see(&s, values[(x - 1) * 3 + y + 1]);
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        zc_range_table2(&R, &pairs, &A, &B);
        expect(&R, &s, "table2");
    }
    zc_range_argmax(&R, 5);
    expect(&R, &(seen){true, 0, 4}, "argmax");
}

typedef bool (*assert_rule)(zc_range *, const zc_range *, const zc_range *);

/* What is left of x when a comparison with some c in b holds. */
Test(range, assertions)
{
    static const assert_rule rules[] = {zc_range_assert_lt, zc_range_assert_le, zc_range_assert_gt,
                                        zc_range_assert_ge, zc_range_assert_eq, zc_range_assert_ne};
    for (int k = 0; k < 6; k++)
        FOR_INTERVAL(a, LOW, HIGH)
    FOR_INTERVAL(b, LOW, HIGH)
    {
        seen s = {0};
        FOR_VALUES(x, a)
        FOR_VALUES(y, b)
        {
            bool ok[6] = {x<y, x <= y, x> y, x >= y, x == y, x != y};
            if (ok[k])
                see(&s, x);
        }
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        cr_assert(rules[k](&R, &A, &B) == s.any);
        if (s.any)
            expect(&R, &s, "assert");
    }
}

Test(range, sets)
{
    FOR_INTERVAL(a, LOW, HIGH)
    FOR_INTERVAL(b, LOW, HIGH)
    {
        seen both = {0};
        FOR_VALUES(x, a)
        if (x >= blo && x <= bhi)
            see(&both, x);
        zc_range_set_si(&A, alo, ahi);
        zc_range_set_si(&B, blo, bhi);
        cr_assert(zc_range_intersect(&R, &A, &B) == both.any);
        if (both.any)
            expect(&R, &both, "intersect");
        cr_assert(zc_range_contains(&A, &B) == (alo <= blo && bhi <= ahi));
        cr_assert(zc_range_equal(&A, &B) == (alo == blo && ahi == bhi));
    }
}

Test(range, field_limits)
{
    /* hi - lo < 2^250 and |bounds| < 2^251, exactly. */
    mpz_ui_pow_ui(A.hi, 2, 250);
    mpz_set_ui(A.lo, 0);
    cr_assert(!zc_range_fits(&A));
    mpz_set_ui(A.lo, 1);
    cr_assert(zc_range_fits(&A));
    mpz_ui_pow_ui(A.hi, 2, 251);
    mpz_sub_ui(A.lo, A.hi, 1);
    cr_assert(!zc_range_fits(&A));
    mpz_sub_ui(A.hi, A.hi, 1);
    cr_assert(zc_range_fits(&A));
    mpz_neg(A.lo, A.hi);
    mpz_set(A.hi, A.lo);
    cr_assert(zc_range_fits(&A));
}

Test(range, numbers)
{
    const int64_t values[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        int64_t back = 7;
        zc_mpz_set_i64(A.lo, values[i]);
        cr_assert(zc_mpz_get_i64(&back, A.lo) && back == values[i]);
        zc_mpz_set_i128(A.hi, (zc_i128)values[i] * ((zc_i128)1 << 62));
        mpz_mul_2exp(A.lo, A.lo, 62);
        cr_assert(mpz_cmp(A.lo, A.hi) == 0);
    }
    int64_t ignored;
    zc_mpz_set_i64(A.lo, INT64_MIN);
    mpz_sub_ui(A.lo, A.lo, 1);
    cr_assert(!zc_mpz_get_i64(&ignored, A.lo));
    zc_mpz_set_u64(A.lo, (uint64_t)INT64_MAX + 1);
    cr_assert(!zc_mpz_get_i64(&ignored, A.lo));
}
