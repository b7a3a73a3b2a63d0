/* proof.bin: envelopes of every shape survive the trip through their file. Proofs are just bytes
 * here. */
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/envelope.h"
#include "tests/formats/format_cases.h"

static zkml_status round_trip(const uint8_t *bytes, size_t length, zk_buf *again, zkml_error *err)
{
    zk_envelope envelope;
    zkml_status status = zk_envelope_read(&envelope, "p.bin", bytes, length, err);
    if (status == ZKML_OK) {
        zk_envelope_write(&envelope, again);
        cr_assert(!again->failed);
    }
    zk_envelope_free(&envelope);
    return status;
}

static const format proof_format = {
    .name = "p.bin", .personal = "zkmlc-prooffile-", .round_trip = round_trip};

enum {
    MAX_INPUTS = 3,
    MAX_COLUMNS = 3,
    MAX_VALUES = 5,
    MAX_PROOF = 100,
    MAX_FILES = 2,
    MAX_LINK = 8
};

typedef struct sample {
    zk_envelope envelope;
    zk_instance_values columns[MAX_INPUTS * MAX_COLUMNS];
    zk_fp values[MAX_INPUTS * MAX_COLUMNS][MAX_VALUES];
    uint8_t proof[MAX_PROOF], files[MAX_FILES][32], link[MAX_LINK];
} sample;

/* A part of everything, for `inputs` inputs of `columns` columns. */
static void make_sample(sample *s, uint32_t inputs, uint32_t columns, size_t proof_length,
                        uint32_t files)
{
    *s = (sample){.envelope = {.transcript_repr = zk_fp_delta,
                               .inputs = inputs,
                               .instance_columns = columns,
                               .instances = s->columns,
                               .file_count = files,
                               .file_digests = s->files[0],
                               .proof = s->proof,
                               .proof_length = proof_length,
                               .link = s->link,
                               .link_length = files * (size_t)MAX_LINK / MAX_FILES}};
    for (size_t i = 0; i < 32; i++)
        s->envelope.circuit_digest[i] = (uint8_t)(7 * i + 1);
    for (size_t i = 0; i < MAX_PROOF; i++)
        s->proof[i] = (uint8_t)(255 - i);
    for (size_t i = 0; i < MAX_LINK; i++)
        s->files[i % MAX_FILES][i] = s->link[i] = (uint8_t)(i + 40);
    for (uint32_t c = 0; c < inputs * columns; c++) {
        s->columns[c] =
            (zk_instance_values){.values = s->values[c], .count = MAX_VALUES - c % MAX_VALUES};
        for (int i = 0; i < MAX_VALUES; i++)
            zk_fp_from_i64(&s->values[c][i], (int64_t)c * 1000 - i);
    }
}

static zk_buf make_file(uint32_t inputs, uint32_t columns, size_t proof_length, uint32_t files)
{
    sample s;
    zk_buf file = {0};
    make_sample(&s, inputs, columns, proof_length, files);
    zk_envelope_write(&s.envelope, &file);
    cr_assert(!file.failed);
    return file;
}

static void expect_same(const zk_envelope *a, const zk_envelope *b)
{
    cr_expect_arr_eq(a->circuit_digest, b->circuit_digest, 32);
    cr_expect(zk_fp_equal(&a->transcript_repr, &b->transcript_repr));
    cr_assert_eq(a->instance_columns, b->instance_columns);
    cr_assert_eq(a->inputs, b->inputs);
    for (uint32_t c = 0; c < a->inputs * a->instance_columns; c++) {
        cr_assert_eq(a->instances[c].count, b->instances[c].count);
        for (size_t i = 0; i < a->instances[c].count; i++)
            cr_expect(zk_fp_equal(&a->instances[c].values[i], &b->instances[c].values[i]));
    }
    cr_assert_eq(a->proof_length, b->proof_length);
    if (a->proof_length > 0)
        cr_expect_arr_eq(a->proof, b->proof, a->proof_length);
    cr_assert_eq(a->file_count, b->file_count);
    if (a->file_count > 0)
        cr_expect_arr_eq(a->file_digests, b->file_digests, 32 * a->file_count);
    cr_assert_eq(a->link_length, b->link_length);
    if (a->link_length > 0)
        cr_expect_arr_eq(a->link, b->link, a->link_length);
}

