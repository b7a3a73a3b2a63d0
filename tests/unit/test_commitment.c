/* Commitment files against the vectors, honest ones of every kind, hostile and forged ones. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/codec.h"
#include "runtime/proof/commitment.h"
#include "runtime/proof/commitment_points.h"
#include "tests/unit/proof_values.h"

static zk_buf load(const char *name)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    zkml_error err = {0};
    zk_buf bytes;
    (void)snprintf(path, sizeof path, "%s/tests/vectors/mlp2.%s.com", top != NULL ? top : ".",
                   name);
    cr_assert_eq(zk_file_read(path, 1 << 20, &bytes, &err), ZKML_OK, "%s", err.text);
    return bytes;
}

static zk_params make_params(void)
{
    zk_params params;
    zkml_error err = {0};
    cr_assert_eq(zk_params_generate(&params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    return params;
}

/* Read and verified. */
static zkml_status check(const uint8_t *bytes, size_t length, const zk_params *params,
                         zkml_error *err)
{
    zk_commitment c;
    ZK_TRY(zk_commitment_read(&c, "x.com", bytes, length, err));
    zk_buf again = {0};
    zk_commitment_write(&c, &again);
    cr_expect(again.length == length && memcmp(again.data, bytes, length) == 0);
    zk_buf_free(&again);
    zkml_status status = zk_commitment_verify(&c, params, err);
    zk_commitment_free(&c);
    return status;
}

/* The vectors --------------------------------------------------------------------------------- */

static const char *const names[] = {"model", "adapter", "input"};
static const char *const weights[] = {"W1", "W3", NULL};
enum { FILES = 3, MAX_VALUES = 15, MAX_ROWS = 5, MAX_POINTS = 3 };

/* One block of the example, as its owner has it. */
typedef struct owned {
    int64_t values[MAX_VALUES];
    zk_run runs[MAX_ROWS];
    zk_fp blinds[MAX_POINTS];
    zk_owned_block block;
} owned;

static void make_owned(owned *o, const vectors *v, size_t file)
{
    static const zk_block shapes[] = {{.outputs = 3, .inputs = 5}, {.outputs = 2, .inputs = 3},
                                      {.kind = ZK_BLOCK_VECTOR, .elements = 4}};
    static const uint32_t first_row[] = {0, 10};
    memset(o, 0, sizeof *o);
    o->block = (zk_owned_block){.shape = shapes[file], .values = o->values, .blinds = o->blinds};
    if (weights[file] == NULL) {
        for (size_t i = 0; i < 4; i++)
            o->values[i] = proof_value_integer(v, "x", i);
        return;
    }
    o->block.shape.runs = o->runs;
    for (uint32_t j = 0; j < shapes[file].inputs; j++)
        o->runs[j] = (zk_run){first_row[file] + j, 1, 1};
    for (uint32_t i = 0; i < shapes[file].outputs; i++)
        for (uint32_t j = 0; j < shapes[file].inputs; j++) {
            char name[32];
            (void)snprintf(name, sizeof name, "%s[%u]", weights[file], i);
            o->values[i * shapes[file].inputs + j] = proof_value_integer(v, name, j);
        }
}

static void expect_digest(const vectors *v, size_t file, const uint8_t digest[32])
{
    char name[64];
    uint8_t want[32];
    (void)snprintf(name, sizeof name, "%s.digest", names[file]);
    cr_assert_eq(proof_value_bytes(v, name, want, 32), 32u);
    cr_expect_arr_eq(digest, want, 32, "%s", name);
}

