/* The protocol against the vectors: keys, transcripts and proofs, byte for byte. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/plk_run.h"

static const char *const vectors[] = {"tiny", "tinysel", "zcash_ext"};
static const uint64_t seeds[] = {1, 2, 5}; /* as the transcript files say */
enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static zk_buf load(const char *name, const char *suffix)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    zkml_error err = {0};
    zk_buf bytes;
    (void)snprintf(path, sizeof path, "%s/tests/vectors/%s%s", top != NULL ? top : ".", name,
                   suffix);
    cr_assert_eq(zk_file_read(path, 1 << 20, &bytes, &err), ZKML_OK, "%s", err.text);
    return bytes;
}

/* A vector with its key and proof. */
typedef struct fixture {
    zk_plk plk;
    zk_params params;
    zk_vk vk;
    zk_buf proof;
} fixture;

static void set_up(fixture *f, const char *name)
{
    zkml_error err = {0};
    zk_buf text = load(name, ".plk");
    cr_assert_eq(zk_plk_read(&f->plk, name, (const char *)text.data, text.length, &err), ZKML_OK,
                 "%s", err.text);
    cr_assert_eq(zk_params_generate(&f->params, f->plk.k, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_plk_key(&f->vk, &f->plk, &f->params, &err), ZKML_OK, "%s", err.text);
    f->proof = load(name, ".proof.bin");
    zk_buf_free(&text);
}

static void tear_down(fixture *f)
{
    zk_vk_free(&f->vk);
    zk_params_free(&f->params);
    zk_plk_free(&f->plk);
    zk_buf_free(&f->proof);
}

static zkml_status verify(fixture *f, const uint8_t *proof, size_t length)
{
    zkml_error err = {0};
    return zk_plk_verify(&f->plk, &f->vk, &f->params, proof, length, NULL, NULL, &err);
}

Test(key, the_pinned_text_is_byte_for_byte_that_of_halo2)
{
    for (int i = 0; i < VECTORS; i++) {
        fixture f;
        zkml_error err;
        zk_buf text = {0};
        set_up(&f, vectors[i]);
        zk_buf want = load(vectors[i], ".pinned.txt");
        cr_assert_eq(zk_vk_pinned(&f.vk, &text, &err), ZKML_OK);
        cr_expect(text.length == want.length && memcmp(text.data, want.data, text.length) == 0,
                  "%s:\n%.*s", vectors[i], (int)text.length, (const char *)text.data);
        zk_buf_free(&text);
        zk_buf_free(&want);
        tear_down(&f);
    }
}

/* Messages as the transcript files write them. */
typedef struct message_log {
    const char *at; /* the next line of the file */
    unsigned count, wrong;
} message_log;

static void hex(char *out, const uint8_t *bytes)
{
    for (int i = 0; i < 32; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void compare_message(void *context, zk_message_kind kind, const zk_vesta_affine *point,
                            zk_fp *scalar)
{
    static const char *const kinds[] = {"common_point", "common_scalar", "point", "scalar",
                                        "challenge"};
    message_log *log = context;
    uint8_t bytes[32];
    char want[128], line[1024], x[65], y[65];
    while (*log->at == '#')
        log->at = strchr(log->at, '\n') + 1;
    size_t length = strcspn(log->at, "\n");
    cr_assert_lt(length, sizeof line);
    memcpy(line, log->at, length);
    line[length] = '\0';
    log->at += length + (log->at[length] == '\n');
    log->count++;
    if (point != NULL) {
        zk_fq_to_bytes(bytes, &point->x);
        hex(x, bytes);
        zk_fq_to_bytes(bytes, &point->y);
        hex(y, bytes);
        (void)snprintf(want, sizeof want, "x=%s", x);
        if (strstr(line, want) == NULL)
            log->wrong++;
        (void)snprintf(want, sizeof want, "y=%s", y);
    } else {
        zk_fp_to_bytes(bytes, scalar);
        hex(x, bytes);
        (void)snprintf(want, sizeof want, "| %s", x);
    }
    if (strstr(line, want) == NULL || strstr(line, kinds[kind]) == NULL)
        log->wrong++;
    cr_expect_eq(log->wrong, 0u, "message %u: `%s`, not `%s %s`", log->count, line, kinds[kind],
                 want);
}

Test(transcript, every_message_is_that_of_the_vector)
{
    for (int i = 0; i < VECTORS; i++) {
        fixture f;
        zkml_error err = {0};
        set_up(&f, vectors[i]);
        zk_buf text = load(vectors[i], ".transcript.txt");
        message_log log = {.at = (const char *)text.data};
        cr_expect_eq(zk_plk_verify(&f.plk, &f.vk, &f.params, f.proof.data, f.proof.length,
                                   compare_message, &log, &err),
                     ZKML_OK, "%s: %s", vectors[i], err.text);
        cr_expect_gt(log.count, 60u);
        zk_buf_free(&text);
        tear_down(&f);
    }
}

Test(prover, makes_the_proofs_byte_for_byte)
{
    for (int i = 0; i < VECTORS; i++) {
        fixture f;
        zk_rng rng;
        zk_buf proof = {0};
        zkml_error err = {0};
        set_up(&f, vectors[i]);
        zk_buf text = load(vectors[i], ".transcript.txt");
        message_log log = {.at = (const char *)text.data};
        zk_rng_init_splitmix64(&rng, seeds[i]);
        cr_expect_eq(zk_plk_prove(&f.plk, &f.vk, &f.params, &rng, &proof, compare_message, &log,
                                  &err),
                     ZKML_OK, "%s: %s", vectors[i], err.text);
        cr_expect(proof.length == f.proof.length &&
                      memcmp(proof.data, f.proof.data, proof.length) == 0,
                  "%s: another proof", vectors[i]);
        zk_buf_free(&proof);
        zk_buf_free(&text);
        tear_down(&f);
    }
}

Test(prover, random_proofs_verify_and_never_repeat)
{
    fixture f;
    zk_rng rng;
    zkml_error err = {0};
    set_up(&f, "tiny");
    zk_buf proofs[4] = {{0}};
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(zk_rng_init_secure(&rng, (const uint8_t *)"x", 1, &err), ZKML_OK);
        cr_assert_eq(zk_plk_prove(&f.plk, &f.vk, &f.params, &rng, &proofs[i], NULL, NULL, &err),
                     ZKML_OK);
        cr_assert_eq(verify(&f, proofs[i].data, proofs[i].length), ZKML_OK);
        for (int j = 0; j < i; j++)
            for (size_t at = 0; at < proofs[i].length; at += 32)
                cr_expect_neq(memcmp(proofs[i].data + at, proofs[j].data + at, 32), 0,
                              "slot %zu of two proofs is the same", at);
    }
    for (int i = 0; i < 4; i++)
        zk_buf_free(&proofs[i]);
    tear_down(&f);
}

/* Every assigned cell but a0:12, which no gate that is switched on reads. */
Test(prover, a_false_witness_gives_no_valid_proof)
{
    fixture f;
    zk_rng rng;
    set_up(&f, "tiny");
    for (size_t i = 0; i < f.plk.step_count; i++) {
        zk_fp saved = f.plk.steps[i].value;
        zk_buf proof = {0};
        zkml_error err = {0};
        zk_fp_add(&f.plk.steps[i].value, &saved, &zk_fp_one);
        zk_rng_init_splitmix64(&rng, i);
        zkml_status status =
            zk_plk_prove(&f.plk, &f.vk, &f.params, &rng, &proof, NULL, NULL, &err);
        if (status == ZKML_OK)
            status = verify(&f, proof.data, proof.length);
        bool free_cell = f.plk.steps[i].column == 0 && f.plk.steps[i].row == 12;
        cr_expect_eq(status, free_cell ? ZKML_OK : ZKML_INVALID, "step %zu", i);
        zk_buf_free(&proof);
        f.plk.steps[i].value = saved;
    }
    tear_down(&f);
}

Test(verifier, accepts_the_proofs_and_refuses_every_changed_byte)
{
    for (int i = 0; i < VECTORS; i++) {
        fixture f;
        set_up(&f, vectors[i]);
        cr_assert_eq(verify(&f, f.proof.data, f.proof.length), ZKML_OK, "%s", vectors[i]);
        for (size_t at = 0; at < f.proof.length; at++) {
            f.proof.data[at] ^= (uint8_t)(1U << (at % 8));
            zkml_status status = verify(&f, f.proof.data, f.proof.length);
            cr_expect(status == ZKML_INVALID || status == ZKML_MALFORMED, "%s: byte %zu",
                      vectors[i], at);
            f.proof.data[at] ^= (uint8_t)(1U << (at % 8));
        }
        cr_assert_eq(verify(&f, f.proof.data, f.proof.length), ZKML_OK);
        tear_down(&f);
    }
}

Test(verifier, refuses_every_other_length)
{
    fixture f;
    set_up(&f, "tiny");
    uint8_t longer[4096] = {0};
    memcpy(longer, f.proof.data, f.proof.length);
    for (size_t length = 0; length <= f.proof.length + 64; length++)
        cr_expect_eq(verify(&f, longer, length),
                     length == f.proof.length ? ZKML_OK : ZKML_MALFORMED, "%zu bytes", length);
    tear_down(&f);
}

/* bytes += the modulus of the slot's field; false when that does not fit 256 bits */
static bool add_modulus(uint8_t bytes[32], const uint64_t modulus[4])
{
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        unsigned sum = bytes[i] + (unsigned)((modulus[i / 8] >> (8 * (i % 8))) & 0xff) + carry;
        bytes[i] = (uint8_t)sum;
        carry = sum >> 8;
    }
    return carry == 0;
}

Test(verifier, refuses_second_encodings_and_the_identity)
{
    fixture f;
    set_up(&f, "tiny");
    for (size_t slot = 0; slot < f.proof.length; slot += 32) {
        uint8_t saved[32];
        memcpy(saved, f.proof.data + slot, 32);
        if (add_modulus(f.proof.data + slot, zk_fp_modulus))
            cr_expect_neq(verify(&f, f.proof.data, f.proof.length), ZKML_OK, "slot %zu + p", slot);
        memcpy(f.proof.data + slot, saved, 32);
        if (add_modulus(f.proof.data + slot, zk_fq_modulus))
            cr_expect_neq(verify(&f, f.proof.data, f.proof.length), ZKML_OK, "slot %zu + q", slot);
        memset(f.proof.data + slot, 0, 32);
        cr_expect_neq(verify(&f, f.proof.data, f.proof.length), ZKML_OK, "slot %zu zero", slot);
        f.proof.data[slot + 31] = 0x80;
        cr_expect_neq(verify(&f, f.proof.data, f.proof.length), ZKML_OK, "slot %zu sign", slot);
        memcpy(f.proof.data + slot, saved, 32);
    }
    cr_assert_eq(verify(&f, f.proof.data, f.proof.length), ZKML_OK);
    tear_down(&f);
}

Test(verifier, refuses_other_public_values_and_other_keys)
{
    fixture f;
    set_up(&f, "tiny");
    for (size_t row = 0; row < f.plk.instance_counts[0]; row++) {
        zk_fp saved = f.plk.instance[row];
        zk_fp_add(&f.plk.instance[row], &saved, &zk_fp_one);
        cr_expect_eq(verify(&f, f.proof.data, f.proof.length), ZKML_INVALID, "row %zu", row);
        f.plk.instance[row] = saved;
    }
    zk_fp_add(&f.vk.transcript_repr, &f.vk.transcript_repr, &zk_fp_one);
    cr_expect_eq(verify(&f, f.proof.data, f.proof.length), ZKML_INVALID);
    tear_down(&f);
}

Test(plk, mistakes_are_named_with_their_line)
{
    const struct {
        const char *text, *message;
    } cases[] = {
        {"k 5\nadvice\ngate * a0 a1\n", "x:3: `a1` is neither an operator nor a column"},
        {"advice\nset a0:0 1\n", "x:2: `k` must come first"},
        {"k 5\nadvice\nset a0:32 1\n", "x:3: there is no row `32`"},
        {"k 5\nadvice\nset a0:0 1x\n", "x:3: `1x` is no integer"},
        {"k 5\nadvice\ngate + a0\n", "x:3: the expression is not complete"},
        {"k 5\nfrobnicate\n", "x:2: unknown statement `frobnicate`"},
        {"k 99\n", "x:1: expected a number up to 20, not `99`"},
        {"k 5 5\n", "x:1: unexpected `5` at the end of the line"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zk_plk plk;
        zkml_error err = {0};
        cr_expect_eq(zk_plk_read(&plk, "x", cases[i].text, strlen(cases[i].text), &err),
                     ZKML_MALFORMED);
        cr_expect_str_eq(err.text, cases[i].message);
    }
}
