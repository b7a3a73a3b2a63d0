/* build.h - what the parser's actions call: one function per construct, each making a node.
 *
 * Builders never return NULL. When memory runs out they set out_of_memory and return one of the
 * fallback nodes inside the zc_parser; the token stream then ends at once and zc_parse_file
 * reports the failure. A node that would exceed ZC_AST_MAX_DEPTH becomes an error node after one
 * diagnostic.
 */
#ifndef ZC_FRONT_BUILD_H
#define ZC_FRONT_BUILD_H

#include "compiler/front/ast.h"
#include "compiler/front/lexer.h"
#include "compiler/session.h"

/* A growing array in the arena; `items` has the type of what is listed. */
typedef struct zc_list {
    void *items;
    size_t count;
    size_t capacity;
} zc_list;

typedef struct zc_bracket {
    int kind; /* '(' '[' '{' */
    zc_span span;
} zc_bracket;

/* One line of a doc comment. */
typedef struct zc_doc {
    const char *text;
    zc_span span;
} zc_doc;

typedef struct zc_parser {
    zc_session *session;
    zc_lexer lexer;
    zc_file *file;
    zc_list decls;
    zc_token token;    /* the one last given to the grammar */
    zc_token previous; /* the one before */
    uint32_t verb_end; /* where the last verb expression ended, for a hint */
    zc_bracket brackets[ZC_AST_MAX_DEPTH];
    size_t bracket_count;
    bool out_of_memory;
    bool stopped; /* a diagnostic ended the parse */
    zc_expr fallback_expr;
    zc_type_expr fallback_type;
    zc_stmt fallback_stmt;
    zc_block fallback_block;
    zc_decl fallback_decl;
} zc_parser;

void zc_list_add(zc_parser *parser, zc_list *list, const void *item, size_t size);
#define ZC_LIST_ADD(parser, list, item)                                                            \
    zc_list_add((parser), (list), &(item), sizeof(item))

/* Copies the node into the arena and sets its depth. */
zc_expr *zc_new_expr(zc_parser *parser, zc_expr expr);
zc_expr *zc_new_error(zc_parser *parser, zc_span span);
zc_expr *zc_new_name(zc_parser *parser, zc_span span, const char *text);
zc_expr *zc_new_number(zc_parser *parser, zc_span span, zc_expr_kind kind, const char *text);
zc_expr *zc_new_unary(zc_parser *parser, zc_span span, zc_ast_op op, zc_span op_span,
                      zc_expr *operand);
zc_expr *zc_new_binary(zc_parser *parser, zc_ast_op op, zc_span op_span, zc_expr *left,
                       zc_expr *right, zc_span span);
zc_expr *zc_new_call(zc_parser *parser, zc_span span, zc_expr *callee, zc_list args);
/* max(...) and min(...): a call of that name. */
zc_expr *zc_new_word_call(zc_parser *parser, zc_span span, const char *word, zc_span word_span,
                          zc_list args);
zc_type_expr *zc_new_type(zc_parser *parser, zc_type_expr type);
/* A scalar type with dimensions added. */
zc_type_expr *zc_add_dims(zc_parser *parser, zc_type_expr *elem, zc_list dims, zc_span span);
zc_stmt *zc_new_stmt(zc_parser *parser, zc_stmt stmt);
zc_block *zc_new_block(zc_parser *parser, zc_span span, zc_list stmts, zc_expr *value);
zc_decl *zc_new_decl(zc_parser *parser, zc_decl decl);
/* Appends a declaration to the file; `docs` lists the zc_doc lines before it. The part of them
 * that is set off by a blank line before the first declaration belongs to the file. */
void zc_add_decl(zc_parser *parser, zc_list docs, zc_decl *decl);
/* Doc comments that nothing follows: the file's, if it is all there is. */
void zc_trailing_docs(zc_parser *parser, zc_list docs);

/* Reports that the nesting is too deep, once, and stops the parse. */
void zc_report_nesting(zc_parser *parser, zc_span span);

/* The next token for the grammar: keeps the stack of brackets, drops doc comments inside them. */
int zc_parser_token(zc_parser *parser, const char **text, zc_span *span);

/* Reports parser->token as unexpected; `expected` are the tokens that fit, by the names that the
 * grammar gives them, `found` is the token's. */
void zc_report_syntax(zc_parser *parser, const char *const *expected, size_t count,
                      const char *found);

#endif
