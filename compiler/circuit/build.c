#include "compiler/circuit/build.h"

#include <stdlib.h>
#include <string.h>

void zc_build_no_memory(zc_build *b)
{
    if (b->plan.status == ZKML_OK)
        b->plan.status = zk_fail(&b->plan.error, ZKML_LIMIT, "lowering: out of memory");
}

void zc_build_refuse(zc_build *b, zc_node_id n)
{
    if (b->plan.status != ZKML_OK)
        return;
    b->refused = n;
    b->plan.status = zk_fail(&b->plan.error, ZKML_INVALID, "lowering: a value exceeds the field");
}

static void lower_gadget(zc_build *b, zc_node_id n)
{
    if (b->facts->facts[n].rounding != NULL) {
        zc_gadget_rounding(b, n);
        return;
    }
    switch (b->tir->nodes[n]->op) {
    case ZC_OP_PARAM:
        zc_gadget_param(b, n);
        return;
    case ZC_OP_DIV:
        zc_gadget_div(b, n);
        return;
    case ZC_OP_MAX:
    case ZC_OP_MIN:
        zc_gadget_max(b, n);
        return;
    case ZC_OP_RMAX:
    case ZC_OP_RMIN:
    case ZC_OP_ARGMAX:
        zc_gadget_select(b, n);
        return;
    case ZC_OP_CMP:
        zc_gadget_compare(b, n);
        return;
    case ZC_OP_ALL:
    case ZC_OP_ANY:
        zc_gadget_all(b, n);
        return;
    case ZC_OP_TABLE:
    case ZC_OP_TABLE2:
        zc_gadget_table(b, n);
        return;
    case ZC_OP_CHECK:
        zc_gadget_check(b, n);
        return;
    case ZC_OP_ASSERT:
        zc_gadget_assert(b, n);
        return;
    default:
        ZK_UNREACHABLE("no gadget for this operation");
    }
}

static void lower_node(zc_build *b, zc_node_id n)
{
    const zc_fact *fact = &b->facts->facts[n];
    b->node = n;
    switch (fact->role) {
    case ZC_ROLE_NONE:
        return;
    case ZC_ROLE_CONSTANT:
    case ZC_ROLE_ALIAS:
        zc_node_register(b, n);
        return;
    case ZC_ROLE_FORM:
        zc_node_register(b, n);
        if (fact->materialise)
            zc_materialise(b, n);
        return;
    case ZC_ROLE_GADGET:
        lower_gadget(b, n);
        return;
    case ZC_ROLE_CLAIM:
        zc_claim_register(b, n);
        return;
    }
}

static void constant_registers(zc_build *b)
{
    mpz_t value;
    mpz_init(value);
    for (size_t i = 0; i < b->plan.block_count; i++) {
        if (b->plan.blocks[i].kind != ZC_BLOCK_CONSTANT)
            continue;
        zc_coef_get(value, &b->plan, b->plan.blocks[i].lo);
        b->plan.blocks[i].reg = zc_reg_scalar(b, value);
    }
    mpz_clear(value);
}

void zc_build_run(zc_build *b, const zc_facts *facts, zc_widths widths)
{
    const zc_tir *tir = facts->tir;
    *b = (zc_build){.facts = facts, .tir = tir, .widths = widths, .refused = ZC_NO_ID};
    zc_plan_init(&b->plan);
    zk_arena_init(&b->arena, 0);
    b->vars = ZK_ARENA_NEW(&b->arena, zc_var, tir->node_count);
    b->regs = ZK_ARENA_NEW(&b->arena, uint32_t, tir->node_count);
    b->param_places = ZK_ARENA_NEW(&b->arena, uint32_t, tir->param_count);
    b->result_places = ZK_ARENA_NEW(&b->arena, uint32_t, tir->result_count);
    if (b->vars == NULL || b->regs == NULL || b->param_places == NULL || b->result_places == NULL) {
        zc_build_no_memory(b);
        return;
    }
    for (zc_node_id n = 0; n < tir->node_count; n++) {
        b->vars[n] = ZC_NO_VAR;
        b->regs[n] = ZC_NO_REG;
    }
    for (zc_node_id n = 0; n < tir->node_count && b->plan.status == ZKML_OK; n++)
        lower_node(b, n);
    if (b->plan.status != ZKML_OK)
        return;
    zc_gadget_results(b);
    constant_registers(b);
    zc_plan_finish(&b->plan);
}

void zc_build_free(zc_build *b)
{
    zc_plan_free(&b->plan);
    zk_arena_free(&b->arena);
    free(b->instrs);
    free(b->fused);
    memset(b, 0, sizeof *b);
}
