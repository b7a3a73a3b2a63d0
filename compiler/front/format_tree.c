/* The walk follows the tree and consumes one token after the other; parentheses, which the tree
 * does not have, are the tokens before the start of an expression's span. */
#include "compiler/front/format.h"

#include <stdlib.h>

#include "compiler/front/parser.h"

typedef struct walker {
    const zc_format_tokens *tokens;
    zc_format_ops *ops;
    size_t next;            /* token */
    size_t own_done;        /* comments before this one are emitted */
    bool trailing_pending;  /* of the last token */
    bool out_of_memory;
} walker;

/* How the lines after the first of an operator chain stand. */
typedef enum chain_style { CHAIN_INDENTED, CHAIN_LEVEL } chain_style;

static void expr(walker *w, const zc_expr *e, chain_style style);
static void block(walker *w, const zc_block *body);

static size_t raw_op(walker *w, zc_format_op_kind kind, size_t u)
{
    zc_format_ops *ops = w->ops;
    if (w->out_of_memory || !ZK_GROW(ops->items, ops->capacity, ops->count + 1)) {
        w->out_of_memory = true;
        return 0;
    }
    ops->items[ops->count] = (zc_format_op){kind, (uint32_t)u};
    return ops->count++;
}

/* A comment that ends a group's last token stands behind the group's end. */
static void flush_trailing(walker *w)
{
    if (w->trailing_pending)
        raw_op(w, ZC_FMT_TRAILING, w->next - 1);
    w->trailing_pending = false;
}

static size_t op(walker *w, zc_format_op_kind kind)
{
    if (kind != ZC_FMT_END && kind != ZC_FMT_UNNEST)
        flush_trailing(w);
    return raw_op(w, kind, 0);
}

static void set_end(walker *w, size_t begin)
{
    if (!w->out_of_memory)
        w->ops->items[begin].u = (uint32_t)(w->ops->count - 1);
}

static void end_group(walker *w, size_t begin)
{
    op(w, ZC_FMT_END);
    set_end(w, begin);
}

static const zc_format_token *peek(const walker *w)
{
    return &w->tokens->items[w->next];
}

static bool next_is(const walker *w, int kind)
{
    return peek(w)->kind == kind;
}

static void token(walker *w)
{
    const zc_format_token *t = peek(w);
    ZK_CHECK(t->kind != ZC_TOK_END);
    flush_trailing(w);
    for (; w->own_done < t->own_end; w->own_done++)
        raw_op(w, ZC_FMT_OWN, w->own_done);
    raw_op(w, ZC_FMT_TOKEN, w->next);
    w->trailing_pending = t->has_trailing;
    w->next++;
}

static void expect(walker *w, int kind)
{
    ZK_CHECK(next_is(w, kind));
    token(w);
}

static void word(walker *w)
{
    token(w);
    op(w, ZC_FMT_SPACE);
}

/* `at` is the first token of the expression with its parentheses. */
static bool is_parenthesised_at(const walker *w, size_t at, const zc_expr *e)
{
    return w->tokens->items[at].span.start < e->span.start;
}

static bool is_parenthesised(const walker *w, const zc_expr *e)
{
    return is_parenthesised_at(w, w->next, e);
}

/* Comments before a closing bracket stand at the depth of what is inside. */
static void own_comments(walker *w, size_t end)
{
    for (; w->own_done < end; w->own_done++) {
        op(w, ZC_FMT_HARDLINE);
        raw_op(w, ZC_FMT_OWN, w->own_done);
    }
}

/* open item, item close: on one line or one item a line. */
typedef void list_item(walker *w, const void *list, size_t index);

static void bracketed(walker *w, size_t count, list_item *item, const void *list,
                      zc_format_op_kind separator)
{
    size_t group = op(w, ZC_FMT_GROUP);
    token(w);
    if (count > 0) {
        op(w, ZC_FMT_NEST);
        op(w, ZC_FMT_SOFTLINE);
        for (size_t i = 0; i < count; i++) {
            item(w, list, i);
            if (i + 1 == count)
                break;
            expect(w, ',');
            op(w, separator);
        }
        own_comments(w, peek(w)->own_end);
        op(w, ZC_FMT_UNNEST);
        op(w, ZC_FMT_SOFTLINE);
    }
    token(w);
    end_group(w, group);
}

