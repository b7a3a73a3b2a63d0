/* Parameters and results.
 *
 * A private parameter is range-checked exactly on entry. A public value is a cell of the instance
 * column; uses of it are copies of that cell, and the verifier checks its range in the clear. A
 * public result is a copy of its cell in the instance column, after all parameters. A committed
 * parameter is a private one, a committed result any value, whose elements are copied to the cells
 * of a column of their own.
 */
#include "compiler/circuit/build.h"

void zc_gadget_param(zc_build *b, zc_node_id n)
{
    const zc_node *node = b->tir->nodes[n];
    const zc_param *param = &b->tir->params[node->index];
    b->regs[n] = zc_reg_input(b, node->index, node->count);
    if (param->visibility == ZC_PUBLIC) {
        b->param_places[node->index] = b->plan.instance_rows;
        b->vars[n] = zc_plan_vars(&b->plan, ZC_BLOCK_INSTANCE, param->name, b->regs[n],
                                  (uint32_t)node->count, node->lo, node->hi);
        return;
    }
    zc_hint x;
    zc_hint_make(b, &x, param->name, b->regs[n], node->count, node->lo, node->hi, ZC_EXACT);
    b->vars[n] = zc_hint_cells(b, &x, ZC_BLOCK_INPUT);
    zc_plan_mark_input(&b->plan, b->vars[n]);
    if (param->visibility == ZC_COMMITTED) {
        b->param_places[node->index] = zc_plan_commit(&b->plan);
        for (uint64_t e = 0; e < node->count && b->plan.status == ZKML_OK; e++)
            zc_plan_commit_element(&b->plan, b->vars[n] + (zc_var)e);
    }
    zc_hint_clear(&x);
}

static void commit_result(zc_build *b, size_t number)
{
    zc_node_id n = b->tir->results[number].node;
    b->result_places[number] = zc_plan_commit(&b->plan);
    for (uint64_t e = 0; e < b->tir->nodes[n]->count && b->plan.status == ZKML_OK; e++)
        zc_plan_commit_element(&b->plan, zc_cell(b, n, e));
}

static void publish_result(zc_build *b, size_t number)
{
    zc_node_id n = b->tir->results[number].node;
    uint64_t count = b->tir->nodes[n]->count;
    b->result_places[number] = b->plan.instance_rows;
    if (count > UINT32_MAX - b->plan.instance_rows) {
        zc_build_refuse(b, n);
        return;
    }
    b->plan.instance_rows += (uint32_t)count;
    for (uint64_t e = 0; e < count; e++)
        zc_plan_output(&b->plan, zc_cell(b, n, e), b->result_places[number] + (uint32_t)e);
}

void zc_gadget_results(zc_build *b)
{
    for (size_t i = 0; i < b->tir->result_count && b->plan.status == ZKML_OK; i++)
        if (b->tir->results[i].visibility == ZC_COMMITTED)
            commit_result(b, i);
        else
            publish_result(b, i);
}
