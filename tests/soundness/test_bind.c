/* Proofs about published commitments: accepted with the very files that they are about, and with
 * nothing else. Each forgery starts from a proof that is accepted. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/hash.h"
#include "runtime/proof/link.h"
#include "runtime/proof/prove.h"
#include "tests/formats/format_cases.h"
#include "tests/soundness/statement.h"

enum { COUNT = 20, VALUES = 5, PROFILE = 1, OTHER = 2, RESULT = 4 };

/* Two committed parameters and a committed result of one shape, and a private one between. */
static const char source[] =
    "circuit c(public t: int(0 .. 99), committed profile: int(-8 .. 8)[20],\n"
    "          committed other: int(-8 .. 8)[20], private s: int(0 .. 3))\n"
    "    -> committed int(-8 .. 8)[20] {\n"
    "    assert sum[i](profile[i] * other[i]) + s <= t, \"too much\";\n"
    "    profile\n"
    "}\n";

typedef struct scene {
    zk_circuit circuit;
    zk_params params;
    zk_key key;
    int64_t t, profile[COUNT], other[COUNT], s;
    zk_witness witness;
    zk_fp blinds[VALUES][4];
    zk_owned_block blocks[VALUES];
    zk_opening openings[VALUES];
    zk_buf files[VALUES];
    zk_commitment commitments[VALUES];
    const zk_opening *opened[VALUES];       /* by the circuit's values */
    const zk_commitment *named[VALUES - 1]; /* by the key's: without s */
    zk_buf proof;
} scene;

static zkml_error err;

static size_t in_key(size_t value)
{
    return value > 3 ? value - 1 : value;
}

