#include "compiler/check/real.h"

#include <mpfr.h>
#include <stdlib.h>
#include <string.h>

/* Exact values with more bits than this go on as intervals. */
enum { EXACT_BITS = 1 << 13, MIN_PRECISION = 64, MAX_EXPONENT = 1 << 14, MAX_ROOT = 64 };

/* ---- expressions ---- */

void zc_reals_init(zc_reals *pool)
{
    *pool = (zc_reals){0};
}

void zc_reals_free(zc_reals *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        mpq_clear(pool->items[i]->value);
        free(pool->items[i]);
    }
    free(pool->items);
    *pool = (zc_reals){0};
}

static zc_real *new_real(zc_reals *pool, zc_span span, zc_real_op op)
{
    if (!ZK_GROW(pool->items, pool->capacity, pool->count + 1))
        return NULL;
    zc_real *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    mpq_init(e->value);
    e->op = op;
    e->span = span;
    e->depth = 1;
    pool->items[pool->count++] = e;
    return e;
}

const zc_real *zc_real_const(zc_reals *pool, zc_span span, const mpq_t value)
{
    zc_real *e = new_real(pool, span, ZC_REAL_CONST);
    if (e)
        mpq_set(e->value, value);
    return e;
}

const zc_real *zc_real_var(zc_reals *pool, zc_span span, uint32_t variable)
{
    zc_real *e = new_real(pool, span, ZC_REAL_VAR);
    if (e)
        e->variable = variable;
    return e;
}

unsigned zc_real_arity(zc_real_op op)
{
    switch (op) {
    case ZC_REAL_CONST:
    case ZC_REAL_VAR:
        return 0;
    case ZC_REAL_NEG:
    case ZC_REAL_ABS:
    case ZC_REAL_EXP:
    case ZC_REAL_LOG:
    case ZC_REAL_SQRT:
    case ZC_REAL_ERF:
    case ZC_REAL_TANH:
    case ZC_REAL_SIN:
    case ZC_REAL_COS:
    case ZC_REAL_NOT:
        return 1;
    case ZC_REAL_IF:
        return 3;
    default:
        return 2;
    }
}

bool zc_real_is_truth(zc_real_op op)
{
    return op >= ZC_REAL_LT;
}

const zc_real *zc_real_make(zc_reals *pool, zc_span span, zc_real_op op, const zc_real *a,
                            const zc_real *b, const zc_real *c)
{
    const zc_real *operands[3] = {a, b, c};
    uint32_t depth = 0;
    for (unsigned k = 0; k < zc_real_arity(op); k++) {
        if (!operands[k])
            return NULL;
        if (operands[k]->depth > depth)
            depth = operands[k]->depth;
    }
    if (depth >= ZC_REAL_MAX_DEPTH)
        return NULL;
    zc_real *e = new_real(pool, span, op);
    if (!e)
        return NULL;
    e->depth = depth + 1;
    e->a = a;
    e->b = b;
    e->c = c;
    return e;
}

