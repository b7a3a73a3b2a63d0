/* focus.h - what an editor asks about one place of a program, answered while it is checked.
 *
 * A session with a focus records which name stands at the place and what it means, and the values
 * of the smallest expression around the place that is elaborated: one for each instance of a
 * function or round of a loop, equal ones once. Texts come from the session's arena.
 */
#ifndef ZC_CHECK_FOCUS_H
#define ZC_CHECK_FOCUS_H

#include "compiler/front/ast.h"
#include "compiler/session.h"

enum { ZC_FOCUS_VALUES = 3 };

struct zc_focus {
    uint32_t source; /* the place, set by who asks */
    uint32_t offset;

    zc_span name;        /* the name at the place; file 0: none */
    zc_span definition;  /* the name in its definition; file 0: built in */
    const zc_decl *decl; /* what it declares; NULL: a parameter, variable or index */

    zc_span expr;                        /* file 0: nothing was elaborated there */
    const char *values[ZC_FOCUS_VALUES]; /* the first different ones */
    size_t value_count;                  /* of them */
    bool more_values;
};

/* Called for every name that is resolved; does nothing unless the session has a focus there. */
void zc_focus_name(zc_session *session, zc_span name, zc_span definition, const zc_decl *decl);

#endif
