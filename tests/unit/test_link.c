/* Seed, challenges and link proof against every intermediate value of the vectors; forgeries. */
#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/proof/challenges.h"
#include "runtime/proof/hash.h"
#include "runtime/proof/link.h"
#include "tests/unit/proof_values.h"

enum { FILES = 3, PHASE0 = 6, COLUMNS = 19, INSTANCE_VALUES = 22, LINKED = 2, CHALLENGES = 3 };
enum { HASHED = ZK_SEED_BYTES + 4 + 32 * LINKED, PROOF = 32 * (MLP2_BLIND_ROWS + 2) };

static void expect_scalar(const vectors *v, const char *name, size_t index, const zk_fp *got)
{
    zk_fp want = proof_value_scalar(v, name, index);
    cr_expect(zk_fp_equal(got, &want), "%s[%zu]", name, index);
}

/* Seed and challenges ------------------------------------------------------------------------- */

typedef struct seed_case {
    zk_fp repr, values[INSTANCE_VALUES];
    uint8_t circuit[32], files[FILES * 32], commitments[PHASE0 * 32];
    zk_instance_values column;
    zk_seed_input input;
} seed_case;

static void make_seed_case(seed_case *s, const vectors *v)
{
    static const char *const files[] = {"model.digest", "adapter.digest", "input.digest"};
    static const char *const points[] = {"a0.x", "a1.q", "a2.r", "a3.act", "a4.m1", "a5.m2"};
    memset(s, 0, sizeof *s);
    s->repr = proof_value_scalar(v, "transcript_repr", 0);
    cr_assert_eq(proof_value_bytes(v, "circuit_digest", s->circuit, 32), 32u);
    for (size_t i = 0; i < FILES; i++)
        cr_assert_eq(proof_value_bytes(v, files[i], s->files + 32 * i, 32), 32u);
    for (size_t i = 0; i < PHASE0; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s.commitment", points[i]);
        cr_assert_eq(proof_value_bytes(v, name, s->commitments + 32 * i, 32), 32u);
    }
    zk_fp_from_i64(&s->values[20], 2);
    zk_fp_from_i64(&s->values[21], -3);
    s->column = (zk_instance_values){s->values, INSTANCE_VALUES};
    s->input = (zk_seed_input){.transcript_repr = &s->repr,
                               .circuit_digest = s->circuit,
                               .circuits = 1,
                               .instance_columns = 1,
                               .instances = &s->column,
                               .file_digests = s->files,
                               .files = FILES,
                               .phase0 = PHASE0,
                               .commitments = s->commitments,
                               .stride = COLUMNS * 32};
}

Test(challenges, seed_and_base_challenges_are_those_of_the_vector)
{
    vectors v = proof_values_load();
    seed_case s;
    uint8_t seed[ZK_SEED_BYTES], want[ZK_SEED_BYTES], preimage[2048];
    zk_fp chi[CHALLENGES];
    static const char *const names[] = {"chi[0].rho", "chi[1].alpha", "chi[2].beta"};
    make_seed_case(&s, &v);
    zk_seed(seed, &s.input);
    cr_assert_eq(proof_value_bytes(&v, "seed", want, sizeof want), sizeof want);
    cr_expect_arr_eq(seed, want, sizeof want);

    zk_hash hash;
    size_t length = proof_value_bytes(&v, "seed_preimage", preimage, sizeof preimage);
    zk_hash_start(&hash, "zkmlc-challenges");
    zk_hash_bytes(&hash, preimage, length);
    zk_hash_finish(&hash, seed);
    cr_expect_arr_eq(seed, want, sizeof want, "the preimage as the vector has it");

    zk_base_challenges(chi, CHALLENGES, seed);
    for (size_t i = 0; i < CHALLENGES; i++)
        expect_scalar(&v, names[i], 0, &chi[i]);
    vectors_free(&v);
}

