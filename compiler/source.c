#include "compiler/source.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/arena.h"
#include "runtime/base/file.h"

void zc_sources_init(zc_sources *sources)
{
    *sources = (zc_sources){0};
}

static void free_file(zc_source_file *file)
{
    free(file->path);
    free(file->line_starts);
    free(file->marks);
    zk_buf_free(&file->text);
}

void zc_sources_free(zc_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        free_file(&sources->files[i]);
    free(sources->files);
    *sources = (zc_sources){0};
}

static bool index_lines(zc_source_file *file)
{
    const uint8_t *text = file->text.data;
    size_t capacity = 0;
    file->line_count = 0;
    size_t start = 0;
    for (;;) {
        if (!ZK_GROW(file->line_starts, capacity, file->line_count + 1))
            return false;
        file->line_starts[file->line_count++] = (uint32_t)start;
        const uint8_t *newline = memchr(text + start, '\n', file->text.length - start);
        if (newline == NULL)
            return true;
        start = (size_t)(newline - text) + 1;
    }
}

/* Bytes of the character at `at` that end at `end` or before, and its width. */
static size_t next_character(const zc_source_file *file, size_t at, size_t end, uint32_t *width)
{
    uint32_t codepoint;
    const char *text = (const char *)file->text.data;
    size_t size = zc_utf8_decode(text + at, end - at, &codepoint);
    *width = size == 0 ? 1 : zc_char_width(codepoint);
    return size == 0 ? 1 : size;
}

static bool mark_columns(zc_source_file *file)
{
    size_t length = file->text.length, count = length / ZC_MARK_BYTES + 1, mark = 0;
    uint32_t column = 1, width;
    file->marks = calloc(count, sizeof *file->marks);
    if (file->marks == NULL)
        return false;
    for (size_t at = 0; at < length;) {
        size_t next = at + next_character(file, at, length, &width);
        for (; mark * ZC_MARK_BYTES < next; mark++)
            file->marks[mark] = (zc_column_mark){(uint32_t)at, column};
        column = file->text.data[at] == '\n' ? 1 : column + width;
        at = next;
    }
    return true;
}

/* Takes over file->text; sets the path and the line table. */
static zkml_status register_file(zc_sources *sources, zc_source_file file, const char *path,
                                 uint32_t *number, zkml_error *err)
{
    zkml_status status = ZKML_LIMIT;
    file.path = strdup(path);
    if (file.text.length > ZC_SOURCE_MAX_BYTES) {
        status = zk_fail(err, ZKML_LIMIT, "%s: longer than %zu bytes", path, ZC_SOURCE_MAX_BYTES);
    } else if (sources->count >= ZC_SOURCE_MAX_FILES) {
        status = zk_fail(err, ZKML_LIMIT, "%s: more than %zu source files", path,
                         ZC_SOURCE_MAX_FILES);
    } else if (file.path == NULL || !index_lines(&file) || !mark_columns(&file) ||
               !ZK_GROW(sources->files, sources->capacity, sources->count + 1)) {
        status = zk_fail(err, ZKML_LIMIT, "%s: out of memory", path);
    } else {
        sources->files[sources->count++] = file;
        *number = (uint32_t)sources->count;
        return ZKML_OK;
    }
    free_file(&file);
    return status;
}

zkml_status zc_source_load(zc_sources *sources, const char *path, uint32_t *file, zkml_error *err)
{
    zc_source_file loaded = {0};
    zk_buf text = {0};
    const zc_source_overlay *overlay = sources->overlay;
    if (overlay != NULL && overlay->find(overlay->context, path, &text)) {
        zkml_status status = ZKML_LIMIT;
        if (text.failed)
            zk_fail(err, status, "%s: out of memory", path);
        else
            status = zc_source_add(sources, path, text.length > 0 ? (const char *)text.data : "",
                                   text.length, file, err);
        zk_buf_free(&text);
        return status;
    }
    zkml_status status = zk_file_read(path, ZC_SOURCE_MAX_BYTES, &loaded.text, err);
    if (status != ZKML_OK) {
        zk_buf_free(&loaded.text);
        return status;
    }
    if (loaded.text.length >= 8 && memcmp(loaded.text.data, "ZKML", 4) == 0 &&
        loaded.text.data[7] == '1') {
        zk_buf_free(&loaded.text);
        return zk_fail(err, ZKML_MALFORMED, "%s: a file of zkml, not the text of a program (zkml "
                       "inspect tells what it is)", path);
    }
    return register_file(sources, loaded, strcmp(path, "-") == 0 ? "<stdin>" : path, file, err);
}

