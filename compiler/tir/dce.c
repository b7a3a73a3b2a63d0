#include <stdlib.h>
#include <string.h>

#include "compiler/tir/passes.h"
#include "compiler/tir/slices.h"

static bool is_root(const zc_node *node)
{
    return node->op == ZC_OP_PARAM || node->op == ZC_OP_ASSERT || node->op == ZC_OP_CHECK;
}

void zc_tir_mark_live(const zc_tir *tir, bool *live)
{
    for (size_t i = 0; i < tir->node_count; i++)
        live[i] = is_root(tir->nodes[i]);
    for (size_t i = 0; i < tir->result_count; i++)
        live[tir->results[i].node] = true;
    /* Operands precede their users, so one pass from the end sees every need. */
    for (size_t i = tir->node_count; i-- > 0;)
        for (uint32_t k = 0; live[i] && k < tir->nodes[i]->operand_count; k++)
            live[tir->nodes[i]->operands[k].node] = true;
}

static void clear_node(zc_node *node)
{
    zc_slices_clear(node);
    mpz_clears(node->c0, node->c1, node->lo, node->hi, NULL);
    mpq_clears(node->scale, node->step, NULL);
}

/* Keeps the live nodes; number[old] is the new number. */
static void compact_nodes(zc_tir *tir, const bool *live, zc_node_id *number)
{
    size_t kept = 0;
    for (size_t i = 0; i < tir->node_count; i++) {
        zc_node *node = tir->nodes[i];
        if (!live[i]) {
            clear_node(node);
            continue;
        }
        for (uint32_t k = 0; k < node->operand_count; k++)
            node->operands[k].node = number[node->operands[k].node];
        number[i] = (zc_node_id)kept;
        tir->nodes[kept++] = node;
    }
    tir->node_count = kept;
    for (size_t i = 0; i < tir->param_count; i++)
        tir->params[i].node = number[tir->params[i].node];
    for (size_t i = 0; i < tir->result_count; i++)
        tir->results[i].node = number[tir->results[i].node];
}

static bool uses_table(const zc_node *node)
{
    return node->op == ZC_OP_TABLE || node->op == ZC_OP_TABLE2;
}

static void compact_blobs(zc_tir *tir, uint32_t *number)
{
    size_t kept = 0;
    memset(number, 0, tir->blob_count * sizeof *number);
    for (size_t i = 0; i < tir->node_count; i++)
        if (tir->nodes[i]->op == ZC_OP_CONST)
            number[tir->nodes[i]->index] = 1;
    for (size_t i = 0; i < tir->blob_count; i++) {
        if (!number[i])
            continue;
        number[i] = (uint32_t)kept;
        tir->blobs[kept++] = tir->blobs[i];
    }
    tir->blob_count = kept;
    for (size_t i = 0; i < tir->node_count; i++)
        if (tir->nodes[i]->op == ZC_OP_CONST)
            tir->nodes[i]->index = number[tir->nodes[i]->index];
}

static void compact_tables(zc_tir *tir, uint32_t *number)
{
    size_t kept = 0;
    memset(number, 0, tir->table_count * sizeof *number);
    for (size_t i = 0; i < tir->node_count; i++)
        if (uses_table(tir->nodes[i]))
            number[tir->nodes[i]->index] = 1;
    for (size_t i = 0; i < tir->table_count; i++) {
        if (!number[i]) {
            mpq_clears(tir->tables[i].scale_in, tir->tables[i].scale_out, NULL);
            continue;
        }
        number[i] = (uint32_t)kept;
        tir->tables[kept++] = tir->tables[i]; /* the limbs move along */
    }
    tir->table_count = kept;
    for (size_t i = 0; i < tir->node_count; i++)
        if (uses_table(tir->nodes[i]))
            tir->nodes[i]->index = number[tir->nodes[i]->index];
}

zkml_status zc_tir_dce(zc_tir *tir, zkml_error *err)
{
    size_t most = 1;
    if (tir->node_count > most)
        most = tir->node_count;
    if (tir->blob_count > most)
        most = tir->blob_count;
    if (tir->table_count > most)
        most = tir->table_count;
    bool *live = calloc(most, sizeof *live);
    uint32_t *number = calloc(most, sizeof *number);
    if (!live || !number) {
        free(live);
        free(number);
        return zk_fail(err, ZKML_LIMIT, "not enough memory to simplify the program");
    }
    zc_tir_mark_live(tir, live);
    compact_nodes(tir, live, number);
    compact_blobs(tir, number);
    compact_tables(tir, number);
    free(live);
    free(number);
    return ZKML_OK;
}