/* The brackets of types, which are never broken. */
static void tight(walker *w, size_t count, list_item *item, const void *list)
{
    token(w);
    for (size_t i = 0; i < count; i++) {
        item(w, list, i);
        if (i + 1 < count)
            word(w);
    }
    token(w);
}

static void expr_item(walker *w, const void *list, size_t index)
{
    expr(w, ((const zc_expr_list *)list)->items[index], CHAIN_INDENTED);
}

static void arg_item(walker *w, const void *list, size_t index)
{
    const zc_arg *arg = (const zc_arg *)list + index;
    if (arg->name.name != NULL) {
        word(w);
        word(w);
    }
    expr(w, arg->value, CHAIN_INDENTED);
}

static void index_of(walker *w, const zc_index *index)
{
    token(w);
    if (index->bound != NULL) {
        op(w, ZC_FMT_SPACE);
        word(w);
        expr(w, index->bound, CHAIN_INDENTED);
    }
}

static void index_item(walker *w, const void *list, size_t index)
{
    index_of(w, &((const zc_index_list *)list)->items[index]);
}

static void name_item(walker *w, const void *list, size_t index)
{
    (void)list;
    (void)index;
    expect(w, ZC_TOK_IDENT);
}

static void range(walker *w, const zc_type_expr *type)
{
    expr(w, type->low, CHAIN_INDENTED);
    op(w, ZC_FMT_SPACE);
    word(w);
    expr(w, type->high, CHAIN_INDENTED);
}

/* The parameters of fix, ufix and quant: one or two numbers, then a range if there is one. */
static void type_item(walker *w, const void *list, size_t index)
{
    const zc_type_expr *type = list;
    const zc_expr *numbers[] = {type->kind == ZC_AST_TYPE_QUANT ? type->scale : type->bits,
                                type->fraction};
    size_t count = type->kind == ZC_AST_TYPE_INT ? 0 : type->kind == ZC_AST_TYPE_QUANT ? 1 : 2;
    if (index < count)
        expr(w, numbers[index], CHAIN_INDENTED);
    else
        range(w, type);
}

static void type_expr(walker *w, const zc_type_expr *type)
{
    size_t ranges = type->low != NULL ? 1 : 0;
    token(w);
    switch (type->kind) {
    case ZC_AST_TYPE_INT:
        tight(w, 1, type_item, type);
        break;
    case ZC_AST_TYPE_FIX:
    case ZC_AST_TYPE_UFIX:
        tight(w, 2 + ranges, type_item, type);
        break;
    case ZC_AST_TYPE_QUANT:
        tight(w, 2, type_item, type);
        break;
    case ZC_AST_TYPE_NAME:
        if (type->module.name != NULL) {
            token(w);
            token(w);
        }
        break;
    case ZC_AST_TYPE_BOOL:
    case ZC_AST_TYPE_NUM:
    case ZC_AST_TYPE_ERROR:
        break;
    }
    if (type->dims.count > 0)
        tight(w, type->dims.count, expr_item, &type->dims);
}

static int chain_class(const zc_expr *e)
{
    if (e->kind != ZC_EXPR_BINARY)
        return 0;
    switch (e->u.binary.op) {
    case ZC_AST_ADD:
    case ZC_AST_SUB:
        return 1;
    case ZC_AST_MUL:
    case ZC_AST_DIV:
    case ZC_AST_MOD:
        return 2;
    case ZC_AST_AND:
        return 3;
    case ZC_AST_OR:
        return 4;
    case ZC_AST_POW:
        return 5;
    default:
        return 6; /* comparisons do not chain */
    }
}

static bool continues_chain(const walker *w, const zc_expr *e, int class)
{
    return class <= 4 && chain_class(e) == class && !is_parenthesised(w, e);
}

/* a op b op c, the operands of one class of operators, inside one group. */
static void chain(walker *w, const zc_expr *e, int class)
{
    if (continues_chain(w, e->u.binary.left, class))
        chain(w, e->u.binary.left, class);
    else
        expr(w, e->u.binary.left, CHAIN_INDENTED);
    op(w, class == 5 ? ZC_FMT_SPACE : ZC_FMT_LINE);
    word(w);
    expr(w, e->u.binary.right, CHAIN_INDENTED);
}

