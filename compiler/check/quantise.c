/* Elements of weight tensors as exact numbers, and their rounding to codes. */
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/check/real.h"
#include "compiler/check/weights.h"

/* An element: mantissa * 2^exponent. */
typedef struct element {
    bool finite;
    bool negative;
    uint64_t mantissa;
    int exponent;
} element;

typedef struct layout {
    unsigned mantissa_bits, exponent_bits;
} layout;

static layout layout_of(zc_dtype dtype)
{
    switch (dtype) {
    case ZC_DTYPE_F16:
        return (layout){10, 5};
    case ZC_DTYPE_BF16:
        return (layout){7, 8};
    case ZC_DTYPE_F32:
        return (layout){23, 8};
    case ZC_DTYPE_F64:
        return (layout){52, 11};
    default:
        return (layout){0, 0};
    }
}

static uint64_t read_bits(const zc_weights *w, uint64_t i)
{
    ZK_CHECK(i < w->count);
    size_t bytes = zc_dtype_bytes(w->dtype);
    const uint8_t *at = w->data + (size_t)i * bytes;
    uint64_t bits = 0;
    for (size_t b = bytes; b-- > 0;)
        bits = bits << 8 | at[b];
    return bits;
}

/* IEEE 754: (-1)^s * 1.m * 2^(e - bias), subnormals 0.m * 2^(1 - bias), all ones: no number. */
static element decode_float(uint64_t bits, layout l)
{
    uint64_t fraction = bits & (((uint64_t)1 << l.mantissa_bits) - 1);
    int all_ones = (1 << l.exponent_bits) - 1;
    int e = (int)(bits >> l.mantissa_bits) & all_ones;
    int bias = all_ones >> 1;
    return (element){
        .finite = e != all_ones,
        .negative = bits >> (l.mantissa_bits + l.exponent_bits) & 1,
        .mantissa = e == 0 ? fraction : fraction | (uint64_t)1 << l.mantissa_bits,
        .exponent = (e == 0 ? 1 : e) - bias - (int)l.mantissa_bits,
    };
}

static element decode(const zc_weights *w, uint64_t i)
{
    uint64_t bits = read_bits(w, i);
    layout l = layout_of(w->dtype);
    if (l.exponent_bits > 0)
        return decode_float(bits, l);
    bool is_signed = w->dtype == ZC_DTYPE_I8 || w->dtype == ZC_DTYPE_I16 ||
                     w->dtype == ZC_DTYPE_I32 || w->dtype == ZC_DTYPE_I64;
    unsigned width = 8 * (unsigned)zc_dtype_bytes(w->dtype);
    bool negative = is_signed && bits >> (width - 1) & 1;
    uint64_t mask = width == 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
    return (element){
        .finite = true, .negative = negative, .mantissa = negative ? (0 - bits) & mask : bits};
}

bool zc_weights_integer(int64_t *out, const zc_weights *w, uint64_t i)
{
    ZK_CHECK(zc_dtype_is_integer(w->dtype));
    element e = decode(w, i);
    if (e.negative) {
        *out = (int64_t)(0 - e.mantissa);
        return true;
    }
    *out = (int64_t)e.mantissa;
    return e.mantissa <= INT64_MAX;
}

/* ---- messages ---- */

void zc_weights_index_text(zk_buf *out, const zc_weights *w, uint64_t i)
{
    uint64_t point[ZC_WEIGHTS_MAX_RANK];
    for (uint32_t d = w->rank; d-- > 0;) {
        point[d] = i % w->shape[d];
        i /= w->shape[d];
    }
    for (uint32_t d = 0; d < w->rank; d++)
        zk_buf_printf(out, "%s%llu", d ? ", " : "[", (unsigned long long)point[d]);
    if (w->rank > 0)
        zk_buf_text(out, "]");
}

static zkml_status bad_element(const zc_weights *w, uint64_t i, zkml_status status,
                               const char *what, zkml_error *err)
{
    zk_buf index = {0};
    zc_weights_index_text(&index, w, i);
    status = zk_fail(err, status, "%s: element %.*s %s", w->name, (int)index.length,
                     index.data ? (const char *)index.data : "", what);
    zk_buf_free(&index);
    return status;
}

