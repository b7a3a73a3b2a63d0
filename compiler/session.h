/* session.h - what one compilation owns: its texts, diagnostics, names and memory.
 *
 * Memory from the arena lives until the session ends; a stage that exhausts it returns
 * ZKML_LIMIT.
 */
#ifndef ZC_SESSION_H
#define ZC_SESSION_H

#include "compiler/diag.h"
#include "compiler/source.h"
#include "runtime/base/arena.h"

/* Identifiers and other short texts, each stored once: equal names have equal pointers. */
typedef struct zc_names {
    const char **slots; /* open addressing; capacity is a power of two */
    size_t count;
    size_t capacity;
} zc_names;

typedef struct zc_focus zc_focus;

typedef struct zc_session {
    zk_arena arena;
    zc_sources sources;
    zc_diags diags;
    zc_names names;
    zc_focus *focus; /* check/focus.h; NULL: nobody asks */
} zc_session;

/* A byte limit of 0 means none. A session must not be moved once it is initialised. */
void zc_session_init(zc_session *session, size_t arena_bytes);
void zc_session_free(zc_session *session);

/* The stored copy of a text (NUL-terminated, from the arena); the text holds no NUL. NULL when memory
 * runs out. */
const char *zc_intern(zc_session *session, const char *text, size_t length);

#endif
