#include "tests/unit/mlp2.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/file.h"
#include "runtime/circuit/plk.h"

/* The circuit --------------------------------------------------------------------------------- */

zk_buf mlp2_load(const char *suffix)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    zkml_error err = {0};
    zk_buf bytes;
    (void)snprintf(path, sizeof path, "%s/tests/vectors/mlp2.%s", top != NULL ? top : ".", suffix);
    cr_assert_eq(zk_file_read(path, 1 << 20, &bytes, &err), ZKML_OK, "%s", err.text);
    return bytes;
}

static void *new_array(zk_circuit *c, size_t count, size_t size)
{
    void *array = zk_arena_alloc(&c->arena, count, size);
    cr_assert_not_null(array);
    return array;
}

/* The constraint system becomes the circuit's own. */
static void make_circuit(mlp2 *m)
{
    zk_circuit *c = &m->circuit;
    zk_buf text = mlp2_load("plk");
    zk_plk plk;
    zkml_error err = {0};
    cr_assert_eq(zk_plk_read(&plk, "mlp2", (const char *)text.data, text.length, &err), ZKML_OK,
                 "%s", err.text);
    zk_arena_init(&c->arena, 0);
    c->name = "mlp2";
    c->k = plk.k;
    c->cs = plk.cs;
    zk_cs_init(&plk.cs);
    c->fixed = new_array(c, c->cs.n_fixed, sizeof *c->fixed);
    for (uint32_t f = 0; f < c->cs.n_fixed; f++) {
        zk_fp *values = new_array(c, plk.n, sizeof *values);
        memcpy(values, plk.fixed + f * plk.n, plk.n * sizeof *values);
        c->fixed[f] = (zk_fixed_column){.count = (uint32_t)plk.n, .wide = values};
    }
    c->instance_counts = new_array(c, 1, sizeof *c->instance_counts);
    c->instance_counts[0] = MLP2_PUBLIC;
    m->input = (zk_field_schema){.name = "input", .visibility = ZK_COMMITTED, .hi = 15,
                                 .scale_num = 1, .scale_den = 1, .rank = 1, .extent = {4},
                                 .count = 4, .first_column = MLP2_X};
    m->output = (zk_field_schema){.name = "output", .visibility = ZK_PUBLIC, .lo = -16, .hi = 15,
                                  .scale_num = 1, .scale_den = 1, .rank = 1, .extent = {2},
                                  .count = 2, .first_row = 20};
    c->params = &m->input;
    c->results = &m->output;
    c->param_count = c->result_count = 1;
    c->layer = &m->layer;
    cr_assert_eq(proof_value_bytes(&m->v, "circuit_digest", c->digest, 32), 32u);
    zk_plk_free(&plk);
    zk_buf_free(&text);
}

/* Fills --------------------------------------------------------------------------------------- */

static zk_expr_id advice(mlp2 *m, uint32_t column)
{
    return zk_cs_query_advice(&m->circuit.cs, column, 0);
}

static zk_expr_id fixed(mlp2 *m, uint32_t column)
{
    return zk_cs_query_fixed(&m->circuit.cs, column);
}

static zk_expr_id number(mlp2 *m, int64_t value)
{
    return zk_cs_constant_i64(&m->circuit.cs, value);
}

static zk_expr_id sum(mlp2 *m, zk_expr_id a, zk_expr_id b)
{
    return zk_cs_add(&m->circuit.cs, a, b);
}

static zk_expr_id product(mlp2 *m, zk_expr_id a, zk_expr_id b)
{
    return zk_cs_mul(&m->circuit.cs, a, b);
}

/* beta + in + alpha out + alpha^2 tag */
static zk_expr_id looked_up(mlp2 *m, zk_expr_id tag, zk_expr_id in, zk_expr_id out)
{
    zk_expr_id f = sum(m, in, product(m, advice(m, MLP2_ALPHA), out));
    return sum(m, advice(m, MLP2_BETA), sum(m, f, product(m, advice(m, MLP2_ALPHA2), tag)));
}

