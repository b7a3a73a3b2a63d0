#include "runtime/circuit/decimal.h"

#include <gmp.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/error.h"

/* A code is below 2^63, a step at least 2^-63 and below 2^63: such a value has at most 38 digits
 * before the point, and when it is a finite decimal, at most 63 after it. */
enum { MAX_INTEGER_DIGITS = 38, MAX_FRACTION_DIGITS = 63, MAX_EXPONENT = 1 << 30 };

/* ---- writing ---- */

/* The digits after the point that make code * num / den an integer; -1: no number of digits does. */
static int fraction_digits(uint64_t den)
{
    int twos = 0, fives = 0;
    for (; den % 2 == 0; den /= 2)
        twos++;
    for (; den % 5 == 0; den /= 5)
        fives++;
    if (den != 1)
        return -1;
    return twos > fives ? twos : fives;
}

/* digits / 10^places, without zeros at the end. */
static void put_digits(zk_buf *out, const char *digits, int places)
{
    size_t length = strlen(digits), after = (size_t)places;
    if (length <= after) {
        zk_buf_text(out, "0.");
        for (size_t i = length; i < after; i++)
            zk_buf_u8(out, '0');
        zk_buf_bytes(out, digits, length);
    } else {
        zk_buf_bytes(out, digits, length - after);
        if (after > 0)
            zk_buf_u8(out, '.');
        zk_buf_bytes(out, digits + length - after, after);
    }
    if (after == 0 || out->failed)
        return;
    while (out->data[out->length - 1] == '0')
        out->length--;
    if (out->data[out->length - 1] == '.')
        out->length--;
}

void zk_decimal_put(zk_buf *out, int64_t code, uint64_t num, uint64_t den)
{
    int places = fraction_digits(den);
    if (num == den) {
        zk_buf_printf(out, "%" PRId64, code);
        return;
    }
    if (places < 0) {
        zk_buf_printf(out, "%.17g", (double)code * (double)num / (double)den);
        return;
    }
    char digits[160];
    mpz_t value, power;
    mpz_init_set_ui(value, code < 0 ? 0 - (uint64_t)code : (uint64_t)code);
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)places);
    mpz_mul(value, value, power);
    mpz_mul_ui(value, value, num);
    mpz_divexact_ui(value, value, den);
    ZK_CHECK(mpz_sizeinbase(value, 10) + 2 < sizeof digits);
    (void)mpz_get_str(digits, 10, value);
    if (code < 0)
        zk_buf_u8(out, '-');
    put_digits(out, digits, places);
    mpz_clear(power);
    mpz_clear(value);
}

/* ---- reading ---- */

/* value * den / num as a code. `value` is overwritten. */
static zk_decimal_result code_of(int64_t *code, mpz_t value, uint64_t num, mpz_t divisor)
{
    mpz_mul_ui(divisor, divisor, num);
    if (!mpz_divisible_p(value, divisor))
        return ZK_DECIMAL_BETWEEN;
    mpz_divexact(value, value, divisor);
    if (!mpz_fits_slong_p(value))
        return ZK_DECIMAL_TOO_LARGE;
    *code = mpz_get_si(value);
    return ZK_DECIMAL_OK;
}

/* The number's significant digits and the power of ten of the last one. */
typedef struct decimal {
    bool negative;
    char digits[MAX_INTEGER_DIGITS + MAX_FRACTION_DIGITS + 1];
    size_t count;      /* of significant digits, the stored ones are the first */
    int64_t exponent;
} decimal;

static int64_t parse_exponent(const char *text, size_t length)
{
    int64_t value = 0;
    bool negative = length > 0 && text[0] == '-';
    for (size_t i = length > 0 && (text[0] == '-' || text[0] == '+'); i < length; i++)
        if (value < MAX_EXPONENT)
            value = 10 * value + (text[i] - '0');
    return negative ? -value : value;
}

static decimal take_apart(const char *text, size_t length)
{
    decimal d = {.negative = length > 0 && text[0] == '-'};
    bool after_point = false;
    size_t zeros = 0; /* seen and not yet part of the significant digits */
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
        for (; zeros > 0; zeros--, d.count++)
            if (d.count < sizeof d.digits - 1)
                d.digits[d.count] = '0';
        if (d.count < sizeof d.digits - 1)
            d.digits[d.count] = text[i];
        d.count++;
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
    *code = 0;
    if (d.count == 0)
        return ZK_DECIMAL_OK;
    if ((int64_t)d.count + d.exponent > MAX_INTEGER_DIGITS)
        return ZK_DECIMAL_TOO_LARGE;
    if (d.count > sizeof d.digits - 1 || d.exponent < -(MAX_INTEGER_DIGITS + MAX_FRACTION_DIGITS))
        return ZK_DECIMAL_BETWEEN;
    d.digits[d.count] = '\0';
    mpz_t value, power, divisor;
    mpz_init(value);
    mpz_init(power);
    mpz_init_set_ui(divisor, 1);
    ZK_CHECK(mpz_set_str(value, d.digits, 10) == 0);
    mpz_mul_ui(value, value, den);
    mpz_ui_pow_ui(power, 10, (unsigned long)(d.exponent < 0 ? -d.exponent : d.exponent));
    mpz_mul(d.exponent < 0 ? divisor : value, d.exponent < 0 ? divisor : value, power);
    if (d.negative)
        mpz_neg(value, value);
    zk_decimal_result result = code_of(code, value, num, divisor);
    mpz_clear(divisor);
    mpz_clear(power);
    mpz_clear(value);
    return result;
}

zk_decimal_result zk_decimal_code_of_double(int64_t *code, double value, uint64_t num, uint64_t den)
{
    int exponent;
    double mantissa = frexp(value, &exponent); /* value = mantissa * 2^exponent, exactly */
    *code = 0;
    if (mantissa == 0)
        return ZK_DECIMAL_OK;
    if (exponent > 130)
        return ZK_DECIMAL_TOO_LARGE;
    if (exponent < -130)
        return ZK_DECIMAL_BETWEEN;
    mpz_t whole, divisor;
    mpz_init_set_d(whole, ldexp(mantissa, 53));
    mpz_init_set_ui(divisor, 1);
    exponent -= 53;
    mpz_mul_2exp(exponent < 0 ? divisor : whole, exponent < 0 ? divisor : whole,
                 (mp_bitcnt_t)(exponent < 0 ? -exponent : exponent));
    mpz_mul_ui(whole, whole, den);
    zk_decimal_result result = code_of(code, whole, num, divisor);
    mpz_clear(divisor);
    mpz_clear(whole);
    return result;
}
