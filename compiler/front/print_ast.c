/* --emit=ast: one node a line, children indented. Depth is bounded by ZC_AST_MAX_DEPTH. */
#include <stdarg.h>
#include <stdio.h>

#include "compiler/front/front.h"

typedef struct printer {
    zk_buf *out;
    int indent;
} printer;

static void print_expr(printer *p, const char *role, const zc_expr *e);
static void print_block(printer *p, const zc_block *block);

__attribute__((format(printf, 2, 3))) static void line(printer *p, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    zk_buf_printf(p->out, "%*s%s%s\n", 2 * p->indent, "", text,
                  length >= (int)sizeof text ? "..." : "");
}

static const char *name_of(zc_ident ident)
{
    return ident.name == NULL ? "_" : ident.name;
}

static void print_list(printer *p, const char *role, zc_expr_list list)
{
    for (size_t i = 0; i < list.count; i++)
        print_expr(p, role, list.items[i]);
}

static void print_indices(printer *p, zc_index_list indices)
{
    for (size_t i = 0; i < indices.count; i++) {
        line(p, "index %s", name_of(indices.items[i].name));
        if (indices.items[i].bound != NULL) {
            p->indent++;
            print_expr(p, "bound ", indices.items[i].bound);
            p->indent--;
        }
    }
}

static void print_type(printer *p, const zc_type_expr *type)
{
    static const char *const kinds[] = {"error", "int", "fix", "ufix", "quant", "bool", "num"};
    if (type->kind == ZC_AST_TYPE_NAME && type->module.name != NULL)
        line(p, "type %s.%s", type->module.name, name_of(type->name));
    else if (type->kind == ZC_AST_TYPE_NAME)
        line(p, "type %s", name_of(type->name));
    else
        line(p, "type %s", kinds[type->kind]);
    const struct {
        const char *role;
        const zc_expr *value;
    } parts[] = {{"bits ", type->bits}, {"fraction ", type->fraction}, {"scale ", type->scale},
                 {"low ", type->low},   {"high ", type->high}};
    p->indent++;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].value != NULL)
            print_expr(p, parts[i].role, parts[i].value);
    print_list(p, "dim ", type->dims);
    p->indent--;
}

static void print_call(printer *p, const char *role, const zc_expr *e)
{
    line(p, "%scall", role);
    p->indent++;
    print_expr(p, "callee ", e->u.call.callee);
    for (size_t i = 0; i < e->u.call.count; i++) {
        const zc_arg *arg = &e->u.call.args[i];
        if (arg->name.name != NULL)
            line(p, "argument %s", arg->name.name);
        p->indent += arg->name.name != NULL;
        print_expr(p, arg->name.name != NULL ? "" : "argument ", arg->value);
        p->indent -= arg->name.name != NULL;
    }
    p->indent--;
}

static void print_leaf(printer *p, const char *role, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_NAME:
        line(p, "%sname %s", role, name_of(e->u.name));
        break;
    case ZC_EXPR_INT:
        line(p, "%sint %s", role, e->u.literal);
        break;
    case ZC_EXPR_REAL:
        line(p, "%sreal %s", role, e->u.literal);
        break;
    case ZC_EXPR_STRING:
        line(p, "%sstring \"%s\"", role, e->u.string);
        break;
    case ZC_EXPR_BOOL:
        line(p, "%sbool %s", role, e->u.boolean ? "true" : "false");
        break;
    default:
        line(p, "%serror", role);
        break;
    }
}

static void print_children(printer *p, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_UNARY:
        print_expr(p, "", e->u.unary.operand);
        break;
    case ZC_EXPR_BINARY:
        print_expr(p, "", e->u.binary.left);
        print_expr(p, "", e->u.binary.right);
        break;
    case ZC_EXPR_INDEX:
        print_expr(p, "base ", e->u.index.base);
        print_list(p, "subscript ", e->u.index.subscripts);
        break;
    case ZC_EXPR_MEMBER:
        print_expr(p, "", e->u.member.base);
        break;
    case ZC_EXPR_TUPLE:
    case ZC_EXPR_ARRAY:
        print_list(p, "", e->u.list);
        break;
    case ZC_EXPR_REDUCE:
        print_indices(p, e->u.reduce.indices);
        print_expr(p, "body ", e->u.reduce.body);
        break;
    case ZC_EXPR_VERB:
        print_expr(p, "", e->u.verb.value);
        print_type(p, e->u.verb.type);
        break;
    case ZC_EXPR_IF:
        print_expr(p, "if ", e->u.cond.condition);
        print_expr(p, "then ", e->u.cond.then_value);
        print_expr(p, "else ", e->u.cond.else_value);
        break;
    case ZC_EXPR_LOOP:
        print_expr(p, "start ", e->u.loop.init);
        print_indices(p, (zc_index_list){(zc_index *)&e->u.loop.index, 1});
        print_block(p, e->u.loop.body);
        break;
    default:
        break;
    }
}