Test(envelope, comes_back_as_it_was)
{
    for (uint32_t columns = 0; columns <= MAX_COLUMNS; columns++)
        for (size_t proof_length = 0; proof_length <= MAX_PROOF; proof_length += 50) {
            sample s;
            zk_envelope back;
            zkml_error err = {0};
            uint32_t inputs = 1 + columns % MAX_INPUTS, files = (uint32_t)proof_length / 50;
            make_sample(&s, inputs, columns, proof_length, files);
            zk_buf file = make_file(inputs, columns, proof_length, files);
            format_expect_canonical(&proof_format, &file);
            format_keep_for_fuzzing(&file, "proof", columns == 0 ? "none" : "some");
            cr_assert_eq(zk_envelope_read(&back, "p.bin", file.data, file.length, &err), ZKML_OK,
                         "%s", err.text);
            expect_same(&s.envelope, &back);
            if (proof_length > 0)
                cr_expect(back.proof > file.data && back.proof < file.data + file.length);
            zk_envelope_free(&back);
            zk_buf_free(&file);
        }
}

Test(envelope, only_the_exact_length_is_read)
{
    for (uint32_t columns = 0; columns <= MAX_COLUMNS; columns++) {
        zk_buf file = make_file(1 + columns % 2, columns, MAX_PROOF, columns % 3);
        format_expect_exact_length(&proof_format, &file);
        zk_buf_free(&file);
    }
}

Test(envelope, every_change_is_noticed)
{
    zk_buf file = make_file(2, 2, MAX_PROOF, 1);
    cr_expect_gt(format_expect_changes_noticed(&proof_format, &file, 1), MAX_PROOF);
    zk_buf_free(&file);
}

/* One column with one value and a proof of two bytes: where its parts begin. */
enum {
    DIGEST = 8, REPR = 40, INPUTS = 72, COLUMNS = 76, COUNT = 80, VALUE = 88, COMMITMENTS = 120,
    LENGTH = 124, PROOF = 132, LINK = 134, SEAL = 142, FILE_LENGTH = 174
};

/* The modulus, least significant byte first. */
#define MODULUS                                                                                    \
    "\x01\x00\x00\x00\xed\x30\x2d\x99\x1b\xf9\x4c\x09\xfc\x98\x46\x22"                             \
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x40"

Test(envelope, lies_are_refused)
{
    static const struct {
        size_t at, length;
        const char *bytes, *reason;
    } lies[] = {
        {0, 8, "ZKMLPRF2", "offset 0: this is not a proof"},
        {0, 8, "ZKMLCIR1", "offset 0: this is not a proof"},
        {REPR, 32, MODULUS, "offset 40: a field element is not in its canonical form"},
        {INPUTS, 4, "\0\0\0\0", "offset 72: a proof speaks about one set of inputs at least"},
        {INPUTS, 4, "\2\0\0\0", "offset 120: inputs have different numbers of public columns"},
        {INPUTS, 4, "\1\0\0\1", "offset 72: a count is larger than what is left"},
        {INPUTS, 4, "\x09\0\0\0", "offset 76: a count is larger than what is left"},
        {COLUMNS, 4, "\xff\xff\xff\xff", "offset 76: a count is larger than what is left"},
        {COLUMNS, 4, "\3\0\0\0", "a length is larger than what is left of the file"},
        {COLUMNS, 4, "\0\0\0\0", "offset 134: unexpected bytes after the end"},
        {COUNT, 8, "\xff\xff\xff\xff\xff\xff\xff\xff", "offset 80: a length is larger"},
        {COUNT, 8, "\0\0\0\0\0\0\0\x08", "offset 80: a length is larger"}, /* times 32: 2^64 */
        {COUNT, 8, "\2\0\0\0\0\0\0\0", "offset 80: a length is larger"},
        {COUNT, 8, "\0\0\0\0\0\0\0\0", "offset 108: unexpected bytes after the end"},
        {VALUE, 32, MODULUS, "offset 88: a field element is not in its canonical form"},
        {COMMITMENTS, 4, "\1\0\0\0", "offset 120: a count is larger than what is left"},
        {LENGTH, 8, "\xff\xff\xff\xff\xff\xff\xff\xff", "offset 124: a length is larger"},
        {LENGTH, 8, "\1\0\0\0\0\0\0\0", "offset 133: a length is larger than what is left"},
        {LENGTH, 8, "\3\0\0\0\0\0\0\0", "offset 135: the file ends too early"},
        {LENGTH, 8, "\x0a\0\0\0\0\0\0\0", "offset 142: the file ends too early"},
        {LINK, 8, "\1\0\0\0\0\0\0\0", "offset 134: a length is larger than what is left"},
    };
    sample s;
    make_sample(&s, 1, 1, 2, 0);
    s.columns[0].count = 1;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        zk_buf file = {0};
        zk_envelope_write(&s.envelope, &file);
        cr_assert_eq(file.length, FILE_LENGTH);
        format_expect_canonical(&proof_format, &file);
        cr_assert_lt(lies[i].at, SEAL);
        memcpy(file.data + lies[i].at, lies[i].bytes, lies[i].length);
        format_reseal(&proof_format, file.data, file.length);
        format_expect_refused(&proof_format, file.data, file.length, ZKML_MALFORMED,
                              lies[i].reason);
        zk_buf_free(&file);
    }
}
