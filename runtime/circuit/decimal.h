/* decimal.h - codes as real numbers in text, exactly, in both directions.
 *
 * A code c stands for the real number c * num / den (below 2^63 both, in lowest terms). It has a
 * finite decimal expansion when den has no prime factors but 2 and 5 (every `int`, `fix` and `ufix`
 * type, and a `quant` type whose step is a decimal); otherwise it is written as a fraction in
 * lowest terms, such as -2/3 or 4. Nothing is rounded.
 */
#ifndef ZK_CIRCUIT_DECIMAL_H
#define ZK_CIRCUIT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/buf.h"

bool zk_decimal_is_finite(uint64_t den);
void zk_decimal_put(zk_buf *out, int64_t code, uint64_t num, uint64_t den);

typedef enum zk_decimal_result {
    ZK_DECIMAL_OK,
    ZK_DECIMAL_BETWEEN,   /* no multiple of the step */
    ZK_DECIMAL_TOO_LARGE, /* outside of int64_t: of no code */
    ZK_DECIMAL_MALFORMED, /* not the text of a fraction */
} zk_decimal_result;

/* `text` is a number in JSON's grammar: -12.5e3. Digits and exponent of any length. */
zk_decimal_result zk_decimal_code(int64_t *code, const char *text, size_t length, uint64_t num,
                                  uint64_t den);
/* Any text: an integer, or two with a slash between them, the second from 1 to 2^63 - 1. */
zk_decimal_result zk_decimal_code_of_fraction(int64_t *code, const char *text, size_t length,
                                              uint64_t num, uint64_t den);
/* The code of a finite binary floating-point number. */
zk_decimal_result zk_decimal_code_of_double(int64_t *code, double value, uint64_t num,
                                            uint64_t den);

#endif
