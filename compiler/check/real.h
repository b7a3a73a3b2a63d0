/* real.h - real numbers at compile time: exact rationals, and expressions rounded correctly.
 *
 * An expression is a tree of zc_real nodes owned by a zc_reals pool; the checker builds it once
 * from the syntax tree and evaluates it for many values of the variables (the rows of a table).
 *
 * Evaluation keeps a value as an exact rational as long as it is one (so that ties are ties and
 * the verb decides them; exp(0), sqrt(9/4), 8^(1/3) are exact too) and as an interval of MPFR
 * numbers with outward rounding otherwise; the precision grows until floor, round or roundeven
 * is the same for the whole interval, up to ZC_REAL_MAX_PRECISION bits. Results do not depend on
 * the platform.
 */
#ifndef ZC_CHECK_REAL_H
#define ZC_CHECK_REAL_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/tir/tir.h"

enum { ZC_REAL_MAX_PRECISION = 4096, ZC_REAL_MAX_DEPTH = 1024 };

typedef enum zc_real_op {
    ZC_REAL_CONST,
    ZC_REAL_VAR,
    ZC_REAL_ADD,
    ZC_REAL_SUB,
    ZC_REAL_MUL,
    ZC_REAL_DIV,
    ZC_REAL_POW,
    ZC_REAL_NEG,
    ZC_REAL_ABS,
    ZC_REAL_MIN,
    ZC_REAL_MAX,
    ZC_REAL_EXP,
    ZC_REAL_LOG,
    ZC_REAL_SQRT,
    ZC_REAL_ERF,
    ZC_REAL_TANH,
    ZC_REAL_SIN,
    ZC_REAL_COS,
    ZC_REAL_IF, /* a ? b : c; a is a truth value; only the chosen side is evaluated */
    ZC_REAL_LT, /* truth values */
    ZC_REAL_LE,
    ZC_REAL_EQ,
    ZC_REAL_NE,
    ZC_REAL_AND,
    ZC_REAL_OR,
    ZC_REAL_NOT,
} zc_real_op;

typedef struct zc_real zc_real;
struct zc_real {
    zc_real_op op;
    uint32_t variable; /* VAR: place in the array of variables */
    uint32_t depth;    /* 1 + the deepest operand's, at most ZC_REAL_MAX_DEPTH */
    zc_span span;      /* for errors of evaluation */
    mpq_t value;       /* CONST */
    const zc_real *a, *b, *c;
};

typedef struct zc_reals {
    zc_real **items;
    size_t count, capacity;
} zc_reals;

void zc_reals_init(zc_reals *pool);
void zc_reals_free(zc_reals *pool);

/* NULL when memory runs out, the expression is too deep or an operand is NULL. */
const zc_real *zc_real_const(zc_reals *pool, zc_span span, const mpq_t value);
const zc_real *zc_real_var(zc_reals *pool, zc_span span, uint32_t variable);
/* Operands that the operation does not have are NULL. */
const zc_real *zc_real_make(zc_reals *pool, zc_span span, zc_real_op op, const zc_real *a,
                            const zc_real *b, const zc_real *c);
/* How many operands the operation has; is its result a truth value. */
unsigned zc_real_arity(zc_real_op op);
bool zc_real_is_truth(zc_real_op op);
/* The function called `name` ("exp", "log", "sqrt", "erf", "tanh", "sin", "cos", "abs", "min",
 * "max"); false: there is none. */
bool zc_real_function(const char *name, zc_real_op *op);

typedef enum zc_real_status {
    ZC_REAL_OK,
    ZC_REAL_DOMAIN,    /* division by 0, log or root of a negative number: `where` says where */
    ZC_REAL_RANGE,     /* a value too large to be handled */
    ZC_REAL_UNDECIDED, /* not decided with ZC_REAL_MAX_PRECISION bits */
    ZC_REAL_IRRATIONAL /* zc_real_exact only: the value is not known to be rational */
} zc_real_status;

typedef struct zc_real_fault {
    zc_span where;    /* of the operation that failed */
    const char *what; /* constant text such as "logarithm of a number that is not positive" */
} zc_real_fault;

/* out = mode(value of e / step), step > 0, `variables` are the variables' values. out is
 * initialised by the caller. The fault is filled unless the status is ZC_REAL_OK. */
zc_real_status zc_real_round(mpz_t out, const zc_real *e, mpq_t *const variables, const mpq_t step,
                             zc_round_mode mode, zc_real_fault *fault);
/* The exact value of an expression that is rational. */
zc_real_status zc_real_exact(mpq_t out, const zc_real *e, mpq_t *const variables,
                             zc_real_fault *fault);
/* The truth value of a condition. */
zc_real_status zc_real_truth(bool *out, const zc_real *e, mpq_t *const variables,
                             zc_real_fault *fault);
/* ---- rationals ---- */

/* mode(value / step) of an exact value; step > 0. */
void zc_rational_round(mpz_t out, const mpq_t value, const mpq_t step, zc_round_mode mode);
/* True, and out = value / step, when that is an integer. */
bool zc_rational_exact(mpz_t out, const mpq_t value, const mpq_t step);
/* Shortest readable text: an integer, a finite decimal of at most 12 digits after the point, or
 * "about 0.333333". Written to the arena; NULL: no memory. */
const char *zc_rational_text(zk_arena *arena, const mpq_t value);
/* "1", "2^-8", "3/1000", ... for a scale. */
const char *zc_scale_text(zk_arena *arena, const mpq_t scale);

#endif
