#include "runtime/circuit/decimal.h"

#include <gmp.h>
#include <math.h>

#include "runtime/base/error.h"
#include "runtime/field/limbs.h"

/* The real number of a code is at most 2^63 * 2^63: 38 digits before the point. Its denominator in
 * lowest terms divides `den`: at most 62 digits after the point, and a fraction's numerator has at
 * most 38 + 19 digits before both are divided by their common factors. */
enum { MAX_WHOLE = 38, MAX_FRACTION = 62, MAX_DIGITS = 100, MAX_FACTOR = 19 };
/* No text is longer than 10 to this. */
static const int64_t max_exponent = INT64_C(1) << 40;
static const uint64_t ten_to_19 = UINT64_C(10000000000000000000);

/* digits[0] digits[1] ... x 10^exponent; neither the first nor the last digit is 0; none: zero. */
typedef struct decimal {
    bool negative;
    size_t count; /* of digits; the first MAX_DIGITS are kept */
    int64_t exponent;
    uint64_t low; /* all digits as a number when there are at most 19 */
    uint8_t digits[MAX_DIGITS];
} decimal;

/* ---- natural numbers ---- */

/* At most MAX_DIGITS digits times 2^63, or 53 bits times 2^63 times 2^126. */
typedef struct natural {
    mp_size_t size;
    mp_limb_t limbs[10];
} natural;

static void multiply(natural *x, uint64_t factor)
{
    mp_limb_t carry = mpn_mul_1(x->limbs, x->limbs, x->size, factor);
    if (carry != 0)
        x->limbs[x->size++] = carry;
}

/* False, and the number is spoiled, when the division leaves a remainder. */
static bool divide(natural *x, uint64_t divisor)
{
    if (x->size == 0)
        return true;
    bool exact = mpn_divrem_1(x->limbs, 0, x->limbs, x->size, divisor) == 0;
    while (x->size > 0 && x->limbs[x->size - 1] == 0)
        x->size--;
    return exact;
}

static uint64_t power_of_ten(int64_t exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

static zk_decimal_result give(int64_t *code, bool negative, zk_u128 magnitude)
{
    if (magnitude > (zk_u128)INT64_MAX + negative)
        return ZK_DECIMAL_TOO_LARGE;
    *code = (int64_t)(negative ? 0 - (uint64_t)magnitude : (uint64_t)magnitude);
    return ZK_DECIMAL_OK;
}

static zk_decimal_result give_natural(int64_t *code, bool negative, const natural *magnitude)
{
    if (magnitude->size > 1)
        return ZK_DECIMAL_TOO_LARGE;
    return give(code, negative, magnitude->size == 1 ? magnitude->limbs[0] : 0);
}

/* ---- decimals ---- */

/* Most numbers: all products fit in 128 bits. */
static bool try_brief(zk_decimal_result *result, int64_t *code, const decimal *d, uint64_t num,
                      uint64_t den)
{
    uint64_t divisor;
    if (d->count > 19 || d->exponent > 0 || d->exponent < -19 ||
        __builtin_mul_overflow(power_of_ten(-d->exponent), num, &divisor))
        return false;
    zk_u128 product = (zk_u128)d->low * den;
    zk_u128 quotient = product <= UINT64_MAX ? (uint64_t)product / divisor : product / divisor;
    *result =
        quotient * divisor != product ? ZK_DECIMAL_BETWEEN : give(code, d->negative, quotient);
    return true;
}

/* d / below, where d is an integer unless below = 1. */
static zk_decimal_result code_of(int64_t *code, const decimal *d, uint64_t below, uint64_t num,
                                 uint64_t den)
{
    zk_decimal_result result;
    *code = 0;
    if (d->count == 0)
        return ZK_DECIMAL_OK;
    if (below == 1 && try_brief(&result, code, d, num, den))
        return result;
    if ((int64_t)d->count + d->exponent > MAX_WHOLE + (below == 1 ? 0 : MAX_FACTOR))
        return ZK_DECIMAL_TOO_LARGE;
    if (d->exponent < -MAX_FRACTION)
        return ZK_DECIMAL_BETWEEN;
    ZK_CHECK(d->count <= MAX_DIGITS && (below == 1 || d->exponent >= 0));
    natural x = {.size = 0};
    x.size = mpn_set_str(x.limbs, d->digits, d->count, 10);
    multiply(&x, den);
    for (int64_t e = d->exponent; e > 0; e -= 19)
        multiply(&x, e < 19 ? power_of_ten(e) : ten_to_19);
    bool exact = divide(&x, num) && divide(&x, below);
    for (int64_t e = -d->exponent; e > 0 && exact; e -= 19)
        exact = divide(&x, e < 19 ? power_of_ten(e) : ten_to_19);
    return exact ? give_natural(code, d->negative, &x) : ZK_DECIMAL_BETWEEN;
}

static void add_digit(decimal *d, uint8_t digit)
{
    if (d->count < MAX_DIGITS)
        d->digits[d->count] = digit;
    d->low = d->low * 10 + digit;
    d->count++;
}

static int64_t parse_exponent(const char *text, size_t length)
{
    int64_t value = 0;
    bool negative = length > 0 && text[0] == '-';
    for (size_t i = length > 0 && (text[0] == '-' || text[0] == '+'); i < length; i++)
        if (value < max_exponent)
            value = 10 * value + (text[i] - '0');
    return negative ? -value : value;
}

static decimal take_apart(const char *text, size_t length)
{
    decimal d;
    d.negative = length > 0 && text[0] == '-';
    d.count = 0;
    d.exponent = 0;
    d.low = 0;
    bool after_point = false;
    size_t zeros = 0; /* seen, and digits only if another one follows */
    size_t i = d.negative;
    for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.') {
            after_point = true;
            continue;
        }
        d.exponent -= after_point;
        if (text[i] == '0') {
            zeros += d.count > 0;
            continue;
        }
        for (; zeros > 0; zeros--)
            add_digit(&d, 0);
        add_digit(&d, (uint8_t)(text[i] - '0'));
    }
    d.exponent += (int64_t)zeros;
    if (i < length)
        d.exponent += parse_exponent(text + i + 1, length - i - 1);
    return d;
}

