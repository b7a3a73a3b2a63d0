/* build.h - making the nodes of a tensor program.
 *
 * A constructor takes the iteration space and the operands (node and view: zc_read, ix.h),
 * computes counts and range (compiler/check/range.h), and returns the node's id. It returns
 * ZC_NO_ID when an operand is ZC_NO_ID, and when memory or a size limit is exhausted (then
 * tir->status says so); the caller may go on and look at tir->status in the end. Breaking a
 * contract stated here is a bug and aborts.
 *
 * The caller checks afterwards, because it can word the diagnostic:
 *   - zc_tir_range_fits: the range still fits the field;
 * and before:
 *   - views stay inside their operands (zc_ix_bound), extents are at least 1;
 *   - the divisor's range is positive, a table's argument lies in the domain (zc_tir_range_of),
 *     CHECK and REFINE do not contradict the operand's range.
 *
 * What constructors simplify, so that ranges are as tight as the language promises:
 *   - operands that are VIEW nodes are read through;
 *   - a constant operand counts with the range of the elements that are read;
 *   - x * x (same node, same view) is a square; SUM of a MUL becomes a DOT; a DOT with a constant
 *     has its range computed exactly for each output;
 *   - a node whose operands are constants becomes a CONST while it is small; a node whose range
 *     is a single value becomes a view of a constant scalar;
 *   - CHOOSE with a condition that is decided becomes a VIEW of the chosen arm.
 *   - neutral operations (+ 0, * 1, a clamp or a maximum that is decided, ...) become VIEWs, a
 *     product with a constant that is the same everywhere a SCALE, a division by one whose value is
 *     a power of two a ROUND.
 * So the node returned is not always of the op asked for, but it is always a new one; PARAM, CHECK
 * and ASSERT are kept as they are.
 *
 * Reads under a condition. Elementwise nodes read their operands at every point. Where the
 * program guards a read (`if i > 0 then 2 * x[i - 1] else 0`), read through a CHOOSE first:
 * CHOOSE(i > 0, x[i - 1], x[0]) has x's range and is defined everywhere.
 */
#ifndef ZC_TIR_BUILD_H
#define ZC_TIR_BUILD_H

#include "compiler/check/range.h"
#include "compiler/tir/ix.h"
#include "compiler/tir/tir.h"

#define ZC_MAX_ELEMENTS ((uint64_t)1 << 31) /* of one tensor */
#define ZC_MAX_POINTS ((uint64_t)1 << 40)   /* elements times points of the reduction */

/* NULL: no memory. The arena outlives the program; zc_tir_free releases the numbers' limbs. */
zc_tir *zc_tir_new(zk_arena *arena, const char *name, zc_span span);
void zc_tir_free(zc_tir *tir); /* NULL is ignored */

/* Origin of the nodes made next. */
void zc_tir_at(zc_tir *tir, zc_span span, uint32_t call);
/* A call made inside `caller` (ZC_NO_ID: the circuit itself); ZC_NO_ID: no memory. */
uint32_t zc_tir_call(zc_tir *tir, uint32_t caller, const char *function, zc_span span);
/* After construction: the value of one code (initially 1), and the variable that holds it. */
void zc_tir_set_scale(zc_tir *tir, zc_node_id node, const mpq_t scale);
/* Only for those that read the node. */
void zc_tir_relabel(zc_tir *tir, zc_node_id node, const mpq_t scale);
void zc_tir_set_name(zc_tir *tir, zc_node_id node, const char *name);

/* ---- spaces and operands ---- */

zc_space zc_space_scalar(void);
zc_space zc_space_of(const zc_tir *tir, zc_node_id node); /* its shape, nothing to reduce */
zc_space zc_space_shape(uint32_t rank, const uint32_t *extent);
/* The same shape with reduction extents appended; rank + reduce_rank <= ZC_MAX_RANK. */
zc_space zc_space_reduce(zc_space space, uint32_t reduce_rank, const uint32_t *extent);
/* False when the space exceeds ZC_MAX_ELEMENTS, ZC_MAX_POINTS or ZC_MAX_RANK. */
bool zc_space_count(const zc_space *space, uint64_t *count, uint64_t *reduce_count);

zc_operand zc_read(zc_node_id node, zc_view view);
/* The node's dimensions are the first variables of the space. */
zc_operand zc_read_same(const zc_tir *tir, zc_node_id node);

