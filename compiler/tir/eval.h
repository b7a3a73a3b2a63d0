/* eval.h - one node computed from the values of its operands: the meaning of each operation. */
#ifndef ZC_TIR_EVAL_H
#define ZC_TIR_EVAL_H

#include "compiler/tir/tir.h"
#include "runtime/base/error.h"

/* Exactly one of small and big is set in a tensor that has values. */
typedef struct zc_tensor {
    uint64_t count;
    int64_t *small; /* the node's range fits int64_t */
    mpz_t *big;
} zc_tensor;

/* Computes every element of a node (any op but PARAM and CONST) from the tensors of its operands,
 * in the order of node->operands. ZKML_OK; ZKML_LIMIT: no memory; ZKML_INVALID: an ASSERT or a
 * CHECK does not hold at element *at (the first one); ZKML_INTERNAL: a value outside the node's
 * range at *at. `out` is set only on success. */
zkml_status zc_eval_node(zc_tensor *out, const zc_tir *tir, const zc_node *node,
                         const zc_tensor *const *operands, uint64_t *at) ZKML_NODISCARD;

void zc_tensor_free(zc_tensor *tensor);
void zc_tensor_get(mpz_t out, const zc_tensor *tensor, uint64_t i);

/* The element of operand k that belongs to a point of the node's iteration space. */
uint64_t zc_operand_element(const zc_tir *tir, const zc_node *node, uint32_t k,
                            const int64_t *point);
/* The point of the shape (the first `rank` coordinates) of a flat element. */
void zc_node_point(int64_t *point, const zc_node *node, uint64_t element);
/* The next point along dimensions first .. last-1 in row-major order; false: it was the last, and
 * they are all 0 again. */
bool zc_point_next(int64_t *point, const uint32_t *extent, uint32_t first, uint32_t last);

#endif
