#include "tests/unit/vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

vectors vectors_load(void)
{
    return vectors_load_file("primitives.txt");
}

vectors vectors_load_file(const char *name)
{
    const char *top = getenv("top_srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/vectors/%s", top != NULL ? top : ".", name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "cannot open %s", path);
    vectors v = {malloc(1 << 20), 0};
    cr_assert_not_null(v.text);
    v.length = fread(v.text, 1, (1 << 20) - 1, file);
    cr_assert(v.length > 0 && feof(file));
    v.text[v.length] = 0;
    fclose(file);
    return v;
}

void vectors_free(vectors *v)
{
    free(v->text);
    *v = (vectors){0};
}

const char *vectors_line(const vectors *v, const char *name, unsigned occurrence)
{
    size_t name_length = strlen(name);
    for (const char *line = v->text; line != NULL && *line != 0;) {
        if (strncmp(line, name, name_length) == 0 && line[name_length] == ' ' && occurrence-- == 0)
            return line;
        line = strchr(line, '\n');
        if (line != NULL)
            line++;
    }
    return NULL;
}

const char *vectors_value(const char *line, const char *key)
{
    cr_assert_not_null(line);
    size_t key_length = key != NULL ? strlen(key) : 0;
    const char *end = line + strcspn(line, "\n");
    for (const char *word = strchr(line, ' '); word != NULL && word < end;
         word = strchr(word, ' ')) {
        word++;
        if (key == NULL)
            return word;
        if (strncmp(word, key, key_length) == 0 && word[key_length] == '=')
            return word + key_length + 1;
    }
    cr_assert_fail("no %s in vector line", key != NULL ? key : "value");
    return NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t vectors_hex(const char *text, uint8_t *bytes, size_t limit)
{
    size_t count = 0;
    for (; hex_digit(text[0]) >= 0 && hex_digit(text[1]) >= 0; text += 2) {
        cr_assert(count < limit, "vector too long");
        bytes[count++] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
    }
    return count;
}

void vectors_bytes(const char *line, const char *key, uint8_t *bytes, size_t size)
{
    cr_assert_eq(vectors_hex(vectors_value(line, key), bytes, size), size);
}

uint64_t test_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *state = x;
    return x * UINT64_C(0x2545f4914f6cdd1d);
}