Test(commitment, files_of_the_vectors_are_read_and_verified)
{
    vectors v = proof_values_load();
    zk_params params = make_params();
    for (size_t f = 0; f < FILES; f++) {
        zk_buf file = load(names[f]);
        zk_commitment c;
        owned o;
        zkml_error err = {0};
        make_owned(&o, &v, f);
        cr_assert_eq(zk_commitment_read(&c, names[f], file.data, file.length, &err), ZKML_OK,
                     "%s", err.text);
        cr_expect_eq(zk_commitment_verify(&c, &params, &err), ZKML_OK, "%s", err.text);
        expect_digest(&v, f, c.digest);
        cr_assert_eq(c.block_count, 1u);
        cr_expect_eq(c.k, (uint32_t)MLP2_K);
        cr_expect(zk_block_same(&c.blocks[0].shape, &o.block.shape));
        for (uint64_t i = 0; i < zk_block_points(&c.blocks[0].shape, c.k); i++) {
            char name[64];
            (void)snprintf(name, sizeof name, "%s[0].point[%u]", names[f], (unsigned)i);
            zk_vesta_affine want = proof_value_point(&v, name, 0);
            cr_expect(zk_vesta_affine_equal(&c.blocks[0].points[i], &want), "%s", name);
        }
        zk_commitment_free(&c);
        zk_buf_free(&file);
    }
    zk_params_free(&params);
    vectors_free(&v);
}

Test(commitment, files_are_made_byte_for_byte)
{
    vectors v = proof_values_load();
    zk_params params = make_params();
    zk_rng rng;
    zk_rng_init_splitmix64(&rng, 1001);
    for (size_t f = 0; f < FILES; f++) {
        zk_buf want = load(names[f]), got = {0};
        owned o;
        uint8_t digest[32];
        zkml_error err = {0};
        make_owned(&o, &v, f);
        cr_assert_eq(zk_commitment_make(&got, digest, &o.block, 1, &params, &rng, &err), ZKML_OK,
                     "%s", err.text);
        cr_expect(got.length == want.length && memcmp(got.data, want.data, got.length) == 0, "%s",
                  names[f]);
        expect_digest(&v, f, digest);
        for (uint64_t i = 0; i < zk_block_points(&o.block.shape, MLP2_K); i++) {
            char name[64];
            (void)snprintf(name, sizeof name, "%s[0].blind[%u]", names[f], (unsigned)i);
            zk_fp blind = proof_value_scalar(&v, name, 0);
            cr_expect(zk_fp_equal(&o.blinds[i], &blind), "%s", name);
        }
        zk_buf_free(&got);
        zk_buf_free(&want);
    }
    zk_params_free(&params);
    vectors_free(&v);
}

Test(commitment, const_weights_have_the_points_of_the_vector)
{
    static const int64_t values[] = {2, -3, 5, 20, -4, 2, 3, -30};
    zk_run runs[] = {{10, 1, 1}, {11, 1, 1}, {12, 1, 1}, {13, 1, 1}};
    const zk_block shape = {.outputs = 2, .inputs = 4, .runs = runs};
    vectors v = proof_values_load();
    zk_params params = make_params();
    zk_vesta_affine points[2];
    zkml_error err = {0};
    cr_assert_eq(zk_commit_rows(points, &shape, values, NULL, &params, &err), ZKML_OK);
    for (size_t i = 0; i < 2; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "const.W2.point[%zu]", i);
        zk_vesta_affine want = proof_value_point(&v, name, 0);
        cr_expect(zk_vesta_affine_equal(&points[i], &want), "%s", name);
    }
    zk_params_free(&params);
    vectors_free(&v);
}

/* Files of our own ---------------------------------------------------------------------------- */

enum { ROWS = MLP2_N - ZK_COMMITTED_RESERVE };

/* A matrix, runs, a vector of two columns and a one-row matrix. */
typedef struct mixed {
    zk_run matrix[2], runs[3], single[1];
    int64_t values[200];
    zk_fp blinds[16];
    zk_owned_block blocks[4];
    zk_buf file;
    uint8_t digest[32];
} mixed;