static void binary(walker *w, const zc_expr *e, chain_style style)
{
    size_t group = op(w, ZC_FMT_GROUP);
    if (style == CHAIN_INDENTED)
        op(w, ZC_FMT_NEST);
    chain(w, e, chain_class(e));
    if (style == CHAIN_INDENTED)
        op(w, ZC_FMT_UNNEST);
    end_group(w, group);
}

/* Whether the expression can be broken inside brackets that begin on its first line. */
static bool can_hug(const walker *w, size_t at, const zc_expr *e)
{
    if (is_parenthesised_at(w, at, e))
        return true;
    return e->kind == ZC_EXPR_CALL || e->kind == ZC_EXPR_TUPLE || e->kind == ZC_EXPR_ARRAY ||
           e->kind == ZC_EXPR_REDUCE || e->kind == ZC_EXPR_LOOP;
}

/* How a value stands behind `=`; `at` as above. */
static zc_format_op_kind assign_kind(const walker *w, size_t at, const zc_expr *value)
{
    if (value->kind == ZC_EXPR_VERB && !is_parenthesised_at(w, at, value)) {
        value = value->u.verb.value;
        at++;
    }
    if (!can_hug(w, at, value))
        return ZC_FMT_ASSIGN;
    bool matrix = value->kind == ZC_EXPR_ARRAY && !is_parenthesised_at(w, at, value) &&
                  value->u.list.count > 1 && value->u.list.items[0]->kind == ZC_EXPR_ARRAY;
    return matrix ? ZC_FMT_ASSIGN_STAY : ZC_FMT_ASSIGN_HUG;
}

static void verb(walker *w, const zc_expr *e)
{
    size_t group = op(w, ZC_FMT_GROUP);
    word(w);
    bool hug = can_hug(w, w->next, e->u.verb.value);
    if (!hug)
        op(w, ZC_FMT_NEST);
    expr(w, e->u.verb.value, CHAIN_LEVEL);
    op(w, hug ? ZC_FMT_SPACE : ZC_FMT_LINE);
    word(w);
    type_expr(w, e->u.verb.type);
    if (!hug)
        op(w, ZC_FMT_UNNEST);
    end_group(w, group);
}

/* if a then x else if b then y else z: broken before each `else`, an arm that is still too long
 * also before its `then`. */
static void conditional(walker *w, const zc_expr *e)
{
    size_t group = op(w, ZC_FMT_GROUP);
    for (;;) {
        size_t arm = op(w, ZC_FMT_GROUP);
        word(w);
        expr(w, e->u.cond.condition, CHAIN_INDENTED);
        op(w, ZC_FMT_LINE);
        word(w);
        expr(w, e->u.cond.then_value, CHAIN_INDENTED);
        end_group(w, arm);
        op(w, ZC_FMT_LINE);
        word(w);
        e = e->u.cond.else_value;
        if (e->kind != ZC_EXPR_IF || is_parenthesised(w, e))
            break;
    }
    expr(w, e, CHAIN_INDENTED);
    end_group(w, group);
}

static void loop(walker *w, const zc_expr *e)
{
    word(w);
    word(w);
    word(w);
    expr(w, e->u.loop.init, CHAIN_INDENTED);
    op(w, ZC_FMT_SPACE);
    word(w);
    index_of(w, &e->u.loop.index);
    op(w, ZC_FMT_SPACE);
    block(w, e->u.loop.body);
}

static void parenthesised(walker *w, const zc_expr *body)
{
    size_t group = op(w, ZC_FMT_GROUP);
    token(w);
    op(w, ZC_FMT_NEST);
    op(w, ZC_FMT_SOFTLINE);
    expr(w, body, CHAIN_LEVEL);
    own_comments(w, peek(w)->own_end);
    op(w, ZC_FMT_UNNEST);
    op(w, ZC_FMT_SOFTLINE);
    expect(w, ')');
    end_group(w, group);
}