Test(challenges, monomials_are_those_of_the_vector)
{
    static const struct {
        const char *name;
        uint32_t exponents[CHALLENGES];
    } monomials[] = {
        {"kappa[0]", {1, 0, 0}}, {"kappa[1]", {0, 1, 0}}, {"kappa[2]", {0, 2, 0}},
        {"kappa[3]", {0, 0, 1}}, {"c.W1[0]", {4, 0, 0}},  {"c.W1[1]", {3, 0, 0}},
        {"c.W1[2]", {2, 0, 0}},  {"c.W3[0]", {1, 0, 0}},  {"c.W3[1]", {0, 0, 0}},
    };
    vectors v = proof_values_load();
    uint8_t seed[ZK_SEED_BYTES];
    zk_fp chi[CHALLENGES], value;
    cr_assert_eq(proof_value_bytes(&v, "seed", seed, sizeof seed), sizeof seed);
    zk_base_challenges(chi, CHALLENGES, seed);
    for (size_t i = 0; i < sizeof monomials / sizeof monomials[0]; i++) {
        zk_monomial(&value, chi, monomials[i].exponents, CHALLENGES);
        expect_scalar(&v, monomials[i].name, 0, &value);
    }
    vectors_free(&v);
}

static bool changes_seed(const seed_case *s, const uint8_t before[ZK_SEED_BYTES])
{
    uint8_t after[ZK_SEED_BYTES];
    zk_seed(after, &s->input);
    return memcmp(before, after, sizeof after) != 0;
}

/* What a seed does not bind, a prover may choose after he has seen the challenges. */
Test(challenges, everything_is_in_the_seed)
{
    vectors v = proof_values_load();
    seed_case s;
    uint8_t seed[ZK_SEED_BYTES];
    make_seed_case(&s, &v);
    zk_seed(seed, &s.input);
    cr_assert_not(changes_seed(&s, seed));
    struct {
        uint8_t *bytes;
        size_t length;
    } parts[] = {{s.circuit, sizeof s.circuit},
                 {s.files, sizeof s.files},
                 {s.commitments, sizeof s.commitments}};
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
        for (size_t i = 0; i < parts[p].length; i++) {
            parts[p].bytes[i] ^= 1;
            cr_expect(changes_seed(&s, seed), "part %zu, byte %zu", p, i);
            parts[p].bytes[i] ^= 1;
        }
    for (size_t i = 0; i < INSTANCE_VALUES; i++) {
        zk_fp before = s.values[i];
        zk_fp_add(&s.values[i], &s.values[i], &zk_fp_one);
        cr_expect(changes_seed(&s, seed), "public value %zu", i);
        s.values[i] = before;
    }
    s.repr = zk_fp_one;
    cr_expect(changes_seed(&s, seed), "transcript_repr");
    make_seed_case(&s, &v);
    s.column.count--;
    cr_expect(changes_seed(&s, seed), "number of public values");
    make_seed_case(&s, &v);
    s.input.files--;
    cr_expect(changes_seed(&s, seed), "number of files");
    make_seed_case(&s, &v);
    s.input.phase0--;
    cr_expect(changes_seed(&s, seed), "number of part-A columns");
    vectors_free(&v);
}

/* The commitments of a second circuit instance stand behind all columns of the first. */
Test(challenges, instances_are_a_stride_apart)
{
    vectors v = proof_values_load();
    seed_case s;
    uint8_t near[ZK_SEED_BYTES], far[ZK_SEED_BYTES], spread[COLUMNS * 32 + PHASE0 * 32] = {0};
    zk_instance_values columns[2];
    make_seed_case(&s, &v);
    columns[0] = columns[1] = s.column;
    s.input.circuits = 2;
    s.input.instances = columns;
    memcpy(spread, s.commitments, PHASE0 * 32);
    memcpy(spread + COLUMNS * 32, s.commitments, PHASE0 * 32);
    s.input.stride = 0; /* the same for both */
    zk_seed(near, &s.input);
    s.input.commitments = spread;
    s.input.stride = COLUMNS * 32;
    zk_seed(far, &s.input);
    cr_expect_arr_eq(near, far, sizeof near);
    spread[COLUMNS * 32] ^= 1;
    cr_expect(changes_seed(&s, far));
    vectors_free(&v);
}

/* Link proof ---------------------------------------------------------------------------------- */