static void add_fill(mlp2 *m, zk_fill_kind kind, uint32_t width, const uint32_t *columns,
                     uint32_t column_count, const zk_expr_id *exprs, uint32_t expr_count)
{
    zk_fill *fill = &m->fills[m->layer.fill_count++];
    *fill = (zk_fill){.kind = kind, .width = width, .column_count = column_count,
                      .expr_count = expr_count};
    fill->columns = new_array(&m->circuit, column_count, sizeof *columns);
    fill->exprs = new_array(&m->circuit, expr_count, sizeof *exprs);
    memcpy(fill->columns, columns, column_count * sizeof *columns);
    memcpy(fill->exprs, exprs, expr_count * sizeof *exprs);
}

/* f0 first, f1 step, f3 rows of x, f4 and f6 the biases' 1, f5 rows of act, f7 output rows, f8 the
 * tuple's tag, f9 active, f11 f12 f13 and f14 f15 f16 the strips of the table */
static void make_fills(mlp2 *m)
{
    const uint32_t counts[] = {MLP2_M1, MLP2_M2};
    zk_expr_id active = fixed(m, 9), one = number(m, 1), zero = number(m, 0);
    zk_expr_id r = advice(m, MLP2_R), x = advice(m, MLP2_X), q = advice(m, MLP2_Q);
    zk_expr_id act = advice(m, MLP2_ACT), tag = fixed(m, 8);
    const zk_expr_id tuples[] = {
        fixed(m, 11), fixed(m, 12), fixed(m, 13), fixed(m, 14), fixed(m, 15), fixed(m, 16),
        active, one, r, zero, active, one, x, zero, active, one, act, zero, active, tag, q, act};
    add_fill(m, ZK_FILL_COUNTS, 3, counts, 2, tuples, sizeof tuples / sizeof tuples[0]);

    const zk_expr_id h1[] = {active, looked_up(m, one, r, zero), active,
                             looked_up(m, one, x, zero), active, looked_up(m, one, act, zero)};
    const zk_expr_id h2[] = {active, looked_up(m, tag, q, act)};
    const zk_expr_id g1[] = {advice(m, MLP2_M1),
                             looked_up(m, fixed(m, 11), fixed(m, 12), fixed(m, 13))};
    const zk_expr_id g2[] = {advice(m, MLP2_M2),
                             looked_up(m, fixed(m, 14), fixed(m, 15), fixed(m, 16))};
    add_fill(m, ZK_FILL_QUOTIENTS, 0, (const uint32_t[]){MLP2_H1}, 1, h1, 6);
    add_fill(m, ZK_FILL_QUOTIENTS, 0, (const uint32_t[]){MLP2_H2}, 1, h2, 2);
    add_fill(m, ZK_FILL_QUOTIENTS, 0, (const uint32_t[]){MLP2_G1}, 1, g1, 2);
    add_fill(m, ZK_FILL_QUOTIENTS, 0, (const uint32_t[]){MLP2_G2}, 1, g2, 2);

    zk_expr_id gains = sum(m, advice(m, MLP2_H1), advice(m, MLP2_H2));
    zk_expr_id losses = sum(m, advice(m, MLP2_G1), advice(m, MLP2_G2));
    const zk_expr_id phi[] = {one, zk_cs_sub(&m->circuit.cs, gains, losses)};
    zk_expr_id on_act = product(m, fixed(m, 5), act);
    zk_expr_id first = sum(m, sum(m, product(m, fixed(m, 3), x), fixed(m, 4)), on_act);
    const zk_expr_id l[] = {one, sum(m, product(m, advice(m, MLP2_F1), first),
                                     product(m, advice(m, MLP2_F2), sum(m, on_act, fixed(m, 6))))};
    zk_expr_id output = fixed(m, 7), rho = advice(m, MLP2_RHO);
    const zk_expr_id h[] = {sum(m, one, product(m, output, sum(m, rho, number(m, -1)))),
                            product(m, output, sum(m, product(m, number(m, 16), q), r))};
    add_fill(m, ZK_FILL_STEPS, 0, (const uint32_t[]){MLP2_PHI}, 1, phi, 2);
    add_fill(m, ZK_FILL_STEPS, 0, (const uint32_t[]){MLP2_L}, 1, l, 2);
    add_fill(m, ZK_FILL_STEPS, 0, (const uint32_t[]){MLP2_H}, 1, h, 2);
}