bool zc_real_function(const char *name, zc_real_op *op)
{
    static const struct {
        const char *name;
        zc_real_op op;
    } functions[] = {
        {"exp", ZC_REAL_EXP}, {"log", ZC_REAL_LOG}, {"sqrt", ZC_REAL_SQRT}, {"erf", ZC_REAL_ERF},
        {"sin", ZC_REAL_SIN}, {"cos", ZC_REAL_COS}, {"tanh", ZC_REAL_TANH}, {"abs", ZC_REAL_ABS},
        {"min", ZC_REAL_MIN}, {"max", ZC_REAL_MAX},
    };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) == 0) {
            *op = functions[i].op;
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

/* An exact rational, or an interval lo .. hi that holds the true value. */
typedef struct value {
    bool exact;
    mpq_t q;
    mpfr_t lo, hi;
} value;

typedef struct evaluation {
    mpfr_prec_t precision;
    mpq_t *const *variables; /* pointer to the caller's array */
    zc_real_fault *fault;
} evaluation;

/* Outcome of one evaluation at one precision. RETRY: more bits may help. */
typedef enum outcome { DONE, RETRY, BAD_DOMAIN, BAD_RANGE } outcome;

static void value_init(value *v, mpfr_prec_t precision)
{
    v->exact = true;
    mpq_init(v->q);
    mpfr_init2(v->lo, precision);
    mpfr_init2(v->hi, precision);
}

static void value_clear(value *v)
{
    mpq_clear(v->q);
    mpfr_clear(v->lo);
    mpfr_clear(v->hi);
}

static void value_set_si(value *v, long n)
{
    v->exact = true;
    mpq_set_si(v->q, n, 1);
}

static void to_interval(value *v)
{
    if (!v->exact)
        return;
    mpfr_set_q(v->lo, v->q, MPFR_RNDD);
    mpfr_set_q(v->hi, v->q, MPFR_RNDU);
    v->exact = false;
}

static size_t bits_of(const mpq_t q)
{
    return mpz_sizeinbase(mpq_numref(q), 2) + mpz_sizeinbase(mpq_denref(q), 2);
}

static bool is_zero(const value *v)
{
    return v->exact && mpq_sgn(v->q) == 0;
}

/* Sign of every value: 1, -1, 0 (exactly zero), or 2: not known. */
static int sign_of(const value *v)
{
    if (v->exact)
        return mpq_sgn(v->q);
    return mpfr_sgn(v->lo) > 0 ? 1 : mpfr_sgn(v->hi) < 0 ? -1 : 2;
}

static outcome fail(evaluation *ev, const zc_real *e, outcome result, const char *what)
{
    ev->fault->where = e->span;
    ev->fault->what = what;
    return result;
}

static outcome undecided(evaluation *ev, const zc_real *e)
{
    return fail(ev, e, RETRY, "a value too close to the point where the result changes");
}

/* ---- arithmetic ---- */

typedef int (*binary_fn)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int (*unary_fn)(mpfr_t, const mpfr_t, mpfr_rnd_t);

/* Hull of the four corners: right for operations monotone in each operand. */
static void corners(value *out, const value *a, const value *b, binary_fn f, mpfr_prec_t precision)
{
    mpfr_t t;
    mpfr_init2(t, precision);
    for (int i = 0; i < 4; i++) {
        mpfr_srcptr x = i & 1 ? a->hi : a->lo, y = i & 2 ? b->hi : b->lo;
        f(t, x, y, MPFR_RNDD);
        if (i == 0 || mpfr_less_p(t, out->lo) || mpfr_nan_p(t))
            mpfr_set(out->lo, t, MPFR_RNDD);
        f(t, x, y, MPFR_RNDU);
        if (i == 0 || mpfr_greater_p(t, out->hi) || mpfr_nan_p(t))
            mpfr_set(out->hi, t, MPFR_RNDU);
    }
    mpfr_clear(t);
    out->exact = false;
}

static void increasing(value *out, const value *a, unary_fn f)
{
    f(out->lo, a->lo, MPFR_RNDD);
    f(out->hi, a->hi, MPFR_RNDU);
    out->exact = false;
}

static outcome exact_arithmetic(value *out, zc_real_op op, const value *a, const value *b)
{
    switch (op) {
    case ZC_REAL_ADD:
        mpq_add(out->q, a->q, b->q);
        break;
    case ZC_REAL_SUB:
        mpq_sub(out->q, a->q, b->q);
        break;
    case ZC_REAL_MUL:
        mpq_mul(out->q, a->q, b->q);
        break;
    case ZC_REAL_DIV:
        mpq_div(out->q, a->q, b->q);
        break;
    case ZC_REAL_MIN:
        mpq_set(out->q, mpq_cmp(a->q, b->q) <= 0 ? a->q : b->q);
        break;
    default: /* MAX */
        mpq_set(out->q, mpq_cmp(a->q, b->q) >= 0 ? a->q : b->q);
        break;
    }
    out->exact = true;
    return DONE;
}

static outcome arithmetic(evaluation *ev, const zc_real *e, value *out, value *a, value *b)
{
    if (e->op == ZC_REAL_DIV && is_zero(b))
        return fail(ev, e, BAD_DOMAIN, "division by zero");
    if (e->op == ZC_REAL_DIV && sign_of(b) == 2)
        return undecided(ev, e);
    if (e->op == ZC_REAL_MUL && (is_zero(a) || is_zero(b))) {
        value_set_si(out, 0);
        return DONE;
    }
    if (a->exact && b->exact)
        return exact_arithmetic(out, e->op, a, b);
    to_interval(a);
    to_interval(b);
    switch (e->op) {
    case ZC_REAL_ADD:
        corners(out, a, b, mpfr_add, ev->precision);
        break;
    case ZC_REAL_SUB:
        corners(out, a, b, mpfr_sub, ev->precision);
        break;
    case ZC_REAL_MUL:
        corners(out, a, b, mpfr_mul, ev->precision);
        break;
    case ZC_REAL_DIV:
        corners(out, a, b, mpfr_div, ev->precision);
        break;
    case ZC_REAL_MIN:
        corners(out, a, b, mpfr_min, ev->precision);
        break;
    default:
        corners(out, a, b, mpfr_max, ev->precision);
        break;
    }
    return DONE;
}

/* ---- powers ---- */

/* The root of a non-negative rational, when it is rational. */
static bool exact_root(mpq_t out, const mpq_t a, unsigned long n)
{
    return mpz_root(mpq_numref(out), mpq_numref(a), n) != 0 &&
           mpz_root(mpq_denref(out), mpq_denref(a), n) != 0;
}

/* a^(p/q) exactly, when that is rational and of moderate size. */
static bool exact_power(value *out, const value *a, const mpq_t b)
{
    mpz_srcptr p = mpq_numref(b), q = mpq_denref(b);
    if (!mpz_fits_slong_p(p) || mpz_cmp_ui(q, MAX_ROOT) > 0)
        return false;
    if (mpz_cmp_ui(q, 1) == 0)
        mpq_set(out->q, a->q);
    else if (!exact_root(out->q, a->q, mpz_get_ui(q)))
        return false;
    long n = mpz_get_si(p);
    unsigned long magnitude = n < 0 ? 0 - (unsigned long)n : (unsigned long)n;
    size_t bits = bits_of(out->q);
    bool unit = mpz_cmpabs_ui(mpq_numref(out->q), 1) <= 0 && mpz_cmp_ui(mpq_denref(out->q), 1) == 0;
    if (!unit && magnitude > EXACT_BITS / bits)
        return false;
    if (unit) /* 0, 1 and -1: only the parity matters */
        magnitude = magnitude > 2 ? 2 + magnitude % 2 : magnitude;
    mpz_pow_ui(mpq_numref(out->q), mpq_numref(out->q), magnitude);
    mpz_pow_ui(mpq_denref(out->q), mpq_denref(out->q), magnitude);
    if (n < 0)
        mpq_inv(out->q, out->q);
    out->exact = true;
    return true;
}

/* x^n for an integer n: monotone on each side of 0, and for even n > 0 smallest at 0. */
static outcome integer_power(evaluation *ev, const zc_real *e, value *out, const value *a,
                             const mpz_t n)
{
    bool across = sign_of(a) == 2;
    if (across && mpz_sgn(n) < 0)
        return undecided(ev, e);
    mpfr_t t;
    mpfr_init2(t, ev->precision);
    mpfr_pow_z(out->lo, a->lo, n, MPFR_RNDD);
    mpfr_pow_z(out->hi, a->lo, n, MPFR_RNDU);
    mpfr_pow_z(t, a->hi, n, MPFR_RNDD);
    mpfr_min(out->lo, out->lo, t, MPFR_RNDD);
    mpfr_pow_z(t, a->hi, n, MPFR_RNDU);
    mpfr_max(out->hi, out->hi, t, MPFR_RNDU);
    if (across && mpz_even_p(n))
        mpfr_set_zero(out->lo, 1);
    mpfr_clear(t);
    out->exact = false;
    return DONE;
}

static outcome power(evaluation *ev, const zc_real *e, value *out, value *a, value *b)
{
    bool integer = b->exact && mpz_cmp_ui(mpq_denref(b->q), 1) == 0;
    int sign = sign_of(a), exponent = sign_of(b);
    if (is_zero(b)) {
        value_set_si(out, 1);
        return DONE;
    }
    if (sign == 0 && exponent == 2)
        return undecided(ev, e);
    if (sign == 0) {
        if (exponent < 0)
            return fail(ev, e, BAD_DOMAIN, "a negative power of zero");
        value_set_si(out, 0);
        return DONE;
    }
    if (!integer && sign < 0)
        return fail(ev, e, BAD_DOMAIN, "a fractional power of a negative number");
    if (!integer && sign == 2)
        return undecided(ev, e);
    if (a->exact && b->exact && exact_power(out, a, b->q))
        return DONE;
    to_interval(a);
    if (integer)
        return integer_power(ev, e, out, a, mpq_numref(b->q));
    to_interval(b);
    corners(out, a, b, mpfr_pow, ev->precision);
    return DONE;
}

/* ---- functions ---- */

static outcome square_root(evaluation *ev, const zc_real *e, value *out, value *a)
{
    int sign = sign_of(a);
    if (sign < 0)
        return fail(ev, e, BAD_DOMAIN, "square root of a negative number");
    if (sign == 2)
        return undecided(ev, e);
    if (a->exact && exact_root(out->q, a->q, 2)) {
        out->exact = true;
        return DONE;
    }
    to_interval(a);
    increasing(out, a, mpfr_sqrt);
    return DONE;
}

static outcome logarithm(evaluation *ev, const zc_real *e, value *out, value *a)
{
    int sign = sign_of(a);
    if (sign <= 0)
        return fail(ev, e, BAD_DOMAIN, "logarithm of a number that is not positive");
    if (sign == 2)
        return undecided(ev, e);
    if (a->exact && mpq_cmp_ui(a->q, 1, 1) == 0) {
        value_set_si(out, 0);
        return DONE;
    }
    to_interval(a);
    increasing(out, a, mpfr_log);
    return DONE;
}

/* |f(x) - f(lo)| <= x - lo <= hi - lo for sine and cosine: the value at lo, widened by that. */
static outcome wave(evaluation *ev, const zc_real *e, value *out, value *a, unary_fn f)
{
    to_interval(a);
    if (!mpfr_number_p(a->lo) || !mpfr_number_p(a->hi) ||
        (!mpfr_zero_p(a->lo) && mpfr_get_exp(a->lo) > MAX_EXPONENT))
        return fail(ev, e, BAD_RANGE, "the argument is too large");
    mpfr_t width;
    mpfr_init2(width, ev->precision);
    mpfr_sub(width, a->hi, a->lo, MPFR_RNDU);
    f(out->lo, a->lo, MPFR_RNDD);
    f(out->hi, a->lo, MPFR_RNDU);
    mpfr_sub(out->lo, out->lo, width, MPFR_RNDD);
    mpfr_add(out->hi, out->hi, width, MPFR_RNDU);
    mpfr_clear(width);
    out->exact = false;
    return DONE;
}

static outcome magnitude(value *out, value *a)
{
    out->exact = a->exact;
    if (a->exact) {
        mpq_abs(out->q, a->q);
        return DONE;
    }
    int sign = sign_of(a);
    mpfr_set(out->lo, sign == -1 ? a->hi : a->lo, MPFR_RNDD);
    mpfr_set(out->hi, sign == -1 ? a->lo : a->hi, MPFR_RNDU);
    if (sign == -1 || sign == 1) {
        mpfr_abs(out->lo, out->lo, MPFR_RNDD);
        mpfr_abs(out->hi, out->hi, MPFR_RNDU);
        return DONE;
    }
    mpfr_neg(out->lo, out->lo, MPFR_RNDU);
    mpfr_max(out->hi, out->hi, out->lo, MPFR_RNDU);
    mpfr_set_zero(out->lo, 1);
    return DONE;
}

static outcome function(evaluation *ev, const zc_real *e, value *out, value *a)
{
    switch (e->op) {
    case ZC_REAL_NEG:
        out->exact = a->exact;
        mpq_neg(out->q, a->q);
        mpfr_neg(out->lo, a->hi, MPFR_RNDD);
        mpfr_neg(out->hi, a->lo, MPFR_RNDU);
        return DONE;
    case ZC_REAL_ABS:
        return magnitude(out, a);
    case ZC_REAL_SQRT:
        return square_root(ev, e, out, a);
    case ZC_REAL_LOG:
        return logarithm(ev, e, out, a);
    default:
        break;
    }
    if (is_zero(a)) { /* the only rational arguments with rational values */
        value_set_si(out, e->op == ZC_REAL_EXP || e->op == ZC_REAL_COS);
        return DONE;
    }
    if (e->op == ZC_REAL_SIN)
        return wave(ev, e, out, a, mpfr_sin);
    if (e->op == ZC_REAL_COS)
        return wave(ev, e, out, a, mpfr_cos);
    to_interval(a);
    increasing(out, a,
               e->op == ZC_REAL_EXP   ? mpfr_exp
               : e->op == ZC_REAL_ERF ? mpfr_erf
                                      : mpfr_tanh);
    return DONE;
}

/* ---- evaluation ---- */

static outcome eval(evaluation *ev, const zc_real *e, value *out);

/* Order of two values: -1, 0, 1; RETRY when the intervals overlap. */
static outcome order_of(evaluation *ev, const zc_real *e, int *order)
{
    value a, b;
    value_init(&a, ev->precision);
    value_init(&b, ev->precision);
    outcome result = eval(ev, e->a, &a);
    if (result == DONE)
        result = eval(ev, e->b, &b);
    if (result == DONE && a.exact && b.exact) {
        int c = mpq_cmp(a.q, b.q);
        *order = (c > 0) - (c < 0);
    } else if (result == DONE) {
        to_interval(&a);
        to_interval(&b);
        if (mpfr_less_p(a.hi, b.lo))
            *order = -1;
        else if (mpfr_greater_p(a.lo, b.hi))
            *order = 1;
        else
            result = undecided(ev, e);
    }
    value_clear(&a);
    value_clear(&b);
    return result;
}

static outcome truth(evaluation *ev, const zc_real *e, bool *out)
{
    int order = 0;
    outcome result;
    switch (e->op) {
    case ZC_REAL_NOT:
        result = truth(ev, e->a, out);
        *out = !*out;
        return result;
    case ZC_REAL_AND:
    case ZC_REAL_OR:
        result = truth(ev, e->a, out);
        if (result != DONE || *out == (e->op == ZC_REAL_OR))
            return result;
        return truth(ev, e->b, out);
    default:
        break;
    }
    result = order_of(ev, e, &order);
    *out = e->op == ZC_REAL_LT   ? order < 0
           : e->op == ZC_REAL_LE ? order <= 0
           : e->op == ZC_REAL_EQ ? order == 0
                                 : order != 0;
    return result;
}

static outcome eval_operands(evaluation *ev, const zc_real *e, value *out)
{
    value a, b;
    value_init(&a, ev->precision);
    value_init(&b, ev->precision);
    unsigned arity = zc_real_arity(e->op);
    outcome result = eval(ev, e->a, &a);
    if (result == DONE && arity == 2)
        result = eval(ev, e->b, &b);
    if (result != DONE)
        ;
    else if (arity == 1)
        result = function(ev, e, out, &a);
    else if (e->op == ZC_REAL_POW)
        result = power(ev, e, out, &a, &b);
    else
        result = arithmetic(ev, e, out, &a, &b);
    value_clear(&a);
    value_clear(&b);
    return result;
}

static outcome eval(evaluation *ev, const zc_real *e, value *out)
{
    outcome result = DONE;
    bool chosen = false;
    switch (e->op) {
    case ZC_REAL_CONST:
    case ZC_REAL_VAR:
        out->exact = true;
        mpq_set(out->q, e->op == ZC_REAL_CONST ? e->value : (*ev->variables)[e->variable]);
        return DONE;
    case ZC_REAL_IF:
        result = truth(ev, e->a, &chosen);
        return result == DONE ? eval(ev, chosen ? e->b : e->c, out) : result;
    default:
        result = eval_operands(ev, e, out);
        break;
    }
    if (result != DONE)
        return result;
    if (out->exact && bits_of(out->q) > EXACT_BITS)
        to_interval(out);
    if (!out->exact && (!mpfr_number_p(out->lo) || !mpfr_number_p(out->hi)))
        return fail(ev, e, BAD_RANGE, "a value too large to be handled");
    return DONE;
}

/* ---- rounding ---- */

/* mode(x) for one end of the interval. floor(x + 1/2) = floor((floor(2 x) + 1) / 2). */
static void round_end(mpz_t out, const mpfr_t x, zc_round_mode mode)
{
    if (mode == ZC_FLOOR) {
        mpfr_get_z(out, x, MPFR_RNDD);
    } else if (mode == ZC_ROUNDEVEN) {
        mpfr_get_z(out, x, MPFR_RNDN);
    } else {
        mpfr_t twice;
        mpfr_init2(twice, mpfr_get_prec(x));
        mpfr_mul_2ui(twice, x, 1, MPFR_RNDN); /* exact */
        mpfr_get_z(out, twice, MPFR_RNDD);
        mpfr_clear(twice);
        mpz_add_ui(out, out, 1);
        mpz_fdiv_q_2exp(out, out, 1);
    }
}

static bool too_large(const mpfr_t x)
{
    return !mpfr_number_p(x) || (!mpfr_zero_p(x) && mpfr_get_exp(x) > MAX_EXPONENT);
}

/* Rounding is monotone: equal at both ends means equal everywhere between. */
static outcome round_value(evaluation *ev, const zc_real *e, mpz_t out, value *v, const mpq_t step,
                           zc_round_mode mode)
{
    if (v->exact) {
        zc_rational_round(out, v->q, step, mode);
        return DONE;
    }
    mpfr_div_q(v->lo, v->lo, step, MPFR_RNDD);
    mpfr_div_q(v->hi, v->hi, step, MPFR_RNDU);
    if (too_large(v->lo) || too_large(v->hi))
        return fail(ev, e, BAD_RANGE, "a value too large to be handled");
    mpz_t other;
    mpz_init(other);
    round_end(out, v->lo, mode);
    round_end(other, v->hi, mode);
    bool decided = mpz_cmp(out, other) == 0;
    mpz_clear(other);
    return decided ? DONE : undecided(ev, e);
}

static zc_real_status status_of(outcome result)
{
    switch (result) {
    case DONE:
        return ZC_REAL_OK;
    case BAD_DOMAIN:
        return ZC_REAL_DOMAIN;
    case BAD_RANGE:
        return ZC_REAL_RANGE;
    case RETRY:
        break;
    }
    return ZC_REAL_UNDECIDED;
}

zc_real_status zc_real_round(mpz_t out, const zc_real *e, mpq_t *const variables, const mpq_t step,
                             zc_round_mode mode, zc_real_fault *fault)
{
    outcome result = RETRY;
    for (mpfr_prec_t p = MIN_PRECISION; p <= ZC_REAL_MAX_PRECISION && result == RETRY; p *= 2) {
        evaluation ev = {.precision = p, .variables = &variables, .fault = fault};
        value v;
        value_init(&v, p);
        result = eval(&ev, e, &v);
        if (result == DONE)
            result = round_value(&ev, e, out, &v, step, mode);
        value_clear(&v);
    }
    return status_of(result);
}

zc_real_status zc_real_exact(mpq_t out, const zc_real *e, mpq_t *const variables,
                             zc_real_fault *fault)
{
    evaluation ev = {.precision = MIN_PRECISION, .variables = &variables, .fault = fault};
    value v;
    value_init(&v, MIN_PRECISION);
    outcome result = eval(&ev, e, &v);
    zc_real_status status = status_of(result);
    if (result == RETRY || (result == DONE && !v.exact)) {
        fault->where = e->span;
        fault->what = "a value that is not rational";
        status = ZC_REAL_IRRATIONAL;
    } else if (result == DONE) {
        mpq_set(out, v.q);
    }
    value_clear(&v);
    return status;
}

zc_real_status zc_real_truth(bool *out, const zc_real *e, mpq_t *const variables,
                             zc_real_fault *fault)
{
    outcome result = RETRY;
    *out = false;
    for (mpfr_prec_t p = MIN_PRECISION; p <= ZC_REAL_MAX_PRECISION && result == RETRY; p *= 2) {
        evaluation ev = {.precision = p, .variables = &variables, .fault = fault};
        result = truth(&ev, e, out);
    }
    return status_of(result);
}
