/* Known values become constants when a node is made. */
#include <string.h>

#include "compiler/tir/draft.h"
#include "compiler/tir/eval.h"

/* Folding must not cost more than the program is worth: a larger constant stays a node. */
#define FOLD_ELEMENTS ((uint64_t)1 << 22)
#define FOLD_POINTS ((uint64_t)1 << 24)

/* A node whose value cannot be replaced: it is an input, or stands for a constraint. */
static bool is_fixed(zc_op op)
{
    return op == ZC_OP_PARAM || op == ZC_OP_CONST || op == ZC_OP_CHECK || op == ZC_OP_ASSERT;
}

static bool all_constant(const zc_tir *tir, const zc_node *node)
{
    for (uint32_t k = 0; k < node->operand_count; k++)
        if (tir->nodes[node->operands[k].node]->op != ZC_OP_CONST)
            return false;
    return true;
}

static bool worth_folding(const zc_tir *tir, const zc_node *node)
{
    if (node->count > FOLD_ELEMENTS || node->reduce_count > FOLD_POINTS / node->count)
        return false;
    /* Do not spell out what a view of a smaller constant says. */
    return node->op != ZC_OP_VIEW || node->count <= tir->nodes[node->operands[0].node]->count;
}

/* Makes the node the constant `codes`, which lie in the arena. */
static bool become_constant(zc_draft *d, int64_t *codes)
{
    zc_node *node = d->node;
    uint32_t blob = zc_tir_add_blob(d->tir, NULL, codes, node->count);
    if (blob == ZC_NO_ID)
        return false;
    node->op = ZC_OP_CONST;
    node->index = blob;
    node->operand_count = 0;
    node->operands = NULL;
    node->condition = ZC_NO_ID;
    node->reduce_rank = 0;
    node->reduce_count = 1;
    zc_range_of_codes(&d->out, codes, node->count);
    mpz_set(node->lo, d->out.lo);
    mpz_set(node->hi, d->out.hi);
    return true;
}

/* A view of a whole constant in its own order: another shape of the same blob. */
static bool is_reshape(const zc_tir *tir, const zc_node *node)
{
    const zc_view *view = &node->operands[0].view;
    int64_t stride = 1;
    if (node->op != ZC_OP_VIEW || !view->affine || view->base != 0 ||
        tir->nodes[node->operands[0].node]->count != node->count)
        return false;
    for (uint32_t d = node->rank; d-- > 0; stride *= node->extent[d])
        if (node->extent[d] > 1 && view->stride[d] != stride)
            return false;
    return true;
}

static bool fold_operands(zc_draft *d)
{
    zc_node *node = d->node;
    zc_tir *tir = d->tir;
    if (is_reshape(tir, node)) {
        const zc_node *source = tir->nodes[node->operands[0].node];
        node->op = ZC_OP_CONST;
        node->index = source->index;
        node->operand_count = 0;
        node->operands = NULL;
        return true;
    }
    zc_tensor *tensors = ZK_ARENA_NEW(tir->arena, zc_tensor, node->operand_count);
    const zc_tensor **operands = ZK_ARENA_NEW(tir->arena, const zc_tensor *, node->operand_count);
    int64_t *codes = ZK_ARENA_NEW(tir->arena, int64_t, (size_t)node->count);
    if (!tensors || !operands || !codes)
        return false;
    for (uint32_t k = 0; k < node->operand_count; k++) {
        const zc_blob *blob = &tir->blobs[tir->nodes[node->operands[k].node]->index];
        tensors[k] = (zc_tensor){.count = blob->count, .small = blob->codes};
        operands[k] = &tensors[k];
    }
    zc_tensor value;
    uint64_t at;
    zkml_status status = zc_eval_node(&value, tir, node, operands, &at);
    if (status == ZKML_LIMIT)
        return false;
    if (status == ZKML_INVALID) /* an element that a REFINE excludes: whoever runs it is told */
        return true;
    ZK_CHECK(status == ZKML_OK && value.small);
    memcpy(codes, value.small, (size_t)node->count * sizeof *codes);
    zc_tensor_free(&value);
    return become_constant(d, codes);
}

/* A node with a single possible value: a constant scalar, seen from everywhere. */
static bool fold_single(zc_draft *d, int64_t value)
{
    zc_node *node = d->node;
    zc_tir *tir = d->tir;
    if (node->rank == 0) {
        int64_t *code = ZK_ARENA_NEW(tir->arena, int64_t, 1);
        if (!code)
            return false;
        *code = value;
        return become_constant(d, code);
    }
    zc_operand *operand = ZK_ARENA_NEW(tir->arena, zc_operand, 1);
    zc_node_id scalar = zc_tir_scalar_si(tir, value);
    if (!operand || scalar == ZC_NO_ID)
        return false;
    *operand = zc_read(scalar, zc_view_at(0));
    node->op = ZC_OP_VIEW;
    node->operands = operand;
    node->operand_count = 1;
    node->condition = ZC_NO_ID;
    node->reduce_rank = 0;
    node->reduce_count = 1;
    return true;
}

/* Is it such a view already? */
static bool is_spread_constant(const zc_tir *tir, const zc_node *node)
{
    return node->op == ZC_OP_VIEW && node->rank > 0 &&
           tir->nodes[node->operands[0].node]->op == ZC_OP_CONST &&
           tir->nodes[node->operands[0].node]->count == 1;
}

bool zc_draft_fold(zc_draft *d)
{
    const zc_node *node = d->node;
    int64_t lo, hi;
    if (is_fixed(node->op) || is_spread_constant(d->tir, node) || !zc_mpz_get_i64(&lo, node->lo) ||
        !zc_mpz_get_i64(&hi, node->hi))
        return true;
    if (lo == hi)
        return fold_single(d, lo);
    if (!all_constant(d->tir, node) || !worth_folding(d->tir, node))
        return true;
    return fold_operands(d);
}
