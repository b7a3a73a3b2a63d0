#include "runtime/base/arena.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 16 };

struct zk_arena_chunk {
    zk_arena_chunk *next;
    size_t capacity;
    size_t used;
    _Alignas(max_align_t) unsigned char bytes[];
};

bool zk_size_mul(size_t a, size_t b, size_t *result)
{
    return !__builtin_mul_overflow(a, b, result);
}

bool zk_size_add(size_t a, size_t b, size_t *result)
{
    return !__builtin_add_overflow(a, b, result);
}

bool zk_grow(void **array, size_t *capacity, size_t needed, size_t element_size)
{
    if (needed <= *capacity)
        return true;
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < needed)
        if (!zk_size_mul(wanted, 2, &wanted))
            return false;
    size_t bytes;
    if (!zk_size_mul(wanted, element_size, &bytes))
        return false;
    void *larger = realloc(*array, bytes);
    if (larger == NULL)
        return false;
    *array = larger;
    *capacity = wanted;
    return true;
}

void zk_arena_init(zk_arena *arena, size_t byte_limit)
{
    *arena = (zk_arena){.limit = byte_limit};
}

static void free_chunks(zk_arena *arena, bool wipe)
{
    zk_arena_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        zk_arena_chunk *next = chunk->next;
        if (wipe)
            sodium_memzero(chunk->bytes, chunk->used);
        free(chunk);
        chunk = next;
    }
    arena->chunks = NULL;
    arena->used = 0;
}

void zk_arena_free(zk_arena *arena)
{
    free_chunks(arena, false);
}

void zk_arena_wipe(zk_arena *arena)
{
    free_chunks(arena, true);
}

static zk_arena_chunk *add_chunk(zk_arena *arena, size_t bytes)
{
    size_t capacity = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    size_t total;
    if (!zk_size_add(capacity, sizeof(zk_arena_chunk), &total))
        return NULL;
    if (arena->limit != 0 && (total > arena->limit || arena->used > arena->limit - total))
        return NULL;
    zk_arena_chunk *chunk = calloc(1, total);
    if (chunk == NULL)
        return NULL;
    chunk->capacity = capacity;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used += total;
    return chunk;
}

void *zk_arena_alloc(zk_arena *arena, size_t count, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    size_t bytes;
    if (!zk_size_mul(count, size, &bytes) || !zk_size_add(bytes, align - 1, &bytes))
        return NULL;
    bytes &= ~(align - 1);
    if (bytes == 0)
        bytes = align;
    zk_arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->capacity - chunk->used < bytes) {
        chunk = add_chunk(arena, bytes);
        if (chunk == NULL)
            return NULL;
    }
    void *result = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return result;
}

char *zk_arena_strndup(zk_arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = zk_arena_alloc(arena, length + 1, 1);
    if (copy != NULL && length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *zk_arena_printf(zk_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        return NULL;
    char *text = zk_arena_alloc(arena, (size_t)length + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(args, format);
    (void)vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}
