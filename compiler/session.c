#include "compiler/session.h"

#include <stdlib.h>
#include <string.h>

void zc_session_init(zc_session *session, size_t arena_bytes)
{
    *session = (zc_session){0};
    zk_arena_init(&session->arena, arena_bytes);
    zc_sources_init(&session->sources);
    zc_diags_init(&session->diags, &session->sources);
}

void zc_session_free(zc_session *session)
{
    free(session->names.slots);
    zc_diags_free(&session->diags);
    zc_sources_free(&session->sources);
    zk_arena_free(&session->arena);
    *session = (zc_session){0};
}

/* FNV-1a; names come from the user's own program, so collisions only cost the user time. */
static size_t hash_text(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32);
}

/* The slot that holds the text, or the empty slot where it belongs. */
static const char **find_slot(const zc_names *names, const char *text, size_t length)
{
    size_t mask = names->capacity - 1;
    size_t at = hash_text(text, length) & mask;
    while (names->slots[at] != NULL &&
           (strncmp(names->slots[at], text, length) != 0 || names->slots[at][length] != '\0'))
        at = (at + 1) & mask;
    return &names->slots[at];
}

static bool enlarge(zc_names *names)
{
    zc_names larger = {.count = names->count};
    larger.capacity = names->capacity == 0 ? 256 : names->capacity * 2;
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < names->capacity; i++)
        if (names->slots[i] != NULL)
            *find_slot(&larger, names->slots[i], strlen(names->slots[i])) = names->slots[i];
    free(names->slots);
    *names = larger;
    return true;
}

const char *zc_intern(zc_session *session, const char *text, size_t length)
{
    zc_names *names = &session->names;
    if (names->count * 2 >= names->capacity && !enlarge(names))
        return NULL;
    const char **slot = find_slot(names, text, length);
    if (*slot == NULL) {
        *slot = zk_arena_strndup(&session->arena, text, length);
        if (*slot != NULL)
            names->count++;
    }
    return *slot;
}
