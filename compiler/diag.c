#include "compiler/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ARENA_BYTES = 64 << 20, TEXT_BYTES = 4000 };

static const zc_code_info registry[ZC_CODE_COUNT] = {
#define ZC_CODE(id, letter, number, slug, summary) {letter, number, slug, summary},
#include "compiler/diag.def"
#undef ZC_CODE
};

const zc_code_info *zc_code_lookup(zc_code code)
{
    ZK_CHECK((unsigned)code < ZC_CODE_COUNT);
    return &registry[code];
}

const char *zc_code_name(zc_code code, char buffer[8])
{
    const zc_code_info *info = zc_code_lookup(code);
    snprintf(buffer, 8, "%c%04u", info->letter, info->number % 10000);
    return buffer;
}

zc_code zc_code_find(const char *name)
{
    for (unsigned code = 0; code < ZC_CODE_COUNT; code++) {
        char buffer[8];
        if (strcasecmp(name, zc_code_name((zc_code)code, buffer)) == 0 ||
            strcmp(name, registry[code].slug) == 0)
            return (zc_code)code;
    }
    return ZC_CODE_COUNT;
}

void zc_diags_init(zc_diags *diags, const zc_sources *sources)
{
    *diags = (zc_diags){.sources = sources};
    zk_arena_init(&diags->arena, ARENA_BYTES);
}

void zc_diags_free(zc_diags *diags)
{
    free(diags->list);
    zk_arena_free(&diags->arena);
    *diags = (zc_diags){0};
}

/* Control characters could move a terminal's cursor, bidirectional ones reorder the text. */
static bool is_printable(uint32_t c)
{
    bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    bool bidi = (c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
                (c >= 0x2066 && c <= 0x2069);
    return !control && !bidi;
}

const char *zc_diag_clean_text(zk_arena *arena, const char *text, bool keep_newlines)
{
    size_t length = strlen(text);
    bool cut = length > TEXT_BYTES;
    if (cut)
        length = TEXT_BYTES;
    char *clean = ZK_ARENA_NEW(arena, char, 3 * length + 4);
    if (clean == NULL)
        return NULL;
    size_t out = 0;
    for (size_t at = 0; at < length;) {
        uint32_t c;
        size_t size = zc_utf8_decode(text + at, length - at, &c);
        bool keep = size > 0 && (is_printable(c) || (c == '\n' && keep_newlines));
        size = size == 0 ? 1 : size;
        memcpy(clean + out, keep ? text + at : "\xEF\xBF\xBD", keep ? size : 3);
        out += keep ? size : 3;
        at += size;
    }
    if (cut)
        memcpy(clean + out, "...", 4);
    return clean;
}

__attribute__((format(printf, 3, 0))) static const char *
format_text(zk_arena *arena, bool keep_newlines, const char *format, va_list args)
{
    char text[TEXT_BYTES + 2];
    vsnprintf(text, sizeof text, format, args);
    return zc_diag_clean_text(arena, text, keep_newlines);
}

static bool is_repeated(const zc_diags *diags, zc_code code, zc_span span)
{
    for (size_t i = 0; i < diags->count; i++) {
        const zc_diag *d = diags->list[i];
        if (d->code == code && span.file != 0 && d->span.file == span.file &&
            d->span.start == span.start && d->span.end == span.end)
            return true;
    }
    return false;
}

__attribute__((format(printf, 4, 0))) static zc_diag *
add(zc_diags *diags, zc_code code, zc_span span, const char *format, va_list args)
{
    bool full = diags->count >= ZC_DIAG_STORED;
    if (!full && is_repeated(diags, code, span))
        return NULL;
    if (zc_code_lookup(code)->letter == 'E')
        diags->error_count++;
    else
        diags->warning_count++;
    if (full)
        return NULL;
    zc_diag *diag = ZK_ARENA_NEW(&diags->arena, zc_diag, 1);
    const char *message = format_text(&diags->arena, false, format, args);
    if (diag == NULL || message == NULL ||
        !ZK_GROW(diags->list, diags->capacity, diags->count + 1))
        return NULL;
    *diag = (zc_diag){.owner = diags, .order = diags->count, .code = code, .span = span};
    diag->message = message;
    diags->list[diags->count++] = diag;
    return diag;
}

zc_diag *zc_error(zc_diags *diags, zc_code code, zc_span span, const char *format, ...)
{
    ZK_CHECK(zc_code_lookup(code)->letter == 'E');
    va_list args;
    va_start(args, format);
    zc_diag *diag = add(diags, code, span, format, args);
    va_end(args);
    return diag;
}

zc_diag *zc_warning(zc_diags *diags, zc_code code, zc_span span, const char *format, ...)
{
    ZK_CHECK(zc_code_lookup(code)->letter == 'W');
    va_list args;
    va_start(args, format);
    zc_diag *diag = add(diags, code, span, format, args);
    va_end(args);
    return diag;
}

void zc_diag_primary_label(zc_diag *diag, const char *format, ...)
{
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, format);
    diag->primary_label = format_text(&diag->owner->arena, false, format, args);
    va_end(args);
}

