#include <stdlib.h>
#include <string.h>

#include "compiler/front/build.h"
#include "compiler/front/front.h"
#include "compiler/front/parser.h"

static void warn_about_doc(zc_parser *parser, zc_span span)
{
    zc_diag *d = zc_warning(&parser->session->diags, ZC_W_DOC_PLACE, span,
                            "a doc comment inside a declaration documents nothing");
    zc_diag_fix(d, (zc_span){span.file, span.start, span.start + 3}, "//",
                "use `//` for remarks");
}

static bool matches(int open, int close)
{
    return (open == '(' && close == ')') || (open == '[' && close == ']') ||
           (open == '{' && close == '}');
}

/* A closing bracket takes off the opening one it belongs to. Called when the grammar has accepted
 * the token, so that a message about it still sees the brackets before it. */
static void track_brackets(zc_parser *parser, const zc_token *token)
{
    int kind = token->kind;
    if (kind == '(' || kind == '[' || kind == '{') {
        if (parser->bracket_count == ZC_AST_MAX_DEPTH)
            zc_report_nesting(parser, token->span);
        else
            parser->brackets[parser->bracket_count++] = (zc_bracket){kind, token->span};
    } else if (kind == ')' || kind == ']' || kind == '}') {
        size_t n = parser->bracket_count;
        while (n > 0 && !matches(parser->brackets[n - 1].kind, kind) && kind == '}')
            n--;
        if (n > 0 && matches(parser->brackets[n - 1].kind, kind))
            parser->bracket_count = n - 1;
    }
}

int zc_parser_token(zc_parser *parser, const char **text, zc_span *span)
{
    track_brackets(parser, &parser->token);
    parser->previous = parser->token;
    zc_token token = zc_lexer_next(&parser->lexer);
    while (token.kind == ZC_TOK_DOC && parser->bracket_count > 0) {
        warn_about_doc(parser, token.span);
        token = zc_lexer_next(&parser->lexer);
    }
    if (parser->previous.kind == ZC_TOK_TO) /* the type that ends a verb expression, if a name */
        parser->verb_end = token.span.end;
    if (parser->stopped || parser->out_of_memory || parser->lexer.out_of_memory)
        token = (zc_token){.kind = ZC_TOK_END, .span = token.span};
    parser->token = token;
    *text = token.text;
    *span = token.span;
    return token.kind;
}

/* Names are interned, so their addresses are what is hashed. */
static size_t slot_of(const zc_file *file, const char *name)
{
    size_t mask = file->slot_count - 1;
    size_t at = (size_t)((uint64_t)(uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask;
    while (file->by_name[at] != NULL && file->by_name[at]->name.name != name)
        at = (at + 1) & mask;
    return at;
}

/* False: no memory. */
static bool index_names(zc_file *file, zk_arena *arena)
{
    file->slot_count = 16;
    while (file->slot_count < 2 * file->count)
        file->slot_count *= 2;
    file->by_name = zk_arena_alloc(arena, file->slot_count, sizeof(zc_decl *));
    if (file->by_name == NULL)
        return false;
    for (size_t i = 0; i < file->count; i++) {
        if (file->decls[i]->name.name == NULL)
            continue;
        size_t slot = slot_of(file, file->decls[i]->name.name);
        if (file->by_name[slot] == NULL)
            file->by_name[slot] = file->decls[i];
    }
    return true;
}

const zc_decl *zc_find_decl(const zc_file *file, const char *name)
{
    return name != NULL ? file->by_name[slot_of(file, name)] : NULL;
}

zkml_status zc_parse_file(zc_session *session, uint32_t source, zc_file **file, zkml_error *err)
{
    *file = NULL;
    zc_parser *parser = calloc(1, sizeof *parser);
    zc_file *parsed = ZK_ARENA_NEW(&session->arena, zc_file, 1);
    if (parser == NULL || parsed == NULL) {
        free(parser);
        return zk_fail(err, ZKML_LIMIT, "%s: out of memory",
                       zc_source_path(&session->sources, source));
    }
    parser->session = session;
    parser->file = parsed;
    parsed->source = source;
    zc_lexer_init(&parser->lexer, session, source);
    /* 1 is a syntax error and 2 an exhausted stack: both reported. */
    (void)zc_yyparse(parser);
    parsed->decls = parser->decls.items;
    parsed->count = parser->decls.count;
    bool failed = parser->out_of_memory || parser->lexer.out_of_memory ||
                  !index_names(parsed, &session->arena);
    free(parser);
    if (failed)
        return zk_fail(err, ZKML_LIMIT, "%s: out of memory while parsing",
                       zc_source_path(&session->sources, source));
    *file = parsed;
    return ZKML_OK;
}