typedef struct link_case {
    vectors v;
    zk_params params;
    uint8_t hashed[HASHED], proof[PROOF];
    zk_vesta_affine points[LINKED];
    zk_fp values[LINKED][MLP2_BLIND_ROWS], blinds[LINKED];
    zk_column columns[LINKED];
    zk_link link;
} link_case;

/* The nonces of the vector: a_u .. a_(n-1), a_T. */
typedef struct tape {
    zk_rng rng;
    uint8_t bytes[(MLP2_BLIND_ROWS + 1) * 64];
    size_t at;
} tape;

static void fill_from_tape(zk_rng *rng, uint8_t *bytes, size_t length)
{
    tape *t = (tape *)rng;
    memcpy(bytes, t->bytes + t->at, length);
    t->at += length;
}

static void load_tape(tape *t, const vectors *v)
{
    memset(t, 0, sizeof *t);
    t->rng.fill = fill_from_tape;
    for (size_t i = 0; i < MLP2_BLIND_ROWS + 1; i++) {
        zk_fp nonce = proof_value_scalar(v, "nonces", i);
        zk_fp_to_bytes(t->bytes + 64 * i, &nonce);
    }
}

static void set_up(link_case *c)
{
    zkml_error err = {0};
    memset(c, 0, sizeof *c);
    c->v = proof_values_load();
    cr_assert_eq(zk_params_generate(&c->params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(proof_value_bytes(&c->v, "hashed_prefix", c->hashed, HASHED), (size_t)HASHED);
    for (size_t f = 0; f < LINKED; f++) {
        char name[32];
        (void)snprintf(name, sizeof name, "P[%zu]", f);
        c->points[f] = proof_value_point(&c->v, name, 0);
        (void)snprintf(name, sizeof name, "witness[%zu]", f);
        for (size_t b = 0; b < MLP2_BLIND_ROWS; b++)
            c->values[f][b] = proof_value_scalar(&c->v, name, b);
        c->blinds[f] = proof_value_scalar(&c->v, name, MLP2_BLIND_ROWS);
        c->columns[f] = (zk_column){
            .type = ZK_COLUMN_FP, .length = MLP2_BLIND_ROWS, .u.fp = c->values[f]};
    }
    c->link = (zk_link){.generators = c->params.g_lagrange + MLP2_USABLE,
                        .generator_count = MLP2_BLIND_ROWS,
                        .points = c->points,
                        .point_count = LINKED};
    zk_vesta_affine a = proof_value_point(&c->v, "A", 0);
    zk_vesta_to_bytes(c->proof, &a);
    for (size_t i = 0; i <= MLP2_BLIND_ROWS; i++) {
        zk_fp z = proof_value_scalar(&c->v, "z", i);
        zk_fp_to_bytes(c->proof + 32 * (i + 1), &z);
    }
}

static void tear_down(link_case *c)
{
    zk_params_free(&c->params);
    vectors_free(&c->v);
}

/* With the hashes of what stands in c->hashed now. */
static void hash(link_case *c)
{
    zk_link_start(&c->link, "zkmlc-link-delta", "zkmlc-link-chall");
    zk_link_hash(&c->link, c->hashed, HASHED);
}

static zkml_status verify(link_case *c, const uint8_t *proof, size_t length)
{
    hash(c);
    return zk_link_verify(&c->link, &c->params, proof, length, NULL);
}

static void prove(link_case *c, uint8_t *proof)
{
    hash(c);
    zkml_error err = {0};
    zk_rng rng;
    zk_rng_init_splitmix64(&rng, 3);
    cr_assert_eq(zk_link_prove(proof, &c->link, &c->params, c->columns, c->blinds, &rng, &err),
                 ZKML_OK, "%s", err.text);
}

Test(link, hashes_are_those_of_the_vector)
{
    link_case c;
    zk_fp value;
    set_up(&c);
    hash(&c);
    zk_hash_challenge(&c.link.delta, &value);
    expect_scalar(&c.v, "delta", 0, &value);
    zk_hash_bytes(&c.link.challenge, c.proof, 32);
    zk_hash_challenge(&c.link.challenge, &value);
    expect_scalar(&c.v, "e", 0, &value);
    tear_down(&c);
}

Test(link, the_proof_is_that_of_the_vector)
{
    link_case c;
    tape t;
    uint8_t proof[PROOF];
    zkml_error err = {0};
    set_up(&c);
    hash(&c);
    load_tape(&t, &c.v);
    cr_assert_eq(zk_link_length(MLP2_BLIND_ROWS), (size_t)PROOF);
    cr_assert_eq(zk_link_prove(proof, &c.link, &c.params, c.columns, c.blinds, &t.rng, &err),
                 ZKML_OK, "%s", err.text);
    cr_expect_arr_eq(proof, c.proof, PROOF);
    cr_expect_eq(t.at, sizeof t.bytes);
    cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_OK);
    tear_down(&c);
}

Test(link, every_changed_byte_and_length_is_refused)
{
    link_case c;
    set_up(&c);
    cr_assert_eq(verify(&c, c.proof, PROOF), ZKML_OK);
    for (size_t i = 0; i < PROOF; i++) {
        c.proof[i] ^= (uint8_t)(1 << i % 8);
        cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "byte %zu", i);
        c.proof[i] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t i = 0; i < HASHED; i++) {
        c.hashed[i] ^= 1;
        cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "hashed byte %zu", i);
        c.hashed[i] ^= 1;
    }
    for (size_t length = 0; length < PROOF; length++)
        cr_expect_eq(verify(&c, c.proof, length), ZKML_INVALID, "length %zu", length);
    tear_down(&c);
}

