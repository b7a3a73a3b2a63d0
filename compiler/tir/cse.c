#include <stdlib.h>
#include <string.h>

#include "compiler/tir/ix.h"
#include "compiler/tir/passes.h"

/* ---- hashing ---- */

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t mix_mpz(uint64_t h, const mpz_t value)
{
    h = mix(h, (uint64_t)(mpz_sgn(value) + 1));
    for (size_t i = 0; i < mpz_size(value); i++)
        h = mix(h, mpz_getlimbn(value, (mp_size_t)i));
    return h;
}

static uint64_t hash_node(const zc_tir *tir, const zc_node *node)
{
    uint64_t h = mix((uint64_t)node->op, ((uint64_t)node->rank << 8) | node->reduce_rank);
    for (uint32_t d = 0; d < node->rank + node->reduce_rank; d++)
        h = mix(h, node->extent[d]);
    if (node->op == ZC_OP_CONST) {
        const zc_blob *blob = &tir->blobs[node->index];
        for (uint64_t i = 0; i < blob->count; i++)
            h = mix(h, (uint64_t)blob->codes[i]);
        return h;
    }
    h = mix(h, ((uint64_t)node->index << 32) | node->condition);
    h = mix_mpz(mix_mpz(h, node->c0), node->c1);
    for (uint32_t k = 0; k < node->operand_count; k++) {
        const zc_view *view = &node->operands[k].view;
        h = mix(h, node->operands[k].node);
        h = mix(h, (uint64_t)view->base ^ view->expr);
        for (uint32_t d = 0; d < node->rank + node->reduce_rank; d++)
            h = mix(h, (uint64_t)view->stride[d]);
    }
    return h;
}

/* ---- equality ---- */

static bool same_blob(const zc_tir *tir, uint32_t a, uint32_t b)
{
    const zc_blob *x = &tir->blobs[a], *y = &tir->blobs[b];
    return a == b || (x->count == y->count &&
                      memcmp(x->codes, y->codes, (size_t)x->count * sizeof *x->codes) == 0);
}

/* The same values for the same reasons, and the same scale: scales appear in messages. Ranges may
 * differ only for REFINE, whose range is its content. */
static bool same_node(const zc_tir *tir, const zc_node *a, const zc_node *b)
{
    if (a->op != b->op || a->cmp != b->cmp || a->mode != b->mode || a->shift != b->shift ||
        a->condition != b->condition || a->rank != b->rank || a->reduce_rank != b->reduce_rank ||
        a->operand_count != b->operand_count || mpq_equal(a->scale, b->scale) == 0 ||
        mpz_cmp(a->c0, b->c0) != 0 || mpz_cmp(a->c1, b->c1) != 0 || mpz_cmp(a->lo, b->lo) != 0 ||
        mpz_cmp(a->hi, b->hi) != 0 ||
        memcmp(a->extent, b->extent, (a->rank + a->reduce_rank) * sizeof a->extent[0]) != 0)
        return false;
    if (a->op == ZC_OP_CONST)
        return same_blob(tir, a->index, b->index);
    if (a->index != b->index)
        return false;
    for (uint32_t k = 0; k < a->operand_count; k++)
        if (a->operands[k].node != b->operands[k].node ||
            !zc_view_equal(&a->operands[k].view, &b->operands[k].view))
            return false;
    return true;
}

/* ---- the pass ---- */

/* Each PARAM is its own; ASSERTs differ in what they say. */
static bool may_merge(const zc_node *node)
{
    return node->op != ZC_OP_PARAM && node->op != ZC_OP_ASSERT;
}

/* Finds an equal earlier node, or enters this one. */
static zc_node_id find_or_enter(const zc_tir *tir, uint32_t *slots, uint64_t *hashes, size_t mask,
                                zc_node_id id)
{
    const zc_node *node = tir->nodes[id];
    hashes[id] = hash_node(tir, node);
    size_t at = (size_t)hashes[id] & mask;
    for (; slots[at] != 0; at = (at + 1) & mask) {
        zc_node_id other = slots[at] - 1;
        if (hashes[other] == hashes[id] && same_node(tir, tir->nodes[other], node))
            return other;
    }
    slots[at] = id + 1;
    return id;
}

zkml_status zc_tir_cse(zc_tir *tir, zkml_error *err)
{
    size_t slot_count = 16;
    while (slot_count < 2 * tir->node_count)
        slot_count *= 2;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    uint64_t *hashes = calloc(tir->node_count + 1, sizeof *hashes);
    zc_node_id *merged = calloc(tir->node_count + 1, sizeof *merged);
    if (!slots || !hashes || !merged) {
        free(slots);
        free(hashes);
        free(merged);
        return zk_fail(err, ZKML_LIMIT, "not enough memory to simplify the program");
    }
    for (zc_node_id id = 0; id < tir->node_count; id++) {
        zc_node *node = tir->nodes[id];
        for (uint32_t k = 0; k < node->operand_count; k++)
            node->operands[k].node = merged[node->operands[k].node];
        merged[id] = may_merge(node) ? find_or_enter(tir, slots, hashes, slot_count - 1, id) : id;
        if (merged[id] != id && !tir->nodes[merged[id]]->name)
            tir->nodes[merged[id]]->name = node->name;
    }
    for (size_t i = 0; i < tir->result_count; i++)
        tir->results[i].node = merged[tir->results[i].node];
    free(slots);
    free(hashes);
    free(merged);
    return ZKML_OK;
}
