/* arena.h - memory that lives as long as one compilation or one proof.
 *
 * Allocation from an arena returns zeroed memory, or NULL once the byte limit or the machine's
 * memory is exhausted; zk_arena_free releases everything at once. Size products are checked.
 * Arenas are not thread-safe.
 */
#ifndef ZK_BASE_ARENA_H
#define ZK_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct zk_arena_chunk zk_arena_chunk;

typedef struct zk_arena {
    zk_arena_chunk *chunks;
    size_t used;  /* bytes handed out and overhead of chunks */
    size_t limit; /* 0: none */
} zk_arena;

void zk_arena_init(zk_arena *arena, size_t byte_limit);
void zk_arena_free(zk_arena *arena);
/* Like free, but overwrites every byte first; for arenas that held secrets. */
void zk_arena_wipe(zk_arena *arena);

/* count * size zeroed bytes, aligned for any type; NULL when over the limit. */
void *zk_arena_alloc(zk_arena *arena, size_t count, size_t size);
/* A NUL-terminated copy of length bytes. */
char *zk_arena_strndup(zk_arena *arena, const char *text, size_t length);
char *zk_arena_printf(zk_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define ZK_ARENA_NEW(arena, type, count) ((type *)zk_arena_alloc((arena), (count), sizeof(type)))

/* *result = a * b; false when the product does not fit. */
bool zk_size_mul(size_t a, size_t b, size_t *result);
bool zk_size_add(size_t a, size_t b, size_t *result);

/* Heap allocation for growing arrays: at least `needed` elements in *array, doubling.
 * Returns false and leaves everything as it was when memory runs out. */
bool zk_grow(void **array, size_t *capacity, size_t needed, size_t element_size);
#define ZK_GROW(array, capacity, needed)                                                           \
    zk_grow((void **)&(array), &(capacity), (needed), sizeof *(array))

#endif
