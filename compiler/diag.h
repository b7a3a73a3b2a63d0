/* diag.h - diagnostics: what is wrong with the user's program, where, why, and what to do.
 *
 * Every diagnostic has a code from diag.def (numbers are never reused), a message, a primary
 * span, and any number of labelled spans, notes and help lines; a help line may carry an edit
 * that a tool can apply. They are collected and printed at the end, sorted by position.
 *
 *     zc_diag *d = zc_error(diags, ZC_E_TABLE_DOMAIN, span, "argument of table `%s` ...", name);
 *     zc_diag_primary_label(d, "ranges over %s", range);
 *     zc_diag_label(d, domain_span, "domain %s", domain);
 *     zc_diag_note(d, "z = %s, line %u", text, line);
 *     zc_diag_fix(d, span, replacement, "saturate first: `%s`", replacement);
 *
 * Edits are for editors and for `zkmlc --fix`, which makes all but the guesses: what is not a guess
 * uses only what the program itself says, so it never invents a type, and it never shows to the
 * verifier what was private.
 *
 * zc_error and zc_warning return NULL when the diagnostic is a repetition (same code, same
 * place), when too many are stored, or when memory ran out; the builder functions accept NULL.
 * An error is counted even when it is not stored, so error_count decides about success.
 *
 * Convention against cascades: a stage that reported an error produces a poison value (an error
 * node of the syntax tree, the error type of the checker) and stays silent about poison.
 */
#ifndef ZC_DIAG_H
#define ZC_DIAG_H

#include <stdio.h>

#include "compiler/source.h"
#include "runtime/base/arena.h"

/* ZC_E_... and ZC_W_...: indices into the registry. */
typedef enum zc_code {
#define ZC_CODE(id, letter, number, slug, summary) ZC_##id,
#include "compiler/diag.def"
#undef ZC_CODE
    ZC_CODE_COUNT
} zc_code;

typedef struct zc_code_info {
    char letter; /* 'E' or 'W' */
    unsigned number;
    const char *slug;
    const char *summary;
} zc_code_info;

/* How many diagnostics are printed, and how many are kept at all. */
#define ZC_DIAG_SHOWN 20u
#define ZC_DIAG_STORED 1000u

/* The bytes of `span` become `text`; an empty span inserts. */
typedef struct zc_edit zc_edit;
struct zc_edit {
    zc_edit *next;
    zc_span span;
    const char *text;
};

/* A labelled secondary span, a note, or a help line with the edits that do what it says. */
typedef struct zc_diag_part zc_diag_part;
struct zc_diag_part {
    zc_diag_part *next;
    zc_span span; /* labels only */
    const char *text;
    zc_edit *edits; /* help lines only; they do not overlap */
    bool guess;     /* the edits need an eye: part of what they write is only an example */
};

typedef struct zc_diags zc_diags;

/* Texts are valid UTF-8 without control characters; only notes and help lines may hold '\n'. */
typedef struct zc_diag {
    zc_diags *owner;
    size_t order; /* of creation */
    zc_code code;
    zc_span span;
    const char *message;
    const char *primary_label; /* NULL: none */
    zc_diag_part *labels;      /* each list in order of creation */
    zc_diag_part *notes;
    zc_diag_part *helps;
} zc_diag;

struct zc_diags {
    const zc_sources *sources;
    zk_arena arena; /* holds the diagnostics */
    zc_diag **list; /* in order of creation */
    size_t count;
    size_t capacity;
    size_t error_count;   /* including those not stored */
    size_t warning_count; /* likewise */
};

typedef enum zc_diag_style {
    ZC_DIAG_PLAIN = 0,
    ZC_DIAG_COLOUR = 1,  /* the same text with colour */
    ZC_DIAG_EXPLAIN = 2, /* "explain:" line for the first error with each code */
    ZC_DIAG_UNCOUNTED = 4, /* no line with the numbers of errors and warnings */
} zc_diag_style;

void zc_diags_init(zc_diags *diags, const zc_sources *sources);
void zc_diags_free(zc_diags *diags);

/* The code's letter decides the severity: zc_error wants E codes, zc_warning W codes.
 * The message is one sentence without a full stop, lower case first letter. */
zc_diag *zc_error(zc_diags *diags, zc_code code, zc_span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
zc_diag *zc_warning(zc_diags *diags, zc_code code, zc_span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Text beside the ^^^^ of the primary span. */
void zc_diag_primary_label(zc_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A secondary span, ----, possibly in another file. */
void zc_diag_label(zc_diag *diag, zc_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void zc_diag_note(zc_diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
void zc_diag_help(zc_diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A help line with an edit: replace the bytes of `span` by `replacement`. */
void zc_diag_fix(zc_diag *diag, zc_span span, const char *replacement, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, but the replacement holds an example that a person has to look at. */
void zc_diag_guess(zc_diag *diag, zc_span span, const char *replacement, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Two more edits for the last help line, which put texts before and behind a span. */
void zc_diag_wrap(zc_diag *diag, zc_span span, const char *before, const char *behind);
/* One more edit for the last help line. */
void zc_diag_edit(zc_diag *diag, zc_span span, const char *replacement);

/* Prints at most ZC_DIAG_SHOWN diagnostics sorted by position, then a count of the others and
 * of errors and warnings. `style` is a combination of zc_diag_style. */
void zc_diags_print(const zc_diags *diags, FILE *out, unsigned style);
/* The same text into a buffer. */
void zc_diags_render(const zc_diags *diags, zk_buf *out, unsigned style);
/* One JSON object a line, all stored diagnostics, sorted by position. False: no memory. */
bool zc_diags_print_json(const zc_diags *diags, FILE *out);

/* The stored diagnostics sorted by file and position, equal places in order of creation; heap
 * array of diags->count pointers, NULL: none or no memory. */
zc_diag **zc_diags_sorted(const zc_diags *diags);
/* Copies text into the arena with control characters, bidirectional overrides and invalid UTF-8
 * replaced by U+FFFD, and cut when it is very long; newlines stay if wanted. */
const char *zc_diag_clean_text(zk_arena *arena, const char *text, bool keep_newlines);

const zc_code_info *zc_code_lookup(zc_code code);
/* "E0417" into buffer. */
const char *zc_code_name(zc_code code, char buffer[8]);
/* The code written as "E0417" (any case), or its slug; ZC_CODE_COUNT when there is none. */
zc_code zc_code_find(const char *name);
/* The page of docs/errors about a code ("E0417"), NULL when there is none; all their names, ended by
 * NULL. */
const char *zc_page_text(const char *name, size_t *length);
const char *const *zc_page_names(void);

#endif
