#include "compiler/front/format.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/front/lexer.h"
#include "compiler/front/parser.h"

typedef struct reader {
    zc_format_tokens *tokens;
    const char *text;
    uint32_t source;
    size_t own_begin;   /* the first comment that waits for its token */
    unsigned newlines;  /* since the last token or comment */
    bool same_line;     /* nothing but the last token stands before on this line */
    size_t depth;       /* open brackets */
} reader;

void zc_format_tokens_free(zc_format_tokens *tokens)
{
    free(tokens->items);
    free(tokens->comments);
    *tokens = (zc_format_tokens){0};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool add_comment(reader *r, zc_span span, bool may_trail)
{
    zc_format_tokens *t = r->tokens;
    while (span.end > span.start && is_space(r->text[span.end - 1]))
        span.end--;
    const zc_comment comment = {span, r->newlines > 1};
    bool trails = may_trail && r->same_line && r->newlines == 0 && t->count > 0;
    r->newlines = 0;
    r->same_line = false;
    if (trails) {
        t->items[t->count - 1].has_trailing = true;
        t->items[t->count - 1].trailing = comment;
        return true;
    }
    if (!ZK_GROW(t->comments, t->comment_capacity, t->comment_count + 1))
        return false;
    t->comments[t->comment_count++] = comment;
    return true;
}

/* White space and comments between two tokens. */
static bool read_gap(reader *r, uint32_t start, uint32_t end)
{
    for (uint32_t at = start; at < end; at++) {
        if (r->text[at] == '\n')
            r->newlines++;
        if (r->text[at] != '/')
            continue;
        const char *newline = memchr(r->text + at, '\n', end - at);
        uint32_t stop = newline == NULL ? end : (uint32_t)(newline - r->text);
        if (!add_comment(r, (zc_span){r->source, at, stop}, true))
            return false;
        at = stop - 1;
    }
    return true;
}

/* `a // why` before a comma reads better as `a, // why`; so does it before a semicolon. */
static void move_trailing_comment(zc_format_tokens *tokens)
{
    zc_format_token *last = &tokens->items[tokens->count - 1];
    zc_format_token *before = last - 1;
    bool closes = last->kind == ',' || last->kind == ';';
    if (tokens->count < 2 || !closes || last->has_trailing || !before->has_trailing ||
        last->own_begin < last->own_end)
        return;
    last->has_trailing = true;
    last->trailing = before->trailing;
    before->has_trailing = false;
}

static bool add_token(reader *r, const zc_token *token)
{
    zc_format_tokens *t = r->tokens;
    if (t->count > 0)
        move_trailing_comment(t);
    if (!ZK_GROW(t->items, t->capacity, t->count + 1))
        return false;
    t->items[t->count++] = (zc_format_token){
        .kind = token->kind,
        .span = token->span,
        .own_begin = r->own_begin,
        .own_end = t->comment_count,
        .blank_before = r->newlines > 1,
    };
    r->own_begin = t->comment_count;
    r->newlines = 0;
    r->same_line = true;
    if (token->kind == '(' || token->kind == '[' || token->kind == '{')
        r->depth++;
    else if (token->kind == ')' || token->kind == ']' || token->kind == '}')
        r->depth--;
    return true;
}

bool zc_format_read(zc_session *session, uint32_t source, zc_format_tokens *tokens)
{
    zc_lexer lexer;
    zc_lexer_init(&lexer, session, source);
    reader r = {.tokens = tokens, .text = lexer.begin, .source = source};
    uint32_t end = (uint32_t)(lexer.cursor - lexer.begin);
    for (;;) {
        zc_token token = zc_lexer_next(&lexer);
        if (lexer.out_of_memory || !read_gap(&r, end, token.span.start))
            return false;
        end = token.span.end;
        /* Between declarations a doc comment belongs to what follows, wherever it begins. */
        if (token.kind == ZC_TOK_DOC && !add_comment(&r, token.span, r.depth > 0))
            return false;
        if (token.kind != ZC_TOK_DOC && !add_token(&r, &token))
            return false;
        if (token.kind == ZC_TOK_END)
            return true;
    }
}
