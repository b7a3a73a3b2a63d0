#include "tests/soundness/statement.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/base/npy.h"
#include "runtime/circuit/codec.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    cr_assert_not_null(value, "%s is not set: run this through `make check`", name);
    return value;
}

static void example_path(char path[1024], const char *example, const char *file)
{
    (void)snprintf(path, 1024, "%s/examples/%.*s/%s", variable("top_srcdir"),
                   (int)strcspn(example, "+"), example, file);
}

/* What stands behind the plus. */
static const char *level_of(const char *example)
{
    const char *plus = strchr(example, '+');
    return plus == NULL ? "2" : plus + 1;
}

static void compile(zk_circuit *circuit, const char *example)
{
    char source[1024], output[] = "/tmp/zkml-test-XXXXXX", command[4096];
    zkml_error err = {0};
    zk_buf bytes;
    example_path(source, example, "model.zt");
    int fd = mkstemp(output);
    cr_assert_geq(fd, 0);
    (void)close(fd);
    (void)snprintf(command, sizeof command, "'%s' '%s' -q -O%s -o '%s'", variable("ZKMLC"), source,
                   level_of(example), output);
    int code = system(command);
    zkml_status status = zk_file_read(output, 1 << 28, &bytes, &err);
    (void)unlink(output);
    cr_assert_eq(code, 0, "%s", command);
    cr_assert_eq(status, ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_circuit_read(circuit, source, bytes.data, bytes.length, &err), ZKML_OK, "%s",
                 err.text);
    zk_buf_free(&bytes);
}

static int64_t threshold[] = {700};
static int64_t strong[] = {2 * 256, -2 * 256, 1 * 256, 0, -1 * 256, 2 * 256};
static int64_t weak[] = {-2 * 256, 2 * 256, -1 * 256, 0, 1 * 256, -2 * 256};
static int64_t three_quarters[] = {12}, eleven_sixteenths[] = {11};
static int64_t image[784];

typedef struct input {
    const char *example, *file;
    size_t count;
    int64_t *codes[2];
} input;

static input inputs[] = {
    {"00-five-lines", "input.json", 2, {three_quarters, eleven_sixteenths}},
    {"00-five-lines", "swapped", 2, {eleven_sixteenths, three_quarters}},
    {"01-fashion-mlp", "input.json", 1, {image}},
    {"01-fashion-mlp+prover", "input.json", 1, {image}},
    {"02-credit-score", "strong.json", 2, {threshold, strong}},
    {"02-credit-score", "weak.json", 2, {threshold, weak}},
};

/* The grey levels are the codes. */
static void load_image(void)
{
    char path[1024];
    zk_buf bytes;
    zk_npy array;
    zkml_error err = {0};
    example_path(path, "01-fashion-mlp", "image-0.npy");
    cr_assert_eq(zk_file_read(path, 1 << 20, &bytes, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_npy_parse(&array, path, bytes.data, bytes.length, &err), ZKML_OK);
    cr_assert_eq(array.count, 784u);
    for (size_t i = 0; i < array.count; i++)
        cr_assert(zk_npy_int(&array, i, &image[i]));
    zk_buf_free(&bytes);
}

zkml_status statement_witness(zk_witness *witness, const statement *s, const char *file,
                              zk_witness_mode mode, zkml_error *err)
{
    input *found = NULL;
    memset(witness, 0, sizeof *witness);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        if (strcmp(inputs[i].example, s->name) == 0 && strcmp(inputs[i].file, file) == 0)
            found = &inputs[i];
    cr_assert_not_null(found, "%s of %s", file, s->name);
    cr_assert_eq(found->count, s->circuit.param_count);
    load_image();
    zk_inputs values = {.count = found->count, .codes = found->codes};
    zkml_status status = zk_witness_run(witness, &s->circuit, &values, mode, err);
    if (status == ZKML_OK)
        status = zk_witness_assign(witness, err);
    return status;
}

void statement_open(statement *s, const char *name, const char *file)
{
    zkml_error err = {0};
    zk_witness witness;
    memset(s, 0, sizeof *s);
    s->name = name;
    compile(&s->circuit, name);
    cr_assert_eq(zk_params_load(&s->params, s->circuit.k, NULL, NULL, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_key_generate(&s->key, &s->circuit, &s->params, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(statement_witness(&witness, s, file, ZK_WITNESS_STRICT, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_prove(&s->file, &witness, &s->key, &s->params, NULL, NULL, NULL, &err), ZKML_OK,
                 "%s", err.text);
    zk_witness_free(&witness);
}

void statement_close(statement *s)
{
    zk_buf_free(&s->file);
    zk_key_free(&s->key);
    zk_params_free(&s->params);
    zk_circuit_free(&s->circuit);
}

zkml_status statement_check(const statement *s, const uint8_t *bytes, size_t length,
                            zkml_error *err)
{
    zk_envelope envelope;
    zkml_status status = zk_proof_open(&envelope, "proof", bytes, length, err);
    if (status == ZKML_OK)
        status = zk_envelope_verify(&envelope, &s->key, &s->params, NULL, err);
    zk_envelope_free(&envelope);
    return status;
}

static uint64_t little_endian(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

file_layout statement_layout(const zk_buf *file)
{
    file_layout layout = {0};
    size_t at = 8 + 32 + 32 + 4;
    uint64_t columns = little_endian(file->data + at, 4);
    at += 4;
    for (uint64_t c = 0; c < columns; c++) {
        uint64_t count = little_endian(file->data + at, 8);
        at += 8;
        if (c == 0) {
            layout.values = at;
            layout.value_count = (size_t)count;
        }
        at += 32 * (size_t)count;
    }
    at += 4;
    layout.slots = (size_t)little_endian(file->data + at, 8) / 32;
    layout.halo2 = at + 8;
    layout.trailer = file->length - 32;
    cr_assert_eq(layout.halo2 + 32 * layout.slots + 8, layout.trailer);
    return layout;
}

void statement_seal(uint8_t *bytes, size_t length)
{
    zk_digest(bytes + length - 32, "zkmlc-prooffile-", bytes, length - 32);
}

bool statement_add_modulus(uint8_t *bytes, const uint64_t modulus[4])
{
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        unsigned sum = bytes[i] + (unsigned)(modulus[i / 8] >> (8 * (i % 8)) & 0xff) + carry;
        bytes[i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    return carry == 0;
}
