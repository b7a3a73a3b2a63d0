/* symbol.h - iterators and symbolic index expressions of the checker.
 *
 * An iterator is a variable that counts 0 .. extent-1: an index of an index equation or of a
 * reduction while its body is elaborated, or an axis of a tensor value. An index expression
 * (zc_sym) is a compile-time integer or condition over iterators; expressions that are affine
 * are kept in normal form (terms sorted by the iterators' order, no zero factors), others are
 * trees. Expressions are immutable and live in the checker's arena.
 *
 * Every expression knows bounds of its value over all points of its iterators; they are computed
 * when it is made, and an expression that could leave the 62-bit integers or becomes too large
 * is not made: the functions then set checker->sym_failed and return the constant 0.
 */
#ifndef ZC_CHECK_SYMBOL_H
#define ZC_CHECK_SYMBOL_H

#include "compiler/tir/tir.h"

typedef struct zc_checker zc_checker;

typedef struct zc_iter {
    const char *name; /* NULL: an anonymous axis */
    uint32_t extent;
    uint64_t order; /* of creation: an iterator's scope encloses those of later ones */
    zc_span span;
    int64_t at; /* the point, while expressions are evaluated */
} zc_iter;

typedef struct zc_term {
    zc_iter *iter;
    int64_t factor;
} zc_term;

typedef struct zc_sym zc_sym;
struct zc_sym {
    zc_ix_op op;   /* ZC_IX_CONST: affine, base + sum of the terms; else a tree of a and b */
    uint32_t size; /* nodes of the tree */
    int64_t base;
    uint32_t term_count;
    const zc_term *terms;
    const zc_sym *a, *b;
    int64_t lo, hi; /* bounds of the value */
};

/* The most iterators that one expression or value can depend on. */
enum { ZC_MAX_ITERS = 24 };

typedef struct zc_iter_set {
    zc_iter *items[ZC_MAX_ITERS]; /* by order */
    uint32_t count;
    bool overflow; /* there were more */
} zc_iter_set;

zc_iter *zc_iter_new(zc_checker *ck, const char *name, uint32_t extent, zc_span span);

const zc_sym *zc_sym_const(zc_checker *ck, int64_t value);
const zc_sym *zc_sym_iter(zc_checker *ck, zc_iter *iter);
const zc_sym *zc_sym_add(zc_checker *ck, const zc_sym *a, const zc_sym *b);
const zc_sym *zc_sym_sub(zc_checker *ck, const zc_sym *a, const zc_sym *b);
const zc_sym *zc_sym_scale(zc_checker *ck, const zc_sym *a, int64_t factor);
const zc_sym *zc_sym_mul(zc_checker *ck, const zc_sym *a, const zc_sym *b);
/* Floor division and remainder; the divisor's bounds must exclude 0. */
const zc_sym *zc_sym_div(zc_checker *ck, const zc_sym *a, const zc_sym *b);
const zc_sym *zc_sym_mod(zc_checker *ck, const zc_sym *a, const zc_sym *b);
/* Conditions: 0 or 1. op is ZC_IX_LT, LE, EQ, AND or OR. */
const zc_sym *zc_sym_compare(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b);
const zc_sym *zc_sym_logic(zc_checker *ck, zc_ix_op op, const zc_sym *a, const zc_sym *b);
const zc_sym *zc_sym_not(zc_checker *ck, const zc_sym *a);

bool zc_sym_is_const(const zc_sym *sym);
/* Is it the iterator itself? NULL when not. */
zc_iter *zc_sym_as_iter(const zc_sym *sym);

/* All at once: every iterator from[i] becomes to[i]. */
const zc_sym *zc_sym_substitute(zc_checker *ck, const zc_sym *sym, zc_iter *const *from,
                                const zc_sym *const *to, size_t count);

/* The value at the iterators' current points. */
int64_t zc_sym_eval(const zc_sym *sym);
/* Adds the iterators that the expression depends on. */
void zc_sym_iters(const zc_sym *sym, zc_iter_set *set);
bool zc_sym_depends(const zc_sym *sym, const zc_iter *iter);

void zc_iter_set_add(zc_iter_set *set, zc_iter *iter);
bool zc_iter_set_has(const zc_iter_set *set, const zc_iter *iter);
/* Number of points, saturating at UINT64_MAX. */
uint64_t zc_iters_points(zc_iter *const *iters, size_t count);
/* Enumeration in row-major order: start, then next until it returns false. */
void zc_iters_start(zc_iter *const *iters, size_t count);
bool zc_iters_next(zc_iter *const *iters, size_t count);

#endif
