/* draft.h - a node being made: shared by build.c, ops.c and fold.c, nobody else.
 *
 *     draft d;
 *     if (!zc_draft_begin(&d, tir, ZC_OP_ADD, space, 2, (zc_operand[]){a, b}))
 *         return ZC_NO_ID;
 *     zc_range_add(&d.out, &d.in[0], &d.in[1]);
 *     return zc_draft_end(&d);
 */
#ifndef ZC_TIR_DRAFT_H
#define ZC_TIR_DRAFT_H

#include "compiler/tir/build.h"

typedef struct zc_draft {
    zc_tir *tir;
    zc_space space;
    zc_node *node;  /* from the arena, not in tir->nodes yet */
    zc_range out;   /* becomes the node's range */
    zc_range in[3]; /* ranges of the first three operands' elements that are read */
} zc_draft;

/* False: a poisoned operand, or a limit; then there is nothing to end. */
bool zc_draft_begin(zc_draft *d, zc_tir *tir, zc_op op, const zc_space *space, uint32_t count,
                    const zc_operand *operands);
/* Folds, numbers and adds the node; ZC_NO_ID: no memory. */
zc_node_id zc_draft_end(zc_draft *d);
/* Gives up without a node. */
void zc_draft_drop(zc_draft *d);

/* Turns the draft into a VIEW of one of its operands, whose range becomes the result's. */
void zc_draft_to_view(zc_draft *d, uint32_t operand);
/* Makes the node a CONST, or a view of one, when its value is known (fold.c). False: no memory. */
bool zc_draft_fold(zc_draft *d);

/* The range of a DOT with constant weights, for each output by itself; false: it has none, or too
 * many. `in` are the ranges of the two operands. */
bool zc_dot_range(zc_range *out, const zc_tir *tir, const zc_space *space,
                  const zc_operand *operands, const zc_range *in);

/* Replaces an operand that is a VIEW by what it looks at. */
void zc_read_through(zc_tir *tir, const zc_space *space, zc_operand *operand);
/* A blob of codes in the arena; ZC_NO_ID: no memory. */
uint32_t zc_tir_add_blob(zc_tir *tir, const char *name, int64_t *codes, uint64_t count);
/* Grows one of the program's arrays, in the arena. */
bool zc_tir_reserve(zc_tir *tir, void **array, size_t count, size_t *capacity, size_t size);

#endif
