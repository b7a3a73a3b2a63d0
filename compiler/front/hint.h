/* hint.h - help lines of syntax errors: habits from other languages, and frequent slips. */
#ifndef ZC_FRONT_HINT_H
#define ZC_FRONT_HINT_H

#include "compiler/front/build.h"

enum { ZC_MAX_EXPECTED = 128 };

/* The tokens that fit, by the names that the grammar gives them. */
typedef struct zc_expected {
    const char *names[ZC_MAX_EXPECTED];
    size_t count;
} zc_expected;

/* Adds at most one line, the most specific one, to the error about parser->token. */
void zc_hint(zc_diag *diag, const zc_parser *parser, const zc_expected *expected,
             const char *found);
/* What to say about a word that other languages have; NULL: nothing. */
bool zc_hint_habit(const zc_token *token);

#endif
