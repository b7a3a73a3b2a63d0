/* Real numbers to codes and back: known cases, and random ones against GMP. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/decimal.h"

static void expect_code(const char *text, uint64_t num, uint64_t den, zk_decimal_result wanted,
                        int64_t code)
{
    int64_t got = 0;
    zk_decimal_result result = zk_decimal_code(&got, text, strlen(text), num, den);
    cr_expect(result == wanted, "%s with step %" PRIu64 "/%" PRIu64, text, num, den);
    if (wanted == ZK_DECIMAL_OK)
        cr_expect(got == code, "%s: %" PRId64, text, got);
}

Test(decimal, reads_exactly)
{
    expect_code("0", 1, 1, ZK_DECIMAL_OK, 0);
    expect_code("-0.000e99999999999999999999", 1, 1, ZK_DECIMAL_OK, 0);
    expect_code("17", 1, 1, ZK_DECIMAL_OK, 17);
    expect_code("-1.5", 1, 2, ZK_DECIMAL_OK, -3);
    expect_code("15e-1", 1, 2, ZK_DECIMAL_OK, 3);
    expect_code("0.15e+1", 1, 2, ZK_DECIMAL_OK, 3);
    expect_code("1200", 100, 1, ZK_DECIMAL_OK, 12);
    expect_code("0.3", 1, 10, ZK_DECIMAL_OK, 3);
    expect_code("1", 1, 3, ZK_DECIMAL_OK, 3);
    expect_code("0.1", 1, 256, ZK_DECIMAL_BETWEEN, 0);
    expect_code("0.50000000000000000000000000000000000000001", 1, 2, ZK_DECIMAL_BETWEEN, 0);
    expect_code("1.0000000000000000000000000000000000000000000000000000000000000000000000000000000"
                "00000000000000000000000000000000000000000000000000000000000000000000000",
                1, 1, ZK_DECIMAL_OK, 1);
    expect_code("100000000000000000000000000000000000000000000000000000000000000000000e-68", 1, 1,
                ZK_DECIMAL_OK, 1);
    expect_code("1e-999999999999999999999", 1, 1, ZK_DECIMAL_BETWEEN, 0);
    expect_code("1e999999999999999999999", 1, 1, ZK_DECIMAL_TOO_LARGE, 0);
    expect_code("9223372036854775807", 1, 1, ZK_DECIMAL_OK, INT64_MAX);
    expect_code("9223372036854775808", 1, 1, ZK_DECIMAL_TOO_LARGE, 0);
    expect_code("-9223372036854775808", 1, 1, ZK_DECIMAL_OK, INT64_MIN);
}

Test(decimal, writes_what_it_reads)
{
    static const struct {
        uint64_t num, den;
    } steps[] = {{1, 1},  {1, 2},           {1, 256},     {1, UINT64_C(1) << 62}, {3, 8},
                 {1, 10}, {93292, 5000000}, {1, 1000000}, {INT64_MAX, 1},         {7, 125}};
    static const int64_t codes[] = {0, 1, -1, 2, 5, -10, 1000, 123456789, INT64_MAX, -INT64_MAX};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
            zk_buf text = {0};
            int64_t back;
            zk_decimal_put(&text, codes[c], steps[s].num, steps[s].den);
            cr_expect(zk_decimal_code(&back, (const char *)text.data, text.length, steps[s].num,
                                      steps[s].den) == ZK_DECIMAL_OK);
            cr_expect(back == codes[c], "%.*s", (int)text.length, (const char *)text.data);
            zk_buf_free(&text);
        }
}

static void expect_text(int64_t code, uint64_t num, uint64_t den, const char *wanted)
{
    zk_buf text = {0};
    zk_decimal_put(&text, code, num, den);
    zk_buf_u8(&text, 0);
    cr_expect_str_eq((const char *)text.data, wanted);
    zk_buf_free(&text);
}

Test(decimal, writes_plainly)
{
    expect_text(0, 1, 256, "0");
    expect_text(1, 1, 256, "0.00390625");
    expect_text(-384, 1, 256, "-1.5");
    expect_text(512, 1, 256, "2");
    expect_text(100, 1, 10, "10");
    expect_text(5, 100, 1, "500");
    expect_text(1, 1, 3, "1/3");
    expect_text(-6, 2, 9, "-4/3");
    expect_text(-9, 2, 9, "-2");
    expect_text(3, 2, 15, "2/5"); /* no decimal, as for all codes of this type */
    expect_text(0, 2, 9, "0");
    expect_text(INT64_MAX, INT64_MAX, 1, "85070591730234615847396907784232501249");
    expect_text(1, 1, UINT64_C(1) << 62,
                "0.00000000000000000021684043449710088680149056017398834228515625");
}

