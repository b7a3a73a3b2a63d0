/* .npz archives, as numpy.savez writes them, and ones that lie. */
#include <criterion/criterion.h>
#include <string.h>

#include "compiler/check/npz.h"

typedef struct item {
    const char *name, *data;
} item;

static const uint8_t *found;
static size_t found_length;
static zkml_error err;

/* CRC-32, bit by bit. */
static uint32_t crc_of(const char *text)
{
    uint32_t crc = UINT32_MAX;
    for (; *text != '\0'; text++) {
        crc ^= (uint8_t)*text;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc % 2 != 0 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void put(zk_buf *out, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        zk_buf_u8(out, (uint8_t)(value >> 8 * i));
}

/* Version, flags, method, time, date, checksum, two sizes. */
static void put_common(zk_buf *out, const item *m, uint32_t size)
{
    put(out, 45, 2);
    put(out, 0, 2);
    put(out, 0, 2);
    put(out, 0x21, 4);
    put(out, crc_of(m->data), 4);
    put(out, size, 4);
    put(out, size, 4);
    put(out, (uint32_t)strlen(m->name), 2);
}

/* Local headers have their sizes in an extra field, as those of numpy.savez do. */
static void make(zk_buf *out, const item *items, size_t count)
{
    size_t starts[8] = {0};
    zk_buf_free(out);
    for (size_t i = 0; i < count; i++) {
        starts[i] = out->length;
        zk_buf_bytes(out, "PK\3\4", 4);
        put_common(out, &items[i], UINT32_MAX);
        put(out, 20, 2);
        zk_buf_text(out, items[i].name);
        for (int k = 0; k < 20; k++)
            zk_buf_u8(out, 1);
        zk_buf_text(out, items[i].data);
    }
    uint32_t directory = (uint32_t)out->length;
    for (size_t i = 0; i < count; i++) {
        zk_buf_bytes(out, "PK\1\2", 4);
        put(out, 45, 2);
        put_common(out, &items[i], (uint32_t)strlen(items[i].data));
        put(out, 0, 4); /* lengths of extra field and comment */
        put(out, 0, 4);
        put(out, 0, 4);
        put(out, (uint32_t)starts[i], 4);
        zk_buf_text(out, items[i].name);
    }
    uint32_t size = (uint32_t)out->length - directory;
    zk_buf_bytes(out, "PK\5\6\0\0\0\0", 8);
    put(out, (uint32_t)count, 2);
    put(out, (uint32_t)count, 2);
    put(out, size, 4);
    put(out, directory, 4);
    put(out, 0, 2);
    cr_assert(!out->failed);
}

static zkml_status find(const zk_buf *file, const char *tensor)
{
    return zc_npz_find(&found, &found_length, "w.npz", tensor, file->data, file->length, &err);
}

static bool is_found(const char *data)
{
    return found_length == strlen(data) && memcmp(found, data, found_length) == 0;
}

static void expect(const zk_buf *file, const char *tensor, zkml_status status, const char *part)
{
    cr_expect_eq(find(file, tensor), status, "%s", err.text);
    cr_expect_not_null(strstr(err.text, part), "`%s` lacks `%s`", err.text, part);
}

static const item three[] = {{"fc1.weight.npy", "numbers"}, {"a.npy", ""}, {"fc1.bias.npy", "more of them"}};

Test(npz, members_by_name)
{
    zk_buf file = {0};
    make(&file, three, 3);
    cr_assert_eq(find(&file, "fc1.weight"), ZKML_OK, "%s", err.text);
    cr_assert(is_found("numbers"));
    cr_assert_eq(find(&file, "fc1.bias"), ZKML_OK, "%s", err.text);
    cr_assert(is_found("more of them"));
    cr_assert_eq(find(&file, "a"), ZKML_OK, "%s", err.text);
    cr_assert(is_found(""));
    expect(&file, "fc1.wieght", ZKML_USAGE, "did you mean `fc1.weight`?");
    expect(&file, NULL, ZKML_USAGE, "one of `a`, `fc1.bias`, `fc1.weight`");
    make(&file, three, 1);
    cr_assert_eq(find(&file, NULL), ZKML_OK, "%s", err.text);
    cr_assert(is_found("numbers"));
    make(&file, three, 0);
    expect(&file, NULL, ZKML_MALFORMED, "empty");
    zk_buf_free(&file);
}

/* A length but the right one, and any byte changed: an error, or the bytes that were there. */
Test(npz, damage)
{
    zk_buf file = {0};
    make(&file, three, 3);
    for (size_t n = 0; n < file.length; n++) {
        zk_buf cut = {.data = file.data, .length = n};
        cr_assert_eq(find(&cut, "fc1.bias"), ZKML_MALFORMED, "%zu bytes", n);
    }
    for (size_t i = 0; i < file.length; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            file.data[i] ^= (uint8_t)(1u << bit);
            if (find(&file, "fc1.bias") == ZKML_OK)
                cr_assert(is_found("more of them"), "byte %zu, bit %u", i, bit);
            file.data[i] ^= (uint8_t)(1u << bit);
        }
    zk_buf_u8(&file, 0);
    cr_assert_eq(find(&file, "fc1.bias"), ZKML_MALFORMED);
    zk_buf_free(&file);
}

Test(npz, lies)
{
    static const item twice[] = {{"a.npy", "x"}, {"b.npy", "y"}, {"a.npy", "z"}};
    static const item text[] = {{"a.txt", "x"}};
    zk_buf file = {0};
    make(&file, twice, 2);
    cr_assert_eq(find(&file, "a"), ZKML_OK, "%s", err.text);
    make(&file, twice, 3);
    expect(&file, "a", ZKML_MALFORMED, "two members of one name");
    make(&file, text, 1);
    expect(&file, "a", ZKML_MALFORMED, "no .npy file");

    /* The first entry of the directory lies behind two members of 56 bytes: data, name, header. */
    size_t entry = 2 * (30 + 5 + 20 + 1), end;
    static const struct {
        size_t offset;
        uint8_t value;
        const char *part;
    } changes[] = {
        {10, 8, "numpy.savez, not savez_compressed"}, /* method */
        {8, 1, "encrypted"},                          /* flags */
        {16, 0, "checksum"},
        {20, 2, "two sizes"},
        {24, 200, "two sizes"},
        {42, 5, "not where it should be"},            /* place of the member */
        {46, 'c', "differs from its entry"},          /* name */
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        make(&file, twice, 2);
        cr_assert_eq(memcmp(file.data + entry, "PK\1\2", 4), 0);
        file.data[entry + changes[i].offset] = changes[i].value;
        cr_expect_neq(find(&file, "a"), ZKML_OK, "change %zu", i);
        cr_expect_not_null(strstr(err.text, changes[i].part), "change %zu: %s", i, err.text);
    }
    make(&file, twice, 2);
    end = file.length - 22;
    memset(file.data + end + 16, 0xff, 4);
    expect(&file, "a", ZKML_LIMIT, "use .safetensors");
    make(&file, twice, 2);
    file.data[entry + 20] = file.data[entry + 24] = 250;
    expect(&file, "a", ZKML_MALFORMED, "outside of the file");
    zk_buf_free(&file);
}
