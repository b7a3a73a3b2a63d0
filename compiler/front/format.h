/* format.h - inside zc_format: tokens with their comments, the layout program, its rendering.
 *
 * Formatting has four steps, a file each:
 *   format_tokens.c  the text becomes tokens; each comment is attached to one of them
 *   format_tree.c    the syntax tree, walked in source order, emits a program of layout operations
 *   format_layout.c  the operations become lines: a group is on one line when it fits, else it is
 *                    broken at its lines
 *   format_align.c   `=`, parameters and trailing comments of neighbouring lines are aligned
 *
 * The result is a function of the tokens, of the comments attached to each and of where blank
 * lines separate statements. Every comment stays with its token and every blank line between
 * statements stays one, so that formatting the result gives the same text again.
 */
#ifndef ZC_FRONT_FORMAT_H
#define ZC_FRONT_FORMAT_H

#include "compiler/front/ast.h"
#include "compiler/session.h"

enum { ZC_FORMAT_WIDTH = 100, ZC_FORMAT_INDENT = 4, ZC_FORMAT_MAX_INDENT = 60 };

/* From the slashes to the last character that is no white space. */
typedef struct zc_comment {
    zc_span span;
    bool blank_before; /* a blank line stands between it and what comes before */
} zc_comment;

typedef struct zc_format_token {
    int kind;
    zc_span span;
    size_t own_begin, own_end; /* comments on lines of their own before the token */
    bool blank_before;         /* likewise, of the token itself */
    bool has_trailing;         /* a comment follows on the token's line */
    zc_comment trailing;
} zc_format_token;

/* The last token is the end of the file. */
typedef struct zc_format_tokens {
    zc_format_token *items;
    size_t count, capacity;
    zc_comment *comments;
    size_t comment_count, comment_capacity;
} zc_format_tokens;

typedef enum zc_format_op_kind {
    ZC_FMT_TOKEN,    /* u: index of the token */
    ZC_FMT_SPACE,
    ZC_FMT_LINE,     /* a space, or a new line where the group is broken */
    ZC_FMT_SOFTLINE, /* nothing, or a new line */
    ZC_FMT_FILL,     /* a space, or a new line where what follows does not fit */
    ZC_FMT_HARDLINE,
    ZC_FMT_BLANK,    /* at the start of a line: an empty line before it */
    ZC_FMT_OWN,      /* u: index of a comment that gets a line of its own */
    ZC_FMT_TRAILING, /* u: index of the token whose comment ends the line */
    ZC_FMT_NEST,     /* indents what follows; up to ZC_FMT_UNNEST */
    ZC_FMT_UNNEST,
    ZC_FMT_GROUP,    /* u: index of its ZC_FMT_END */
    ZC_FMT_END,
    ZC_FMT_ASSIGN,   /* between `=` and a value; u: index of its ZC_FMT_UNNEST */
    ZC_FMT_ASSIGN_HUG,  /* likewise, of a value that can break inside its brackets */
    ZC_FMT_ASSIGN_STAY, /* likewise, of one that does so rather than move to the next line */
    ZC_FMT_HEAD,     /* before the parameters of a declaration; u: index of its ZC_FMT_BRACE */
    ZC_FMT_RESULT,   /* before `->` */
    ZC_FMT_BRACE,    /* before `{` */
    ZC_FMT_MARK,     /* u: zc_format_mark_kind; a place to align with those of the next lines */
} zc_format_op_kind;

typedef struct zc_format_op {
    zc_format_op_kind kind;
    uint32_t u;
} zc_format_op;

typedef struct zc_format_ops {
    zc_format_op *items;
    size_t count, capacity;
} zc_format_ops;

typedef enum zc_format_mark_kind {
    ZC_MARK_TYPE,        /* before the `=` of a type */
    ZC_MARK_CONST,       /* of a constant without type */
    ZC_MARK_CONST_TYPED, /* of a constant with a type */
    ZC_MARK_VISIBILITY,  /* behind a parameter's visibility */
    ZC_MARK_PARAM,       /* behind a parameter's colon */
    ZC_MARK_COMMENT,     /* before a trailing comment */
} zc_format_mark_kind;

/* A place in the rendered text where spaces may be inserted. */
typedef struct zc_format_mark {
    zc_format_mark_kind kind;
    size_t offset;
} zc_format_mark;

typedef struct zc_format_lines {
    zk_buf text;
    zc_format_mark *marks; /* in order of their offsets */
    size_t mark_count, mark_capacity;
} zc_format_lines;

/* Each returns false when memory runs out; what was made is freed by the caller in any case. The
 * source has no lexical errors (tokens) and no syntax errors (tree). */
bool zc_format_read(zc_session *session, uint32_t source, zc_format_tokens *tokens);
bool zc_format_tree(const zc_file *file, const zc_format_tokens *tokens, zc_format_ops *ops);
bool zc_format_layout(const zc_sources *sources, const zc_format_tokens *tokens,
                      const zc_format_ops *ops, zc_format_lines *lines);
/* Leaves the aligned text in *out. */
bool zc_format_align(const zc_format_lines *lines, zk_buf *out);

void zc_format_tokens_free(zc_format_tokens *tokens);

/* Columns that a text takes on a terminal. */
size_t zc_format_width(const char *text, size_t length);

#endif
