/* Exact rationals: rounding to codes, and readable texts. */
#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/check/real.h"

void zc_rational_round(mpz_t out, const mpq_t value, const mpq_t step, zc_round_mode mode)
{
    mpq_t quotient;
    mpq_init(quotient);
    mpq_div(quotient, value, step);
    zc_round_quotient(out, mpq_numref(quotient), mpq_denref(quotient), mode);
    mpq_clear(quotient);
}

bool zc_rational_exact(mpz_t out, const mpq_t value, const mpq_t step)
{
    mpq_t quotient;
    mpq_init(quotient);
    mpq_div(quotient, value, step);
    bool exact = mpz_cmp_ui(mpq_denref(quotient), 1) == 0;
    if (exact)
        mpz_set(out, mpq_numref(quotient));
    mpq_clear(quotient);
    return exact;
}

enum { DECIMALS = 12, LONGEST = 40 };

/* scaled / 10^DECIMALS without trailing zeros. */
static const char *decimal_text(zk_arena *arena, const mpz_t scaled)
{
    char digits[LONGEST + DECIMALS + 8];
    mpz_get_str(digits, 10, scaled);
    const char *sign = digits[0] == '-' ? "-" : "";
    const char *magnitude = digits + (digits[0] == '-');
    size_t length = strlen(magnitude);
    char whole[LONGEST + 8] = "0", fraction[DECIMALS + 1];
    memset(fraction, '0', DECIMALS);
    fraction[DECIMALS] = '\0';
    size_t tail = length > DECIMALS ? DECIMALS : length;
    memcpy(fraction + DECIMALS - tail, magnitude + length - tail, tail);
    if (length > DECIMALS) {
        memcpy(whole, magnitude, length - DECIMALS);
        whole[length - DECIMALS] = '\0';
    }
    size_t kept = DECIMALS;
    while (kept > 0 && fraction[kept - 1] == '0')
        kept--;
    fraction[kept] = '\0';
    return zk_arena_printf(arena, kept ? "%s%s.%s" : "%s%s%s", sign, whole, fraction);
}

/* About six digits of any rational, also outside the range of doubles. */
static const char *rough_text(zk_arena *arena, const mpq_t value)
{
    double d = mpq_get_d(value);
    if (d - d == 0 && (d != 0 || mpq_sgn(value) == 0))
        return zk_arena_printf(arena, "about %.6g", d);
    long bits =
        (long)mpz_sizeinbase(mpq_numref(value), 2) - (long)mpz_sizeinbase(mpq_denref(value), 2);
    return zk_arena_printf(arena, "about %s2^%ld", mpq_sgn(value) < 0 ? "-" : "", bits);
}

const char *zc_rational_text(zk_arena *arena, const mpq_t value)
{
    if (mpz_sizeinbase(mpq_numref(value), 10) > LONGEST)
        return rough_text(arena, value);
    mpz_t scaled, remainder;
    mpz_inits(scaled, remainder, NULL);
    mpz_ui_pow_ui(scaled, 10, DECIMALS);
    mpz_mul(scaled, scaled, mpq_numref(value));
    mpz_tdiv_qr(scaled, remainder, scaled, mpq_denref(value));
    const char *text =
        mpz_sgn(remainder) == 0 ? decimal_text(arena, scaled) : rough_text(arena, value);
    mpz_clears(scaled, remainder, NULL);
    return text;
}

const char *zc_scale_text(zk_arena *arena, const mpq_t scale)
{
    mpz_srcptr denominator = mpq_denref(scale);
    mp_bitcnt_t shift = mpz_scan1(denominator, 0);
    bool power = mpz_sizeinbase(denominator, 2) == shift + 1;
    if (mpz_cmp_ui(mpq_numref(scale), 1) == 0 && shift > 0 && power)
        return zk_arena_printf(arena, "2^-%lu", (unsigned long)shift);
    return zc_rational_text(arena, scale);
}
