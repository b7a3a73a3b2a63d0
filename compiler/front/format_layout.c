/* Layout after Oppen, "Prettyprinting" (1980): a group is tested against the rest of the line when
 * it begins; the test looks at no more text than fits on a line. */
#include "compiler/front/format.h"

#include <stdlib.h>
#include <string.h>

typedef struct renderer {
    const zc_format_tokens *tokens;
    const zc_format_ops *ops;
    const char *text;
    zc_format_lines *lines;
    size_t *indents; /* a stack; the last is the current indentation */
    size_t indent_count, indent_capacity;
    bool *broken; /* a stack of the open groups */
    size_t broken_count, broken_capacity;
    size_t column;
    size_t line_indent; /* of the fresh line: indentation where it began */
    bool fresh;         /* at the start of a line, indentation not written */
    bool space;         /* a space stands before the next text of the line */
    bool must_break;    /* a trailing comment was written */
    bool result_breaks; /* in a declaration's head: `->` starts a line */
    bool out_of_memory;
} renderer;

size_t zc_format_width(const char *text, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t c;
        size_t size = zc_utf8_decode(text + at, length - at, &c);
        width += size == 0 ? 1 : zc_char_width(c);
        at += size == 0 ? 1 : size;
    }
    return width;
}

static size_t indentation(const renderer *r)
{
    return r->indent_count == 0 ? 0 : r->indents[r->indent_count - 1];
}

/* Where the next text would stand. */
static size_t next_column(const renderer *r)
{
    if (r->fresh)
        return r->line_indent;
    return r->must_break ? indentation(r) : r->column + r->space;
}

static size_t token_width(const renderer *r, uint32_t index)
{
    zc_span span = r->tokens->items[index].span;
    return zc_format_width(r->text + span.start, span.end - span.start);
}

static bool is_break(const renderer *r, zc_format_op_kind kind)
{
    switch (kind) {
    case ZC_FMT_LINE:
    case ZC_FMT_SOFTLINE:
    case ZC_FMT_FILL:
    case ZC_FMT_HARDLINE:
    case ZC_FMT_BLANK:
    case ZC_FMT_OWN:
    case ZC_FMT_TRAILING:
    case ZC_FMT_ASSIGN:
    case ZC_FMT_ASSIGN_HUG:
    case ZC_FMT_ASSIGN_STAY:
        return true;
    case ZC_FMT_RESULT:
    case ZC_FMT_BRACE:
        return r->result_breaks;
    default:
        return false;
    }
}

/* Width of an operation on one line; false if it needs a line break. */
static bool flat_width(const renderer *r, const zc_format_op *op, size_t *width)
{
    switch (op->kind) {
    case ZC_FMT_TOKEN:
        *width = token_width(r, op->u);
        return true;
    case ZC_FMT_SPACE:
    case ZC_FMT_LINE:
    case ZC_FMT_FILL:
    case ZC_FMT_ASSIGN:
    case ZC_FMT_ASSIGN_HUG:
    case ZC_FMT_ASSIGN_STAY:
    case ZC_FMT_RESULT:
    case ZC_FMT_BRACE:
        *width = 1;
        return true;
    case ZC_FMT_HARDLINE:
    case ZC_FMT_BLANK:
    case ZC_FMT_OWN:
    case ZC_FMT_TRAILING:
        return false;
    default:
        *width = 0;
        return true;
    }
}

/* Whether the operations from begin to end, on one line, and what follows up to the next possible
 * break, fit when they start at this column. */
static bool fits(const renderer *r, size_t begin, size_t end, size_t column)
{
    for (size_t i = begin; i < r->ops->count; i++) {
        const zc_format_op *op = &r->ops->items[i];
        size_t width;
        if (i >= end && is_break(r, op->kind))
            return true;
        if (!flat_width(r, op, &width))
            return false;
        column += width;
        if (column > ZC_FORMAT_WIDTH)
            return false;
    }
    return true;
}

static void push_indent(renderer *r, size_t indent)
{
    if (indent > ZC_FORMAT_MAX_INDENT)
        indent = ZC_FORMAT_MAX_INDENT;
    if (ZK_GROW(r->indents, r->indent_capacity, r->indent_count + 1))
        r->indents[r->indent_count++] = indent;
    else
        r->out_of_memory = true;
}

static void push_group(renderer *r, bool breaks)
{
    if (ZK_GROW(r->broken, r->broken_capacity, r->broken_count + 1))
        r->broken[r->broken_count++] = breaks;
    else
        r->out_of_memory = true;
}

static bool in_broken_group(const renderer *r)
{
    return r->broken_count == 0 || r->broken[r->broken_count - 1];
}

static void new_line(renderer *r)
{
    if (!r->fresh)
        zk_buf_u8(&r->lines->text, '\n');
    r->fresh = true;
    r->line_indent = indentation(r);
    r->space = false;
    r->must_break = false;
}

static void put(renderer *r, const char *text, size_t length)
{
    if (r->must_break)
        new_line(r);
    if (r->fresh) {
        zk_buf_printf(&r->lines->text, "%*s", (int)r->line_indent, "");
        r->column = r->line_indent;
        r->fresh = false;
    }
    if (r->space) {
        zk_buf_u8(&r->lines->text, ' ');
        r->column++;
        r->space = false;
    }
    zk_buf_bytes(&r->lines->text, text, length);
    r->column += zc_format_width(text, length);
}

static void put_space(renderer *r)
{
    r->space = !r->must_break && !r->fresh;
}

static void put_span(renderer *r, zc_span span)
{
    put(r, r->text + span.start, span.end - span.start);
}