static void print_expr(printer *p, const char *role, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_CALL:
        print_call(p, role, e);
        return;
    case ZC_EXPR_UNARY:
        line(p, "%s%s", role, zc_ast_op_name(e->u.unary.op));
        break;
    case ZC_EXPR_BINARY:
        line(p, "%s%s", role, zc_ast_op_name(e->u.binary.op));
        break;
    case ZC_EXPR_INDEX:
        line(p, "%ssubscripted", role);
        break;
    case ZC_EXPR_MEMBER:
        line(p, "%smember %s", role, name_of(e->u.member.name));
        break;
    case ZC_EXPR_TUPLE:
        line(p, "%stuple", role);
        break;
    case ZC_EXPR_ARRAY:
        line(p, "%sarray", role);
        break;
    case ZC_EXPR_REDUCE:
        line(p, "%s%s", role, zc_reducer_name(e->u.reduce.reducer));
        break;
    case ZC_EXPR_VERB:
        line(p, "%s%s", role, zc_verb_name(e->u.verb.verb));
        break;
    case ZC_EXPR_IF:
        line(p, "%sconditional", role);
        break;
    case ZC_EXPR_LOOP:
        line(p, "%sloop %s", role, name_of(e->u.loop.name));
        break;
    default:
        print_leaf(p, role, e);
        return;
    }
    p->indent++;
    print_children(p, e);
    p->indent--;
}

static void print_stmt(printer *p, const zc_stmt *stmt)
{
    switch (stmt->kind) {
    case ZC_STMT_ERROR:
        line(p, "error");
        return;
    case ZC_STMT_LET:
        line(p, "let %s", name_of(stmt->name));
        break;
    case ZC_STMT_LET_TUPLE:
        line(p, "let tuple");
        break;
    case ZC_STMT_PROVE:
        line(p, "prove");
        break;
    case ZC_STMT_ASSERT:
        if (stmt->message != NULL)
            line(p, "assert \"%s\"", stmt->message);
        else
            line(p, "assert");
        break;
    }
    p->indent++;
    for (size_t i = 0; i < stmt->names.count; i++)
        line(p, "name %s", name_of(stmt->names.items[i]));
    print_indices(p, stmt->indices);
    if (stmt->type != NULL)
        print_type(p, stmt->type);
    print_expr(p, "", stmt->value);
    p->indent--;
}

static void print_block(printer *p, const zc_block *block)
{
    line(p, "block");
    p->indent++;
    for (size_t i = 0; i < block->count; i++)
        print_stmt(p, block->stmts[i]);
    if (block->value != NULL)
        print_expr(p, "value ", block->value);
    p->indent--;
}

static void print_params(printer *p, zc_ast_param_list params, bool with_visibility)
{
    for (size_t i = 0; i < params.count; i++) {
        const zc_ast_param *param = &params.items[i];
        line(p, "parameter %s%s%s",
             with_visibility ? zc_ast_visibility_name(param->visibility) : "",
             with_visibility ? " " : "", name_of(param->name));
        p->indent++;
        print_type(p, param->type);
        p->indent--;
    }
}

static void print_fn(printer *p, const zc_decl *decl)
{
    line(p, "fn %s", name_of(decl->name));
    p->indent++;
    for (size_t i = 0; i < decl->u.fn.shape_vars.count; i++)
        line(p, "shape variable %s", name_of(decl->u.fn.shape_vars.items[i]));
    print_params(p, decl->u.fn.params, false);
    if (decl->u.fn.result != NULL)
        print_type(p, decl->u.fn.result);
    if (decl->u.fn.value != NULL)
        print_expr(p, "value ", decl->u.fn.value);
    else
        print_block(p, decl->u.fn.body);
    p->indent--;
}

static void print_circuit(printer *p, const zc_decl *decl)
{
    line(p, "circuit %s", name_of(decl->name));
    p->indent++;
    print_params(p, decl->u.circuit.params, true);
    for (size_t i = 0; i < decl->u.circuit.output_count; i++) {
        line(p, "output %s", zc_ast_visibility_name(decl->u.circuit.outputs[i].visibility));
        p->indent++;
        print_type(p, decl->u.circuit.outputs[i].type);
        p->indent--;
    }
    print_block(p, decl->u.circuit.body);
    p->indent--;
}

static void print_const_or_table(printer *p, const zc_decl *decl)
{
    bool table = decl->kind == ZC_DECL_TABLE;
    zc_verb verb = table ? decl->u.table.verb : decl->u.constant.verb;
    const zc_type_expr *type = table ? decl->u.table.result : decl->u.constant.type;
    line(p, "%s %s%s%s", table ? "table" : "const", name_of(decl->name),
         verb == ZC_VERB_NONE ? "" : " ", zc_verb_name(verb));
    p->indent++;
    if (table)
        print_params(p, decl->u.table.params, false);
    if (type != NULL)
        print_type(p, type);
    print_expr(p, "value ", table ? decl->u.table.value : decl->u.constant.value);
    p->indent--;
}

static void print_decl(printer *p, const zc_decl *decl)
{
    switch (decl->kind) {
    case ZC_DECL_USE:
        line(p, "use %s%s%s", name_of(decl->name), decl->u.use.path != NULL ? " from " : "",
             decl->u.use.path != NULL ? decl->u.use.path : "");
        break;
    case ZC_DECL_TYPE:
        line(p, "type %s", name_of(decl->name));
        p->indent++;
        print_type(p, decl->u.type.type);
        p->indent--;
        break;
    case ZC_DECL_CONST:
    case ZC_DECL_TABLE:
        print_const_or_table(p, decl);
        break;
    case ZC_DECL_FN:
        print_fn(p, decl);
        break;
    case ZC_DECL_CIRCUIT:
        print_circuit(p, decl);
        break;
    case ZC_DECL_TEST:
        line(p, "test \"%s\"%s", decl->u.test.title, decl->u.test.fails ? " fails" : "");
        p->indent++;
        print_block(p, decl->u.test.body);
        p->indent--;
        break;
    }
}

void zc_ast_print(const zc_file *file, zk_buf *out)
{
    printer p = {out, 0};
    for (size_t i = 0; i < file->count; i++)
        print_decl(&p, file->decls[i]);
}
