/* ix.h - index expressions and views: made, folded, bounded.
 *
 * Expressions are shared (equal expressions have equal ids) and constants are folded. A
 * constructor returns ZC_NO_ID when an operand is ZC_NO_ID, when a constant overflows int64_t,
 * when the divisor is the constant 0 (both leave tir->status alone: the caller reports them) or
 * when memory runs out or the expression grows beyond ZC_IX_MAX_SIZE (tir->status = ZKML_LIMIT).
 */
#ifndef ZC_TIR_IX_H
#define ZC_TIR_IX_H

#include "compiler/tir/tir.h"

enum { ZC_IX_MAX_SIZE = 2048 };

zc_ix_id zc_ix_const(zc_tir *tir, int64_t value);
zc_ix_id zc_ix_var(zc_tir *tir, uint32_t variable);
/* Any operation but CONST and VAR; b is ZC_NO_ID for NOT. */
zc_ix_id zc_ix_make(zc_tir *tir, zc_ix_op op, zc_ix_id a, zc_ix_id b);
bool zc_ix_is_const(const zc_tir *tir, zc_ix_id ix, int64_t *value);

/* The value at one point; the expression was bounded (zc_ix_bound) over a space that holds it. */
int64_t zc_ix_eval(const zc_tir *tir, zc_ix_id ix, const int64_t *point);

typedef enum zc_ix_verdict {
    ZC_IX_BOUNDED,
    ZC_IX_NEVER,    /* the condition holds nowhere: no bounds */
    ZC_IX_OVERFLOW, /* some subexpression may leave int64_t */
    ZC_IX_DIVIDES_BY_ZERO,
} zc_ix_verdict;

typedef struct zc_ix_bounds {
    int64_t lo, hi; /* every value lies in lo .. hi */
    bool exact;     /* both bounds are reached, at these points: */
    int64_t lo_point[ZC_MAX_RANK], hi_point[ZC_MAX_RANK];
} zc_ix_bounds;

/* Bounds of an expression over the points of a space where `condition` holds (ZC_NO_ID:
 * everywhere). Exact for affine expressions without condition, and for all others while the
 * variables that occur span at most 2^22 points; beyond that interval arithmetic, condition
 * ignored. */
zc_ix_verdict zc_ix_bound(const zc_tir *tir, const zc_space *space, zc_ix_id ix, zc_ix_id condition,
                          zc_ix_bounds *bounds);

/* The conjunction of two conditions, either of which may be ZC_NO_ID ("always"); the result is
 * ZC_NO_ID then if both are. */
zc_ix_id zc_ix_and(zc_tir *tir, zc_ix_id a, zc_ix_id b);

/* ---- views ---- */

/* An offset expression as a view. Expressions that are affine over the space are recognised, also
 * in disguise: (i / 4) * 4 + i % 4. */
zc_view zc_view_of_ix(const zc_tir *tir, const zc_space *space, zc_ix_id offset);
/* The view of operand[subscript[0], ...]: one subscript for each dimension of the node. When a
 * subscript is ZC_NO_ID or memory runs out the result is not affine and its expr is ZC_NO_ID; a
 * node that reads through it is ZC_NO_ID. */
zc_view zc_view_subscript(zc_tir *tir, const zc_space *space, zc_node_id operand,
                          const zc_ix_id *subscripts);
/* The node's dimension d is the iteration variable variables[d]. */
zc_view zc_view_dims(const zc_tir *tir, zc_node_id operand, const uint32_t *variables);
/* The node's dimensions are the first iteration variables. */
zc_view zc_view_identity(const zc_tir *tir, zc_node_id operand);
/* Always the same element. */
zc_view zc_view_at(int64_t offset);

int64_t zc_view_offset(const zc_tir *tir, const zc_view *view, uint32_t rank, const int64_t *point);
/* Equal views read the same elements (not: only equal views do). */
bool zc_view_equal(const zc_view *a, const zc_view *b);
/* The view as an index expression, for those who treat both kinds alike. */
zc_ix_id zc_view_ix(zc_tir *tir, const zc_view *view);
/* Splits an affine flat offset into a tensor of the given extents into one affine subscript for
 * each dimension; false when it is not of that form. */
bool zc_view_split(zc_view *subscripts, const zc_space *space, uint32_t rank,
                   const uint32_t *extent, const zc_view *flat);
/* Reading through an elementwise node: *out reads from operand number `operand` of `outer` what
 * belongs to the element that `inner`, over `space`, reads from `outer` itself. False when that
 * would make a complicated expression. */
bool zc_view_compose(zc_tir *tir, const zc_space *space, const zc_node *outer, uint32_t operand,
                     const zc_view *inner, zc_view *out);

#endif
