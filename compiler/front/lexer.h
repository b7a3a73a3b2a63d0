/* lexer.h - one token after the other from a source text.
 *
 * Lexical errors are reported and repaired on the spot (an unknown character is skipped, a
 * string with a bad escape is still a string), so that the parser never sees them. Token kinds
 * are the parser's (ZC_TOK_... or a character).
 */
#ifndef ZC_FRONT_LEXER_H
#define ZC_FRONT_LEXER_H

#include "compiler/session.h"

/* Longest number literal and largest decimal exponent (in digits of the exponent). */
enum { ZC_NUMBER_MAX_LENGTH = 1000, ZC_EXPONENT_MAX_DIGITS = 4 };

typedef struct zc_token {
    int kind;
    zc_span span;
    /* names: interned; numbers: without underscores, NULL after an error; strings: decoded;
     * doc comments: the text after "///" and one space; other kinds: NULL */
    const char *text;
} zc_token;

typedef struct zc_lexer {
    zc_session *session;
    uint32_t source;
    const char *begin;
    const char *cursor;
    const char *limit; /* *limit is NUL */
    uint32_t repaired; /* where the last text that was skipped or completed ends; 0: none */
    uint32_t comment;  /* where the last comment begins */
    bool out_of_memory;
} zc_lexer;

/* Also reports bytes that are not UTF-8 and bidirectional controls, wherever they stand. */
void zc_lexer_init(zc_lexer *lexer, zc_session *session, uint32_t source);
/* At the end of the text, and after memory ran out, every call gives the end-of-file token. */
zc_token zc_lexer_next(zc_lexer *lexer);

/* "`->`", "name", "number": how messages speak of a kind of token. */
const char *zc_token_name(int kind);

#endif