/* The layer ----------------------------------------------------------------------------------- */

static void make_layer(mlp2 *m)
{
    static uint32_t kappas[] = {1, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1};
    static uint32_t w1[] = {4, 0, 0, 3, 0, 0, 2, 0, 0}, w2[] = {1, 0, 0, 0, 0, 0};
    static int64_t weights[] = {2, -3, 5, 20, -4, 2, 3, -30};
    static zk_run rows[] = {{10, 1, 1}, {11, 1, 1}, {12, 1, 1}, {13, 1, 1}};
    static const char *files[] = {"model", "adapter"};
    m->masked[0] = (zk_layer_matrix){.file = 0, .shape = m->owned[0].block.shape,
                                     .exponents = w1};
    m->masked[1] = (zk_layer_matrix){.file = 1, .shape = m->owned[1].block.shape,
                                     .exponents = w2};
    m->bare[0] = (zk_layer_matrix){.file = ZK_NONE, .exponents = w2, .weights = weights,
                                   .shape = {.outputs = 2, .inputs = 4, .runs = rows}};
    m->folds[0] = (zk_layer_fold){.column = MLP2_F1, .matrix_count = 2, .matrices = m->masked};
    m->folds[1] = (zk_layer_fold){.column = MLP2_F2, .matrix_count = 1, .matrices = m->bare};
    m->layer = (zk_layer){.phase0 = MLP2_PHASE0, .challenges = MLP2_CHALLENGES,
                          .phase1 = MLP2_PHASE1, .base_challenges = MLP2_BASE,
                          .exponents = kappas, .files = files, .file_count = 2,
                          .folds = m->folds, .fold_count = 2, .fills = m->fills};
    make_fills(m);
}

/* Owners -------------------------------------------------------------------------------------- */

static const char *const file_names[] = {"model", "adapter", "input"};

static void make_owned(mlp2 *m, size_t file)
{
    static const zk_block shapes[] = {{.outputs = 3, .inputs = 5}, {.outputs = 2, .inputs = 3},
                                      {.kind = ZK_BLOCK_VECTOR, .elements = 4}};
    static const char *const weights[] = {"W1", "W3"};
    mlp2_owned *o = &m->owned[file];
    char name[64];
    o->block = (zk_owned_block){.shape = shapes[file], .values = o->values, .blinds = o->blinds};
    for (uint32_t i = 0; i < zk_block_points(&shapes[file], MLP2_K); i++) {
        (void)snprintf(name, sizeof name, "%s[0].blind[%u]", file_names[file], i);
        o->blinds[i] = proof_value_scalar(&m->v, name, 0);
    }
    for (uint32_t i = 0; i < shapes[file].elements; i++)
        o->values[i] = proof_value_integer(&m->v, "x", i);
    o->block.shape.runs = shapes[file].kind == ZK_BLOCK_VECTOR ? NULL : o->runs;
    for (uint32_t j = 0; j < shapes[file].inputs; j++) {
        o->runs[j] = (zk_run){10 * (uint32_t)file + j, 1, 1};
        for (uint32_t i = 0; i < shapes[file].outputs; i++) {
            (void)snprintf(name, sizeof name, "%s[%u]", weights[file], i);
            o->values[i * shapes[file].inputs + j] = proof_value_integer(&m->v, name, j);
        }
    }
}

/* What is read and opened now. */
static void take_files(mlp2 *m)
{
    for (size_t f = 0; f < MLP2_FILES; f++) {
        zkml_error err = {0};
        zk_commitment_free(&m->published[f]);
        cr_assert_eq(zk_commitment_read(&m->published[f], file_names[f], m->file_bytes[f].data,
                                        m->file_bytes[f].length, &err),
                     ZKML_OK, "%s", err.text);
        m->openings[f] =
            (zk_opening){.k = MLP2_K, .block_count = 1, .blocks = &m->owned[f].block};
        memcpy(m->openings[f].commitment, m->published[f].digest, 32);
    }
    for (size_t f = 0; f < 2; f++) {
        m->shared[f] = &m->published[f];
        m->shared_openings[f] = &m->openings[f];
    }
    m->values[0] = &m->published[2];
    m->value_openings[0] = &m->openings[2];
    m->files = (zk_files){.shared = m->shared, .shared_openings = m->shared_openings,
                          .value_openings = m->value_openings};
    m->public = (zk_files){.shared = m->shared, .values = m->values};
}

