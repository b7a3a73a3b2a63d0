#include <stdlib.h>
#include <string.h>

#include "compiler/diag.h"

/* Longer lines are shown in part; a tab is shown as TAB spaces. */
enum { VIEW_COLUMNS = 160, VIEW_BEFORE = 60, TAB = 4 };

static const char *const RED = "\033[1;31m";
static const char *const YELLOW = "\033[1;33m";
static const char *const BLUE = "\033[1;34m";
static const char *const BOLD = "\033[1m";
static const char *const RESET = "\033[0m";

/* One underlined stretch of one line; a span over several lines makes two. Columns count from 0
 * and are those of the shown line (tabs expanded). */
typedef struct {
    uint32_t file;
    uint32_t line;
    size_t start;
    size_t end; /* > start */
    bool primary;
    const char *label; /* NULL: none */
} mark;

typedef struct {
    const zc_sources *sources;
    zk_buf *out;
    bool colour;
    const char *severity_colour;
    int gutter; /* digits of the largest line number */
    mark *marks;
    size_t count;
    size_t capacity;
} page;

/* The part of a line that is shown. */
typedef struct {
    size_t from; /* first column */
    size_t to;   /* column after the last one */
    size_t lead; /* columns of the "..." in front */
} view;

static void paint(const page *p, const char *colour)
{
    if (p->colour)
        zk_buf_text(p->out, colour);
}

static void put_spaces(zk_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        zk_buf_u8(out, ' ');
}

/* Columns taken by the character at text[at], and its size in bytes. */
static size_t cell_width(const char *text, size_t left, size_t *size)
{
    uint32_t c;
    *size = zc_utf8_decode(text, left, &c);
    if (*size == 0) {
        *size = 1;
        return 1;
    }
    return c == '\t' ? TAB : zc_char_width(c);
}

static size_t column_at(const char *text, size_t length, size_t offset)
{
    size_t column = 0;
    size_t size;
    for (size_t at = 0; at < length && at < offset; at += size)
        column += cell_width(text + at, length - at, &size);
    return column;
}

static void add_mark(page *p, uint32_t file, uint32_t line, uint32_t from, uint32_t to,
                     bool primary, const char *label)
{
    size_t length;
    uint32_t line_start;
    const char *text = zc_source_line(p->sources, file, line, &length, &line_start);
    size_t indent = 0;
    while (indent < length && (text[indent] == ' ' || text[indent] == '\t'))
        indent++;
    size_t first = from > line_start ? from - line_start : 0;
    if (from < line_start)
        first = indent;
    size_t last = to > line_start + length ? length : to - line_start;
    mark m = {.file = file, .line = line, .primary = primary, .label = label};
    m.start = column_at(text, length, first);
    m.end = column_at(text, length, last);
    if (m.end <= m.start)
        m.end = m.start + 1;
    if (ZK_GROW(p->marks, p->capacity, p->count + 1))
        p->marks[p->count++] = m;
}

static void add_span(page *p, zc_span span, bool primary, const char *label)
{
    if (zc_source_get(p->sources, span.file) == NULL)
        return;
    uint32_t last_byte = span.end > span.start ? span.end - 1 : span.start;
    uint32_t first = zc_source_position(p->sources, span.file, span.start).line;
    uint32_t last = zc_source_position(p->sources, span.file, last_byte).line;
    if (last > first)
        add_mark(p, span.file, first, span.start, UINT32_MAX, primary, NULL);
    add_mark(p, span.file, last, span.start, span.end, primary, label);
}

static void put_gutter(const page *p, uint32_t line)
{
    paint(p, BLUE);
    if (line == 0)
        zk_buf_printf(p->out, "%*s |", p->gutter, "");
    else
        zk_buf_printf(p->out, "%*u |", p->gutter, (unsigned)line);
    paint(p, RESET);
}

