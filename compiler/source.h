/* source.h - the texts of a compilation, and places in them.
 *
 * A zc_sources owns every text the compiler reads: files named by the user (the path is kept as
 * it was given), standard library modules ("<nn>") and texts from tests. File numbers start at 1
 * and never change; number 0 means "no place". A span is a half-open range of byte offsets in
 * one file. The text is followed by a NUL byte that is not part of it; a NUL byte inside is
 * possible (and is a lexical error). Lines and columns are computed on demand.
 *
 * A display column counts a character by its width on a terminal (0, 1 or 2); a tab counts 1.
 */
#ifndef ZC_SOURCE_H
#define ZC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/buf.h"

/* The largest source text accepted, and the largest number of files in one compilation. */
#define ZC_SOURCE_MAX_BYTES ((size_t)16 << 20)
#define ZC_SOURCE_MAX_FILES ((size_t)1024)

typedef struct zc_span {
    uint32_t file; /* 0: nowhere */
    uint32_t start;
    uint32_t end;
} zc_span;

#define ZC_NO_SPAN ((zc_span){0, 0, 0})

enum { ZC_MARK_BYTES = 512 };

/* The column of the character that holds byte n * ZC_MARK_BYTES, and where it starts. */
typedef struct zc_column_mark {
    uint32_t at, column;
} zc_column_mark;

typedef struct zc_source_file {
    char *path; /* as the user gave it; "<name>" for texts that are no files */
    zk_buf text;
    uint32_t *line_starts; /* offset of the first byte of each line; line_count entries */
    size_t line_count;     /* at least 1 */
    zc_column_mark *marks; /* one every ZC_MARK_BYTES, so that long lines need not be walked */
} zc_source_file;

/* Texts that stand for files, such as those open in an editor: fills *text and returns true, or
 * returns false when the file itself is to be read. */
typedef struct zc_source_overlay {
    void *context;
    bool (*find)(void *context, const char *path, zk_buf *text);
} zc_source_overlay;

typedef struct zc_sources {
    const zc_source_overlay *overlay; /* NULL: none */
    zc_source_file *files; /* number n is files[n - 1] */
    size_t count;
    size_t capacity;
} zc_sources;

typedef struct zc_position {
    uint32_t line;   /* from 1 */
    uint32_t column; /* display column, from 1 */
} zc_position;

void zc_sources_init(zc_sources *sources);
void zc_sources_free(zc_sources *sources);

/* Reads a file ("-" is standard input). ZKML_IO, ZKML_LIMIT (size or number of files),
 * ZKML_MALFORMED (a circuit, key or proof). */
zkml_status zc_source_load(zc_sources *sources, const char *path, uint32_t *file,
                           zkml_error *err) ZKML_NODISCARD;
/* Adds a copy of a text under a name. */
zkml_status zc_source_add(zc_sources *sources, const char *name, const char *text, size_t length,
                          uint32_t *file, zkml_error *err) ZKML_NODISCARD;

/* NULL for number 0. The pointer is valid until the next load or add. */
const zc_source_file *zc_source_get(const zc_sources *sources, uint32_t file);
const char *zc_source_path(const zc_sources *sources, uint32_t file); /* "" for number 0 */

zc_position zc_source_position(const zc_sources *sources, uint32_t file, uint32_t offset);
/* The line's text without its line end (LF or CRLF); *start is its offset in the file. */
const char *zc_source_line(const zc_sources *sources, uint32_t file, uint32_t line,
                           size_t *length, uint32_t *start);

/* `path` as seen from the directory of `file`; absolute paths stay. malloc'd, NULL: no memory. */
char *zc_source_resolve(const zc_sources *sources, uint32_t file, const char *path);

/* From the start of a to the end of b (or the one that is somewhere). */
zc_span zc_span_join(zc_span a, zc_span b);

/* Decodes one UTF-8 character of at most `length` bytes; returns its size, 0 when it is invalid
 * (overlong, surrogate, above U+10FFFF or cut off). */
size_t zc_utf8_decode(const char *text, size_t length, uint32_t *codepoint);
/* Columns taken on a terminal: 0 for combining marks, 2 for East Asian wide, else 1. */
unsigned zc_char_width(uint32_t codepoint);

#endif
