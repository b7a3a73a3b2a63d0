#include "compiler/front/build.h"

#include <string.h>

static uint32_t deeper(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t expr_depth(const zc_expr *expr)
{
    return expr == NULL ? 0 : expr->depth;
}

static uint32_t list_depth(zc_expr_list list)
{
    uint32_t depth = 0;
    for (size_t i = 0; i < list.count; i++)
        depth = deeper(depth, list.items[i]->depth);
    return depth;
}

static uint32_t index_depth(zc_index_list indices)
{
    uint32_t depth = 0;
    for (size_t i = 0; i < indices.count; i++)
        depth = deeper(depth, expr_depth(indices.items[i].bound));
    return depth;
}

static uint32_t children_depth(const zc_expr *e)
{
    uint32_t depth = 0;
    switch (e->kind) {
    case ZC_EXPR_ERROR:
    case ZC_EXPR_NAME:
    case ZC_EXPR_INT:
    case ZC_EXPR_REAL:
    case ZC_EXPR_STRING:
    case ZC_EXPR_BOOL:
        return 0;
    case ZC_EXPR_UNARY:
        return e->u.unary.operand->depth;
    case ZC_EXPR_BINARY:
        return deeper(e->u.binary.left->depth, e->u.binary.right->depth);
    case ZC_EXPR_INDEX:
        return deeper(e->u.index.base->depth, list_depth(e->u.index.subscripts));
    case ZC_EXPR_CALL:
        depth = e->u.call.callee->depth;
        for (size_t i = 0; i < e->u.call.count; i++)
            depth = deeper(depth, e->u.call.args[i].value->depth);
        return depth;
    case ZC_EXPR_MEMBER:
        return e->u.member.base->depth;
    case ZC_EXPR_TUPLE:
    case ZC_EXPR_ARRAY:
        return list_depth(e->u.list);
    case ZC_EXPR_REDUCE:
        return deeper(index_depth(e->u.reduce.indices), e->u.reduce.body->depth);
    case ZC_EXPR_VERB:
        return deeper(e->u.verb.value->depth, e->u.verb.type->depth);
    case ZC_EXPR_IF:
        depth = deeper(e->u.cond.then_value->depth, e->u.cond.else_value->depth);
        return deeper(depth, e->u.cond.condition->depth);
    case ZC_EXPR_LOOP:
        depth = deeper(e->u.loop.init->depth, expr_depth(e->u.loop.index.bound));
        return deeper(depth, e->u.loop.body->depth);
    }
    return 0;
}

void zc_list_add(zc_parser *parser, zc_list *list, const void *item, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4 : 2 * list->capacity;
        void *larger = zk_arena_alloc(&parser->session->arena, capacity, size);
        if (larger == NULL) {
            parser->out_of_memory = true;
            return;
        }
        if (list->count > 0)
            memcpy(larger, list->items, list->count * size);
        list->items = larger;
        list->capacity = capacity;
    }
    memcpy((char *)list->items + list->count * size, item, size);
    list->count++;
}

void zc_report_nesting(zc_parser *parser, zc_span span)
{
    if (parser->stopped)
        return;
    parser->stopped = true;
    zc_diag *d = zc_error(&parser->session->diags, ZC_E_NESTING, span, "nested too deeply");
    zc_diag_note(d, "expressions may be nested %u levels deep; each operator of a long chain "
                    "counts as a level",
                 ZC_AST_MAX_DEPTH);
    zc_diag_help(d, "give parts of it names with `let`");
}

zc_expr *zc_new_expr(zc_parser *parser, zc_expr expr)
{
    zc_expr *node = ZK_ARENA_NEW(&parser->session->arena, zc_expr, 1);
    if (node == NULL) {
        parser->out_of_memory = true;
        node = &parser->fallback_expr;
        expr = (zc_expr){.kind = ZC_EXPR_ERROR};
    }
    *node = expr;
    node->depth = 1 + children_depth(&expr);
    if (node->depth > ZC_AST_MAX_DEPTH) {
        zc_report_nesting(parser, (zc_span){expr.span.file, expr.span.start, expr.span.start});
        *node = (zc_expr){.kind = ZC_EXPR_ERROR, .depth = 1, .span = expr.span};
    }
    return node;
}