static view choose_view(const page *p, const mark *marks, size_t count)
{
    size_t length;
    uint32_t start;
    const char *text =
        zc_source_line(p->sources, marks[0].file, marks[0].line, &length, &start);
    size_t width = column_at(text, length, length);
    if (width <= VIEW_COLUMNS)
        return (view){0, width + 1, 0};
    size_t focus = marks[0].start;
    for (size_t i = 0; i < count; i++)
        if (marks[i].primary)
            focus = marks[i].start;
    size_t from = focus > VIEW_BEFORE ? focus - VIEW_BEFORE : 0;
    return (view){from, from + VIEW_COLUMNS, from > 0 ? 3 : 0};
}

/* The visible cells of a source line, made safe for a terminal. */
static void put_line(page *p, uint32_t file, uint32_t line, view v)
{
    size_t length;
    uint32_t start;
    const char *text = zc_source_line(p->sources, file, line, &length, &start);
    zk_buf cells = {0};
    if (v.lead > 0)
        zk_buf_text(&cells, "...");
    size_t column = 0;
    size_t at = 0;
    for (size_t size; at < length && column < v.to; at += size) {
        size_t width = cell_width(text + at, length - at, &size);
        if (column >= v.from && text[at] == '\t')
            put_spaces(&cells, TAB);
        else if (column >= v.from)
            zk_buf_bytes(&cells, text[at] == '\0' ? "?" : text + at, size);
        column += width;
    }
    while (cells.length > 0 && cells.data[cells.length - 1] == ' ')
        cells.length--;
    if (at < length)
        zk_buf_text(&cells, "...");
    zk_buf_u8(&cells, 0);
    zk_arena arena;
    zk_arena_init(&arena, 0);
    const char *clean =
        cells.failed ? NULL : zc_diag_clean_text(&arena, (const char *)cells.data, false);
    put_gutter(p, line);
    if (clean != NULL && *clean != '\0')
        zk_buf_printf(p->out, " %s", clean);
    zk_buf_u8(p->out, '\n');
    zk_arena_free(&arena);
    zk_buf_free(&cells);
}

static size_t shift(view v, size_t column)
{
    if (column < v.from)
        column = v.from;
    if (column > v.to)
        column = v.to;
    return column - v.from + v.lead;
}

static const char *mark_colour(const page *p, const mark *m)
{
    return m->primary ? p->severity_colour : BLUE;
}

/* The labelled mark whose text stands beside the underlines: the one that ends the row. */
static const mark *find_inline(const mark *marks, size_t count)
{
    const mark *best = NULL;
    size_t row_end = 0;
    for (size_t i = 0; i < count; i++) {
        if (marks[i].end > row_end)
            row_end = marks[i].end;
        bool better = best == NULL || marks[i].end > best->end ||
                      (marks[i].end == best->end && marks[i].start > best->start);
        if (marks[i].label != NULL && better)
            best = &marks[i];
    }
    return best != NULL && best->end == row_end ? best : NULL;
}

static void put_underlines(page *p, const mark *marks, size_t count, view v, const mark *beside)
{
    char row[VIEW_COLUMNS + 8];
    size_t width = 0;
    memset(row, ' ', sizeof row);
    for (int primary = 0; primary < 2; primary++)
        for (size_t i = 0; i < count; i++) {
            if (marks[i].primary != (primary == 1))
                continue;
            size_t start = shift(v, marks[i].start);
            size_t end = shift(v, marks[i].end);
            end = end > start ? end : start + 1;
            memset(row + start, primary ? '^' : '-', end - start);
            width = end > width ? end : width;
        }
    put_gutter(p, 0);
    zk_buf_u8(p->out, ' ');
    char before = ' ';
    for (size_t i = 0; i < width; i++) {
        if (row[i] != before && row[i] != ' ')
            paint(p, row[i] == '^' ? p->severity_colour : BLUE);
        before = row[i];
        zk_buf_u8(p->out, (uint8_t)row[i]);
    }
    if (beside != NULL) {
        paint(p, mark_colour(p, beside));
        zk_buf_printf(p->out, " %s", beside->label);
    }
    paint(p, RESET);
    zk_buf_u8(p->out, '\n');
}

/* The labels that do not stand beside the underlines, one row each, from the right; `|` leads
 * down to those that follow. `marks` is sorted by descending start. */
