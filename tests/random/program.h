/* program.h - random programs in the language, with a meaning of their own.
 *
 * A program is generated as a tree, printed as source text, and evaluated directly with rationals,
 * element by element. Nothing here knows the compiler: its result on the same inputs must be the
 * same. Trees are built so that the compiler accepts nearly all of them: every expression carries
 * its step and a bound of its size, and verbs with suitable types are put where they are needed.
 */
#ifndef TESTS_RANDOM_PROGRAM_H
#define TESTS_RANDOM_PROGRAM_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"

enum { MAX_RANK = 2, MAX_EXTENT = 4, MAX_VARS = 24, MAX_INDICES = 64, MAX_RESULTS = 3 };

/* A code c is the value c * num / den. */
typedef struct rtype {
    enum { T_INT, T_FIX, T_UFIX, T_QUANT, T_BOOL } kind;
    int bits, fraction;
    int64_t lo, hi;
    int64_t num, den;
} rtype;

typedef enum verb { V_EXACT, V_FLOOR, V_ROUND, V_ROUNDEVEN, V_CLAMP, V_CHECK } verb;

typedef enum ix_op { I_CONST, I_VAR, I_ADD, I_SUB, I_MUL, I_DIV, I_MOD } ix_op;

/* Index expressions. */
typedef struct ix {
    ix_op op;
    int64_t value; /* the constant, or the number of the index */
    const struct ix *a, *b;
} ix;

typedef enum op {
    E_LITERAL, /* value / 2^fraction */
    E_INDEX,   /* index */
    E_VAR,     /* variable[subs], or element by element when the let has no indices */
    E_LOCAL,   /* the carried value of a loop, or a function's parameter */
    E_ADD,
    E_SUB,
    E_MUL,
    E_MAX,
    E_MIN,
    E_NEG,
    E_ABS,
    E_POW,     /* a ^ value */
    E_VERB,    /* verb a to type */
    E_DIVIDE,  /* verb a / b to type */
    E_TABLE,   /* table(a), or table(a, b) */
    E_CALL,    /* function(a, b) */
    E_IF,      /* if a then b else c; a is a condition */
    E_IF_INDEX, /* if left < right then b else c */
    E_PICK,    /* [a, b, c][index] */
    E_SUM,     /* sum[index](a) and so on, or sum[index, index2](a) */
    E_RMAX,
    E_RMIN,
    E_ARGMAX,
    E_LOOP, /* loop local = a for index { b } */
    /* conditions: */
    E_LT,
    E_LE,
    E_GT,
    E_GE,
    E_EQ,
    E_NE,
    E_AND,
    E_OR,
    E_NOT,
    E_ALL,
    E_ANY,
} op;

typedef struct expr expr;
struct expr {
    op op;
    const expr *a, *b, *c;
    int64_t value;      /* LITERAL, POW */
    int fraction;       /* the step is unit * 2^-fraction */
    int unit;           /* 0: 1; k: that of quant type k; -1: a product of several */
    int bits;           /* codes are below 2^bits in size */
    bool fixed;         /* known at compile time */
    int number;         /* variable, local, table, function */
    int subs;           /* subscripts */
    const ix *sub[MAX_RANK];
    int index, extent;  /* bound variable and its extent */
    int index2, extent2; /* a second one, if its extent is not 0 */
    const ix *left, *right;
    verb verb;
    const rtype *type;
};

typedef enum visibility { SEEN_PUBLIC, SEEN_PRIVATE, SEEN_COMMITTED } visibility;

typedef enum rvar_kind { R_PARAM, R_CONST, R_LET, R_ASSERT } rvar_kind;

typedef struct rvar {
    char name[8];
    int rank, extent[MAX_RANK];
    rvar_kind kind;
    visibility seen_by;
    const rtype *type; /* PARAM and CONST */
    int unit, fraction, bits;
    int64_t *codes;    /* CONST: values as printed, in steps of 2^-8; rounded by `verb` */
    verb verb;
    bool indexed;      /* LET: let v[i, j] = e */
    int index[MAX_RANK];
    const expr *value; /* LET, and ASSERT's condition */
    bool all;          /* ASSERT: over the indices */
    mpq_t *values;     /* while it is evaluated */
} rvar;

typedef struct rtable {
    rtype domain, second, result;
    bool binary; /* has a second argument */
    int form;    /* which expression */
    verb verb;
} rtable;

typedef struct rfunction {
    const expr *body; /* of locals 0 and 1 */
    int fraction, bits;
} rfunction;

typedef struct rprogram {
    zk_arena arena;
    uint64_t state; /* of the random numbers */
    rvar vars[MAX_VARS];
    int var_count, index_count, local_count;
    rtable tables[3];
    int table_count;
    rfunction functions[2];
    int function_count;
    int results[MAX_RESULTS];
    const rtype *result_types[MAX_RESULTS];
    bool result_committed[MAX_RESULTS];
    int result_count;
} rprogram;

/* The program of this number; it is released by rprogram_free. */
void rprogram_make(rprogram *p, uint64_t seed);
void rprogram_free(rprogram *p);
void rprogram_print(const rprogram *p, zk_buf *out);

/* 0 .. bound-1 */
uint64_t rprogram_draw(rprogram *p, uint64_t bound);

/* Evaluates; `inputs` are the codes of all parameters in order. False: an assertion or a check
 * does not hold. Values of the results are read by rprogram_result, as codes. */
bool rprogram_run(rprogram *p, const int64_t *inputs);
void rprogram_result(const rprogram *p, mpz_t code, int result, int element);
int rvar_count(const rvar *v);
const char *rtype_text(const rtype *type, char text[128]);

/* What the forms of tables mean. */
void rtable_value(mpq_t out, int form, const mpq_t x);
void rtable_value2(mpq_t out, int form, const mpq_t x, const mpq_t y);
extern const char *const rtable_forms[], *const rtable_forms2[];
enum { RTABLE_FORMS = 6, RTABLE_FORMS2 = 3, QUANT_UNITS = 3 };
extern const int64_t quant_units[QUANT_UNITS + 1][2]; /* num, den; 0 is 1 / 1 */

#endif