zc_expr *zc_new_error(zc_parser *parser, zc_span span)
{
    return zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_ERROR, .span = span});
}

zc_expr *zc_new_name(zc_parser *parser, zc_span span, const char *text)
{
    return zc_new_expr(
        parser, (zc_expr){.kind = ZC_EXPR_NAME, .span = span, .u.name = {text, span}});
}

zc_expr *zc_new_number(zc_parser *parser, zc_span span, zc_expr_kind kind, const char *text)
{
    if (text == NULL)
        return zc_new_error(parser, span);
    return zc_new_expr(parser, (zc_expr){.kind = kind, .span = span, .u.literal = text});
}

zc_expr *zc_new_unary(zc_parser *parser, zc_span span, zc_ast_op op, zc_span op_span,
                      zc_expr *operand)
{
    return zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_UNARY, .span = span,
                                         .u.unary = {op, op_span, operand}});
}

zc_expr *zc_new_binary(zc_parser *parser, zc_ast_op op, zc_span op_span, zc_expr *left,
                       zc_expr *right, zc_span span)
{
    return zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_BINARY, .span = span,
                                         .u.binary = {op, op_span, left, right}});
}

zc_expr *zc_new_call(zc_parser *parser, zc_span span, zc_expr *callee, zc_list args)
{
    return zc_new_expr(parser, (zc_expr){.kind = ZC_EXPR_CALL, .span = span,
                                         .u.call = {callee, args.items, args.count}});
}

zc_expr *zc_new_word_call(zc_parser *parser, zc_span span, const char *word, zc_span word_span,
                          zc_list args)
{
    const char *name = zc_intern(parser->session, word, strlen(word));
    if (name == NULL) {
        parser->out_of_memory = true;
        return zc_new_error(parser, span);
    }
    return zc_new_call(parser, span, zc_new_name(parser, word_span, name), args);
}

zc_type_expr *zc_new_type(zc_parser *parser, zc_type_expr type)
{
    zc_type_expr *node = ZK_ARENA_NEW(&parser->session->arena, zc_type_expr, 1);
    if (node == NULL) {
        parser->out_of_memory = true;
        node = &parser->fallback_type;
        type = (zc_type_expr){.kind = ZC_AST_TYPE_ERROR};
    }
    *node = type;
    node->depth = deeper(expr_depth(type.bits), expr_depth(type.fraction));
    node->depth = deeper(node->depth, expr_depth(type.scale));
    node->depth = deeper(node->depth, expr_depth(type.low));
    node->depth = deeper(node->depth, expr_depth(type.high));
    node->depth = 1 + deeper(node->depth, list_depth(type.dims));
    if (node->depth > ZC_AST_MAX_DEPTH) {
        zc_report_nesting(parser, type.span);
        *node = (zc_type_expr){.kind = ZC_AST_TYPE_ERROR, .depth = 1, .span = type.span};
    }
    return node;
}

zc_type_expr *zc_add_dims(zc_parser *parser, zc_type_expr *elem, zc_list dims, zc_span span)
{
    zc_type_expr type = *elem;
    type.dims = (zc_expr_list){dims.items, dims.count};
    type.span = span;
    return zc_new_type(parser, type);
}

zc_stmt *zc_new_stmt(zc_parser *parser, zc_stmt stmt)
{
    zc_stmt *node = ZK_ARENA_NEW(&parser->session->arena, zc_stmt, 1);
    if (node == NULL) {
        parser->out_of_memory = true;
        node = &parser->fallback_stmt;
        stmt = (zc_stmt){.kind = ZC_STMT_ERROR};
    }
    *node = stmt;
    return node;
}