Test(decimal, doubles)
{
    int64_t code;
    cr_expect(zk_decimal_code_of_double(&code, -1.5, 1, 256) == ZK_DECIMAL_OK && code == -384);
    cr_expect(zk_decimal_code_of_double(&code, 0.1, 1, 256) == ZK_DECIMAL_BETWEEN);
    cr_expect(zk_decimal_code_of_double(&code, 0.1, 1, 10) == ZK_DECIMAL_BETWEEN);
    cr_expect(zk_decimal_code_of_double(&code, 0x1p62, 1, 1) == ZK_DECIMAL_OK && code == INT64_C(1)
                                                                                             << 62);
    cr_expect(zk_decimal_code_of_double(&code, 0x1p63, 1, 1) == ZK_DECIMAL_TOO_LARGE);
    cr_expect(zk_decimal_code_of_double(&code, 1e300, 1, 1) == ZK_DECIMAL_TOO_LARGE);
    cr_expect(zk_decimal_code_of_double(&code, 5e-324, 1, 256) == ZK_DECIMAL_BETWEEN);
    cr_expect(zk_decimal_code_of_double(&code, -0.0, 1, 256) == ZK_DECIMAL_OK && code == 0);
    const uint64_t large = UINT64_C(1) << 62;
    cr_expect(zk_decimal_code_of_double(&code, 0x1p-62, 1, large) == ZK_DECIMAL_OK && code == 1);
    cr_expect(zk_decimal_code_of_double(&code, 0x1p-63, 1, large) == ZK_DECIMAL_BETWEEN);
    cr_expect(zk_decimal_code_of_double(&code, 0x1p62, large, 1) == ZK_DECIMAL_OK && code == 1);
    cr_expect(zk_decimal_code_of_double(&code, -0x1p125, large, 1) == ZK_DECIMAL_OK &&
              code == INT64_MIN);
    cr_expect(zk_decimal_code_of_double(&code, 0x1p125, large, 1) == ZK_DECIMAL_TOO_LARGE);
}

/* ---- against GMP ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    return (next_random(state) >> 11) % n;
}

typedef struct step {
    uint64_t num, den;
} step;

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* Powers of two and of ten, decimals and fractions of any length. */
static step random_step(uint64_t *state)
{
    step s = {1, 1};
    uint64_t style = below(state, 4);
    if (style == 0)
        s.den = UINT64_C(1) << below(state, 63);
    for (uint64_t i = style == 0 ? 0 : below(state, 19); i > 0; i--)
        s.den *= 10;
    if (style >= 2)
        s.num = next_random(state) >> (1 + below(state, 60)) | 1;
    if (style == 3)
        s.den = next_random(state) >> (1 + below(state, 60)) | 1;
    uint64_t common = common_divisor(s.num, s.den);
    return (step){s.num / common, s.den / common};
}

/* What GMP says about value. */
static zk_decimal_result expected_code(int64_t *code, step s, mpq_t value)
{
    mpq_t quotient;
    mpq_init(quotient);
    mpz_set_ui(mpq_numref(quotient), s.num);
    mpz_set_ui(mpq_denref(quotient), s.den);
    mpq_div(quotient, value, quotient);
    zk_decimal_result result = ZK_DECIMAL_OK;
    if (mpz_cmp_ui(mpq_denref(quotient), 1) != 0)
        result = ZK_DECIMAL_BETWEEN;
    else if (!mpz_fits_slong_p(mpq_numref(quotient)))
        result = ZK_DECIMAL_TOO_LARGE;
    else
        *code = mpz_get_si(mpq_numref(quotient));
    mpq_clear(quotient);
    return result;
}

static void expect_agreement(zk_decimal_result result, int64_t got, step s, mpq_t value,
                             unsigned *codes)
{
    int64_t expected = 0;
    zk_decimal_result wanted = expected_code(&expected, s, value);
    /* too large and between two codes at once: either answer is right */
    bool same =
        result == wanted || (result == ZK_DECIMAL_TOO_LARGE && wanted == ZK_DECIMAL_BETWEEN);
    cr_assert(same && (wanted != ZK_DECIMAL_OK || got == expected),
              "step %" PRIu64 "/%" PRIu64 ", about %g", s.num, s.den, mpq_get_d(value));
    *codes += wanted == ZK_DECIMAL_OK;
}

