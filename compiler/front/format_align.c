#include "compiler/front/format.h"

#include <stdlib.h>
#include <string.h>

/* Marks further apart than this are not aligned. */
enum { MAX_SPREAD = 20 };

typedef struct line {
    size_t start, end; /* in the text, without the line end */
    size_t indent;
    size_t marks, mark_end; /* without the comment's */
    size_t comment;         /* index of its mark, or SIZE_MAX */
} line;

typedef struct aligner {
    const zc_format_lines *in;
    const char *text;
    line *lines;
    size_t count, capacity;
    size_t *pads; /* spaces to insert at each mark */
} aligner;

static bool split(aligner *a)
{
    size_t mark = 0;
    for (size_t start = 0; start < a->in->text.length;) {
        const char *newline = memchr(a->text + start, '\n', a->in->text.length - start);
        line l = {.start = start, .end = (size_t)(newline - a->text), .comment = SIZE_MAX};
        while (a->text[start + l.indent] == ' ')
            l.indent++;
        l.marks = mark;
        while (mark < a->in->mark_count && a->in->marks[mark].offset <= l.end &&
               a->in->marks[mark].kind != ZC_MARK_COMMENT)
            mark++;
        l.mark_end = mark;
        if (mark < a->in->mark_count && a->in->marks[mark].offset <= l.end)
            l.comment = mark++;
        if (!ZK_GROW(a->lines, a->capacity, a->count + 1))
            return false;
        a->lines[a->count++] = l;
        start = l.end + 1;
    }
    return true;
}

static const zc_format_mark *mark_at(const aligner *a, size_t index)
{
    return &a->in->marks[index];
}

static size_t code_end(const aligner *a, const line *l)
{
    return l->comment == SIZE_MAX ? l->end : mark_at(a, l->comment)->offset;
}

/* Columns from the start of the line to a place in it, with the spaces inserted so far. */
static size_t column(const aligner *a, const line *l, size_t offset)
{
    size_t width = zc_format_width(a->text + l->start, offset - l->start);
    for (size_t m = l->marks; m < l->mark_end && mark_at(a, m)->offset < offset; m++)
        width += a->pads[m];
    return width;
}

/* A declaration takes part in alignment when it is on one line. */
static bool is_aligned(const aligner *a, const line *l)
{
    if (l->marks == l->mark_end)
        return false;
    return mark_at(a, l->marks)->kind > ZC_MARK_CONST_TYPED || a->text[code_end(a, l) - 1] == ';';
}

static bool same_marks(const aligner *a, const line *l, const line *m)
{
    if (l->mark_end - l->marks != m->mark_end - m->marks || l->indent != m->indent)
        return false;
    for (size_t i = 0; i < l->mark_end - l->marks; i++)
        if (mark_at(a, l->marks + i)->kind != mark_at(a, m->marks + i)->kind)
            return false;
    return true;
}

/* Inserts spaces at the mark number `which` of each line; false if the lines become too long. */
static bool align_marks(aligner *a, size_t begin, size_t end, size_t which)
{
    size_t least = SIZE_MAX, most = 0;
    for (size_t i = begin; i < end; i++) {
        size_t at = column(a, &a->lines[i], mark_at(a, a->lines[i].marks + which)->offset);
        least = at < least ? at : least;
        most = at > most ? at : most;
    }
    if (most - least > MAX_SPREAD)
        return false;
    for (size_t i = begin; i < end; i++) {
        const line *l = &a->lines[i];
        size_t mark = l->marks + which;
        a->pads[mark] = most - column(a, l, mark_at(a, mark)->offset);
        if (column(a, l, code_end(a, l)) > ZC_FORMAT_WIDTH)
            return false;
    }
    return true;
}

static void align_run(aligner *a, size_t begin, size_t end)
{
    size_t per_line = a->lines[begin].mark_end - a->lines[begin].marks;
    for (size_t which = 0; which < per_line; which++)
        if (!align_marks(a, begin, end, which))
            for (size_t i = begin; i < end; i++)
                a->pads[a->lines[i].marks + which] = 0;
}

static void align_declarations(aligner *a)
{
    for (size_t begin = 0, end; begin < a->count; begin = end) {
        end = begin + 1;
        if (!is_aligned(a, &a->lines[begin]))
            continue;
        while (end < a->count && is_aligned(a, &a->lines[end]) &&
               same_marks(a, &a->lines[begin], &a->lines[end]))
            end++;
        align_run(a, begin, end);
    }
}

static bool holds_code(const aligner *a, const line *l)
{
    return l->start + l->indent < l->end && a->text[l->start + l->indent] != '/';
}

static void align_comment_run(aligner *a, size_t begin, size_t end)
{
    size_t most = 0;
    bool too_long = false;
    for (size_t i = begin; i < end; i++)
        if (a->lines[i].comment != SIZE_MAX) {
            size_t at = column(a, &a->lines[i], code_end(a, &a->lines[i]));
            most = at > most ? at : most;
        }
    for (size_t i = begin; i < end; i++) {
        const line *l = &a->lines[i];
        size_t length = zc_format_width(a->text + code_end(a, l), l->end - code_end(a, l));
        bool fits = column(a, l, code_end(a, l)) + length <= ZC_FORMAT_WIDTH;
        if (l->comment != SIZE_MAX && fits && most + length > ZC_FORMAT_WIDTH)
            too_long = true;
    }
    for (size_t i = begin; i < end && !too_long; i++) {
        const line *l = &a->lines[i];
        if (l->comment != SIZE_MAX)
            a->pads[l->comment] = most - column(a, l, code_end(a, l));
    }
}

/* Lines of code at one depth, no blank line or comment line between. */
static void align_comments(aligner *a)
{
    for (size_t begin = 0, end; begin < a->count; begin = end) {
        end = begin + 1;
        if (!holds_code(a, &a->lines[begin]))
            continue;
        while (end < a->count && holds_code(a, &a->lines[end]) &&
               a->lines[end].indent == a->lines[begin].indent)
            end++;
        align_comment_run(a, begin, end);
    }
}

static void write_lines(const aligner *a, zk_buf *out)
{
    size_t done = 0;
    for (size_t m = 0; m < a->in->mark_count; m++) {
        size_t offset = mark_at(a, m)->offset;
        zk_buf_bytes(out, a->text + done, offset - done);
        zk_buf_printf(out, "%*s", (int)a->pads[m], "");
        done = offset;
    }
    zk_buf_bytes(out, a->text + done, a->in->text.length - done);
}

bool zc_format_align(const zc_format_lines *lines, zk_buf *out)
{
    aligner a = {.in = lines, .text = (const char *)lines->text.data};
    if (lines->text.length == 0)
        return true;
    a.pads = calloc(lines->mark_count + 1, sizeof *a.pads);
    bool done = a.pads != NULL && split(&a);
    if (done) {
        align_declarations(&a);
        align_comments(&a);
        write_lines(&a, out);
    }
    free(a.pads);
    free(a.lines);
    return done && !out->failed;
}
