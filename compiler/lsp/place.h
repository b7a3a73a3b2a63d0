/* place.h - places as the Language Server Protocol writes them.
 *
 * A position is a line and a column in UTF-16 code units, both from 0; a line ends with "\n",
 * "\r\n" or "\r". A document is named by a URI.
 */
#ifndef ZC_LSP_PLACE_H
#define ZC_LSP_PLACE_H

#include <jansson.h>

#include "compiler/source.h"

/* The lines of a text, which must outlive it. */
typedef struct zc_lines {
    const char *text;
    size_t length;
    uint32_t *starts;
    size_t count; /* at least 1 */
} zc_lines;

bool zc_lines_init(zc_lines *lines, const char *text, size_t length); /* false: no memory */
void zc_lines_free(zc_lines *lines);

json_t *zc_lines_position(const zc_lines *lines, uint32_t offset);
json_t *zc_lines_range(const zc_lines *lines, uint32_t start, uint32_t end);
/* The byte offset of a position object; behind the last column means the end of the line, behind
 * the last line the end of the text. False: not a position. */
bool zc_lines_offset(const zc_lines *lines, const json_t *position, uint32_t *offset);

/* The path of a file: URI, canonical if the file exists; NULL: another kind, or no memory. */
char *zc_uri_path(const char *uri);
/* The URI of a path, which is made absolute; a JSON string, NULL: no memory. */
json_t *zc_path_uri(const char *path);

#endif
