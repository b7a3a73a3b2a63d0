#include "compiler/report/page_source.h"

#include <inttypes.h>
#include <string.h>

#include "compiler/front/lexer.h"
#include "compiler/front/parser.h"
#include "compiler/report/page.h"

enum { AROUND = 2, MAX_LINES = 6000, MAX_LINE_BYTES = 400 };

typedef struct painter {
    zk_buf *out;
    zk_arena arena;
    const zc_source_file *file;
    uint32_t number;
    const zc_line_cost *costs;
    bool whole;
    const char *paint; /* the class of what is being written, or NULL */
    size_t line;       /* from 0; the line that is open */
    bool open, shown;
    size_t written, column; /* lines; bytes of the open one */
} painter;

static bool is_shown(const painter *p, size_t line)
{
    if (p->written >= MAX_LINES)
        return false;
    bool used = p->whole;
    size_t from = line > AROUND ? line - AROUND : 0;
    for (size_t i = from; !used && i <= line + AROUND && i < p->file->line_count; i++)
        used = p->costs[i].used;
    return used;
}

static void open_line(painter *p)
{
    const zc_line_cost *cost = &p->costs[p->line];
    bool was = p->shown;
    p->open = true;
    p->column = 0;
    p->shown = is_shown(p, p->line);
    if (!p->shown) {
        if (was && !p->whole)
            zk_buf_text(p->out, "<div class=\"ln gap\">&#8943;</div>\n");
        return;
    }
    p->written++;
    zk_buf_printf(p->out, "<div class=\"ln%s\" data-l=\"%u.%zu\"%s><span class=\"no\">%zu</span>"
                          "<span class=\"tx\">",
                  cost->used ? " has" : "", p->number, p->line + 1,
                  cost->used ? " tabindex=\"0\"" : "", p->line + 1);
}

static void close_line(painter *p)
{
    const zc_line_cost *cost = &p->costs[p->line];
    if (p->shown) {
        zk_buf_text(p->out, "</span>");
        if (cost->rows + cost->slots > 0)
            zk_buf_printf(p->out, "<span class=\"co\">%" PRIu64 " rows, %" PRIu64
                                  " look-ups</span>", cost->rows, cost->slots);
        zk_buf_text(p->out, "</div>\n");
    }
    p->open = false;
    p->line++;
}

/* A part of one line. */
static void put_part(painter *p, const char *text, size_t length)
{
    if (!p->open)
        open_line(p);
    if (!p->shown || length == 0 || p->column >= MAX_LINE_BYTES)
        return;
    p->column += length;
    char *copy = zk_arena_strndup(&p->arena, text, length);
    for (size_t i = 0; copy != NULL && i < length; i++)
        if (copy[i] == '\0' || copy[i] == '\t' || copy[i] == '\r')
            copy[i] = ' ';
    const char *clean = copy != NULL ? zc_diag_clean_text(&p->arena, copy, false) : NULL;
    if (clean == NULL) {
        p->out->failed = true;
        return;
    }
    if (p->paint != NULL)
        zk_buf_printf(p->out, "<span class=\"%s\">", p->paint);
    zc_html_put(p->out, clean, strlen(clean));
    if (p->paint != NULL)
        zk_buf_text(p->out, "</span>");
}

static void put_run(painter *p, const char *text, size_t length)
{
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t part = end != NULL ? (size_t)(end - text) : length;
        put_part(p, text, part);
        if (end == NULL)
            return;
        close_line(p);
        text += part + 1;
        length -= part + 1;
    }
}

/* Blanks and comments. */
static void put_between(painter *p, const char *text, size_t length)
{
    while (length > 0) {
        const char *comment = memchr(text, '/', length);
        size_t blank = comment != NULL ? (size_t)(comment - text) : length;
        p->paint = NULL;
        put_run(p, text, blank);
        text += blank;
        length -= blank;
        const char *end = memchr(text, '\n', length);
        size_t part = end != NULL ? (size_t)(end - text) : length;
        p->paint = "cm";
        put_run(p, text, part);
        text += part;
        length -= part;
    }
}

static const char *paint_of(const zc_token *token, const char *text)
{
    bool word = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || *text == '_';
    if (*text == '"')
        return "st";
    if (*text == '/' && text[1] == '/')
        return "cm";
    if (*text >= '0' && *text <= '9')
        return "nu";
    return word && token->kind != ZC_TOK_IDENT ? "kw" : NULL;
}

zkml_status zc_page_source_put(zk_buf *out, zc_session *session, uint32_t source, uint32_t number,
                               const zc_line_cost *costs, bool whole, zkml_error *err)
{
    painter p = {.out = out, .number = number, .costs = costs, .whole = whole};
    zk_arena_init(&p.arena, 0);
    p.file = zc_source_get(&session->sources, source);
    const char *text = (const char *)p.file->text.data;
    zc_lexer lexer;
    zc_lexer_init(&lexer, session, source);
    uint32_t at = 0, length = (uint32_t)p.file->text.length;
    for (bool more = length > 0; more;) {
        zc_token token = zc_lexer_next(&lexer);
        more = token.kind != ZC_TOK_END;
        uint32_t start = more ? token.span.start : length;
        if (start > at)
            put_between(&p, text + at, start - at);
        at = start > at ? start : at;
        if (!more || token.span.end <= at)
            continue;
        p.paint = paint_of(&token, text + at);
        put_run(&p, text + at, token.span.end - at);
        at = token.span.end;
    }
    if (p.open)
        close_line(&p);
    if (p.written >= MAX_LINES)
        zk_buf_text(out, "<div class=\"ln gap\">the rest is not shown</div>\n");
    zk_arena_free(&p.arena);
    return lexer.out_of_memory || out->failed ? zk_fail(err, ZKML_LIMIT, "out of memory")
                                              : ZKML_OK;
}
