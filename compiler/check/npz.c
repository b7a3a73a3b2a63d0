#include "compiler/check/npz.h"

#include <stdlib.h>
#include <string.h>

/* Layout: for each member a local header (30 bytes, name, extra field) and its data; then the
 * directory, for each member 46 bytes, name, extra field, comment; then 22 bytes that tell where
 * the directory is. Numbers are little-endian. Sizes are taken from the directory: local headers
 * may have 0 or 2^32 - 1 instead, with the sizes elsewhere. */
enum {
    LOCAL_BYTES = 30,
    ENTRY_BYTES = 46,
    END_BYTES = 22,
    MOST_MEMBERS = 65534,
    FLAG_ENCRYPTED = 1,
};

typedef struct member {
    char *name; /* without .npy */
    const uint8_t *data;
    uint32_t size, checksum;
} member;

typedef struct archive {
    const char *path;
    const uint8_t *bytes;
    size_t length;
    size_t directory; /* where it begins */
    member *members;
    size_t count;
} archive;

static uint32_t u16(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t u32(const uint8_t *at)
{
    return u16(at) | u16(at + 2) << 16;
}

static zkml_status broken(const archive *a, size_t offset, const char *what, zkml_error *err)
{
    return zk_fail(err, ZKML_MALFORMED, "%s: offset %zu: %s", a->path, offset, what);
}

/* CRC-32 of ZIP files. */
static uint32_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t table[256], crc = UINT32_MAX;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] % 2 != 0 ? UINT32_C(0xedb88320) : 0);
    }
    for (size_t i = 0; i < length; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
    return ~crc;
}

/* The end record, which is the last thing in the file. */
static zkml_status find_directory(archive *a, size_t *count, zkml_error *err)
{
    if (a->length < END_BYTES || memcmp(a->bytes + a->length - END_BYTES, "PK\5\6", 4) != 0)
        return zk_fail(err, ZKML_MALFORMED, "%s: this is not a .npz file, or it is cut off",
                       a->path);
    size_t at = a->length - END_BYTES;
    const uint8_t *end = a->bytes + at;
    size_t size = u32(end + 12), offset = u32(end + 16);
    *count = u16(end + 10);
    if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != *count)
        return broken(a, at, "an archive of several parts", err);
    if (*count > MOST_MEMBERS || offset == UINT32_MAX)
        return zk_fail(err, ZKML_LIMIT, "%s: the archive is too large: use .safetensors", a->path);
    if (u16(end + 20) != 0 || offset > at || size != at - offset)
        return broken(a, at, "the directory is not where it should be", err);
    a->directory = offset;
    return ZKML_OK;
}

/* The member's data by its local header. */
static zkml_status find_data(const archive *a, const uint8_t *entry, member *m, zkml_error *err)
{
    size_t at = u32(entry + 42), name_length = u16(entry + 28);
    const uint8_t *local = a->bytes + at;
    if (at > a->directory || a->directory - at < LOCAL_BYTES + name_length ||
        memcmp(local, "PK\3\4", 4) != 0)
        return broken(a, (size_t)(entry - a->bytes), "the member is not where it should be", err);
    if (u16(local + 26) != name_length ||
        memcmp(local + LOCAL_BYTES, entry + ENTRY_BYTES, name_length) != 0 ||
        u16(local + 8) != u16(entry + 10) || u16(local + 6) != u16(entry + 8))
        return broken(a, at, "the member differs from its entry in the directory", err);
    size_t start = at + LOCAL_BYTES + name_length + u16(local + 28);
    if (start > a->directory || a->directory - start < m->size)
        return broken(a, at, "the member's data is outside of the file", err);
    uint32_t size = u32(local + 22);
    if (size != m->size && size != UINT32_MAX && size != 0)
        return broken(a, at, "the member has two sizes", err);
    m->data = a->bytes + start;
    return ZKML_OK;
}

static zkml_status read_name(const archive *a, const uint8_t *entry, member *m, zkml_error *err)
{
    const char *name = (const char *)entry + ENTRY_BYTES;
    size_t length = u16(entry + 28);
    if (length <= 4 || memcmp(name + length - 4, ".npy", 4) != 0 ||
        memchr(name, '\0', length) != NULL)
        return broken(a, (size_t)(entry - a->bytes), "a member that is no .npy file", err);
    m->name = strndup(name, length - 4);
    return m->name != NULL ? ZKML_OK
                           : zk_fail(err, ZKML_LIMIT, "%s: not enough memory", a->path);
}

