/* vectors.h - reads tests/vectors/primitives.txt and files like it: lines "name field=hex ..." or
 * "name hex ...". */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vectors {
    char *text;
    size_t length;
} vectors;

vectors vectors_load(void);
/* Another file of tests/vectors. */
vectors vectors_load_file(const char *name);
void vectors_free(vectors *v);

/* The line whose first word is `name`, NULL if there is none; `occurrence` counts from 0. */
const char *vectors_line(const vectors *v, const char *name, unsigned occurrence);
/* The value of "key=" in the line, or its second word for key NULL. Fails the test if absent. */
const char *vectors_value(const char *line, const char *key);
/* Hex digits up to the next space; returns the number of bytes, at most `limit`. */
size_t vectors_hex(const char *text, uint8_t *bytes, size_t limit);
/* As vectors_value and vectors_hex for exactly `size` bytes. */
void vectors_bytes(const char *line, const char *key, uint8_t *bytes, size_t size);

/* xorshift64*, so that failures repeat. */
uint64_t test_random(uint64_t *state);

#endif
