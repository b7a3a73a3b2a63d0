#include "runtime/circuit/roles.h"

#include <stdlib.h>
#include <string.h>

/* Operands have smaller ids than their users, so one pass downwards reaches every leaf. */
static void push_to_leaves(zk_roles *roles, const zk_constraint_system *cs, uint8_t *of_expr)
{
    for (size_t id = cs->n_exprs; id-- > 0;) {
        const zk_expr *x = &cs->exprs[id];
        uint8_t role = of_expr[id];
        switch (x->kind) {
        case ZK_EXPR_FIXED:
            roles->columns[ZK_FIXED][x->a] |= role;
            break;
        case ZK_EXPR_ADVICE:
            roles->columns[ZK_ADVICE][x->a] |= role;
            break;
        case ZK_EXPR_INSTANCE:
            roles->columns[ZK_INSTANCE][x->a] |= role;
            break;
        case ZK_EXPR_SUM:
        case ZK_EXPR_PRODUCT:
            of_expr[x->b] |= role;
            of_expr[x->a] |= role;
            break;
        case ZK_EXPR_NEGATED:
        case ZK_EXPR_SCALED:
            of_expr[x->a] |= role;
            break;
        case ZK_EXPR_CONSTANT:
        case ZK_EXPR_SELECTOR:
            break;
        }
    }
}

zkml_status zk_roles_find(zk_roles *roles, const zk_constraint_system *cs, zkml_error *err)
{
    memset(roles, 0, sizeof *roles);
    zk_arena_init(&roles->arena, 0);
    uint8_t *of_expr = calloc(cs->n_exprs + 1, 1);
    bool good = of_expr != NULL;
    for (int kind = ZK_ADVICE; kind <= ZK_INSTANCE; kind++) {
        size_t count = zk_cs_columns(cs, (zk_column_kind)kind);
        roles->columns[kind] = ZK_ARENA_NEW(&roles->arena, uint8_t, count + 1);
        good = good && roles->columns[kind] != NULL;
    }
    if (!good) {
        free(of_expr);
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    }
    for (size_t i = 0; i < cs->n_polys; i++)
        of_expr[cs->polys[i]] |= ZK_ROLE_GATE;
    for (size_t i = 0; i < cs->n_lookup_items; i++) {
        of_expr[cs->lookup_inputs[i]] |= ZK_ROLE_LOOKUP;
        roles->columns[ZK_FIXED][cs->exprs[cs->lookup_tables[i]].a] |= ZK_ROLE_TABLE;
    }
    for (size_t i = 0; i < cs->n_permutation; i++)
        roles->columns[cs->permutation[i].kind][cs->permutation[i].index] |= ZK_ROLE_COPY;
    push_to_leaves(roles, cs, of_expr);
    free(of_expr);
    return ZKML_OK;
}

void zk_roles_free(zk_roles *roles)
{
    zk_arena_free(&roles->arena);
    memset(roles, 0, sizeof *roles);
}