Test(link, answers_are_canonical)
{
    link_case c;
    uint64_t limbs[4];
    uint8_t changed[PROOF];
    set_up(&c);
    cr_assert_eq(verify(&c, c.proof, PROOF), ZKML_OK);
    for (size_t i = 0; i <= MLP2_BLIND_ROWS; i++) {
        zk_fp z = proof_value_scalar(&c.v, "z", i);
        unsigned carry = 0;
        memcpy(changed, c.proof, PROOF);
        zk_fp_to_limbs(limbs, &z);
        for (size_t l = 0; l < 4; l++) { /* z + p is below 2^256 */
            uint64_t sum = limbs[l] + zk_fp_modulus[l], next = sum < limbs[l];
            limbs[l] = sum + carry;
            carry = (unsigned)(next | (limbs[l] < sum));
        }
        for (size_t b = 0; b < 32; b++)
            changed[32 * (i + 1) + b] = (uint8_t)(limbs[b / 8] >> (8 * (b % 8)));
        cr_expect_eq(carry, 0u);
        cr_expect_eq(verify(&c, changed, PROOF), ZKML_INVALID, "z_%zu + p", i);
    }
    tear_down(&c);
}

/* With A = 0 and all z = 0 the equation holds for P = 0. */
Test(link, the_identity_is_no_announcement)
{
    link_case c;
    uint8_t zeros[PROOF] = {0};
    zkml_error err = {0};
    set_up(&c);
    cr_assert_eq(verify(&c, c.proof, PROOF), ZKML_OK);
    memset(c.points, 0, sizeof c.points);
    cr_expect_eq(zk_link_verify(&c.link, &c.params, zeros, PROOF, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "does not begin with a point"), "%s", err.text);
    tear_down(&c);
}

Test(link, other_points_are_refused)
{
    link_case c;
    set_up(&c);
    cr_assert_eq(verify(&c, c.proof, PROOF), ZKML_OK);
    zk_vesta_affine first = c.points[0], second = c.points[1];
    c.points[0] = second;
    c.points[1] = first;
    cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "swapped");
    c.points[0] = c.params.g[0];
    c.points[1] = second;
    cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "another point");
    c.points[0] = first;
    c.link.generators--;
    cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "other rows");
    c.link.generators++;
    c.link.point_count = 1;
    cr_expect_eq(verify(&c, c.proof, PROOF), ZKML_INVALID, "one point less");
    tear_down(&c);
}

/* A column that differs from the commitments on a usable row: no answers fit, whoever computes
 * them. */