static void make_mixed(mixed *m, const zk_params *params)
{
    zk_rng rng;
    zkml_error err = {0};
    memset(m, 0, sizeof *m);
    m->matrix[0] = (zk_run){ROWS - 1, 1, 1};
    m->matrix[1] = (zk_run){0, 1, 1};
    m->runs[0] = (zk_run){0, 5, 3};
    m->runs[1] = (zk_run){1, 5, 3};
    m->runs[2] = (zk_run){ROWS - 1, 1, 1};
    m->single[0] = (zk_run){7, 1, 1};
    for (size_t i = 0; i < sizeof m->values / sizeof m->values[0]; i++)
        m->values[i] = (int64_t)(i * i % 37) - 15;
    const zk_block shapes[] = {{.outputs = 3, .inputs = 2, .runs = m->matrix},
                               {.kind = ZK_BLOCK_RUNS, .outputs = 2, .inputs = 3, .runs = m->runs},
                               {.kind = ZK_BLOCK_VECTOR, .elements = ROWS + 1},
                               {.outputs = 1, .inputs = 1, .runs = m->single}};
    static const size_t first_value[] = {0, 6, 12, 70}, first_blind[] = {0, 3, 5, 7};
    for (size_t b = 0; b < 4; b++)
        m->blocks[b] = (zk_owned_block){.shape = shapes[b],
                                        .values = m->values + first_value[b],
                                        .blinds = m->blinds + first_blind[b]};
    zk_rng_init_splitmix64(&rng, 5);
    cr_assert_eq(zk_commitment_make(&m->file, m->digest, m->blocks, 4, params, &rng, &err),
                 ZKML_OK, "%s", err.text);
}

