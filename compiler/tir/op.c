#include "compiler/tir/tir.h"

typedef struct op_info {
    const char *name;
    uint8_t arity;
    bool reduction;
} op_info;

static const op_info ops[] = {
    [ZC_OP_PARAM] = {"param", 0, false},   [ZC_OP_CONST] = {"const", 0, false},
    [ZC_OP_VIEW] = {"view", 1, false},     [ZC_OP_STACK] = {"stack", 1, false},
    [ZC_OP_CHOOSE] = {"choose", 2, false}, [ZC_OP_ADD] = {"add", 2, false},
    [ZC_OP_SUB] = {"sub", 2, false},       [ZC_OP_NEG] = {"neg", 1, false},
    [ZC_OP_MUL] = {"mul", 2, false},       [ZC_OP_SCALE] = {"scale", 1, false},
    [ZC_OP_SUM] = {"sum", 1, true},        [ZC_OP_DOT] = {"dot", 2, true},
    [ZC_OP_ROUND] = {"round", 1, false},   [ZC_OP_DIV] = {"div", 2, false},
    [ZC_OP_CLAMP] = {"clamp", 1, false},   [ZC_OP_CHECK] = {"check", 1, false},
    [ZC_OP_REFINE] = {"refine", 1, false}, [ZC_OP_TABLE] = {"table", 1, false},
    [ZC_OP_TABLE2] = {"table2", 2, false}, [ZC_OP_CMP] = {"cmp", 2, false},
    [ZC_OP_NOT] = {"not", 1, false},       [ZC_OP_AND] = {"and", 2, false},
    [ZC_OP_OR] = {"or", 2, false},         [ZC_OP_SELECT] = {"select", 3, false},
    [ZC_OP_MAX] = {"max", 2, false},       [ZC_OP_MIN] = {"min", 2, false},
    [ZC_OP_RMAX] = {"rmax", 1, true},      [ZC_OP_RMIN] = {"rmin", 1, true},
    [ZC_OP_ARGMAX] = {"argmax", 1, true},  [ZC_OP_ALL] = {"all", 1, true},
    [ZC_OP_ANY] = {"any", 1, true},        [ZC_OP_ASSERT] = {"assert", 1, false},
};

bool zc_op_is_reduction(zc_op op)
{
    return ops[op].reduction;
}

uint32_t zc_op_arity(zc_op op)
{
    return ops[op].arity;
}

const char *zc_op_name(zc_op op)
{
    return ops[op].name;
}

const char *zc_statement_message(const zc_node *node)
{
    if (node->op == ZC_OP_CHECK)
        return "check: value outside its type";
    return node->message != NULL ? node->message : "assertion does not hold";
}
