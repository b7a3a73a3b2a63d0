/* spelling.h - "did you mean": the known name closest to a misspelt one. */
#ifndef ZC_SPELLING_H
#define ZC_SPELLING_H

#include <stddef.h>

typedef struct zc_spelling {
    const char *name; /* what was written */
    const char *best; /* NULL: nothing is close */
    size_t distance;
} zc_spelling;

/* Keeps the candidate if it is close and closer than the best so far. */
void zc_spelling_try(zc_spelling *spelling, const char *candidate);

#endif
