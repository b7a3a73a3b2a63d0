/* slices.h - ranges for each index of one dimension: per-channel ranges.
 *
 * A node's lo .. hi holds all its elements. Where constants differ from one channel to the next
 * (weights, biases, scales), that says too little: the product of the widest accumulator and the
 * largest scale is reached nowhere. So a node may also have a range for each index along one
 * dimension, its axis:
 *
 *   slices[2 c] .. slices[2 c + 1]   holds the elements with index c along `axis`
 *
 * made when the node is made, by the rule of its operation for what is read there; lo .. hi is at
 * most their hull. Whoever reads only some indices along the axis (zc_tir_operand_range) gets
 * their hull. The axis is the first dimension along which the ranges differ. A program that has had
 * ZC_ALL_SLICES of them computed gets no more: then one range for a node has to do.
 */
#ifndef ZC_TIR_SLICES_H
#define ZC_TIR_SLICES_H

#include "compiler/tir/draft.h"

enum { ZC_MAX_SLICES = 1024, ZC_ALL_SLICES = 1 << 21 };

/* The range that an operation's rule gives for the ranges of its operands, constants or not. */
void zc_tir_rule(zc_range *out, const zc_tir *tir, const zc_node *node, const zc_range *in);

/* Hull of the slices that are read, for an affine view of a node that has some. */
void zc_slices_hull(zc_range *out, const zc_node *node, const zc_space *space, const zc_view *view);

/* Gives the draft's node slices if they tell more than its range, which may become narrower.
 * False: no memory. */
bool zc_draft_slice(zc_draft *d);
void zc_slices_clear(zc_node *node);

#endif