Test(link, a_difference_on_another_row_cannot_be_linked)
{
    link_case c;
    uint8_t proof[PROOF];
    zk_vesta sum;
    set_up(&c);
    prove(&c, proof);
    cr_assert_eq(verify(&c, proof, PROOF), ZKML_OK);
    zk_vesta_from_affine(&sum, &c.points[0]);
    zk_vesta_add_affine(&sum, &sum, &c.params.g_lagrange[MLP2_USABLE - 1]);
    zk_vesta_to_affine(&c.points[0], &sum);
    zk_vesta_to_bytes(c.hashed + ZK_SEED_BYTES + 4, &c.points[0]);
    prove(&c, proof);
    cr_expect_eq(verify(&c, proof, PROOF), ZKML_INVALID);
    tear_down(&c);
}

Test(link, integers_and_short_columns_are_witnesses_too)
{
    enum { INPUTS = 5 };
    static const int64_t first[INPUTS] = {1, -2, 0, 300, -7}, second[2] = {0, 9};
    link_case c;
    uint8_t proof[32 * (INPUTS + 2)];
    set_up(&c);
    c.columns[0] = (zk_column){.type = ZK_COLUMN_I64, .length = INPUTS, .u.i64 = first};
    c.columns[1] = (zk_column){.type = ZK_COLUMN_I64, .length = 2, .u.i64 = second};
    c.link.generators = c.params.g_lagrange + 3;
    c.link.generator_count = INPUTS;
    for (size_t f = 0; f < LINKED; f++) {
        zk_commit_item item = {.lagrange = true, .blind = c.blinds[f]};
        int64_t rows[MLP2_N] = {0};
        memcpy(rows + 3, c.columns[f].u.i64, c.columns[f].length * sizeof *rows);
        item.column = (zk_column){.type = ZK_COLUMN_I64, .length = MLP2_N, .u.i64 = rows};
        cr_assert_eq(zk_commit_batch(&c.points[f], &c.params, &item, 1, NULL), ZKML_OK);
    }
    prove(&c, proof);
    cr_expect_eq(verify(&c, proof, sizeof proof), ZKML_OK);
    proof[40] ^= 1;
    cr_expect_eq(verify(&c, proof, sizeof proof), ZKML_INVALID);
    tear_down(&c);
}

/* Sums of equations --------------------------------------------------------------------------- */

/* [2] G_0 + [3] W - (the same) = 0 as two terms, with an error of `error` times U. */
static void add_equation(zk_point_sum *sum, int64_t error)
{
    zk_fp g[MLP2_N] = {{{0}}}, f;
    zk_vesta total;
    zk_vesta_affine point;
    zk_fp_from_i64(&g[0], 2);
    zk_fp_from_i64(&f, 3);
    zk_vesta_mul(&total, &sum->params->w, &f);
    zk_vesta_add_affine(&total, &total, &sum->params->g[0]);
    zk_vesta_add_affine(&total, &total, &sum->params->g[0]);
    zk_vesta_to_affine(&point, &total);
    zk_point_sum_add_g(sum, g);
    zk_point_sum_add(sum, &sum->params->w, &f);
    zk_fp_neg(&f, &zk_fp_one);
    zk_point_sum_add(sum, &point, &f);
    zk_fp_from_i64(&f, error);
    zk_point_sum_add(sum, &sum->params->u, &f);
}

Test(point_sum, errors_cancel_only_without_weights)
{
    zk_params params;
    zk_point_sum sum;
    zkml_error err = {0};
    cr_assert_eq(zk_params_generate(&params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    for (int weighed = 0; weighed < 2; weighed++)
        for (int64_t error = 0; error < 2; error++) {
            zkml_status want = weighed && error != 0 ? ZKML_INVALID : ZKML_OK;
            zk_point_sum_init(&sum, &params);
            for (int equation = 0; equation < 2; equation++) {
                if (weighed)
                    zk_point_sum_weigh(&sum);
                add_equation(&sum, equation == 0 ? error : -error);
            }
            cr_expect_eq(zk_point_sum_check(&sum, "wrong", &err), want);
            zk_point_sum_free(&sum);
        }
    zk_params_free(&params);
}