/* A decimal text of digits, point and exponent; `value` gets what it means. */
static void random_decimal(uint64_t *state, char *text, mpq_t value)
{
    bool brief = below(state, 2) == 0;
    size_t whole = 1 + below(state, brief ? 12 : 40), fraction = below(state, brief ? 8 : 70);
    size_t at = 0;
    int exponent = (int)below(state, 50) - (brief ? 5 : 25);
    mpz_t ten;
    mpz_init_set_ui(ten, 10);
    bool negative = below(state, 2) == 0;
    if (negative)
        text[at++] = '-';
    size_t start = at;
    text[at++] = whole == 1 ? (char)('0' + below(state, 10)) : (char)('1' + below(state, 9));
    while (at < start + whole)
        text[at++] = below(state, 2) == 0 ? '0' : (char)('0' + below(state, 10));
    char digits[128];
    memcpy(digits, text + start, whole);
    if (fraction > 0)
        text[at++] = '.';
    for (size_t i = 0; i < fraction; i++)
        digits[whole + i] = text[at++] =
            below(state, 2) == 0 ? '0' : (char)('0' + below(state, 10));
    digits[whole + fraction] = '\0';
    (void)snprintf(text + at, 16, "e%+d", exponent);
    mpq_set_ui(value, 0, 1);
    cr_assert(mpz_set_str(mpq_numref(value), digits, 10) == 0);
    int scale = exponent - (int)fraction;
    mpz_pow_ui(ten, ten, (unsigned long)abs(scale));
    mpz_mul(scale < 0 ? mpq_denref(value) : mpq_numref(value),
            scale < 0 ? mpq_denref(value) : mpq_numref(value), ten);
    mpq_canonicalize(value);
    if (negative)
        mpq_neg(value, value);
    mpz_clear(ten);
}

Test(decimal, random_decimals)
{
    uint64_t state = 12345;
    unsigned codes = 0;
    mpq_t value;
    mpq_init(value);
    for (int i = 0; i < 100000; i++) {
        step s = random_step(&state);
        char text[160];
        int64_t code = 0;
        random_decimal(&state, text, value);
        zk_decimal_result result = zk_decimal_code(&code, text, strlen(text), s.num, s.den);
        expect_agreement(result, code, s, value, &codes);
    }
    mpq_clear(value);
    cr_expect(codes > 1000, "%u", codes);
}

Test(decimal, random_doubles)
{
    uint64_t state = 54321;
    unsigned codes = 0;
    mpq_t value;
    mpq_init(value);
    for (int i = 0; i < 200000; i++) {
        step s = random_step(&state);
        double x;
        int64_t code = 0;
        uint64_t bits = next_random(&state);
        memcpy(&x, &bits, sizeof x);
        if (i % 2 == 0) /* few bits, and exponents near 0 */
            x = ldexp((double)below(&state, 1 << 12) - 2048, (int)below(&state, 90) - 60);
        if (!isfinite(x))
            continue;
        mpq_set_d(value, x);
        zk_decimal_result result = zk_decimal_code_of_double(&code, x, s.num, s.den);
        expect_agreement(result, code, s, value, &codes);
    }
    mpq_clear(value);
    cr_expect(codes > 1000, "%u", codes);
}

Test(decimal, random_fractions)
{
    uint64_t state = 999;
    unsigned codes = 0;
    mpq_t value;
    mpq_init(value);
    for (int i = 0; i < 100000; i++) {
        step s = random_step(&state);
        char text[160];
        int64_t code = 0;
        uint64_t top = next_random(&state) >> below(&state, 64);
        uint64_t bottom = (next_random(&state) >> (1 + below(&state, 62))) + 1;
        if (i % 2 == 0 && !__builtin_mul_overflow(below(&state, 1000), s.num, &top))
            bottom = s.den;
        if (bottom > INT64_MAX)
            continue;
        mpz_set_ui(mpq_numref(value), top);
        mpz_set_ui(mpq_denref(value), bottom);
        mpq_canonicalize(value);
        if (below(&state, 2) == 0)
            mpq_neg(value, value);
        (void)snprintf(text, sizeof text, "%s%" PRIu64 "/%" PRIu64, mpq_sgn(value) < 0 ? "-" : "",
                       top, bottom);
        zk_decimal_result result =
            zk_decimal_code_of_fraction(&code, text, strlen(text), s.num, s.den);
        expect_agreement(result, code, s, value, &codes);
    }
    mpq_clear(value);
    cr_expect(codes > 1000, "%u", codes);
}

Test(decimal, random_codes_are_read_back)
{
    uint64_t state = 777;
    for (int i = 0; i < 100000; i++) {
        step s = random_step(&state);
        int64_t code = (int64_t)(next_random(&state) >> below(&state, 64)), back;
        zk_buf text = {0};
        zk_decimal_put(&text, code, s.num, s.den);
        zk_decimal_result result =
            zk_decimal_is_finite(s.den)
                ? zk_decimal_code(&back, (const char *)text.data, text.length, s.num, s.den)
                : zk_decimal_code_of_fraction(&back, (const char *)text.data, text.length, s.num,
                                              s.den);
        cr_assert(result == ZK_DECIMAL_OK && back == code, "%.*s", (int)text.length,
                  (const char *)text.data);
        zk_buf_free(&text);
    }
}