/* Numbers are filled into lines, everything else stands one a line. */
static void array(walker *w, const zc_expr_list *list)
{
    zc_format_op_kind separator = ZC_FMT_FILL;
    for (size_t i = 0; i < list->count; i++) {
        const zc_expr *e = list->items[i];
        if (e->kind == ZC_EXPR_UNARY)
            e = e->u.unary.operand;
        if (e->kind != ZC_EXPR_INT && e->kind != ZC_EXPR_REAL && e->kind != ZC_EXPR_BOOL)
            separator = ZC_FMT_LINE;
    }
    bracketed(w, list->count, expr_item, list, separator);
}

static void member(walker *w, const zc_expr *e)
{
    expr(w, e->u.member.base, CHAIN_INDENTED);
    if (w->tokens->items[w->next - 1].kind == ZC_TOK_INTLIT) /* `1.x` would be a bad number */
        op(w, ZC_FMT_SPACE);
    expect(w, '.');
    token(w);
}

static void plain_expr(walker *w, const zc_expr *e, chain_style style)
{
    switch (e->kind) {
    case ZC_EXPR_ERROR:
        ZK_UNREACHABLE("formatting a tree with errors");
    case ZC_EXPR_NAME:
    case ZC_EXPR_INT:
    case ZC_EXPR_REAL:
    case ZC_EXPR_STRING:
    case ZC_EXPR_BOOL:
        token(w);
        break;
    case ZC_EXPR_UNARY:
        token(w);
        if (e->u.unary.op == ZC_AST_NOT)
            op(w, ZC_FMT_SPACE);
        expr(w, e->u.unary.operand, CHAIN_INDENTED);
        break;
    case ZC_EXPR_BINARY:
        binary(w, e, style);
        break;
    case ZC_EXPR_INDEX:
        expr(w, e->u.index.base, CHAIN_INDENTED);
        bracketed(w, e->u.index.subscripts.count, expr_item, &e->u.index.subscripts, ZC_FMT_LINE);
        break;
    case ZC_EXPR_CALL:
        expr(w, e->u.call.callee, CHAIN_INDENTED);
        bracketed(w, e->u.call.count, arg_item, e->u.call.args, ZC_FMT_LINE);
        break;
    case ZC_EXPR_MEMBER:
        member(w, e);
        break;
    case ZC_EXPR_TUPLE:
        bracketed(w, e->u.list.count, expr_item, &e->u.list, ZC_FMT_LINE);
        break;
    case ZC_EXPR_ARRAY:
        array(w, &e->u.list);
        break;
    case ZC_EXPR_REDUCE:
        token(w);
        bracketed(w, e->u.reduce.indices.count, index_item, &e->u.reduce.indices, ZC_FMT_LINE);
        parenthesised(w, e->u.reduce.body);
        break;
    case ZC_EXPR_VERB:
        verb(w, e);
        break;
    case ZC_EXPR_IF:
        conditional(w, e);
        break;
    case ZC_EXPR_LOOP:
        loop(w, e);
        break;
    }
}

static void expr(walker *w, const zc_expr *e, chain_style style)
{
    if (is_parenthesised(w, e)) {
        ZK_CHECK(next_is(w, '('));
        parenthesised(w, e);
    } else {
        plain_expr(w, e, style);
    }
}

/* The value behind `=`; with a verb of its own in constants and tables. */
static void assigned(walker *w, zc_verb with_verb, const zc_expr *value, const zc_type_expr *type)
{
    bool comment = w->trailing_pending || peek(w)->own_begin < peek(w)->own_end;
    size_t assign = op(w, ZC_FMT_ASSIGN);
    if (with_verb != ZC_VERB_NONE)
        word(w);
    if (type != NULL) {
        type_expr(w, type);
    } else {
        if (!comment && !w->out_of_memory)
            w->ops->items[assign].kind = assign_kind(w, w->next, value);
        expr(w, value, CHAIN_LEVEL);
    }
    op(w, ZC_FMT_UNNEST);
    set_end(w, assign);
}

/* Comments and blank lines before a statement or declaration; `first`: nothing stands before. */
static void begin_item(walker *w, bool first)
{
    const zc_format_token *t = peek(w);
    flush_trailing(w);
    for (; w->own_done < t->own_end; w->own_done++) {
        if (w->tokens->comments[w->own_done].blank_before && !first)
            op(w, ZC_FMT_BLANK);
        raw_op(w, ZC_FMT_OWN, w->own_done);
        first = false;
    }
    if (t->blank_before && !first && t->kind != '}' && t->kind != ZC_TOK_END)
        op(w, ZC_FMT_BLANK);
}