Test(commitment, blocks_of_every_kind_are_made_and_verified)
{
    zk_params params = make_params();
    mixed m;
    zk_commitment c;
    zkml_error err = {0};
    make_mixed(&m, &params);
    cr_expect_eq(check(m.file.data, m.file.length, &params, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_commitment_read(&c, "m", m.file.data, m.file.length, &err), ZKML_OK);
    cr_expect_arr_eq(c.digest, m.digest, 32);
    for (uint32_t b = 0; b < 4; b++)
        cr_expect(zk_block_same(&c.blocks[b].shape, &m.blocks[b].shape), "block %u", b);
    cr_expect_eq(zk_block_points(&c.blocks[2].shape, c.k), 2u);

    /* what a run commits to: the same weight on each of its rows */
    int64_t rows[MLP2_N] = {0};
    for (uint32_t j = 0; j < 3; j++)
        for (uint32_t i = 0; i < m.runs[j].count; i++)
            rows[m.runs[j].first + i * m.runs[j].step] = m.blocks[1].values[j];
    zk_commit_item item = {
        .lagrange = true,
        .column = {.type = ZK_COLUMN_I64, .length = MLP2_N, .u.i64 = rows},
        .blind = m.blocks[1].blinds[0]};
    zk_vesta_affine want;
    cr_assert_eq(zk_commit_batch(&want, &params, &item, 1, &err), ZKML_OK);
    cr_expect(zk_vesta_affine_equal(&c.blocks[1].points[0], &want));
    zk_commitment_free(&c);
    zk_buf_free(&m.file);
    zk_params_free(&params);
}

Test(commitment, every_changed_byte_of_a_matrix_is_refused)
{
    zk_params params = make_params();
    for (size_t f = 0; f < 2; f++) {
        zk_buf file = load(names[f]);
        zkml_error err = {0};
        cr_assert_eq(check(file.data, file.length, &params, &err), ZKML_OK);
        for (size_t i = 0; i < file.length; i++) {
            file.data[i] ^= (uint8_t)(1 << i % 8);
            zkml_status status = check(file.data, file.length, &params, &err);
            cr_expect(status == ZKML_INVALID || status == ZKML_MALFORMED || status == ZKML_LIMIT ||
                          (status == ZKML_USAGE && i == 8),
                      "%s, byte %zu: %d", names[f], i, (int)status);
            file.data[i] ^= (uint8_t)(1 << i % 8);
        }
        zk_buf_free(&file);
    }
    zk_params_free(&params);
}

Test(commitment, only_the_exact_length_is_read)
{
    zk_params params = make_params();
    mixed m;
    zk_commitment c;
    zkml_error err = {0};
    make_mixed(&m, &params);
    for (size_t length = 0; length < m.file.length; length++) {
        uint8_t *copy = malloc(length + 1); /* of its own size, for the sanitizer */
        cr_assert_not_null(copy);
        memcpy(copy, m.file.data, length);
        cr_expect_eq(zk_commitment_read(&c, "m", copy, length, &err), ZKML_MALFORMED, "%zu",
                     length);
        free(copy);
    }
    zk_buf_u8(&m.file, 0);
    cr_expect_eq(zk_commitment_read(&c, "m", m.file.data, m.file.length, &err), ZKML_MALFORMED);
    zk_buf_free(&m.file);
    zk_params_free(&params);
}

/* model.com: where its parts begin. */
enum { K = 8, BLOCKS = 12, KIND = 16, OUTPUTS = 20, INPUTS = 24, FIRST_ROW = 28, POINT = 48 };
enum { SUPPORT = POINT + 3 * 32, ANSWER = SUPPORT + 32, MODEL_LENGTH = 368 };

Test(commitment, lies_are_refused)
{
    static const struct {
        size_t at, length;
        const char *bytes, *reason;
        zkml_status status;
    } lies[] = {
        {0, 8, "ZKMLCOM2", "offset 0: this is not a commitment file", ZKML_MALFORMED},
        {0, 8, "ZKMLPRF1", "offset 0: this is not a commitment file", ZKML_MALFORMED},
        {K, 4, "\0\0\0\0", "offset 8: k, the logarithm", ZKML_MALFORMED},
        {K, 4, "\4\0\0\0", "offset 8: k, the logarithm", ZKML_MALFORMED},
        {K, 4, "\x19\0\0\0", "offset 8: k, the logarithm", ZKML_MALFORMED},
        {K, 4, "\7\0\0\0", "parameters for k = 6", ZKML_USAGE},
        {BLOCKS, 4, "\0\0\0\0", "offset 12: there is no block", ZKML_MALFORMED},
        {BLOCKS, 4, "\2\0\0\0", "offset 144: ", ZKML_MALFORMED},
        {BLOCKS, 4, "\xff\xff\xff\xff", "offset 12: a count is larger", ZKML_MALFORMED},
        {KIND, 4, "\3\0\0\0", "offset 16: unknown kind of block", ZKML_MALFORMED},
        {KIND, 4, "\2\0\0\0", "offset 16: ", ZKML_MALFORMED},
        {OUTPUTS, 4, "\0\0\0\0", "offset 16: a matrix has no outputs", ZKML_MALFORMED},
        {OUTPUTS, 4, "\xff\xff\xff\xff", "offset 48: a block is larger", ZKML_MALFORMED},
        {OUTPUTS, 4, "\2\0\0\0", "x.com: offset ", ZKML_MALFORMED},
        {INPUTS, 4, "\0\0\0\0", "offset 16: a matrix has no outputs or no inputs",
         ZKML_MALFORMED},
        {INPUTS, 4, "\xff\xff\xff\xff", "offset 28: a matrix is larger", ZKML_MALFORMED},
        {FIRST_ROW, 4, "\1\0\0\0", "offset 16: two inputs share a row", ZKML_MALFORMED},
        {FIRST_ROW, 4, "\x30\0\0\0", "offset 16: a row is none that holds", ZKML_MALFORMED},
        {FIRST_ROW, 4, "\xff\xff\xff\xff", "offset 16: a row is none that holds", ZKML_MALFORMED},
        {FIRST_ROW, 4, "\5\0\0\0", "block 0: the support proof is wrong", ZKML_INVALID},
        {POINT, 8, "\0\0\0\0\0\0\0\0", "x.com: offset 48: a commitment is not a point",
         ZKML_MALFORMED},
        {ANSWER, 8, "\0\0\0\0\0\0\0\0", "block 0: the support proof is wrong", ZKML_INVALID},
    };
    zk_params params = make_params();
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        zk_buf file = load("model");
        zkml_error err = {0};
        cr_assert_eq(file.length, (size_t)MODEL_LENGTH);
        cr_assert_eq(check(file.data, file.length, &params, &err), ZKML_OK);
        memcpy(file.data + lies[i].at, lies[i].bytes, lies[i].length);
        if (lies[i].at == POINT) /* the identity */
            memset(file.data + POINT, 0, 32);
        cr_expect_eq(check(file.data, file.length, &params, &err), lies[i].status, "%zu: %s", i,
                     err.text);
        cr_expect_not_null(strstr(err.text, lies[i].reason), "%zu: '%s' lacks '%s'", i, err.text,
                           lies[i].reason);
        zk_buf_free(&file);
    }
    zk_params_free(&params);
}