zk_decimal_result zk_decimal_code(int64_t *code, const char *text, size_t length, uint64_t num,
                                  uint64_t den)
{
    decimal d = take_apart(text, length);
    return code_of(code, &d, 1, num, den);
}

/* ---- fractions ---- */

/* [-]digits, no zero in front. */
static bool is_integer(const char *text, size_t length)
{
    size_t start = length > 0 && text[0] == '-';
    if (length == start || (text[start] == '0' && length > start + 1))
        return false;
    for (size_t i = start; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static size_t find_slash(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && text[at] != '/')
        at++;
    return at;
}

zk_decimal_result zk_decimal_code_of_fraction(int64_t *code, const char *text, size_t length,
                                              uint64_t num, uint64_t den)
{
    size_t slash = find_slash(text, length);
    uint64_t below = 1;
    if (!is_integer(text, slash))
        return ZK_DECIMAL_MALFORMED;
    if (slash < length) {
        const char *rest = text + slash + 1;
        int64_t divisor;
        if (!is_integer(rest, length - slash - 1) ||
            zk_decimal_code(&divisor, rest, length - slash - 1, 1, 1) != ZK_DECIMAL_OK ||
            divisor <= 0)
            return ZK_DECIMAL_MALFORMED;
        below = (uint64_t)divisor;
    }
    decimal d = take_apart(text, slash);
    return code_of(code, &d, below, num, den);
}

/* ---- binary fractions ---- */

zk_decimal_result zk_decimal_code_of_double(int64_t *code, double value, uint64_t num, uint64_t den)
{
    int exponent;
    double mantissa = frexp(fabs(value), &exponent); /* |value| = mantissa * 2^exponent, exactly */
    uint64_t odd = (uint64_t)ldexp(mantissa, 53);
    *code = 0;
    if (odd == 0)
        return ZK_DECIMAL_OK;
    int zeros = __builtin_ctzll(odd);
    odd >>= zeros;
    exponent += zeros - 53;
    if (exponent > 126)
        return ZK_DECIMAL_TOO_LARGE;
    if (exponent < -62) /* no denominator below 2^63 */
        return ZK_DECIMAL_BETWEEN;
    natural x = {.size = 1, .limbs = {odd}};
    multiply(&x, den);
    for (int e = exponent; e > 0; e -= 32)
        multiply(&x, UINT64_C(1) << (e < 32 ? e : 32));
    bool exact = divide(&x, num) && (exponent >= 0 || divide(&x, UINT64_C(1) << -exponent));
    return exact ? give_natural(code, value < 0, &x) : ZK_DECIMAL_BETWEEN;
}

/* ---- writing ---- */

bool zk_decimal_is_finite(uint64_t den)
{
    den >>= __builtin_ctzll(den);
    while (den % 5 == 0)
        den /= 5;
    return den == 1;
}

static void put_natural(zk_buf *out, zk_u128 value)
{
    char digits[40];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    zk_buf_bytes(out, digits + at, sizeof digits - at);
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void put_fraction(zk_buf *out, uint64_t magnitude, uint64_t num, uint64_t den)
{
    uint64_t common = gcd(magnitude, den);
    put_natural(out, (zk_u128)(magnitude / common) * num);
    if (common == den)
        return;
    zk_buf_u8(out, '/');
    put_natural(out, den / common);
}

void zk_decimal_put(zk_buf *out, int64_t code, uint64_t num, uint64_t den)
{
    uint64_t magnitude = code < 0 ? 0 - (uint64_t)code : (uint64_t)code;
    if (code < 0)
        zk_buf_u8(out, '-');
    if (!zk_decimal_is_finite(den)) {
        put_fraction(out, magnitude, num, den);
        return;
    }
    zk_u128 top = (zk_u128)magnitude * num, rest = top % den;
    put_natural(out, top / den);
    if (rest != 0)
        zk_buf_u8(out, '.');
    for (; rest != 0; rest = rest * 10 % den)
        zk_buf_u8(out, (uint8_t)('0' + (int)(rest * 10 / den)));
}