static void let(walker *w, const zc_stmt *stmt)
{
    word(w);
    if (stmt->kind == ZC_STMT_LET_TUPLE) {
        bracketed(w, stmt->names.count, name_item, NULL, ZC_FMT_LINE);
    } else {
        token(w);
        if (stmt->indices.count > 0)
            bracketed(w, stmt->indices.count, index_item, &stmt->indices, ZC_FMT_LINE);
        if (stmt->type != NULL) {
            word(w);
            type_expr(w, stmt->type);
        }
    }
    op(w, ZC_FMT_SPACE);
    expect(w, '=');
    assigned(w, ZC_VERB_NONE, stmt->value, NULL);
}

static void assertion(walker *w, const zc_stmt *stmt)
{
    word(w);
    size_t group = op(w, ZC_FMT_GROUP);
    op(w, ZC_FMT_NEST);
    expr(w, stmt->value, CHAIN_LEVEL);
    if (stmt->message != NULL) {
        token(w);
        op(w, ZC_FMT_LINE);
        token(w);
    }
    op(w, ZC_FMT_UNNEST);
    end_group(w, group);
}

static void statement(walker *w, const zc_stmt *stmt)
{
    switch (stmt->kind) {
    case ZC_STMT_ERROR:
        ZK_UNREACHABLE("formatting a tree with errors");
    case ZC_STMT_LET:
    case ZC_STMT_LET_TUPLE:
        let(w, stmt);
        break;
    case ZC_STMT_PROVE:
        word(w);
        expr(w, stmt->value, CHAIN_INDENTED);
        break;
    case ZC_STMT_ASSERT:
        assertion(w, stmt);
        break;
    }
    expect(w, ';');
}

static void block(walker *w, const zc_block *body)
{
    expect(w, '{');
    const zc_format_token *close = peek(w);
    if (close->kind == '}' && close->own_begin == close->own_end && !w->trailing_pending) {
        token(w);
        return;
    }
    op(w, ZC_FMT_NEST);
    for (size_t i = 0; i < body->count; i++) {
        op(w, ZC_FMT_HARDLINE);
        begin_item(w, i == 0);
        statement(w, body->stmts[i]);
    }
    if (body->value != NULL) {
        op(w, ZC_FMT_HARDLINE);
        begin_item(w, body->count == 0);
        expr(w, body->value, CHAIN_INDENTED);
    }
    if (peek(w)->own_begin < peek(w)->own_end) {
        op(w, ZC_FMT_HARDLINE);
        begin_item(w, body->count == 0 && body->value == NULL);
    }
    op(w, ZC_FMT_UNNEST);
    op(w, ZC_FMT_HARDLINE);
    expect(w, '}');
}

static void mark(walker *w, zc_format_mark_kind kind)
{
    flush_trailing(w);
    raw_op(w, ZC_FMT_MARK, kind);
}

static void param(walker *w, const zc_ast_param *p)
{
    token(w);
    mark(w, ZC_MARK_PARAM);
    op(w, ZC_FMT_SPACE);
    type_expr(w, p->type);
}

static void param_item(walker *w, const void *list, size_t index)
{
    expect(w, ZC_TOK_IDENT);
    param(w, &((const zc_ast_param_list *)list)->items[index]);
}

static void circuit_param_item(walker *w, const void *list, size_t index)
{
    token(w);
    mark(w, ZC_MARK_VISIBILITY);
    op(w, ZC_FMT_SPACE);
    param_item(w, list, index);
}

static void output_item(walker *w, const void *list, size_t index)
{
    word(w);
    type_expr(w, ((const zc_output *)list)[index].type);
}

static void begin_name(walker *w)
{
    word(w);
    token(w);
}

static void constant(walker *w, const zc_decl *decl)
{
    const zc_type_expr *type = decl->u.constant.type;
    begin_name(w);
    if (type != NULL) {
        word(w);
        type_expr(w, type);
    }
    mark(w, type != NULL ? ZC_MARK_CONST_TYPED : ZC_MARK_CONST);
    op(w, ZC_FMT_SPACE);
    expect(w, '=');
    assigned(w, decl->u.constant.verb, decl->u.constant.value, NULL);
    expect(w, ';');
}