void mlp2_publish(mlp2 *m, uint64_t seed)
{
    zk_rng rng;
    zk_rng_init_splitmix64(&rng, seed);
    for (size_t f = 0; f < MLP2_FILES; f++) {
        zkml_error err = {0};
        uint8_t digest[32];
        zk_buf_free(&m->file_bytes[f]);
        cr_assert_eq(zk_commitment_make(&m->file_bytes[f], digest, &m->owned[f].block, 1,
                                        &m->params, &rng, &err),
                     ZKML_OK, "%s", err.text);
    }
    take_files(m);
}

/* The whole ----------------------------------------------------------------------------------- */

static void make_witness(mlp2 *m)
{
    static const char *const columns[] = {"a0.x.usable", "a1.q.usable", "a2.r.usable",
                                          "a3.act.usable"};
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        for (size_t r = 0; r < MLP2_USABLE; r++)
            m->cells[c][r] = proof_value_integer(&m->v, columns[c], r);
        m->advice[c] = (zk_column){
            .type = ZK_COLUMN_I64, .length = MLP2_USABLE, .u.i64 = m->cells[c]};
    }
    for (size_t i = 0; i < 2; i++)
        zk_fp_from_i64(&m->instance[20 + i], m->cells[MLP2_Q][20 + i]);
    m->instances = (zk_instance_values){m->instance, MLP2_PUBLIC};
    m->witness =
        (zk_witness){.circuit = &m->circuit, .advice = m->advice, .instances = &m->instances};
}

void mlp2_init(mlp2 *m)
{
    zkml_error err = {0};
    memset(m, 0, sizeof *m);
    m->v = proof_values_load();
    cr_assert_eq(zk_params_generate(&m->params, MLP2_K, NULL, NULL, &err), ZKML_OK);
    for (size_t f = 0; f < MLP2_FILES; f++) {
        char suffix[32];
        make_owned(m, f);
        (void)snprintf(suffix, sizeof suffix, "%s.com", file_names[f]);
        m->file_bytes[f] = mlp2_load(suffix);
    }
    take_files(m);
    make_circuit(m);
    make_layer(m);
    make_witness(m);
    cr_assert_eq(zk_key_generate(&m->key, &m->circuit, &m->params, &err), ZKML_OK, "%s", err.text);
}

void mlp2_free(mlp2 *m)
{
    for (size_t f = 0; f < MLP2_FILES; f++) {
        zk_commitment_free(&m->published[f]);
        zk_buf_free(&m->file_bytes[f]);
    }
    zk_key_free(&m->key);
    zk_circuit_free(&m->circuit);
    zk_params_free(&m->params);
    vectors_free(&m->v);
}

zkml_status mlp2_prove(mlp2 *m, zk_buf *file, zkml_error *err)
{
    zk_rng rng;
    zk_rng_init_splitmix64(&rng, 2002);
    return zk_prove_with(file, &m->witness, &m->key, &m->params, &m->files, &rng, NULL, NULL, err);
}

zkml_status mlp2_verify(const mlp2 *m, const uint8_t *bytes, size_t length, zkml_error *err)
{
    zk_envelope envelope;
    zkml_status status = zk_proof_open(&envelope, "p.bin", bytes, length, err);
    if (status == ZKML_OK)
        status = zk_envelope_verify(&envelope, &m->key, &m->params, &m->public, err);
    zk_envelope_free(&envelope);
    return status;
}

void mlp2_reseal(zk_buf *file)
{
    uint8_t digest[32];
    size_t length = file->length - sizeof digest;
    zk_digest(digest, "zkmlc-prooffile-", file->data, length);
    memcpy(file->data + length, digest, sizeof digest);
}