static void publish(scene *s, size_t value, const int64_t *codes, uint64_t seed)
{
    zk_rng rng;
    zk_rng_init_splitmix64(&rng, seed);
    s->blocks[value] = (zk_owned_block){.shape = {.kind = ZK_BLOCK_VECTOR, .elements = COUNT},
                                        .values = codes,
                                        .blinds = s->blinds[value]};
    s->openings[value] =
        (zk_opening){.k = s->circuit.k, .block_count = 1, .blocks = &s->blocks[value]};
    cr_assert_eq(zk_commitment_make(&s->files[value], s->openings[value].commitment,
                                    &s->blocks[value], 1, &s->params, &rng, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_commitment_read(&s->commitments[value], "data.com", s->files[value].data,
                                    s->files[value].length, &err),
                 ZKML_OK, "%s", err.text);
}

static void bind(scene *s, size_t value, bool bound)
{
    s->opened[value] = bound ? &s->openings[value] : NULL;
    s->named[in_key(value)] = bound ? &s->commitments[value] : NULL;
}

static zkml_status prove(scene *s)
{
    const zk_files files = {.value_openings = s->opened};
    zk_buf_free(&s->proof);
    return zk_prove(&s->proof, &s->witness, &s->key, &s->params, &files, NULL, NULL, &err);
}

static zkml_status check(const scene *s, const zk_buf *proof, const zk_commitment *const *files)
{
    const zk_files bound = {.values = files};
    zk_envelope envelope;
    zkml_status status = zk_proof_open(&envelope, "proof", proof->data, proof->length, &err);
    if (status == ZKML_OK)
        status = zk_envelope_verify(&envelope, &s->key, &s->params, &bound, &err);
    zk_envelope_free(&envelope);
    return status;
}

static void expect_refused(const scene *s, const zk_buf *proof, const zk_commitment *const *files,
                           const char *reason)
{
    cr_expect_eq(check(s, proof, files), ZKML_INVALID, "accepted instead of: %s", reason);
    cr_expect(strstr(err.text, reason) != NULL, "`%s` lacks `%s`", err.text, reason);
}

static void open_scene(scene *s)
{
    zk_buf bytes = {0};
    memset(s, 0, sizeof *s);
    format_compile(source, &s->circuit);
    cr_assert_eq(zk_circuit_write(&s->circuit, &bytes, &err), ZKML_OK, "%s", err.text);
    zk_buf_free(&bytes);
    cr_assert_eq(zk_params_load(&s->params, s->circuit.k, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_key_generate(&s->key, &s->circuit, &s->params, &err), ZKML_OK, "%s", err.text);
    cr_assert(s->circuit.param_count == 4 && zk_bind_count(&s->key) == VALUES - 1);
    s->t = 50;
    for (int i = 0; i < COUNT; i++) {
        s->profile[i] = i % 5 - 2;
        s->other[i] = i % 3;
    }
    int64_t *codes[] = {&s->t, s->profile, s->other, &s->s};
    zk_inputs inputs = {.count = 4, .codes = codes};
    cr_assert_eq(zk_witness_run(&s->witness, &s->circuit, &inputs, ZK_WITNESS_STRICT, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_witness_assign(&s->witness, &err), ZKML_OK);
    publish(s, PROFILE, s->profile, 11);
    publish(s, OTHER, s->other, 22);
    publish(s, RESULT, s->profile, 33);
    bind(s, PROFILE, true);
    bind(s, OTHER, true);
    bind(s, RESULT, true);
    cr_assert_eq(prove(s), ZKML_OK, "%s", err.text);
    cr_assert_eq(check(s, &s->proof, s->named), ZKML_OK, "%s", err.text);
}

static void close_scene(scene *s)
{
    for (size_t i = 0; i < VALUES; i++) {
        if (s->files[i].data != NULL)
            zk_commitment_free(&s->commitments[i]);
        zk_buf_free(&s->files[i]);
    }
    zk_buf_free(&s->proof);
    zk_witness_free(&s->witness);
    zk_key_free(&s->key);
    zk_params_free(&s->params);
    zk_circuit_free(&s->circuit);
}

/* Where the parts of the scene's proof begin: one instance column with one value, three files. */
typedef struct parts {
    size_t value, digests, halo2, link, seal;
} parts;

static parts parts_of(const zk_buf *proof, const scene *s)
{
    parts p = {.value = 8 + 32 + 32 + 4 + 4 + 8};
    p.digests = p.value + 32 + 4;
    p.halo2 = p.digests + 3 * 32 + 8;
    size_t blind = ((size_t)1 << s->key.k) - zk_cs_usable_rows(&s->key.cs, s->key.k);
    p.seal = proof->length - 32;
    p.link = p.seal - zk_link_length(blind);
    return p;
}

static zk_buf copy_of(const zk_buf *proof)
{
    zk_buf copy = {0};
    zk_buf_bytes(&copy, proof->data, proof->length);
    cr_assert(!copy.failed);
    return copy;
}

/* The copy with `length` bytes at `at` replaced, and the digest put right. */
static void expect_change_refused(const scene *s, size_t at, const uint8_t *bytes, size_t length,
                                  const char *reason)
{
    zk_buf copy = copy_of(&s->proof);
    memcpy(copy.data + at, bytes, length);
    statement_seal(copy.data, copy.length);
    expect_refused(s, &copy, s->named, reason);
    zk_buf_free(&copy);
}

/* ---- honest proofs ---- */

Test(bind, any_selection_of_the_values_can_be_bound)
{
    scene s;
    open_scene(&s);
    for (unsigned set = 0; set < 8; set++) {
        bind(&s, PROFILE, (set & 1) != 0);
        bind(&s, OTHER, (set & 2) != 0);
        bind(&s, RESULT, (set & 4) != 0);
        cr_assert_eq(prove(&s), ZKML_OK, "%s", err.text);
        cr_expect_eq(check(&s, &s.proof, s.named), ZKML_OK, "%s", err.text);
    }
    close_scene(&s);
}

/* Nothing in two proofs about one file tells that they are about one file, but the file's digest.
 */
Test(bind, every_proof_blinds_the_columns_anew)
{
    scene s;
    open_scene(&s);
    zk_buf first = copy_of(&s.proof);
    cr_assert_eq(prove(&s), ZKML_OK);
    parts p = parts_of(&first, &s);
    uint32_t columns = s.key.cs.n_advice;
    for (size_t slot = 0; slot < columns; slot++)
        cr_expect(
            memcmp(first.data + p.halo2 + 32 * slot, s.proof.data + p.halo2 + 32 * slot, 32) != 0,
            "column %zu", slot);
    for (size_t at = p.link; at < p.seal; at += 32)
        cr_expect(memcmp(first.data + at, s.proof.data + at, 32) != 0);
    for (uint32_t c = 0; c < s.key.params[1].first_column; c++)
        cr_expect(memcmp(s.files[PROFILE].data + 28, first.data + p.halo2 + 32 * c, 32) != 0);
    zk_buf_free(&first);
    close_scene(&s);
}

/* The link proof verifies with hashes made here, from the bytes of the proof file and the rules of
 * the format alone. */
Test(bind, the_seed_is_made_of_key_values_files_and_commitments)
{
    scene s;
    open_scene(&s);
    parts p = parts_of(&s.proof, &s);
    uint8_t seed[64], count[4] = {3};
    zk_hash hash;
    zk_hash_start(&hash, "zkmlc-challenges");
    zk_hash_bytes(&hash, s.proof.data + 40, 32); /* transcript_repr, circuit digest */
    zk_hash_bytes(&hash, s.proof.data + 8, 32);
    zk_hash_bytes(&hash, s.proof.data + 72, p.digests - 72); /* inputs, values, number of files */
    for (size_t i = 0; i < VALUES; i++)
        if (s.files[i].data != NULL)
            zk_hash_bytes(&hash, s.openings[i].commitment, 32);
    zk_hash_u32(&hash, s.key.cs.n_advice);
    zk_hash_bytes(&hash, s.proof.data + p.halo2, 32 * (size_t)s.key.cs.n_advice);
    zk_hash_finish(&hash, seed);

    zk_vesta_affine points[3];
    static const size_t order[3] = {PROFILE, OTHER, RESULT};
    zk_link link = {.points = points, .point_count = 3};
    link.generator_count = (p.seal - p.link) / 32 - 2;
    link.generators = s.params.g_lagrange + s.params.n - link.generator_count;
    zk_link_start(&link, "zkmlc-link-delta", "zkmlc-link-chall");
    zk_link_hash(&link, seed, sizeof seed);
    zk_link_hash(&link, count, sizeof count);
    for (size_t i = 0; i < 3; i++) {
        const zk_field_schema *field = zk_bind_field(&s.key, in_key(order[i]));
        zk_vesta_affine ours, minus;
        zk_vesta sum;
        uint8_t bytes[32];
        cr_assert(zk_vesta_from_bytes(&ours, s.proof.data + p.halo2 + 32 * field->first_column));
        zk_vesta_affine_neg(&minus, &s.commitments[order[i]].blocks[0].points[0]);
        zk_vesta_from_affine(&sum, &ours);
        zk_vesta_add_affine(&sum, &sum, &minus);
        zk_vesta_to_affine(&points[i], &sum);
        zk_vesta_to_bytes(bytes, &points[i]);
        zk_link_hash(&link, bytes, sizeof bytes);
    }
    cr_expect_eq(zk_link_verify(&link, &s.params, s.proof.data + p.link, p.seal - p.link, &err),
                 ZKML_OK, "%s", err.text);
    close_scene(&s);
}

/* ---- other files ---- */

Test(bind, other_files_are_refused)
{
    scene s;
    open_scene(&s);
    const zk_commitment *files[VALUES - 1];
    expect_refused(&s, &s.proof, NULL, "the proof is about 3 commitment files, and 0 are given");
    memcpy(files, s.named, sizeof files);
    files[in_key(OTHER)] = NULL;
    expect_refused(&s, &s.proof, files, "the proof is about 3 commitment files, and 2 are given");
    files[in_key(OTHER)] = s.named[in_key(PROFILE)];
    files[in_key(PROFILE)] = s.named[in_key(OTHER)];
    expect_refused(&s, &s.proof, files, "the proof is about another commitment to profile");
    /* the same values, committed to again */
    memcpy(files, s.named, sizeof files);
    files[in_key(PROFILE)] = s.named[in_key(RESULT)];
    expect_refused(&s, &s.proof, files, "the proof is about another commitment to profile");
    /* a file where the value is public */
    memcpy(files, s.named, sizeof files);
    files[0] = files[in_key(RESULT)];
    files[in_key(RESULT)] = NULL;
    expect_refused(&s, &s.proof, files, "t is not committed");
    close_scene(&s);
}

Test(bind, files_of_another_shape_are_refused)
{
    scene s;
    open_scene(&s);
    const zk_commitment *files[VALUES - 1];
    zk_published_block block = s.commitments[PROFILE].blocks[0];
    zk_commitment changed = s.commitments[PROFILE];
    changed.blocks = &block;
    memcpy(files, s.named, sizeof files);
    files[in_key(PROFILE)] = &changed;
    cr_assert_eq(check(&s, &s.proof, files), ZKML_OK, "%s", err.text);
    changed.k++;
    expect_refused(&s, &s.proof, files, "profile: the commitment file is for circuits of 2^");
    changed.k--;
    block.shape.elements++;
    expect_refused(&s, &s.proof, files, "profile: the commitment file holds 21 elements");
    block.shape.elements--;
    block.shape.kind = ZK_BLOCK_MATRIX;
    expect_refused(&s, &s.proof, files, "profile: the commitment file does not hold one value");
    block.shape.kind = ZK_BLOCK_VECTOR;
    changed.block_count = 2;
    expect_refused(&s, &s.proof, files, "profile: the commitment file does not hold one value");
    close_scene(&s);
}

/* A prover who writes the digest of a file that the proof is not about. */
Test(bind, digests_in_the_proof_prove_nothing)
{
    scene s;
    open_scene(&s);
    parts p = parts_of(&s.proof, &s);
    const zk_commitment *files[VALUES - 1];
    zk_buf copy = copy_of(&s.proof);
    memcpy(files, s.named, sizeof files);
    files[in_key(PROFILE)] = s.named[in_key(RESULT)];
    memcpy(copy.data + p.digests, s.openings[RESULT].commitment, 32);
    statement_seal(copy.data, copy.length);
    expect_refused(&s, &copy, files, "a link proof does not verify");
    /* two files of one shape, exchanged in both places */
    memcpy(files, s.named, sizeof files);
    files[in_key(PROFILE)] = s.named[in_key(OTHER)];
    files[in_key(OTHER)] = s.named[in_key(PROFILE)];
    memcpy(copy.data + p.digests, s.openings[OTHER].commitment, 32);
    memcpy(copy.data + p.digests + 32, s.openings[PROFILE].commitment, 32);
    statement_seal(copy.data, copy.length);
    expect_refused(&s, &copy, files, "a link proof does not verify");
    zk_buf_free(&copy);
    close_scene(&s);
}

/* ---- changed proofs ---- */

Test(bind, changed_link_proofs_are_refused)
{
    scene s;
    open_scene(&s);
    parts p = parts_of(&s.proof, &s);
    uint8_t slot[32], zero[32] = {0};
    for (size_t at = p.link + 32; at < p.seal; at += 32) {
        zk_fp z;
        cr_assert(zk_fp_from_bytes(&z, s.proof.data + at));
        zk_fp_add(&z, &z, &zk_fp_one);
        zk_fp_to_bytes(slot, &z);
        expect_change_refused(&s, at, slot, 32, "a link proof does not verify");
        memcpy(slot, s.proof.data + at, 32);
        if (statement_add_modulus(slot, zk_fp_modulus))
            expect_change_refused(&s, at, slot, 32, "an answer of a link proof is not canonical");
    }
    expect_change_refused(&s, p.link, zero, 32, "a link proof does not begin with a point");
    memcpy(slot, s.proof.data + p.link, 32);
    slot[31] ^= 0x80; /* -A */
    expect_change_refused(&s, p.link, slot, 32, "a link proof does not verify");
    close_scene(&s);
}

Test(bind, a_link_proof_belongs_to_one_proof)
{
    scene s;
    open_scene(&s);
    parts p = parts_of(&s.proof, &s);
    zk_buf first = copy_of(&s.proof);
    cr_assert_eq(prove(&s), ZKML_OK);
    cr_assert_eq(s.proof.length, first.length);
    expect_change_refused(&s, p.link, first.data + p.link, p.seal - p.link,
                          "a link proof does not verify");
    zk_buf_free(&first);
    close_scene(&s);
}

/* Everything in the seed: a changed public value, commitment, or key is noticed by the link proof,
 * before the Halo2 proof is looked at. */
Test(bind, the_link_proof_depends_on_all_of_phase_one)
{
    scene s;
    open_scene(&s);
    parts p = parts_of(&s.proof, &s);
    uint8_t slot[32] = {51};
    expect_change_refused(&s, p.value, slot, 32, "a link proof does not verify");
    for (size_t c = 0; c < s.key.cs.n_advice; c++) {
        memcpy(slot, s.proof.data + p.halo2 + 32 * c, 32);
        slot[31] ^= 0x80;
        expect_change_refused(&s, p.halo2 + 32 * c, slot, 32, "a link proof does not verify");
    }
    memset(slot, 0xff, sizeof slot);
    expect_change_refused(&s, p.halo2 + 32 * (size_t)s.key.params[1].first_column, slot, 32,
                          "a commitment in the proof is not a point");
    close_scene(&s);
}

Test(bind, lengths_are_those_that_follow_from_the_key)
{
    scene s;
    open_scene(&s);
    zk_envelope e;
    zk_buf bytes = {0};
    static const int changes[] = {-32, -1, 1, 32};
    cr_assert_eq(zk_envelope_read(&e, "p", s.proof.data, s.proof.length, &err), ZKML_OK);
    uint8_t *longer = calloc(e.link_length + 32, 1);
    memcpy(longer, e.link, e.link_length);
    e.link = longer;
    size_t right = e.link_length;
    for (size_t i = 0; i < 4; i++) {
        e.link_length = (size_t)((int64_t)right + changes[i]);
        bytes.length = 0;
        zk_envelope_write(&e, &bytes);
        expect_refused(&s, &bytes, s.named, "a link proof has ");
    }
    e.link_length = right;
    e.proof_length = 32;
    bytes.length = 0;
    zk_envelope_write(&e, &bytes);
    expect_refused(&s, &bytes, s.named, "the proof is too short");
    free(longer);
    zk_envelope_free(&e);
    zk_buf_free(&bytes);
    close_scene(&s);
}

/* ---- the prover ---- */

static void expect_no_proof(scene *s, const char *reason)
{
    cr_expect_eq(prove(s), ZKML_INVALID, "proved instead of: %s", reason);
    cr_expect(strstr(err.text, reason) != NULL, "`%s` lacks `%s`", err.text, reason);
    cr_expect_eq(s->proof.length, 0u);
}

Test(bind, openings_that_do_not_fit_give_no_proof)
{
    scene s;
    int64_t wrong[COUNT];
    open_scene(&s);
    memcpy(wrong, s.profile, sizeof wrong);
    wrong[7]++;
    s.blocks[PROFILE].values = wrong;
    expect_no_proof(&s, "profile: the opening is not that of the commitment file that it names");
    s.blocks[PROFILE].values = s.profile;
    zk_fp_add(&s.blinds[PROFILE][0], &s.blinds[PROFILE][0], &zk_fp_one);
    expect_no_proof(&s, "profile: the opening is not that of the commitment file that it names");
    zk_fp_sub(&s.blinds[PROFILE][0], &s.blinds[PROFILE][0], &zk_fp_one);
    s.openings[PROFILE].commitment[5] ^= 1;
    expect_no_proof(&s, "profile: the opening is not that of the commitment file that it names");
    s.openings[PROFILE].commitment[5] ^= 1;
    s.openings[PROFILE].k++;
    expect_no_proof(&s, "profile: the opening is for circuits of 2^");
    s.openings[PROFILE].k--;
    s.opened[0] = &s.openings[PROFILE];
    expect_no_proof(&s, "t is not committed");
    s.opened[0] = NULL;
    cr_assert_eq(prove(&s), ZKML_OK, "%s", err.text);
    cr_expect_eq(check(&s, &s.proof, s.named), ZKML_OK);
    close_scene(&s);
}

Test(bind, inputs_are_taken_from_openings)
{
    scene s;
    open_scene(&s);
    int64_t *codes[4] = {&s.t, NULL, s.other, &s.s};
    zk_inputs inputs = {.count = 4, .codes = codes};
    zk_arena_init(&inputs.arena, 0);
    cr_assert_eq(zk_bind_inputs(&inputs, &s.circuit, s.opened, &err), ZKML_OK, "%s", err.text);
    cr_expect_arr_eq(codes[PROFILE], s.profile, sizeof s.profile);
    s.other[3]++;
    cr_expect_eq(zk_bind_inputs(&inputs, &s.circuit, s.opened, &err), ZKML_OK);
    int64_t wrong[COUNT];
    memcpy(wrong, s.other, sizeof wrong);
    wrong[3]--;
    codes[OTHER] = wrong;
    cr_expect_eq(zk_bind_inputs(&inputs, &s.circuit, s.opened, &err), ZKML_INVALID);
    cr_expect(strstr(err.text, "other: the input is not the value of the opening") != NULL);
    codes[OTHER] = s.other;
    s.other[3] = 9;
    cr_expect_eq(zk_bind_inputs(&inputs, &s.circuit, s.opened, &err), ZKML_INVALID);
    cr_expect(strstr(err.text, "element 3 of the opening is outside") != NULL, "%s", err.text);
    zk_arena_free(&inputs.arena);
    close_scene(&s);
}
