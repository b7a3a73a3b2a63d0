#include "compiler/lsp/place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "runtime/base/arena.h"

bool zc_lines_init(zc_lines *lines, const char *text, size_t length)
{
    size_t capacity = 0;
    *lines = (zc_lines){.text = text, .length = length};
    for (size_t at = 0;;) {
        if (!ZK_GROW(lines->starts, capacity, lines->count + 1)) {
            zc_lines_free(lines);
            return false;
        }
        lines->starts[lines->count++] = (uint32_t)at;
        while (at < length && text[at] != '\n' && text[at] != '\r')
            at++;
        if (at == length)
            return true;
        at += text[at] == '\r' && at + 1 < length && text[at + 1] == '\n' ? 2 : 1;
    }
}

void zc_lines_free(zc_lines *lines)
{
    free(lines->starts);
    *lines = (zc_lines){0};
}

/* The size of the character at `at` and the code units it takes; invalid bytes count as one. */
static size_t character(const zc_lines *lines, size_t at, size_t end, size_t *units)
{
    uint32_t c;
    size_t size = zc_utf8_decode(lines->text + at, end - at, &c);
    *units = size == 4 ? 2 : 1;
    return size == 0 ? 1 : size;
}

json_t *zc_lines_position(const zc_lines *lines, uint32_t offset)
{
    if (offset > lines->length)
        offset = (uint32_t)lines->length;
    size_t low = 0, high = lines->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    size_t column = 0, units;
    for (size_t at = lines->starts[low]; at < offset; column += units)
        at += character(lines, at, lines->length, &units);
    return json_pack("{s:I, s:I}", "line", (json_int_t)low, "character", (json_int_t)column);
}

json_t *zc_lines_range(const zc_lines *lines, uint32_t start, uint32_t end)
{
    return json_pack("{s:o, s:o}", "start", zc_lines_position(lines, start), "end",
                     zc_lines_position(lines, end));
}

/* Where the line ends, without its line end. */
static size_t line_end(const zc_lines *lines, size_t line)
{
    size_t at = lines->starts[line];
    size_t limit = line + 1 < lines->count ? lines->starts[line + 1] : lines->length;
    while (at < limit && lines->text[at] != '\n' && lines->text[at] != '\r')
        at++;
    return at;
}

bool zc_lines_offset(const zc_lines *lines, const json_t *position, uint32_t *offset)
{
    const json_t *line = json_object_get(position, "line");
    const json_t *column = json_object_get(position, "character");
    if (!json_is_integer(line) || !json_is_integer(column) || json_integer_value(line) < 0 ||
        json_integer_value(column) < 0)
        return false;
    if ((uint64_t)json_integer_value(line) >= lines->count) {
        *offset = (uint32_t)lines->length;
        return true;
    }
    size_t number = (size_t)json_integer_value(line);
    uint64_t left = (uint64_t)json_integer_value(column);
    size_t at = lines->starts[number], end = line_end(lines, number), units;
    while (at < end && left > 0) {
        size_t size = character(lines, at, end, &units);
        if (units > left)
            break;
        left -= units;
        at += size;
    }
    *offset = (uint32_t)at;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return found == NULL ? -1 : (int)(found - digits);
}

char *zc_uri_path(const char *uri)
{
    static const char scheme[] = "file://";
    if (strncasecmp(uri, scheme, strlen(scheme)) != 0)
        return NULL;
    uri += strlen(scheme);
    if (strncasecmp(uri, "localhost/", 10) == 0)
        uri += 9;
    if (*uri != '/')
        return NULL;
    char *path = malloc(strlen(uri) + 1);
    size_t length = 0;
    for (; path != NULL && *uri != '\0'; uri++) {
        int high = *uri == '%' ? hex_digit(uri[1]) : -1;
        int low = high >= 0 ? hex_digit(uri[2]) : -1;
        char c = low >= 0 ? (char)(16 * high + low) : *uri;
        if (c == '\0') {
            free(path);
            return NULL;
        }
        path[length++] = c;
        uri += low >= 0 ? 2 : 0;
    }
    if (path == NULL)
        return NULL;
    path[length] = '\0';
    char *canonical = realpath(path, NULL);
    if (canonical == NULL)
        return path;
    free(path);
    return canonical;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~/", c) != NULL);
}

json_t *zc_path_uri(const char *path)
{
    char *canonical = realpath(path, NULL);
    zk_buf uri = {0};
    zk_buf_text(&uri, "file://");
    for (const char *at = canonical != NULL ? canonical : path; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (is_unreserved(c))
            zk_buf_u8(&uri, c);
        else
            zk_buf_printf(&uri, "%%%02X", c);
    }
    json_t *result = uri.failed ? NULL : json_stringn((const char *)uri.data, uri.length);
    zk_buf_free(&uri);
    free(canonical);
    return result;
}
