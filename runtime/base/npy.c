#include "runtime/base/npy.h"

#include <math.h>
#include <string.h>

enum { MAX_HEADER = 65536 };

/* The header's text: a Python dictionary literal with three known keys. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_space(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n'))
        c->at++;
}

static bool eat(cursor *c, char wanted)
{
    skip_space(c);
    if (c->at >= c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* A quoted string without escapes. */
static bool eat_string(cursor *c, char *text, size_t size)
{
    skip_space(c);
    if (c->at >= c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t length = 0;
    for (; c->at < c->end && *c->at != quote; c->at++) {
        if (*c->at == '\\' || length + 1 >= size)
            return false;
        text[length++] = *c->at;
    }
    text[length] = 0;
    return eat(c, quote);
}

static bool eat_word(cursor *c, const char *word)
{
    skip_space(c);
    size_t length = strlen(word);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

static bool eat_number(cursor *c, uint64_t *value)
{
    skip_space(c);
    const char *start = c->at;
    *value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (__builtin_mul_overflow(*value, 10U, value) ||
            __builtin_add_overflow(*value, (uint64_t)(*c->at - '0'), value))
            return false;
    return c->at > start;
}

/* (), (3,), (3, 4) or (3, 4,) */
static bool eat_shape(cursor *c, zk_npy *array)
{
    if (!eat(c, '('))
        return false;
    bool comma = true;
    while (!eat(c, ')')) {
        if (!comma || array->rank == ZK_NPY_MAX_RANK ||
            !eat_number(c, &array->extent[array->rank++]))
            return false;
        comma = eat(c, ',');
    }
    return array->rank != 1 || comma; /* "(3)" is no tuple */
}

static bool parse_descr(const char *descr, zk_npy *array)
{
    size_t length = strlen(descr);
    if (length != 3 || (descr[0] != '<' && descr[0] != '|'))
        return false;
    uint32_t bytes = (uint32_t)(descr[2] - '0');
    bool power = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
    if (!power || (bytes > 1 && descr[0] == '|'))
        return false;
    array->item_bytes = bytes;
    switch (descr[1]) {
    case 'b':
        array->kind = ZK_NPY_BOOL;
        return bytes == 1;
    case 'i':
        array->kind = ZK_NPY_INT;
        return true;
    case 'u':
        array->kind = ZK_NPY_UINT;
        return true;
    case 'f':
        array->kind = ZK_NPY_FLOAT;
        return bytes > 1;
    default:
        return false;
    }
}

static zkml_status parse_header(cursor c, const char *name, zk_npy *array, zkml_error *err)
{
    bool seen[3] = {false, false, false}, fortran = false, comma = true;
    char descr[32] = "";
    if (!eat(&c, '{'))
        goto bad;
    while (!eat(&c, '}')) {
        char key[32];
        if (!comma || !eat_string(&c, key, sizeof key) || !eat(&c, ':'))
            goto bad;
        int which = strcmp(key, "descr") == 0           ? 0
                    : strcmp(key, "fortran_order") == 0 ? 1
                    : strcmp(key, "shape") == 0         ? 2
                                                        : -1;
        if (which < 0 || seen[which])
            goto bad;
        seen[which] = true;
        if (which == 0 && !eat_string(&c, descr, sizeof descr))
            return zk_fail(err, ZKML_MALFORMED,
                           "%s: structured .npy arrays are not supported: save a plain array", name);
        if (which == 1 && !(fortran = eat_word(&c, "True")) && !eat_word(&c, "False"))
            goto bad;
        if (which == 2 && !eat_shape(&c, array))
            goto bad;
        comma = eat(&c, ',');
    }
    skip_space(&c);
    if (c.at != c.end || !seen[0] || !seen[1] || !seen[2])
        goto bad;
    if (!parse_descr(descr, array))
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: element type '%s' is not supported: use little-endian integers "
                       "(i1 .. i8, u1 .. u8), floats (f2, f4, f8) or booleans",
                       name, descr);
    if (fortran && array->rank > 1)
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: the array is in Fortran order: save numpy.ascontiguousarray(a)", name);
    return ZKML_OK;
bad:
    return zk_fail(err, ZKML_MALFORMED, "%s: the header of this .npy file is not well-formed", name);
}

zkml_status zk_npy_parse(zk_npy *array, const char *name, const uint8_t *bytes, size_t length,
                         zkml_error *err)
{
    *array = (zk_npy){0};
    if (length < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return zk_fail(err, ZKML_MALFORMED, "%s: this is not a .npy file", name);
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return zk_fail(err, ZKML_MALFORMED, "%s: .npy version %u.%u is not supported", name,
                       (unsigned)bytes[6], (unsigned)bytes[7]);
    size_t start = bytes[6] == 1 ? 10 : 12;
    if (length < start)
        return zk_fail(err, ZKML_MALFORMED, "%s: the file ends in its header", name);
    size_t header = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] > 1)
        header |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (header > MAX_HEADER || header > length - start)
        return zk_fail(err, ZKML_MALFORMED, "%s: the file ends in its header", name);
    const char *text = (const char *)bytes + start;
    ZK_TRY(parse_header((cursor){text, text + header}, name, array, err));

    array->count = 1;
    bool fits = true;
    for (uint32_t d = 0; d < array->rank; d++)
        fits = fits && !__builtin_mul_overflow(array->count, array->extent[d], &array->count);
    uint64_t data_bytes = 0;
    if (!fits || __builtin_mul_overflow(array->count, array->item_bytes, &data_bytes) ||
        data_bytes != length - start - header)
        return zk_fail(err, ZKML_MALFORMED,
                       "%s: the header announces %llu elements of %u bytes, %zu bytes follow", name,
                       (unsigned long long)array->count, array->item_bytes, length - start - header);
    array->data = bytes + start + header;
    return ZKML_OK;
}

static uint64_t load(const zk_npy *array, uint64_t i)
{
    const uint8_t *p = array->data + i * array->item_bytes;
    uint64_t value = 0;
    for (uint32_t b = 0; b < array->item_bytes; b++)
        value |= (uint64_t)p[b] << (8 * b);
    return value;
}

bool zk_npy_int(const zk_npy *array, uint64_t i, int64_t *value)
{
    uint64_t bits = load(array, i);
    if (array->kind == ZK_NPY_INT && array->item_bytes < 8) {
        uint64_t sign = UINT64_C(1) << (8 * array->item_bytes - 1);
        bits = (bits ^ sign) - sign;
    }
    if (array->kind == ZK_NPY_INT) {
        memcpy(value, &bits, sizeof *value);
        return true;
    }
    *value = (int64_t)(bits & INT64_MAX);
    return array->kind == ZK_NPY_BOOL ? bits <= 1 : bits <= INT64_MAX;
}

static double half_to_double(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023), value;
    if (exponent == 31)
        value = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        value = fraction * 0x1p-24;
    else
        value = (fraction + 1024) * 0x1p-25 * (double)(UINT32_C(1) << exponent);
    return bits >> 15 & 1 ? -value : value;
}

double zk_npy_real(const zk_npy *array, uint64_t i)
{
    uint64_t bits = load(array, i);
    if (array->item_bytes == 2)
        return half_to_double(bits);
    if (array->item_bytes == 4) {
        uint32_t word = (uint32_t)bits;
        float value;
        memcpy(&value, &word, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