static void put_hanging(page *p, const mark *marks, size_t count, view v, const mark *beside)
{
    for (size_t i = 0; i < count; i++) {
        if (marks[i].label == NULL || &marks[i] == beside)
            continue;
        put_gutter(p, 0);
        zk_buf_u8(p->out, ' ');
        size_t column = 0;
        for (size_t j = count; j-- > i;) {
            size_t at = shift(v, marks[j].start);
            bool waiting = marks[j].label != NULL && &marks[j] != beside && j != i;
            if ((j != i && !waiting) || (waiting && at >= shift(v, marks[i].start)) || at < column)
                continue;
            put_spaces(p->out, at - column);
            paint(p, mark_colour(p, &marks[j]));
            zk_buf_text(p->out, j == i ? marks[i].label : "|");
            paint(p, RESET);
            column = at + 1;
        }
        zk_buf_u8(p->out, '\n');
    }
}

static int compare_marks(const void *a, const void *b)
{
    const mark *x = a;
    const mark *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->start != y->start)
        return x->start > y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* The window of one file: `marks` are all its marks, sorted. */
static void put_window(page *p, const mark *marks, size_t count, zc_span place, bool first)
{
    zc_position position = zc_source_position(p->sources, place.file, place.start);
    zk_arena arena;
    zk_arena_init(&arena, 0);
    const char *path = zc_diag_clean_text(&arena, zc_source_path(p->sources, place.file), false);
    paint(p, BLUE);
    zk_buf_printf(p->out, "%*s%s ", p->gutter, "", first ? "-->" : ":::");
    paint(p, RESET);
    zk_buf_printf(p->out, "%s:%u:%u\n", path == NULL ? "?" : path, (unsigned)position.line,
                  (unsigned)position.column);
    zk_arena_free(&arena);
    put_gutter(p, 0);
    zk_buf_u8(p->out, '\n');
    uint32_t previous = 0;
    for (size_t i = 0; i < count;) {
        size_t next = i;
        while (next < count && marks[next].line == marks[i].line)
            next++;
        uint32_t line = marks[i].line;
        if (previous != 0 && line == previous + 2)
            put_line(p, marks[i].file, line - 1, (view){0, VIEW_COLUMNS, 0});
        else if (previous != 0 && line > previous + 2)
            zk_buf_text(p->out, "...\n");
        view v = choose_view(p, marks + i, next - i);
        const mark *beside = find_inline(marks + i, next - i);
        put_line(p, marks[i].file, line, v);
        put_underlines(p, marks + i, next - i, v, beside);
        put_hanging(p, marks + i, next - i, v, beside);
        previous = line;
        i = next;
    }
}

/* Windows for every file with marks: the primary span's file first, then as labels name them. */
static void put_windows(page *p, const zc_diag *diag)
{
    mark *window = calloc(p->count == 0 ? 1 : p->count, sizeof *window);
    bool first = true;
    for (size_t i = 0; i < p->count && window != NULL; i++) {
        uint32_t file = p->marks[i].file;
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || p->marks[j].file == file;
        if (seen)
            continue;
        size_t count = 0;
        for (size_t j = i; j < p->count; j++)
            if (p->marks[j].file == file)
                window[count++] = p->marks[j];
        qsort(window, count, sizeof *window, compare_marks);
        zc_span place = diag->span;
        for (const zc_diag_part *l = diag->labels; l != NULL && place.file != file; l = l->next)
            place = l->span;
        put_window(p, window, count, place, first);
        first = false;
    }
    free(window);
}

static void put_remark(page *p, const char *kind, const char *text)
{
    zk_buf_printf(p->out, "%*s ", p->gutter, "");
    paint(p, BLUE);
    zk_buf_text(p->out, "= ");
    paint(p, BOLD);
    zk_buf_printf(p->out, "%s:", kind);
    paint(p, RESET);
    zk_buf_u8(p->out, ' ');
    for (;;) {
        const char *newline = strchr(text, '\n');
        size_t length = newline == NULL ? strlen(text) : (size_t)(newline - text);
        zk_buf_bytes(p->out, text, length);
        zk_buf_u8(p->out, '\n');
        if (newline == NULL)
            return;
        text = newline + 1;
        put_spaces(p->out, (size_t)p->gutter + 5 + strlen(kind));
    }
}

