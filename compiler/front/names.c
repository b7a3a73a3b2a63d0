/* The words of the language. */
#include "compiler/front/ast.h"

const char *zc_verb_name(zc_verb verb)
{
    static const char *const names[] = {"", "exact", "floor", "round", "roundeven", "clamp",
                                        "check"};
    return names[verb];
}

const char *zc_reducer_name(zc_reducer reducer)
{
    static const char *const names[] = {"sum", "max", "min", "argmax", "all", "any"};
    return names[reducer];
}

const char *zc_ast_op_name(zc_ast_op op)
{
    static const char *const names[] = {"-", "not", "+",  "-",  "*",  "/",  "%",   "^",
                                        "<", ">",   "<=", ">=", "==", "!=", "and", "or"};
    return names[op];
}

const char *zc_ast_visibility_name(zc_ast_visibility visibility)
{
    static const char *const names[] = {"public", "private", "committed"};
    return names[visibility];
}