static void to_rational(mpq_t out, const element *e)
{
    zc_mpz_set_u64(mpq_numref(out), e->mantissa);
    mpz_set_ui(mpq_denref(out), 1);
    if (e->negative)
        mpq_neg(out, out);
    if (e->exponent < 0)
        mpq_div_2exp(out, out, (mp_bitcnt_t)-e->exponent);
    else
        mpq_mul_2exp(out, out, (mp_bitcnt_t)e->exponent);
}

zkml_status zc_weights_rational(mpq_t out, const zc_weights *w, uint64_t i, zkml_error *err)
{
    element e = decode(w, i);
    if (!e.finite)
        return bad_element(w, i, ZKML_MALFORMED, "is not a number (NaN or infinite)", err);
    to_rational(out, &e);
    return ZKML_OK;
}

/* ---- quantisation ---- */

/* One tensor's worth of: codes = verb(value * q / p) for step = p / q; powers of two of p and q are
 * kept apart in `shift`. */
typedef struct quantiser {
    zc_quantise verb;
    zc_round_mode mode;
    bool fast;    /* the odd parts fit 62 bits */
    int64_t p, q; /* odd parts */
    int shift;    /* value / step = value * (q / p) * 2^shift */
    int64_t lo, hi;
    mpq_t step;
    mpz_t code;
    mpq_t value;
} quantiser;

static void quantiser_init(quantiser *z, const mpq_t step, zc_quantise verb, int64_t lo, int64_t hi)
{
    mpz_t odd;
    *z = (quantiser){.verb = verb, .lo = lo, .hi = hi};
    z->mode = verb == ZC_QUANTISE_FLOOR       ? ZC_FLOOR
              : verb == ZC_QUANTISE_ROUNDEVEN ? ZC_ROUNDEVEN
                                              : ZC_ROUND;
    mpz_init(z->code);
    mpq_inits(z->step, z->value, NULL);
    mpq_set(z->step, step);
    mpz_init(odd);
    mp_bitcnt_t p = mpz_scan1(mpq_numref(step), 0), q = mpz_scan1(mpq_denref(step), 0);
    z->fast = p < 1024 && q < 1024;
    z->shift = z->fast ? (int)q - (int)p : 0;
    mpz_fdiv_q_2exp(odd, mpq_numref(step), p);
    z->fast = z->fast && mpz_sizeinbase(odd, 2) <= 62 && zc_mpz_get_i64(&z->p, odd);
    mpz_fdiv_q_2exp(odd, mpq_denref(step), q);
    z->fast = z->fast && mpz_sizeinbase(odd, 2) <= 62 && zc_mpz_get_i64(&z->q, odd);
    mpz_clear(odd);
}

static void quantiser_clear(quantiser *z)
{
    mpz_clear(z->code);
    mpq_clears(z->step, z->value, NULL);
}

static int bit_length(uint64_t x)
{
    return x == 0 ? 0 : 64 - __builtin_clzll(x);
}

/* numerator / denominator = value / step in 128 bits; false: they do not fit. */
static bool small_fraction(const quantiser *z, const element *e, zc_i128 *numerator,
                           zc_i128 *denominator)
{
    enum { LIMIT = 125 };
    uint64_t mantissa = e->mantissa;
    int exponent = e->exponent + z->shift;
    if (!z->fast)
        return false;
    if (mantissa == 0) {
        *numerator = 0;
        *denominator = 1;
        return true;
    }
    int zeros = __builtin_ctzll(mantissa);
    mantissa >>= zeros;
    exponent += zeros;
    int bits = bit_length(mantissa) + bit_length((uint64_t)z->q);
    if (exponent >= 0 ? bits + exponent > LIMIT
                      : bits > LIMIT || bit_length((uint64_t)z->p) - exponent > LIMIT)
        return false;
    *numerator = (zc_i128)mantissa * z->q;
    *denominator = z->p;
    if (exponent >= 0)
        *numerator *= (zc_i128)1 << exponent;
    else
        *denominator *= (zc_i128)1 << -exponent;
    if (e->negative)
        *numerator = -*numerator;
    return true;
}

