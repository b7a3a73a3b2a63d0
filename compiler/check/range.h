/* range.h - the range rules of the language, on codes.
 *
 * A range is the set of integers lo .. hi, lo <= hi. Each function computes the range of one
 * operation from the ranges of its operands; its comment is the proof. "Tight" means that both
 * bounds are reached by some values of independent operands. All results may alias operands.
 * The scales are the caller's business: operands are aligned before they come here.
 */
#ifndef ZC_CHECK_RANGE_H
#define ZC_CHECK_RANGE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/tir/tir.h"

/* hi - lo must stay below 2^ZC_RANGE_BITS, |lo| and |hi| below 2^(ZC_RANGE_BITS + 1). */
enum { ZC_RANGE_BITS = 250 };

__extension__ typedef __int128 zc_i128;

typedef struct zc_range {
    mpz_t lo, hi;
} zc_range;

void zc_range_init(zc_range *r); /* 0 .. 0 */
void zc_range_clear(zc_range *r);
void zc_range_set(zc_range *out, const zc_range *a);
void zc_range_set_si(zc_range *out, int64_t lo, int64_t hi);
void zc_range_set_mpz(zc_range *out, const mpz_t lo, const mpz_t hi);
/* The smallest and largest of count >= 1 codes. */
void zc_range_of_codes(zc_range *out, const int64_t *codes, uint64_t count);
/* GMP's long is 64 bits where we run, but not everywhere. */
void zc_mpz_set_i64(mpz_t out, int64_t value);
void zc_mpz_set_u64(mpz_t out, uint64_t value);
void zc_mpz_set_i128(mpz_t out, zc_i128 value);
bool zc_mpz_get_i64(int64_t *out, const mpz_t value); /* false: does not fit */

bool zc_range_fits(const zc_range *a);     /* in the field, with room for comparisons */
bool zc_range_fits_i64(const zc_range *a); /* both bounds fit an int64_t */
bool zc_range_is_single(const zc_range *a);
bool zc_range_equal(const zc_range *a, const zc_range *b);
bool zc_range_contains(const zc_range *outer, const zc_range *inner);
bool zc_range_has(const zc_range *a, const mpz_t value);
void zc_range_hull(zc_range *out, const zc_range *a, const zc_range *b);
/* False, and `out` unchanged, when the intersection is empty. */
bool zc_range_intersect(zc_range *out, const zc_range *a, const zc_range *b);

/* ---- the rounding verbs on integers: the meaning of ROUND and DIV ---- */

/* mode(numerator / denominator), denominator > 0. */
void zc_round_quotient(mpz_t out, const mpz_t numerator, const mpz_t denominator,
                       zc_round_mode mode);
/* The same for numerators and denominators up to 2^126 in magnitude. */
zc_i128 zc_round_quotient_i128(zc_i128 numerator, zc_i128 denominator, zc_round_mode mode);
/* mode(c0 * a / 2^shift). */
void zc_round_shift(mpz_t out, const mpz_t a, const mpz_t c0, uint32_t shift, zc_round_mode mode);

/* Bits of a two's-complement code if lo < 0, else of an unsigned one; at least 1. */
size_t zc_code_bits(const mpz_t lo, const mpz_t hi);

/* ---- linear operations ---- */

void zc_range_add(zc_range *out, const zc_range *a, const zc_range *b);
void zc_range_sub(zc_range *out, const zc_range *a, const zc_range *b);
void zc_range_neg(zc_range *out, const zc_range *a);
void zc_range_scale(zc_range *out, const zc_range *a, const mpz_t c0);
/* Sum of `terms` values. */
void zc_range_sum(zc_range *out, const zc_range *a, uint64_t terms);

/* ---- products ---- */

void zc_range_mul(zc_range *out, const zc_range *a, const zc_range *b);
void zc_range_square(zc_range *out, const zc_range *a);
/* Sum of `terms` products, no operand constant. */
void zc_range_dot(zc_range *out, const zc_range *a, const zc_range *b, uint64_t terms);
/* Sum of w_i x_i where the positive weights add up to `positive` and the others to `negative`. */
void zc_range_weighted(zc_range *out, const mpz_t positive, const mpz_t negative,
                       const zc_range *x);
/* The hull, over the rows of a constant matrix, of the range of row * x. */
void zc_range_dot_const(zc_range *out, const int64_t *weights, uint64_t rows, uint64_t terms,
                        const zc_range *x);

/* ---- rounding and saturation ---- */

/* c0 > 0. */
void zc_range_round(zc_range *out, const zc_range *a, const mpz_t c0, uint32_t shift,
                    zc_round_mode mode);
/* mode(c0 * a / (c1 * b)); c0, c1 > 0 and b.lo > 0. */
void zc_range_div(zc_range *out, const zc_range *a, const zc_range *b, const mpz_t c0,
                  const mpz_t c1, zc_round_mode mode);
/* lo <= hi. */
void zc_range_clamp(zc_range *out, const zc_range *a, const mpz_t lo, const mpz_t hi);

/* ---- selection ---- */

void zc_range_select(zc_range *out, const zc_range *c, const zc_range *a, const zc_range *b);
void zc_range_max(zc_range *out, const zc_range *a, const zc_range *b);
void zc_range_min(zc_range *out, const zc_range *a, const zc_range *b);
/* Index of the maximum among `terms` >= 1 values. */
void zc_range_argmax(zc_range *out, uint64_t terms);
/* The entries that arguments in `a` (and `b`) select; both lie in the domain. */
void zc_range_table(zc_range *out, const zc_table *table, const zc_range *a);
void zc_range_table2(zc_range *out, const zc_table *table, const zc_range *a, const zc_range *b);

/* ---- truth values: ranges inside 0 .. 1 ---- */

void zc_range_cmp(zc_range *out, zc_cmp cmp, const zc_range *a, const zc_range *b);
void zc_range_not(zc_range *out, const zc_range *a);
void zc_range_and(zc_range *out, const zc_range *a, const zc_range *b);
void zc_range_or(zc_range *out, const zc_range *a, const zc_range *b);

/* ---- what an assertion teaches about its operands; false: it can never hold ---- */

/* x after `assert x cmp c` holds for every c it was compared with in the range `c`. */
bool zc_range_assert_lt(zc_range *out, const zc_range *x, const zc_range *c); /* x <  c */
bool zc_range_assert_le(zc_range *out, const zc_range *x, const zc_range *c); /* x <= c */
bool zc_range_assert_gt(zc_range *out, const zc_range *x, const zc_range *c); /* x >  c */
bool zc_range_assert_ge(zc_range *out, const zc_range *x, const zc_range *c); /* x >= c */
bool zc_range_assert_eq(zc_range *out, const zc_range *x, const zc_range *c); /* x == c */
bool zc_range_assert_ne(zc_range *out, const zc_range *x, const zc_range *c); /* x != c */

#endif