Test(commitment, a_file_has_a_limited_number_of_blocks)
{
    zk_buf file = {0};
    zk_commitment c;
    zkml_error err = {0};
    zk_buf_text(&file, "ZKMLCOM1");
    zk_buf_u32(&file, 6);
    zk_buf_u32(&file, ZK_COMMITMENT_MAX_BLOCKS + 1);
    for (int i = 0; i < 20000; i++)
        zk_buf_u32(&file, 1);
    cr_expect_eq(zk_commitment_read(&c, "x", file.data, file.length, &err), ZKML_LIMIT);
    zk_buf_free(&file);
}

Test(commitment, shapes_are_checked)
{
    static const struct {
        zk_block_kind kind;
        uint32_t inputs;
        zk_run runs[3];
        const char *reason; /* NULL: good */
    } cases[] = {
        {ZK_BLOCK_MATRIX, 1, {{0, 1, 1}}, NULL},
        {ZK_BLOCK_RUNS, 1, {{0, ROWS, 1}}, NULL},
        {ZK_BLOCK_RUNS, 2, {{0, ROWS / 2, 2}, {1, ROWS / 2, 2}}, NULL},
        {ZK_BLOCK_RUNS, 1, {{0, ROWS + 1, 1}}, "a row is none"},
        {ZK_BLOCK_RUNS, 1, {{1, ROWS / 2 + 1, 2}}, "a row is none"},
        {ZK_BLOCK_RUNS, 1, {{ROWS, 1, 1}}, "a row is none"},
        {ZK_BLOCK_RUNS, 1, {{2, UINT32_MAX, UINT32_MAX}}, "a row is none"},
        {ZK_BLOCK_RUNS, 1, {{2, 2, UINT32_MAX}}, "a row is none"},
        {ZK_BLOCK_RUNS, 1, {{0, 0, 1}}, "empty"},
        {ZK_BLOCK_RUNS, 1, {{0, 2, 0}}, "wrong step"},
        {ZK_BLOCK_RUNS, 1, {{0, 1, 2}}, "wrong step"},
        {ZK_BLOCK_RUNS, 2, {{0, 3, 2}, {4, 1, 1}}, "share a row"},
        {ZK_BLOCK_RUNS, 3, {{0, 3, 2}, {1, 3, 2}, {3, 1, 1}}, "share a row"},
        {ZK_BLOCK_MATRIX, 3, {{9, 1, 1}, {8, 1, 1}, {9, 1, 1}}, "share a row"},
    };
    zk_row_set rows;
    cr_assert(zk_row_set_init(&rows, MLP2_K));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zk_run runs[3];
        memcpy(runs, cases[i].runs, sizeof runs);
        const zk_block shape = {
            .kind = cases[i].kind, .outputs = 1, .inputs = cases[i].inputs, .runs = runs};
        const char *reason = zk_block_check(&shape, &rows);
        cr_expect(cases[i].reason == NULL ? reason == NULL
                                          : reason != NULL && strstr(reason, cases[i].reason),
                  "%zu: %s", i, reason != NULL ? reason : "good");
        for (size_t b = 0; b < MLP2_N / 8; b++)
            cr_expect_eq(rows.bits[b], 0, "%zu: the set is not empty again", i);
    }
    zk_row_set_free(&rows);
}

/* Forgeries ----------------------------------------------------------------------------------- */