typedef enum verdict { CODE, NOT_EXACT, OUTSIDE } verdict;

static verdict judge_small(const quantiser *z, zc_i128 numerator, zc_i128 denominator, int64_t *out)
{
    if (z->verb == ZC_QUANTISE_EXACT && numerator % denominator != 0)
        return NOT_EXACT;
    zc_i128 code = zc_round_quotient_i128(numerator, denominator, z->mode);
    if (z->verb == ZC_QUANTISE_CLAMP)
        code = code < z->lo ? z->lo : code > z->hi ? z->hi : code;
    if (code < z->lo || code > z->hi)
        return OUTSIDE;
    *out = (int64_t)code;
    return CODE;
}

static verdict judge_big(quantiser *z, const element *e, int64_t *out)
{
    to_rational(z->value, e);
    if (z->verb == ZC_QUANTISE_EXACT && !zc_rational_exact(z->code, z->value, z->step))
        return NOT_EXACT;
    zc_rational_round(z->code, z->value, z->step, z->mode);
    bool fits = zc_mpz_get_i64(out, z->code);
    if (z->verb == ZC_QUANTISE_CLAMP) {
        bool below = fits ? *out < z->lo : mpz_sgn(z->code) < 0;
        bool above = fits ? *out > z->hi : mpz_sgn(z->code) > 0;
        *out = below ? z->lo : above ? z->hi : *out;
        return CODE;
    }
    return fits && *out >= z->lo && *out <= z->hi ? CODE : OUTSIDE;
}

static zkml_status report(const zc_weights *w, const quantiser *z, const element *e, uint64_t i,
                          verdict v, zkml_error *err)
{
    zk_arena arena;
    mpq_t value, lo, hi;
    mpq_inits(value, lo, hi, NULL);
    zk_arena_init(&arena, 0);
    to_rational(value, e);
    const char *text = zc_rational_text(&arena, value);
    const char *what;
    if (v == NOT_EXACT) {
        what = zk_arena_printf(&arena, "is %s, which is no multiple of the step %s",
                               text ? text : "?", zc_scale_text(&arena, z->step));
    } else {
        zc_mpz_set_i64(mpq_numref(lo), z->lo);
        zc_mpz_set_i64(mpq_numref(hi), z->hi);
        mpq_mul(lo, lo, z->step);
        mpq_mul(hi, hi, z->step);
        what = zk_arena_printf(&arena, "is %s, outside %s .. %s", text ? text : "?",
                               zc_rational_text(&arena, lo), zc_rational_text(&arena, hi));
    }
    zkml_status status =
        bad_element(w, i, ZKML_INVALID, what ? what : "does not fit its type", err);
    zk_arena_free(&arena);
    mpq_clears(value, lo, hi, NULL);
    return status;
}

zkml_status zc_weights_quantise(int64_t *codes, const zc_weights *w, const mpq_t step,
                                zc_quantise verb, int64_t lo, int64_t hi, uint64_t *bad,
                                zkml_error *err)
{
    quantiser z;
    zkml_status status = ZKML_OK;
    ZK_CHECK(mpq_sgn(step) > 0 && lo <= hi);
    quantiser_init(&z, step, verb, lo, hi);
    for (uint64_t i = 0; i < w->count && status == ZKML_OK; i++) {
        element e = decode(w, i);
        zc_i128 numerator, denominator;
        *bad = i;
        if (!e.finite) {
            status = bad_element(w, i, ZKML_MALFORMED, "is not a number (NaN or infinite)", err);
            break;
        }
        verdict v = small_fraction(&z, &e, &numerator, &denominator)
                        ? judge_small(&z, numerator, denominator, &codes[i])
                        : judge_big(&z, &e, &codes[i]);
        if (v != CODE)
            status = report(w, &z, &e, i, v, err);
    }
    quantiser_clear(&z);
    return status;
}