zc_block *zc_new_block(zc_parser *parser, zc_span span, zc_list stmts, zc_expr *value)
{
    zc_block *node = ZK_ARENA_NEW(&parser->session->arena, zc_block, 1);
    if (node == NULL) {
        parser->out_of_memory = true;
        node = &parser->fallback_block;
        stmts = (zc_list){0};
        value = NULL;
    }
    *node = (zc_block){.span = span, .stmts = stmts.items, .count = stmts.count, .value = value};
    node->depth = expr_depth(value);
    for (size_t i = 0; i < node->count; i++) {
        const zc_stmt *stmt = node->stmts[i];
        node->depth = deeper(node->depth, expr_depth(stmt->value));
        node->depth = deeper(node->depth, index_depth(stmt->indices));
        if (stmt->type != NULL)
            node->depth = deeper(node->depth, stmt->type->depth);
    }
    node->depth += 1;
    return node;
}

zc_decl *zc_new_decl(zc_parser *parser, zc_decl decl)
{
    zc_decl *node = ZK_ARENA_NEW(&parser->session->arena, zc_decl, 1);
    if (node == NULL) {
        parser->out_of_memory = true;
        node = &parser->fallback_decl;
    }
    *node = decl;
    return node;
}

static bool has_blank_line(const zc_parser *parser, uint32_t start, uint32_t end)
{
    bool empty = false;
    for (const char *at = parser->lexer.begin + start; at < parser->lexer.begin + end; at++) {
        if (*at == '\n' && empty)
            return true;
        if (*at == '\n')
            empty = true;
        else if (*at != ' ' && *at != '\t' && *at != '\r')
            empty = false;
    }
    return false;
}

static const char *join_docs(zc_parser *parser, const zc_doc *lines, size_t count)
{
    if (count == 0)
        return NULL;
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += strlen(lines[i].text) + 1;
    char *text = ZK_ARENA_NEW(&parser->session->arena, char, length);
    if (text == NULL) {
        parser->out_of_memory = true;
        return NULL;
    }
    size_t out = 0;
    for (size_t i = 0; i < count; i++) {
        size_t line = strlen(lines[i].text);
        memcpy(text + out, lines[i].text, line);
        text[out + line] = i + 1 < count ? '\n' : '\0';
        out += line + 1;
    }
    return text;
}

/* Gives the file the lines up to the first blank line; returns how many those were. */
static size_t take_file_doc(zc_parser *parser, zc_list docs, uint32_t end)
{
    const zc_doc *lines = docs.items;
    for (size_t i = 0; i < docs.count; i++) {
        uint32_t next = i + 1 < docs.count ? lines[i + 1].span.start : end;
        if (has_blank_line(parser, lines[i].span.end, next)) {
            parser->file->doc = join_docs(parser, lines, i + 1);
            return i + 1;
        }
    }
    return 0;
}

void zc_add_decl(zc_parser *parser, zc_list docs, zc_decl *decl)
{
    size_t taken = 0;
    if (parser->decls.count == 0)
        taken = take_file_doc(parser, docs, decl->span.start);
    const zc_doc *lines = docs.items;
    if (docs.count > taken)
        decl->doc = join_docs(parser, lines + taken, docs.count - taken);
    decl->place = (uint32_t)parser->decls.count;
    ZC_LIST_ADD(parser, &parser->decls, decl);
}

void zc_trailing_docs(zc_parser *parser, zc_list docs)
{
    const zc_doc *lines = docs.items;
    if (parser->decls.count == 0) {
        parser->file->doc = join_docs(parser, lines, docs.count);
    } else if (docs.count > 0) {
        zc_span span = zc_span_join(lines[0].span, lines[docs.count - 1].span);
        zc_diag *d = zc_warning(&parser->session->diags, ZC_W_DOC_PLACE, span,
                                "this doc comment documents nothing");
        zc_diag_help(d, "a doc comment stands before a declaration; use `//` for remarks");
        for (size_t i = 0; i < docs.count; i++)
            zc_diag_edit(d, (zc_span){lines[i].span.file, lines[i].span.start,
                                      lines[i].span.start + 3}, "//");
    }
}