/* The file of a matrix with these points instead of the owner's, and a support proof by someone
 * who knows the owner's weights. */
static zk_buf forge(owned *o, const zk_vesta_affine *points, const zk_params *params)
{
    zk_buf honest = {0}, forged = {0};
    uint8_t digest[32], support[32 * (MAX_ROWS + 2)];
    zk_column values[MAX_POINTS];
    zk_vesta_affine *generators;
    zk_rng rng;
    zkml_error err = {0};
    const zk_block *shape = &o->block.shape;
    size_t before = 28 + 4 * (size_t)shape->inputs;
    zk_rng_init_splitmix64(&rng, 8);
    cr_assert_eq(zk_commitment_make(&honest, digest, &o->block, 1, params, &rng, &err), ZKML_OK);
    cr_assert_eq(check(honest.data, honest.length, params, &err), ZKML_OK);
    zk_buf_bytes(&forged, honest.data, before);
    for (uint32_t i = 0; i < shape->outputs; i++) {
        uint8_t bytes[32];
        zk_vesta_to_bytes(bytes, &points[i]);
        zk_buf_bytes(&forged, bytes, 32);
        values[i] = (zk_column){.type = ZK_COLUMN_I64,
                                .length = shape->inputs,
                                .u.i64 = o->values + i * shape->inputs};
    }
    zk_link start;
    zk_support_start(&start, forged.data, forged.length);
    cr_assert_eq(zk_block_generators(&generators, shape, params, &err), ZKML_OK);
    zk_link link = zk_support_link(&start, 0, shape, generators, points);
    cr_assert_eq(zk_link_prove(support, &link, params, values, o->blinds, &rng, &err), ZKML_OK);
    zk_buf_bytes(&forged, support, 32 * ((size_t)shape->inputs + 2));
    free(generators);
    zk_buf_free(&honest);
    return forged;
}

/* points[i] = the owner's, plus [extra] L_row. */
static void points_with_extra(zk_vesta_affine *points, const owned *o, const zk_params *params,
                              size_t row, int64_t extra)
{
    zk_vesta sum, more;
    zk_fp factor;
    zkml_error err = {0};
    cr_assert_eq(zk_commit_rows(points, &o->block.shape, o->values, o->blinds, params, &err),
                 ZKML_OK);
    zk_fp_from_i64(&factor, extra);
    zk_vesta_mul(&more, &params->g_lagrange[row], &factor);
    zk_vesta_add_affine(&sum, &more, &points[0]);
    zk_vesta_to_affine(&points[0], &sum);
}

/* A row commitment with an entry outside of its rows: what a gate that is one row too wide would
 * let an owner use. */
Test(commitment, entries_outside_of_the_rows_are_refused)
{
    vectors v = proof_values_load();
    zk_params params = make_params();
    zk_rng rng;
    owned o;
    make_owned(&o, &v, 0);
    zk_rng_init_splitmix64(&rng, 8);
    zk_rng_scalars(&rng, o.blinds, MAX_POINTS);
    for (size_t row = 0; row < MLP2_N; row += 5)
        for (int64_t extra = 0; extra < 2; extra++) {
            zk_vesta_affine points[MAX_POINTS];
            zkml_error err = {0};
            points_with_extra(points, &o, &params, row, extra);
            zk_buf forged = forge(&o, points, &params);
            cr_expect_eq(check(forged.data, forged.length, &params, &err),
                         extra == 0 ? ZKML_OK : ZKML_INVALID, "row %zu", row);
            zk_buf_free(&forged);
        }
    zk_params_free(&params);
    vectors_free(&v);
}

