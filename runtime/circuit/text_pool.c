#include "runtime/circuit/text_pool.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(crypto_shorthash_KEYBYTES == 16, "SipHash has keys of 16 bytes");

void zk_text_pool_init(zk_text_pool *pool)
{
    memset(pool, 0, sizeof *pool);
    crypto_shorthash_keygen(pool->key);
}

void zk_text_pool_free(zk_text_pool *pool)
{
    free(pool->texts);
    free(pool->slots);
    memset(pool, 0, sizeof *pool);
}

/* The slot that holds the text, or a free one for it. */
static uint32_t *find(const zk_text_pool *pool, const char *text)
{
    uint8_t hash[crypto_shorthash_BYTES];
    size_t at = 0, length = strlen(text);
    (void)crypto_shorthash(hash, (const unsigned char *)text, length, pool->key);
    memcpy(&at, hash, sizeof at < sizeof hash ? sizeof at : sizeof hash);
    for (at %= pool->slot_count;; at = (at + 1) % pool->slot_count) {
        uint32_t *slot = &pool->slots[at];
        if (*slot == 0 || strcmp(pool->texts[*slot - 1], text) == 0)
            return slot;
    }
}

/* Room for one more text. */
static bool reserve(zk_text_pool *pool)
{
    if (pool->count >= UINT32_MAX ||
        !ZK_GROW(pool->texts, pool->text_capacity, pool->count + 1))
        return false;
    if (pool->slot_count / 2 > pool->count)
        return true;
    size_t larger = pool->slot_count == 0 ? 64 : 2 * pool->slot_count;
    uint32_t *slots = calloc(larger, sizeof *slots);
    if (slots == NULL)
        return false;
    free(pool->slots);
    pool->slots = slots;
    pool->slot_count = larger;
    for (size_t i = 0; i < pool->count; i++)
        *find(pool, pool->texts[i]) = (uint32_t)(i + 1);
    return true;
}

static void add(zk_text_pool *pool, uint32_t *slot, const char *text)
{
    pool->texts[pool->count++] = text;
    *slot = (uint32_t)pool->count;
}

void zk_put_pooled(zk_buf *buf, zk_text_pool *pool, const char *text)
{
    if (buf->failed || !reserve(pool)) {
        buf->failed = true;
        return;
    }
    uint32_t *slot = find(pool, text);
    zk_put_uint(buf, *slot);
    if (*slot != 0)
        return;
    zk_put_text(buf, text);
    add(pool, slot, text);
}

const char *zk_get_pooled(zk_reader *reader, zk_arena *arena, zk_text_pool *pool)
{
    size_t at = reader->offset;
    uint32_t number = zk_get_u32(reader);
    if (number > pool->count) {
        zk_reader_fail(reader, at, "there is no text of this number yet");
        return "";
    }
    if (number > 0)
        return pool->texts[number - 1];
    const char *text = zk_get_text(reader, arena);
    if (!zk_reader_ok(reader))
        return "";
    if (!reserve(pool)) {
        zk_reader_fail_limit(reader, at, "out of memory");
        return "";
    }
    uint32_t *slot = find(pool, text);
    if (*slot != 0) {
        zk_reader_fail(reader, at, "a text that is already known is not given by its number");
        return "";
    }
    add(pool, slot, text);
    return text;
}