static zkml_status read_member(archive *a, size_t *at, zkml_error *err)
{
    size_t end = a->length - END_BYTES;
    const uint8_t *entry = a->bytes + *at;
    if (end - *at < ENTRY_BYTES || memcmp(entry, "PK\1\2", 4) != 0)
        return broken(a, *at, "the directory is cut off", err);
    size_t length = (size_t)ENTRY_BYTES + u16(entry + 28) + u16(entry + 30) + u16(entry + 32);
    if (end - *at < length)
        return broken(a, *at, "the directory is cut off", err);
    if (u16(entry + 10) != 0 || (u16(entry + 8) & FLAG_ENCRYPTED) != 0)
        return zk_fail(err, ZKML_USAGE,
                       "%s: the archive is compressed or encrypted: write it with numpy.savez, not "
                       "savez_compressed",
                       a->path);
    member *m = &a->members[a->count++];
    m->checksum = u32(entry + 16);
    m->size = u32(entry + 24);
    if (m->size == UINT32_MAX || u32(entry + 42) == UINT32_MAX)
        return zk_fail(err, ZKML_LIMIT, "%s: the archive is too large: use .safetensors", a->path);
    if (u32(entry + 20) != m->size)
        return broken(a, *at, "a member that is not compressed has two sizes", err);
    ZK_TRY(read_name(a, entry, m, err));
    ZK_TRY(find_data(a, entry, m, err));
    *at += length;
    return ZKML_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const member *)a)->name, ((const member *)b)->name);
}

static zkml_status read_directory(archive *a, zkml_error *err)
{
    size_t count = 0, at;
    ZK_TRY(find_directory(a, &count, err));
    at = a->directory;
    a->members = calloc(count + 1, sizeof *a->members);
    if (a->members == NULL)
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", a->path);
    for (size_t i = 0; i < count; i++)
        ZK_TRY(read_member(a, &at, err));
    if (at != a->length - END_BYTES)
        return broken(a, at, "bytes that belong to no member", err);
    qsort(a->members, a->count, sizeof *a->members, by_name);
    for (size_t i = 1; i < a->count; i++)
        if (strcmp(a->members[i - 1].name, a->members[i].name) == 0)
            return broken(a, a->directory, "two members of one name", err);
    return ZKML_OK;
}

static zkml_status missing(const archive *a, const char *tensor, zkml_error *err)
{
    if (a->count == 0)
        return zk_fail(err, ZKML_MALFORMED, "%s: the archive is empty", a->path);
    const char **names = malloc(a->count * sizeof *names);
    if (names == NULL)
        return zk_fail(err, ZKML_LIMIT, "%s: not enough memory", a->path);
    for (size_t i = 0; i < a->count; i++)
        names[i] = a->members[i].name;
    zkml_status status = zc_tensor_missing(a->path, tensor, names, a->count, err);
    free(names);
    return status;
}

static zkml_status find(archive *a, const char *tensor, const member **found, zkml_error *err)
{
    ZK_TRY(read_directory(a, err));
    for (size_t i = 0; i < a->count; i++)
        if (tensor != NULL ? strcmp(tensor, a->members[i].name) == 0 : a->count == 1)
            *found = &a->members[i];
    if (*found == NULL)
        return missing(a, tensor, err);
    const member *m = *found;
    return checksum(m->data, m->size) == m->checksum
               ? ZKML_OK
               : broken(a, (size_t)(m->data - a->bytes), "the checksum is wrong", err);
}

zkml_status zc_npz_find(const uint8_t **member_bytes, size_t *member_length, const char *path,
                        const char *tensor, const uint8_t *bytes, size_t length, zkml_error *err)
{
    archive a = {.path = path, .bytes = bytes, .length = length};
    const member *found = NULL;
    zkml_status status = find(&a, tensor, &found, err);
    if (status == ZKML_OK) {
        *member_bytes = found->data;
        *member_length = found->size;
    }
    for (size_t i = 0; i < a.count; i++)
        free(a.members[i].name);
    free(a.members);
    return status;
}
