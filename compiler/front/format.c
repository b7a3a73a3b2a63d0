#include "compiler/front/format.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"

static const char *text_of(const zc_session *session, uint32_t source)
{
    return (const char *)zc_source_get(&session->sources, source)->text.data;
}

static bool same_text(const char *a, zc_span a_span, const char *b, zc_span b_span)
{
    uint32_t length = a_span.end - a_span.start;
    return b_span.end - b_span.start == length &&
           memcmp(a + a_span.start, b + b_span.start, length) == 0;
}

static bool same_comments(const char *a, const zc_format_tokens *x, const char *b,
                          const zc_format_tokens *y)
{
    if (x->comment_count != y->comment_count)
        return false;
    for (size_t i = 0; i < x->comment_count; i++)
        if (!same_text(a, x->comments[i].span, b, y->comments[i].span))
            return false;
    return true;
}

/* The same tokens, and each with the same comments: the formatter may change white space only. */
static bool same_tokens(const char *a, const zc_format_tokens *x, const char *b,
                        const zc_format_tokens *y)
{
    if (x->count != y->count || !same_comments(a, x, b, y))
        return false;
    for (size_t i = 0; i < x->count; i++) {
        const zc_format_token *s = &x->items[i];
        const zc_format_token *t = &y->items[i];
        if (s->kind != t->kind || !same_text(a, s->span, b, t->span) ||
            s->own_begin != t->own_begin || s->own_end != t->own_end ||
            s->has_trailing != t->has_trailing)
            return false;
        if (s->has_trailing && !same_text(a, s->trailing.span, b, t->trailing.span))
            return false;
    }
    return true;
}

/* Reads the formatted text again and compares. */
static zkml_status check_result(const char *before, const zc_format_tokens *tokens,
                                const zk_buf *text, zkml_error *err)
{
    zc_session session;
    zc_format_tokens again = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    zkml_status status = zc_source_add(&session.sources, "formatted", (const char *)text->data,
                                       text->length, &source, err);
    if (status == ZKML_OK && !zc_format_read(&session, source, &again))
        status = zk_fail(err, ZKML_LIMIT, "out of memory while formatting");
    if (status == ZKML_OK &&
        !same_tokens(before, tokens, text_of(&session, source), &again))
        ZK_UNREACHABLE("formatting would change the program");
    zc_format_tokens_free(&again);
    zc_session_free(&session);
    return status;
}

static zkml_status format_tree(zc_session *session, const zc_file *file, zk_buf *out,
                               zkml_error *err)
{
    zc_format_tokens tokens = {0};
    zc_format_ops ops = {0};
    zc_format_lines lines = {0};
    bool made = zc_format_read(session, file->source, &tokens) &&
                zc_format_tree(file, &tokens, &ops) &&
                zc_format_layout(&session->sources, &tokens, &ops, &lines) &&
                zc_format_align(&lines, out);
    zkml_status status = ZKML_OK;
    if (made)
        status = check_result(text_of(session, file->source), &tokens, out, err);
    else
        status = zk_fail(err, ZKML_LIMIT, "%s: out of memory while formatting",
                         zc_source_path(&session->sources, file->source));
    zc_format_tokens_free(&tokens);
    free(ops.items);
    free(lines.marks);
    zk_buf_free(&lines.text);
    return status;
}

zkml_status zc_format(zc_session *session, uint32_t source, zk_buf *out, zkml_error *err)
{
    zc_file *file;
    ZK_TRY(zc_parse_file(session, source, &file, err));
    if (session->diags.error_count > 0)
        return ZKML_OK;
    return format_tree(session, file, out, err);
}