/* Other weights on one row of a run. */
Test(commitment, weights_that_do_not_repeat_are_refused)
{
    zk_params params = make_params();
    mixed m;
    zk_commitment c;
    zkml_error err = {0};
    zk_rng rng;
    make_mixed(&m, &params);
    cr_assert_eq(zk_commitment_read(&c, "m", m.file.data, m.file.length, &err), ZKML_OK);
    cr_assert_eq(zk_commitment_verify(&c, &params, &err), ZKML_OK);
    zk_published_block *block = &c.blocks[1];
    zk_vesta sum;
    zk_vesta_from_affine(&sum, &block->points[0]);
    zk_vesta_add_affine(&sum, &sum, &params.g_lagrange[3]);
    zk_vesta_to_affine(&block->points[0], &sum);

    zk_link start;
    zk_vesta_affine *generators;
    uint8_t support[32 * 5];
    const zk_column values[] = {
        {.type = ZK_COLUMN_I64, .length = 3, .u.i64 = m.blocks[1].values},
        {.type = ZK_COLUMN_I64, .length = 3, .u.i64 = m.blocks[1].values + 3}};
    zk_support_start(&start, m.file.data, c.proven);
    cr_assert_eq(zk_block_generators(&generators, &block->shape, &params, &err), ZKML_OK);
    zk_link link = zk_support_link(&start, 1, &block->shape, generators, block->points);
    zk_rng_init_splitmix64(&rng, 8);
    cr_assert_eq(zk_link_prove(support, &link, &params, values, m.blocks[1].blinds, &rng, &err),
                 ZKML_OK);
    block->support = support;
    cr_expect_eq(zk_commitment_verify(&c, &params, &err), ZKML_INVALID);
    cr_expect_not_null(strstr(err.text, "block 1"), "%s", err.text);
    free(generators);
    zk_commitment_free(&c);
    zk_buf_free(&m.file);
    zk_params_free(&params);
}

/* Equal blocks have different support proofs: the number of the block is hashed. */
Test(commitment, support_proofs_belong_to_their_block)
{
    zk_params params = make_params();
    zk_run run = {3, 1, 1};
    int64_t value = 9;
    zk_fp blinds[2];
    zk_owned_block blocks[2];
    zk_buf file = {0};
    uint8_t digest[32], first[96], second[96];
    zk_rng rng;
    zkml_error err = {0};
    for (size_t b = 0; b < 2; b++)
        blocks[b] = (zk_owned_block){.shape = {.outputs = 1, .inputs = 1, .runs = &run},
                                     .values = &value,
                                     .blinds = &blinds[b]};
    zk_rng_init_splitmix64(&rng, 1);
    cr_assert_eq(zk_commitment_make(&file, digest, blocks, 2, &params, &rng, &err), ZKML_OK);
    cr_assert_eq(check(file.data, file.length, &params, &err), ZKML_OK);
    uint8_t *support = file.data + file.length - 2 * sizeof first;
    memcpy(first, support, sizeof first);
    memcpy(second, support + sizeof first, sizeof second);
    memcpy(support, second, sizeof second);
    memcpy(support + sizeof second, first, sizeof first);
    cr_expect_eq(check(file.data, file.length, &params, &err), ZKML_INVALID);
    zk_buf_free(&file);
    zk_params_free(&params);
}

Test(commitment, wrong_shapes_are_not_committed_to)
{
    zk_params params = make_params();
    zk_run runs[2] = {{3, 1, 1}, {3, 1, 1}};
    const int64_t values[2] = {1, 2};
    zk_fp blinds[2];
    zk_owned_block block = {.shape = {.outputs = 1, .inputs = 2, .runs = runs},
                            .values = values,
                            .blinds = blinds};
    zk_buf file = {0};
    uint8_t digest[32];
    zk_rng rng;
    zkml_error err = {0};
    zk_rng_init_splitmix64(&rng, 1);
    cr_expect_eq(zk_commitment_make(&file, digest, &block, 1, &params, &rng, &err),
                 ZKML_MALFORMED);
    cr_expect_eq(zk_commitment_make(&file, digest, &block, 0, &params, &rng, &err), ZKML_LIMIT);
    cr_expect_eq(file.length, 0u);
    runs[1].first = 4;
    cr_expect_eq(zk_commitment_make(&file, digest, &block, 1, &params, &rng, &err), ZKML_OK);
    zk_buf_free(&file);
    zk_params_free(&params);
}