zkml_status zc_source_add(zc_sources *sources, const char *name, const char *text, size_t length,
                          uint32_t *file, zkml_error *err)
{
    if (length > ZC_SOURCE_MAX_BYTES)
        return zk_fail(err, ZKML_LIMIT, "%s: longer than %zu bytes", name, ZC_SOURCE_MAX_BYTES);
    zc_source_file added = {0};
    zk_buf_bytes(&added.text, text, length);
    zk_buf_u8(&added.text, 0);
    if (added.text.failed) {
        zk_buf_free(&added.text);
        return zk_fail(err, ZKML_LIMIT, "%s: out of memory", name);
    }
    added.text.length = length;
    return register_file(sources, added, name, file, err);
}

const zc_source_file *zc_source_get(const zc_sources *sources, uint32_t file)
{
    return file == 0 || file > sources->count ? NULL : &sources->files[file - 1];
}

const char *zc_source_path(const zc_sources *sources, uint32_t file)
{
    const zc_source_file *found = zc_source_get(sources, file);
    return found == NULL ? "" : found->path;
}

/* The last line that starts at or before the offset, from 0. */
static size_t find_line(const zc_source_file *file, uint32_t offset)
{
    size_t low = 0;
    size_t high = file->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (file->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

zc_position zc_source_position(const zc_sources *sources, uint32_t file, uint32_t offset)
{
    const zc_source_file *found = zc_source_get(sources, file);
    if (found == NULL)
        return (zc_position){0, 0};
    if (offset > found->text.length)
        offset = (uint32_t)found->text.length;
    size_t line = find_line(found, offset);
    zc_position position = {(uint32_t)line + 1, 1};
    size_t at = found->line_starts[line];
    zc_column_mark mark = found->marks[offset / ZC_MARK_BYTES];
    if (offset < found->text.length && mark.at > at) {
        at = mark.at;
        position.column = mark.column;
    }
    while (at < offset) {
        uint32_t width;
        at += next_character(found, at, offset, &width);
        position.column += width;
    }
    return position;
}

const char *zc_source_line(const zc_sources *sources, uint32_t file, uint32_t line, size_t *length,
                           uint32_t *start)
{
    const zc_source_file *found = zc_source_get(sources, file);
    *length = 0;
    *start = 0;
    if (found == NULL || line == 0 || line > found->line_count)
        return "";
    *start = found->line_starts[line - 1];
    const char *text = (const char *)found->text.data + *start;
    size_t end =
        line < found->line_count ? found->line_starts[line] - 1u : found->text.length;
    *length = end - *start;
    if (*length > 0 && text[*length - 1] == '\r')
        *length -= 1;
    return text;
}

char *zc_source_resolve(const zc_sources *sources, uint32_t file, const char *path)
{
    if (path[0] == '/')
        return strdup(path);
    while (path[0] == '.' && path[1] == '/')
        path += 2 + strspn(path + 2, "/");
    const char *from = zc_source_path(sources, file);
    const char *slash = from[0] == '<' ? NULL : strrchr(from, '/');
    if (slash == NULL)
        return strdup(path);
    size_t directory = (size_t)(slash - from) + 1;
    size_t length = strlen(path);
    char *joined = malloc(directory + length + 1);
    if (joined == NULL)
        return NULL;
    memcpy(joined, from, directory);
    memcpy(joined + directory, path, length + 1);
    return joined;
}

zc_span zc_span_join(zc_span a, zc_span b)
{
    if (a.file == 0)
        return b;
    if (b.file != a.file)
        return a;
    return (zc_span){a.file, a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

size_t zc_utf8_decode(const char *text, size_t length, uint32_t *codepoint)
{
    const unsigned char *s = (const unsigned char *)text;
    *codepoint = 0xFFFD;
    if (length == 0)
        return 0;
    if (s[0] < 0x80) {
        *codepoint = s[0];
        return 1;
    }
    size_t size = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || length < size)
        return 0;
    uint32_t value = s[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *codepoint = value;
    return size;
}

typedef struct {
    uint32_t first;
    uint32_t last;
} char_range;

/* Combining marks and format characters, and the blocks of East Asian wide characters; the
 * common part of Unicode's tables, enough to keep carets under their text. */
static const char_range zero_width[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},   {0x064B, 0x065F},
    {0x06D6, 0x06DC}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x2064},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};
static const char_range double_width[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static bool in_ranges(const char_range *ranges, size_t count, uint32_t codepoint)
{
    for (size_t i = 0; i < count && ranges[i].first <= codepoint; i++)
        if (codepoint <= ranges[i].last)
            return true;
    return false;
}

unsigned zc_char_width(uint32_t codepoint)
{
    if (codepoint < 0x0300)
        return 1;
    if (in_ranges(zero_width, sizeof zero_width / sizeof *zero_width, codepoint))
        return 0;
    return in_ranges(double_width, sizeof double_width / sizeof *double_width, codepoint) ? 2 : 1;
}
