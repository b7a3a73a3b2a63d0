#include "compiler/front/literal.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/front/lexer.h"
#include "runtime/base/error.h"

static void set_hexadecimal(mpq_t value, const char *digits)
{
    ZK_CHECK(mpz_set_str(mpq_numref(value), digits, 16) == 0);
    mpz_set_ui(mpq_denref(value), 1);
}

/* value *= 10^exponent */
static void scale_by_ten(mpq_t value, long exponent)
{
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(exponent));
    if (exponent >= 0)
        mpz_mul(mpq_numref(value), mpq_numref(value), power);
    else
        mpz_mul(mpq_denref(value), mpq_denref(value), power);
    mpz_clear(power);
    mpq_canonicalize(value);
}

void zc_literal_rational(mpq_t value, const char *literal)
{
    char digits[ZC_NUMBER_MAX_LENGTH + 1];
    size_t count = 0;
    long exponent = 0;
    bool after_point = false;
    if (literal[0] == '0' && (literal[1] == 'x' || literal[1] == 'X')) {
        set_hexadecimal(value, literal + 2);
        return;
    }
    for (const char *at = literal; *at != '\0'; at++) {
        if (*at == '.') {
            after_point = true;
        } else if (*at == 'e' || *at == 'E') {
            exponent += strtol(at + 1, NULL, 10);
            break;
        } else {
            ZK_CHECK(count < ZC_NUMBER_MAX_LENGTH);
            digits[count++] = *at;
            exponent -= after_point ? 1 : 0;
        }
    }
    digits[count] = '\0';
    ZK_CHECK(mpz_set_str(mpq_numref(value), digits, 10) == 0);
    mpz_set_ui(mpq_denref(value), 1);
    scale_by_ten(value, exponent);
}
