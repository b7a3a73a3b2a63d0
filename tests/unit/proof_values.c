#include "tests/unit/proof_values.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

vectors proof_values_load(void)
{
    return vectors_load_file("mlp2.values.txt");
}

static const char *line_of(const vectors *v, const char *name)
{
    const char *line = vectors_line(v, name, 0);
    cr_assert_not_null(line, "no line %s", name);
    return line;
}

size_t proof_values_count(const vectors *v, const char *name)
{
    const char *line = line_of(v, name);
    size_t count = 0;
    for (; *line != '\n' && *line != '\0'; line++)
        count += *line == ' ';
    return count;
}

static const char *word(const vectors *v, const char *name, size_t index)
{
    const char *at = line_of(v, name);
    cr_assert_lt(index, proof_values_count(v, name), "%s", name);
    for (size_t i = 0; i <= index; i++)
        at = strchr(at, ' ') + 1;
    return at;
}

static void get_32(const vectors *v, const char *name, size_t index, uint8_t bytes[32])
{
    cr_assert_eq(vectors_hex(word(v, name, index), bytes, 32), 32u, "%s", name);
}

/* 0x and big-endian hex. */
static zk_fp big_endian(const char *digits)
{
    uint8_t bytes[32], reversed[32];
    zk_fp value;
    cr_assert_eq(vectors_hex(digits, bytes, 32), 32u);
    for (size_t i = 0; i < 32; i++)
        reversed[i] = bytes[31 - i];
    cr_assert(zk_fp_from_bytes(&value, reversed));
    return value;
}

zk_fp proof_value_scalar(const vectors *v, const char *name, size_t index)
{
    const char *text = word(v, name, index);
    uint8_t bytes[32];
    zk_fp value;
    if (strncmp(text, "0x", 2) == 0)
        return big_endian(text + 2);
    if (strcspn(text, " \n") < 64) {
        zk_fp_from_i64(&value, proof_value_integer(v, name, index));
        return value;
    }
    get_32(v, name, index, bytes);
    cr_assert(zk_fp_from_bytes(&value, bytes), "%s", name);
    return value;
}

zk_vesta_affine proof_value_point(const vectors *v, const char *name, size_t index)
{
    uint8_t bytes[32];
    zk_vesta_affine point;
    get_32(v, name, index, bytes);
    cr_assert(zk_vesta_from_bytes(&point, bytes), "%s", name);
    return point;
}

int64_t proof_value_integer(const vectors *v, const char *name, size_t index)
{
    return strtoll(word(v, name, index), NULL, 10);
}

size_t proof_value_bytes(const vectors *v, const char *name, uint8_t *bytes, size_t limit)
{
    return vectors_hex(word(v, name, 0), bytes, limit);
}