static void put_diag(page *p, const zc_diag *diag, bool explain)
{
    bool error = zc_code_lookup(diag->code)->letter == 'E';
    char code[8];
    p->count = 0;
    p->severity_colour = error ? RED : YELLOW;
    add_span(p, diag->span, true, diag->primary_label);
    for (const zc_diag_part *part = diag->labels; part != NULL; part = part->next)
        add_span(p, part->span, false, part->text);
    p->gutter = 1;
    for (size_t i = 0; i < p->count; i++)
        for (uint32_t n = p->marks[i].line, digits = 1; n >= 10; n /= 10)
            p->gutter = (int)++digits > p->gutter ? (int)digits : p->gutter;
    paint(p, p->severity_colour);
    zk_buf_printf(p->out, "%s[%s]", error ? "error" : "warning", zc_code_name(diag->code, code));
    paint(p, RESET);
    paint(p, BOLD);
    zk_buf_printf(p->out, ": %s", diag->message);
    paint(p, RESET);
    zk_buf_u8(p->out, '\n');
    put_windows(p, diag);
    if (p->count > 0 && (diag->notes != NULL || diag->helps != NULL || explain)) {
        put_gutter(p, 0);
        zk_buf_u8(p->out, '\n');
    }
    for (const zc_diag_part *part = diag->notes; part != NULL; part = part->next)
        put_remark(p, "note", part->text);
    for (const zc_diag_part *part = diag->helps; part != NULL; part = part->next)
        put_remark(p, "help", part->text);
    if (explain) {
        char command[32];
        snprintf(command, sizeof command, "zkmlc explain %s", code);
        put_remark(p, "explain", command);
    }
    zk_buf_u8(p->out, '\n');
}

static void put_count(zk_buf *out, size_t count, const char *what)
{
    zk_buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

static void put_summary(const zc_diags *diags, zk_buf *out, size_t shown)
{
    if (diags->error_count > 0)
        put_count(out, diags->error_count, "error");
    if (diags->error_count > 0 && diags->warning_count > 0)
        zk_buf_text(out, ", ");
    if (diags->warning_count > 0)
        put_count(out, diags->warning_count, "warning");
    if (shown < diags->error_count + diags->warning_count)
        zk_buf_printf(out, "; %zu shown", shown);
    zk_buf_u8(out, '\n');
}

void zc_diags_render(const zc_diags *diags, zk_buf *out, unsigned style)
{
    if (diags->error_count + diags->warning_count == 0)
        return;
    zc_diag **sorted = zc_diags_sorted(diags);
    size_t stored = sorted == NULL ? 0 : diags->count;
    page p = {.sources = diags->sources, .out = out, .colour = (style & ZC_DIAG_COLOUR) != 0};
    bool explained[ZC_CODE_COUNT] = {false};
    /* Errors go before warnings for a place among those shown. */
    size_t errors_left = diags->error_count < ZC_DIAG_SHOWN ? diags->error_count : ZC_DIAG_SHOWN;
    size_t warnings_left = ZC_DIAG_SHOWN - errors_left;
    size_t shown = 0;
    for (size_t i = 0; i < stored; i++) {
        bool error = zc_code_lookup(sorted[i]->code)->letter == 'E';
        size_t *left = error ? &errors_left : &warnings_left;
        if (*left == 0)
            continue;
        *left -= 1;
        shown++;
        bool explain = (style & ZC_DIAG_EXPLAIN) != 0 && error && !explained[sorted[i]->code];
        put_diag(&p, sorted[i], explain);
        if (error)
            explained[sorted[i]->code] = true;
    }
    if ((style & ZC_DIAG_UNCOUNTED) == 0)
        put_summary(diags, out, shown);
    free(p.marks);
    free(sorted);
}

void zc_diags_print(const zc_diags *diags, FILE *out, unsigned style)
{
    zk_buf text = {0};
    zc_diags_render(diags, &text, style);
    if (text.length > 0)
        fwrite(text.data, 1, text.length, out);
    zk_buf_free(&text);
}