static void mark(renderer *r, zc_format_mark_kind kind)
{
    zc_format_lines *lines = r->lines;
    if (!ZK_GROW(lines->marks, lines->mark_capacity, lines->mark_count + 1)) {
        r->out_of_memory = true;
        return;
    }
    lines->marks[lines->mark_count++] = (zc_format_mark){kind, lines->text.length};
}

static void put_own(renderer *r, zc_span span)
{
    if (!r->fresh)
        new_line(r);
    size_t indent = r->line_indent;
    put_span(r, span);
    new_line(r);
    r->line_indent = indent;
}

static void put_trailing(renderer *r, uint32_t token)
{
    mark(r, ZC_MARK_COMMENT);
    zk_buf_text(&r->lines->text, "  ");
    put_span(r, r->tokens->items[token].trailing.span);
    r->must_break = true;
}

static void put_line(renderer *r, bool breaks, const char *flat)
{
    if (breaks || r->must_break)
        new_line(r);
    else if (*flat != '\0')
        put_space(r);
}

/* The value stays on the line of `=` if it fits there, else it goes to the next line if it fits
 * there, else it is broken: inside its own brackets, or on the next line. A matrix is broken into
 * its rows rather than moved. */
static void begin_assign(renderer *r, size_t at)
{
    const zc_format_op *op = &r->ops->items[at];
    size_t indent = indentation(r);
    bool stays = !r->must_break && fits(r, at + 1, op->u, next_column(r) + 1);
    if (!stays && op->kind == ZC_FMT_ASSIGN_STAY)
        stays = true;
    else if (!stays && op->kind == ZC_FMT_ASSIGN_HUG)
        stays = !fits(r, at + 1, op->u, indent + ZC_FORMAT_INDENT);
    push_indent(r, stays ? indent : indent + ZC_FORMAT_INDENT);
    if (stays)
        put_space(r);
    else
        new_line(r);
}

/* A head that is too long for one line is broken before its result if that is enough. */
static void begin_head(renderer *r, size_t at)
{
    size_t end = r->ops->items[at].u;
    r->result_breaks = false;
    if (fits(r, at, end + 1, next_column(r)))
        return;
    size_t result = at;
    while (result < end && r->ops->items[result].kind != ZC_FMT_RESULT)
        result++;
    if (result == end)
        return;
    r->result_breaks = true;
    r->result_breaks = fits(r, at, result, next_column(r)) &&
                       fits(r, result + 1, end, indentation(r) + ZC_FORMAT_INDENT);
}

/* The line break that one more item of a filled list would need. */
static bool fill_breaks(const renderer *r, size_t at)
{
    return !fits(r, at + 1, at + 1, next_column(r) + 1);
}

static void render_break(renderer *r, size_t at)
{
    const zc_format_op *op = &r->ops->items[at];
    switch (op->kind) {
    case ZC_FMT_LINE:
        put_line(r, in_broken_group(r), " ");
        break;
    case ZC_FMT_SOFTLINE:
        put_line(r, in_broken_group(r), "");
        break;
    case ZC_FMT_FILL:
        put_line(r, in_broken_group(r) && fill_breaks(r, at), " ");
        break;
    case ZC_FMT_RESULT:
        push_indent(r, indentation(r) + (r->result_breaks ? ZC_FORMAT_INDENT : 0));
        put_line(r, r->result_breaks, " ");
        break;
    case ZC_FMT_BRACE:
        put_line(r, r->result_breaks, " ");
        r->result_breaks = false;
        break;
    case ZC_FMT_BLANK:
        new_line(r);
        zk_buf_u8(&r->lines->text, '\n');
        break;
    default:
        new_line(r);
        break;
    }
}

static void render(renderer *r, size_t at)
{
    const zc_format_op *op = &r->ops->items[at];
    switch (op->kind) {
    case ZC_FMT_TOKEN:
        put_span(r, r->tokens->items[op->u].span);
        break;
    case ZC_FMT_SPACE:
        put_space(r);
        break;
    case ZC_FMT_OWN:
        put_own(r, r->tokens->comments[op->u].span);
        break;
    case ZC_FMT_TRAILING:
        put_trailing(r, op->u);
        break;
    case ZC_FMT_NEST:
        push_indent(r, indentation(r) + ZC_FORMAT_INDENT);
        break;
    case ZC_FMT_UNNEST:
        r->indent_count--;
        break;
    case ZC_FMT_GROUP:
        push_group(r, in_broken_group(r) && !fits(r, at, op->u, next_column(r)));
        break;
    case ZC_FMT_END:
        r->broken_count--;
        break;
    case ZC_FMT_ASSIGN:
    case ZC_FMT_ASSIGN_HUG:
    case ZC_FMT_ASSIGN_STAY:
        begin_assign(r, at);
        break;
    case ZC_FMT_HEAD:
        begin_head(r, at);
        break;
    case ZC_FMT_MARK:
        if (in_broken_group(r) && !r->must_break)
            mark(r, (zc_format_mark_kind)op->u);
        break;
    default:
        render_break(r, at);
        break;
    }
}

bool zc_format_layout(const zc_sources *sources, const zc_format_tokens *tokens,
                      const zc_format_ops *ops, zc_format_lines *lines)
{
    const zc_source_file *file = zc_source_get(sources, tokens->items[0].span.file);
    renderer r = {.tokens = tokens, .ops = ops, .lines = lines, .fresh = true};
    r.text = (const char *)file->text.data;
    for (size_t i = 0; i < ops->count && !r.out_of_memory && !lines->text.failed; i++)
        render(&r, i);
    if (!r.fresh)
        new_line(&r);
    free(r.indents);
    free(r.broken);
    return !r.out_of_memory && !lines->text.failed;
}