static void table(walker *w, const zc_decl *decl)
{
    begin_name(w);
    bracketed(w, decl->u.table.params.count, param_item, &decl->u.table.params, ZC_FMT_LINE);
    op(w, ZC_FMT_SPACE);
    word(w);
    type_expr(w, decl->u.table.result);
    op(w, ZC_FMT_SPACE);
    expect(w, '=');
    assigned(w, decl->u.table.verb, decl->u.table.value, NULL);
    expect(w, ';');
}

static void end_head(walker *w, size_t head)
{
    op(w, ZC_FMT_BRACE);
    set_end(w, head);
}

static void function(walker *w, const zc_decl *decl)
{
    bool has_block = decl->u.fn.body != NULL;
    begin_name(w);
    if (decl->u.fn.shape_vars.count > 0)
        bracketed(w, decl->u.fn.shape_vars.count, name_item, NULL, ZC_FMT_LINE);
    size_t head = has_block ? op(w, ZC_FMT_HEAD) : 0;
    bracketed(w, decl->u.fn.params.count, param_item, &decl->u.fn.params, ZC_FMT_LINE);
    if (decl->u.fn.result != NULL) {
        op(w, has_block ? ZC_FMT_RESULT : ZC_FMT_SPACE);
        word(w);
        type_expr(w, decl->u.fn.result);
        if (has_block)
            op(w, ZC_FMT_UNNEST);
    }
    if (has_block) {
        end_head(w, head);
        block(w, decl->u.fn.body);
    } else {
        op(w, ZC_FMT_SPACE);
        expect(w, '=');
        assigned(w, ZC_VERB_NONE, decl->u.fn.value, NULL);
        expect(w, ';');
    }
}

static void circuit(walker *w, const zc_decl *decl)
{
    begin_name(w);
    size_t head = op(w, ZC_FMT_HEAD);
    bracketed(w, decl->u.circuit.params.count, circuit_param_item, &decl->u.circuit.params,
              ZC_FMT_LINE);
    if (decl->u.circuit.output_count > 0) {
        op(w, ZC_FMT_RESULT);
        word(w);
        if (decl->u.circuit.output_count == 1)
            output_item(w, decl->u.circuit.outputs, 0);
        else
            bracketed(w, decl->u.circuit.output_count, output_item, decl->u.circuit.outputs,
                      ZC_FMT_LINE);
        op(w, ZC_FMT_UNNEST);
    }
    end_head(w, head);
    block(w, decl->u.circuit.body);
}

static void declaration(walker *w, const zc_decl *decl)
{
    switch (decl->kind) {
    case ZC_DECL_USE:
        token(w);
        while (!next_is(w, ';')) {
            op(w, ZC_FMT_SPACE);
            token(w);
        }
        expect(w, ';');
        break;
    case ZC_DECL_TYPE:
        begin_name(w);
        mark(w, ZC_MARK_TYPE);
        op(w, ZC_FMT_SPACE);
        expect(w, '=');
        assigned(w, ZC_VERB_NONE, NULL, decl->u.type.type);
        expect(w, ';');
        break;
    case ZC_DECL_CONST:
        constant(w, decl);
        break;
    case ZC_DECL_TABLE:
        table(w, decl);
        break;
    case ZC_DECL_FN:
        function(w, decl);
        break;
    case ZC_DECL_CIRCUIT:
        circuit(w, decl);
        break;
    case ZC_DECL_TEST:
        word(w);
        token(w);
        while (!next_is(w, '{')) {
            op(w, ZC_FMT_SPACE);
            token(w);
        }
        op(w, ZC_FMT_SPACE);
        block(w, decl->u.test.body);
        break;
    }
}

bool zc_format_tree(const zc_file *file, const zc_format_tokens *tokens, zc_format_ops *ops)
{
    walker w = {.tokens = tokens, .ops = ops};
    for (size_t i = 0; i < file->count; i++) {
        begin_item(&w, i == 0);
        declaration(&w, file->decls[i]);
        op(&w, ZC_FMT_HARDLINE);
    }
    begin_item(&w, file->count == 0);
    ZK_CHECK(w.out_of_memory || next_is(&w, ZC_TOK_END));
    return !w.out_of_memory;
}
