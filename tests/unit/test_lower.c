/* Lowering as a whole: shapes and speed of real models, refusals, the text form, determinism. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/circuit/lower.h"
#include "compiler/tir/ix.h"
#include "runtime/base/file.h"
#include "tests/exhaustive/programs.h"

static zc_sources sources;
static zc_diags diags;
static zkml_error err;

static void setup(void)
{
    zc_sources_init(&sources);
    zc_diags_init(&diags, &sources);
}

static void teardown(void)
{
    zc_diags_free(&diags);
    zc_sources_free(&sources);
}

TestSuite(lower, .init = setup, .fini = teardown);

static zkml_status lower(const program *p, zk_circuit *circuit, zk_buf *dump, uint32_t max_k)
{
    zc_lower_options options = {.dump = dump, .max_k = max_k};
    return zc_lower(p->tir, &sources, &diags, &options, circuit, &err);
}

/* ---- models ---- */

static uint32_t lcg(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static zc_node_id weights(program *p, uint32_t rank, const uint32_t *extent, uint32_t *seed)
{
    zc_space s = zc_space_shape(rank, extent);
    uint64_t count, ignored;
    cr_assert(zc_space_count(&s, &count, &ignored));
    int64_t *codes = ZK_ARENA_NEW(&p->arena, int64_t, count);
    for (uint64_t i = 0; i < count; i++)
        codes[i] = (int64_t)(lcg(seed) % 41) - 20;
    return zc_tir_const(p->tir, "W", &s, codes);
}

static zc_node_id round_clamp(program *p, zc_node_id x, uint32_t shift, int64_t lo, int64_t hi)
{
    zc_space s = zc_space_of(p->tir, x);
    mpz_t low, high, factor;
    mpz_init_set_si(low, lo);
    mpz_init_set_si(high, hi);
    mpz_init_set_si(factor, 1);
    zc_node_id q = zc_tir_round(p->tir, &s, program_same(p, x), factor, shift, ZC_ROUND);
    zc_node_id y = zc_tir_clamp(p->tir, &s, program_same(p, q), low, high);
    mpz_clears(low, high, factor, NULL);
    return y;
}

static zc_node_id relu(program *p, zc_node_id x)
{
    zc_space s = zc_space_of(p->tir, x);
    zc_node_id zero = zc_tir_scalar_si(p->tir, 0);
    return zc_tir_max(p->tir, &s, program_same(p, x), zc_read(zero, zc_view_at(0)));
}

static zc_node_id dense(program *p, zc_node_id x, uint32_t outputs, uint32_t *seed)
{
    uint32_t inputs = p->tir->nodes[x]->extent[0];
    uint32_t extent[2] = {outputs, inputs};
    zc_node_id w = weights(p, 2, extent, seed), b = weights(p, 1, extent, seed);
    zc_space rows = program_shape(1, outputs, 0, 0), s = program_reducing(rows, inputs);
    zc_operand left = zc_read(w, zc_view_dims(p->tir, w, (const uint32_t[]){0, 1}));
    zc_operand right = zc_read(x, zc_view_dims(p->tir, x, (const uint32_t[]){1}));
    zc_node_id dot = zc_tir_dot(p->tir, &s, left, right);
    return zc_tir_add(p->tir, &rows, program_same(p, dot), program_same(p, b));
}

static void make_mlp(program *p)
{
    uint32_t seed = 1;
    program_begin(p);
    zc_node_id x = program_param(p, "image", program_shape(1, 784, 0, 0), 0, 255);
    zc_node_id h = round_clamp(p, relu(p, dense(p, x, 64, &seed)), 8, -128, 127);
    zc_node_id y = dense(p, h, 10, &seed);
    zc_space s = program_reducing(zc_space_scalar(), 10);
    program_result(p, zc_tir_reduce(p->tir, &s, ZC_OP_ARGMAX, program_same(p, y)));
}

/* out[o, i, j] = sum k[o, c, r, s] x[c, i + r, j + s] */
static zc_node_id conv(program *p, zc_node_id x, uint32_t outputs, uint32_t *seed)
{
    zc_tir *tir = p->tir;
    const zc_node *in = tir->nodes[x];
    uint32_t extent[4] = {outputs, in->extent[0], 5, 5};
    zc_node_id k = weights(p, 4, extent, seed);
    uint32_t shape[6] = {outputs, in->extent[1] - 4, in->extent[2] - 4, in->extent[0], 5, 5};
    zc_space rows = zc_space_shape(3, shape), s = zc_space_reduce(rows, 3, shape + 3);
    zc_ix_id row = zc_ix_make(tir, ZC_IX_ADD, zc_ix_var(tir, 1), zc_ix_var(tir, 4));
    zc_ix_id column = zc_ix_make(tir, ZC_IX_ADD, zc_ix_var(tir, 2), zc_ix_var(tir, 5));
    zc_ix_id at[3] = {zc_ix_var(tir, 3), row, column};
    zc_operand left = zc_read(k, zc_view_dims(tir, k, (const uint32_t[]){0, 3, 4, 5}));
    return zc_tir_dot(tir, &s, left, zc_read(x, zc_view_subscript(tir, &s, x, at)));
}

static zc_node_id pool(program *p, zc_node_id x)
{
    zc_tir *tir = p->tir;
    const zc_node *in = tir->nodes[x];
    uint32_t shape[5] = {in->extent[0], in->extent[1] / 2, in->extent[2] / 2, 2, 2};
    zc_space rows = zc_space_shape(3, shape), s = zc_space_reduce(rows, 2, shape + 3);
    zc_ix_id two = zc_ix_const(tir, 2), at[3] = {zc_ix_var(tir, 0), 0, 0};
    for (uint32_t d = 0; d < 2; d++)
        at[d + 1] =
            zc_ix_make(tir, ZC_IX_ADD, zc_ix_make(tir, ZC_IX_MUL, two, zc_ix_var(tir, 1 + d)),
                       zc_ix_var(tir, 3 + d));
    return zc_tir_reduce(tir, &s, ZC_OP_RMAX, zc_read(x, zc_view_subscript(tir, &s, x, at)));
}

static void make_lenet(program *p)
{
    uint32_t seed = 1;
    program_begin(p);
    zc_node_id x = program_param(p, "image", program_shape(3, 1, 28, 28), 0, 255);
    zc_node_id a = pool(p, round_clamp(p, relu(p, conv(p, x, 6, &seed)), 8, 0, 255));
    zc_node_id b = pool(p, round_clamp(p, relu(p, conv(p, a, 16, &seed)), 8, 0, 255));
    zc_space flat = program_shape(1, 256, 0, 0);
    zc_view view = {.affine = true, .stride = {1}, .expr = ZC_NO_ID};
    zc_node_id f = zc_tir_view(p->tir, &flat, zc_read(b, view));
    zc_node_id y = dense(p, f, 10, &seed);
    zc_space s = program_reducing(zc_space_scalar(), 10);
    program_result(p, zc_tir_reduce(p->tir, &s, ZC_OP_ARGMAX, program_same(p, y)));
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void lower_model(const char *name, void (*make)(program *), uint32_t max_k)
{
    program p;
    make(&p);
    double start = seconds();
    zk_circuit circuit;
    zk_buf dump = {0};
    cr_assert(lower(&p, &circuit, &dump, 0) == ZKML_OK, "%s", err.text);
    cr_expect(circuit.k <= max_k, "%s: k = %u", name, circuit.k);
    if (getenv("LOWER_VERBOSE") != NULL)
        cr_log_warn("%s: %.2f s, %zu copies, %u places, %u instructions\n%.*s", name,
                    seconds() - start, circuit.copy_count, circuit.program.place_count,
                    circuit.program.instr_count, (int)dump.length, (const char *)dump.data);
    zk_buf_free(&dump);
    zk_circuit_free(&circuit);
    program_close(&p);
}

Test(lower, mlp)
{
    lower_model("mlp", make_mlp, 12);
}

Test(lower, lenet)
{
    lower_model("lenet", make_lenet, 15);
}

/* ---- refusals ---- */

static void expect_refusal(const program *p, uint32_t max_k, const char *code)
{
    zk_circuit circuit;
    char name[8];
    zkml_status status = lower(p, &circuit, NULL, max_k);
    cr_assert(status == ZKML_INVALID, "status %d: %s", (int)status, err.text);
    cr_assert(diags.count >= 1);
    cr_expect_str_eq(zc_code_name(diags.list[0]->code, name), code);
}

Test(lower, refuses_a_circuit_without_enough_rows)
{
    program p;
    make_mlp(&p);
    expect_refusal(&p, 9, "E0950");
    program_close(&p);
}

/* x^4 has 245 bits, and 2^20 x^4 does not fit. */
Test(lower, refuses_constraints_that_do_not_fit_the_field)
{
    program p;
    program_begin(&p);
    zc_space s = zc_space_scalar();
    int64_t edge = (int64_t)1 << 61;
    zc_node_id x = program_param(&p, "x", s, -edge, edge);
    zc_node_id x2 = zc_tir_mul(p.tir, &s, program_same(&p, x), program_same(&p, x));
    zc_node_id x4 = zc_tir_mul(p.tir, &s, program_same(&p, x2), program_same(&p, x2));
    mpz_t factor;
    mpz_init_set_si(factor, (1 << 20) + 1);
    program_result(&p, zc_tir_round(p.tir, &s, program_same(&p, x4), factor, 30, ZC_FLOOR));
    mpz_clear(factor);
    expect_refusal(&p, 0, "E0405");
    program_close(&p);
}

/* ---- the text form ---- */

static void compare_golden(const char *name)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/golden/lower/%s.txt", top != NULL ? top : ".",
                   name);
    program p;
    program_open(&p, program_find(name));
    zk_circuit circuit;
    zk_buf dump = {0}, golden = {0};
    cr_assert(lower(&p, &circuit, &dump, 0) == ZKML_OK, "%s", err.text);
    if (getenv("UPDATE_GOLDEN") != NULL)
        cr_assert(zk_file_write(path, dump.data, dump.length, ZK_FILE_PUBLIC, &err) == ZKML_OK);
    cr_assert(zk_file_read(path, (size_t)1 << 20, &golden, &err) == ZKML_OK, "%s", err.text);
    cr_expect(golden.length == dump.length && memcmp(golden.data, dump.data, dump.length) == 0,
              "%s differs:\n%.*s", path, (int)dump.length, (const char *)dump.data);
    zk_buf_free(&golden);
    zk_buf_free(&dump);
    zk_circuit_free(&circuit);
    program_close(&p);
}

Test(lower, prints_circuits)
{
    compare_golden("round");
    compare_golden("relu-round-clamp");
    compare_golden("div-even");
    compare_golden("argmax");
    compare_golden("structure");
    compare_golden("assert-all");
    compare_golden("activation");
    compare_golden("table-followed");
}

/* Two equal tables under two names. */
Test(lower, shares_equal_tables)
{
    program p;
    program_open(&p, program_find("table-followed"));
    for (int level = 0; level < 2; level++) {
        zc_lower_options options = {.unoptimised = level == 0, .without = ZC_WITHOUT_FOLLOWING};
        zk_circuit circuit;
        unsigned one = 0, two = 0;
        cr_assert(zc_lower(p.tir, &sources, &diags, &options, &circuit, &err) == ZKML_OK);
        for (size_t t = 0; t < circuit.tag_count; t++) {
            one += strcmp(circuit.tag_names[t], "one") == 0;
            two += strcmp(circuit.tag_names[t], "two") == 0;
        }
        cr_expect(level == 0 ? one == 1 && two == 1 : one + two == 1, "-O%d: %u and %u",
                  level == 0 ? 0 : 2, one, two);
        zk_circuit_free(&circuit);
    }
    program_close(&p);
}