__attribute__((format(printf, 5, 0))) static zc_diag_part *
append_part(zc_diag *diag, zc_diag_part **list, zc_span span, bool keep_newlines,
            const char *format, va_list args)
{
    zc_diag_part *part = ZK_ARENA_NEW(&diag->owner->arena, zc_diag_part, 1);
    const char *text = format_text(&diag->owner->arena, keep_newlines, format, args);
    if (part == NULL || text == NULL)
        return NULL;
    part->span = span;
    part->text = text;
    while (*list != NULL)
        list = &(*list)->next;
    *list = part;
    return part;
}

void zc_diag_label(zc_diag *diag, zc_span span, const char *format, ...)
{
    if (diag == NULL || span.file == 0)
        return;
    va_list args;
    va_start(args, format);
    append_part(diag, &diag->labels, span, false, format, args);
    va_end(args);
}

void zc_diag_note(zc_diag *diag, const char *format, ...)
{
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, format);
    append_part(diag, &diag->notes, ZC_NO_SPAN, true, format, args);
    va_end(args);
}

void zc_diag_help(zc_diag *diag, const char *format, ...)
{
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, format);
    append_part(diag, &diag->helps, ZC_NO_SPAN, true, format, args);
    va_end(args);
}

void zc_diag_edit(zc_diag *diag, zc_span span, const char *replacement)
{
    zc_diag_part *part = diag == NULL ? NULL : diag->helps;
    while (part != NULL && part->next != NULL)
        part = part->next;
    if (part == NULL)
        return;
    zc_edit *edit = ZK_ARENA_NEW(&diag->owner->arena, zc_edit, 1);
    const char *text = zk_arena_strndup(&diag->owner->arena, replacement, strlen(replacement));
    if (edit == NULL || text == NULL) {
        part->edits = NULL; /* all of them or none */
        return;
    }
    *edit = (zc_edit){NULL, span, text};
    zc_edit **last = &part->edits;
    while (*last != NULL)
        last = &(*last)->next;
    *last = edit;
}

void zc_diag_wrap(zc_diag *diag, zc_span span, const char *before, const char *behind)
{
    if (before[0] != '\0')
        zc_diag_edit(diag, (zc_span){span.file, span.start, span.start}, before);
    zc_diag_edit(diag, (zc_span){span.file, span.end, span.end}, behind);
}

void zc_diag_fix(zc_diag *diag, zc_span span, const char *replacement, const char *format, ...)
{
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, format);
    zc_diag_part *part = append_part(diag, &diag->helps, ZC_NO_SPAN, true, format, args);
    va_end(args);
    if (part != NULL)
        zc_diag_edit(diag, span, replacement);
}

void zc_diag_guess(zc_diag *diag, zc_span span, const char *replacement, const char *format, ...)
{
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, format);
    zc_diag_part *part = append_part(diag, &diag->helps, ZC_NO_SPAN, true, format, args);
    va_end(args);
    if (part == NULL)
        return;
    part->guess = true;
    zc_diag_edit(diag, span, replacement);
}

static int compare_places(const void *a, const void *b)
{
    const zc_diag *x = *(zc_diag *const *)a;
    const zc_diag *y = *(zc_diag *const *)b;
    if (x->span.file != y->span.file)
        return x->span.file < y->span.file ? -1 : 1;
    if (x->span.start != y->span.start)
        return x->span.start < y->span.start ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

zc_diag **zc_diags_sorted(const zc_diags *diags)
{
    if (diags->count == 0)
        return NULL;
    zc_diag **sorted = malloc(diags->count * sizeof *sorted);
    if (sorted == NULL)
        return NULL;
    memcpy(sorted, diags->list, diags->count * sizeof *sorted);
    qsort(sorted, diags->count, sizeof *sorted, compare_places);
    return sorted;
}