/* The range of the elements that are read; `out` is initialised by the caller. */
void zc_tir_operand_range(zc_range *out, const zc_tir *tir, const zc_space *space,
                          const zc_operand *operand);
/* The range of a node; ZC_NO_ID is 0 .. 0. */
void zc_tir_range_of(zc_range *out, const zc_tir *tir, zc_node_id node);
bool zc_tir_range_fits(const zc_tir *tir, zc_node_id node);

/* ---- leaves ---- */

/* Parameters in the order of the circuit's declaration. lo and hi fit int64_t. */
zc_node_id zc_tir_param(zc_tir *tir, const zc_param *param, const zc_space *space,
                        const zc_range *range, const mpq_t scale);
/* `codes` lies in the arena and stays there unchanged; count must match the space. */
zc_node_id zc_tir_const(zc_tir *tir, const char *name, const zc_space *space, int64_t *codes);
zc_node_id zc_tir_scalar(zc_tir *tir, const mpz_t value);
zc_node_id zc_tir_scalar_si(zc_tir *tir, int64_t value);
/* Returns the table's index (its numbers are copied, `values` and `name` are not), ZC_NO_ID: no
 * memory. */
uint32_t zc_tir_add_table(zc_tir *tir, const zc_table *table);
/* False: no memory. */
bool zc_tir_add_result(zc_tir *tir, const char *name, zc_visibility visibility, zc_type_kind kind,
                       uint32_t bits, uint32_t fraction, const zc_range *range, const mpq_t scale,
                       zc_node_id node, zc_span span);

/* ---- structure ---- */

zc_node_id zc_tir_view(zc_tir *tir, const zc_space *space, zc_operand a);
/* Operands one after another; their counts add up to the space's. */
zc_node_id zc_tir_stack(zc_tir *tir, const zc_space *space, const zc_node_id *nodes,
                        uint32_t count);
zc_node_id zc_tir_choose(zc_tir *tir, const zc_space *space, zc_ix_id condition, zc_operand a,
                         zc_operand b);

/* ---- elementwise: the space has no reduction ---- */

zc_node_id zc_tir_add(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_sub(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_neg(zc_tir *tir, const zc_space *space, zc_operand a);
zc_node_id zc_tir_mul(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_scale(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t c0);
zc_node_id zc_tir_round(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t c0,
                        uint32_t shift, zc_round_mode mode);
zc_node_id zc_tir_div(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b,
                      const mpz_t c0, const mpz_t c1, zc_round_mode mode);
zc_node_id zc_tir_clamp(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t lo,
                        const mpz_t hi);
zc_node_id zc_tir_check(zc_tir *tir, const zc_space *space, zc_operand a, const mpz_t lo,
                        const mpz_t hi);
/* The same elements with the operand's range cut to `range`. */
zc_node_id zc_tir_refine(zc_tir *tir, const zc_space *space, zc_operand a, const zc_range *range);
zc_node_id zc_tir_table(zc_tir *tir, const zc_space *space, uint32_t table, zc_operand a);
zc_node_id zc_tir_table2(zc_tir *tir, const zc_space *space, uint32_t table, zc_operand a,
                         zc_operand b);
/* a < b, a <= b, a == b, a != b; a > b is zc_tir_cmp(LT, b, a). */
zc_node_id zc_tir_cmp(zc_tir *tir, const zc_space *space, zc_cmp cmp, zc_operand a, zc_operand b);
zc_node_id zc_tir_not(zc_tir *tir, const zc_space *space, zc_operand a);
zc_node_id zc_tir_and(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_or(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_select(zc_tir *tir, const zc_space *space, zc_operand c, zc_operand a,
                         zc_operand b);
zc_node_id zc_tir_max(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
zc_node_id zc_tir_min(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
/* message may be NULL. */
zc_node_id zc_tir_assert(zc_tir *tir, const zc_space *space, zc_operand a, const char *message);

/* ---- reductions ---- */

zc_node_id zc_tir_sum(zc_tir *tir, const zc_space *space, zc_operand a);
zc_node_id zc_tir_dot(zc_tir *tir, const zc_space *space, zc_operand a, zc_operand b);
/* SUM, RMAX, RMIN, ARGMAX, ALL or ANY. */
zc_node_id zc_tir_reduce(zc_tir *tir, const zc_space *space, zc_op op, zc_operand a);

#endif
