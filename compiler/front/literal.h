/* literal.h - the exact values of number literals. */
#ifndef ZC_FRONT_LITERAL_H
#define ZC_FRONT_LITERAL_H

#include <gmp.h>
#include <stdbool.h>

/* Sets `value` (initialised by the caller) to the exact value of a literal text as zc_expr holds
 * it for ZC_EXPR_INT and ZC_EXPR_REAL, in lowest terms. The lexer bounds digits and exponent. */
void zc_literal_rational(mpq_t value, const char *literal);

#endif
