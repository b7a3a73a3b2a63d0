/* text_pool.h - texts of circuit.bin that may occur again: names, source lines, messages.
 *
 * In the file a pooled text is a uint: 0 and the text itself where it stands for the first time,
 * else the number of the text, counted from 1 in the order of first occurrence. A text that is
 * already known is always given by its number, so there is one encoding; in memory equal texts of
 * one file are one string. Reader and writer keep the same pool. The hash has a random key:
 * nobody can make texts that collide.
 */
#ifndef ZK_CIRCUIT_TEXT_POOL_H
#define ZK_CIRCUIT_TEXT_POOL_H

#include "runtime/circuit/codec.h"

typedef struct zk_text_pool {
    const char **texts; /* by number - 1; not owned */
    uint32_t *slots;    /* hash table of numbers, 0: free; at most half full */
    size_t count, text_capacity, slot_count;
    uint8_t key[16];
} zk_text_pool;

void zk_text_pool_init(zk_text_pool *pool);
void zk_text_pool_free(zk_text_pool *pool);

/* The text must outlive the pool. */
void zk_put_pooled(zk_buf *buf, zk_text_pool *pool, const char *text);
/* Never NULL; "" after a failure. */
const char *zk_get_pooled(zk_reader *reader, zk_arena *arena, zk_text_pool *pool);

#endif
