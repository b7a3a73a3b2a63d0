/* fix.h - makes the edits that help lines offer.
 *
 * A round checks the text and makes, of every diagnostic, the first help line with edits, in the
 * order of the text. Left for a later round is what overlaps an edit already made; left for the
 * author are guesses and edits of other files. Rounds repeat, since a mistake can hide others,
 * until nothing is left to edit; a round behind which the text no longer parses is taken back.
 */
#ifndef ZC_FIX_H
#define ZC_FIX_H

#include "compiler/driver.h"

typedef struct zc_fix {
    zc_code code;
    zc_position position; /* in the text as it was in that round */
    const char *title;    /* of the help line */
} zc_fix;

typedef struct zc_fixes {
    zk_arena arena;
    zc_fix *list; /* in the order in which they were made */
    size_t count, capacity;
} zc_fixes;

void zc_fixes_init(zc_fixes *fixes);
void zc_fixes_free(zc_fixes *fixes);

/* One round: the text of the file with edits made, into an empty buffer, and what was done. False:
 * there is nothing to do, or no memory (out->failed). */
bool zc_fix_round(const zc_diags *diags, uint32_t source, zk_buf *out, zc_fixes *fixes);

/* All rounds. `options` are those of the program, of which the stage does not matter; *text is its
 * file's text, and is replaced by the fixed one. The status tells about memory and files, not
 * about mistakes: those that are left are found by compiling *text. */
zkml_status zc_fix_text(const zc_options *options, zk_buf *text, zc_fixes *fixes,
                        zkml_error *err) ZKML_NODISCARD;

#endif
