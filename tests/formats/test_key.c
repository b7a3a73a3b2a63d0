/* circuit.vk: the key of every small program survives the trip through its file. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/key.h"
#include "tests/formats/format_cases.h"

static zkml_status round_trip(const uint8_t *bytes, size_t length, zk_buf *again, zkml_error *err)
{
    zk_key key;
    zkml_status status = zk_key_read(&key, "c.vk", bytes, length, err);
    if (status == ZKML_OK) {
        uint8_t digest[32];
        memcpy(digest, key.digest, sizeof digest);
        status = zk_key_write(&key, again, err);
        cr_expect_arr_eq(digest, key.digest, sizeof digest);
    }
    zk_key_free(&key);
    return status;
}

static const format vk_format = {
    .name = "c.vk", .personal = "zkmlc-verify-key", .round_trip = round_trip};

/* Parameters for every k that a test needs, made once. */
typedef struct generators {
    zk_params params[ZK_CIRCUIT_MAX_K + 1];
} generators;

static const zk_params *params_for(generators *g, uint32_t k)
{
    zkml_error err = {0};
    if (g->params[k].n == 0)
        cr_assert_eq(zk_params_generate(&g->params[k], k, NULL, NULL, &err), ZKML_OK, "%s",
                     err.text);
    return &g->params[k];
}

static void free_generators(generators *g)
{
    for (size_t k = 0; k <= ZK_CIRCUIT_MAX_K; k++)
        zk_params_free(&g->params[k]);
}

static void make_circuit(zk_circuit *circuit, const program_case *c)
{
    program p;
    program_open(&p, c);
    format_lower(&p, circuit);
    program_close(&p);
    for (size_t i = 0; i < sizeof circuit->digest; i++)
        circuit->digest[i] = (uint8_t)(i + 1);
}

static void make_key(zk_key *key, generators *g, const program_case *c)
{
    zk_circuit circuit;
    zkml_error err = {0};
    make_circuit(&circuit, c);
    cr_assert_eq(zk_key_generate(key, &circuit, params_for(g, circuit.k), &err), ZKML_OK, "%s",
                 err.text);
    zk_circuit_free(&circuit);
}

static zk_buf make_file(const char *name)
{
    generators g = {0};
    zk_key key;
    zk_buf file = {0};
    zkml_error err = {0};
    make_key(&key, &g, program_find(name));
    cr_assert_eq(zk_key_write(&key, &file, &err), ZKML_OK, "%s", err.text);
    zk_key_free(&key);
    free_generators(&g);
    return file;
}

/* ---- round trips ---- */

static void compare_fields(const zk_field_schema *a, const zk_field_schema *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cr_expect_str_eq(a[i].name, b[i].name);
        cr_expect(a[i].visibility == ZK_PUBLIC && b[i].visibility == ZK_PUBLIC);
        cr_expect(a[i].kind == b[i].kind && a[i].lo == b[i].lo && a[i].hi == b[i].hi);
        cr_expect(a[i].scale_num == b[i].scale_num && a[i].scale_den == b[i].scale_den);
        cr_expect(a[i].rank == b[i].rank && a[i].count == b[i].count);
        cr_expect_arr_eq(a[i].extent, b[i].extent, sizeof a[i].extent);
        cr_expect(a[i].instance_column == b[i].instance_column &&
                  a[i].first_row == b[i].first_row);
    }
}

static void compare_keys(const zk_key *a, const zk_key *b)
{
    cr_expect_str_eq(a->name, b->name);
    cr_expect_arr_eq(a->circuit_digest, b->circuit_digest, 32);
    cr_expect_arr_eq(a->digest, b->digest, 32);
    cr_expect_eq(a->k, b->k);
    cr_assert_eq(a->cs.n_instance, b->cs.n_instance);
    for (uint32_t i = 0; i < a->cs.n_instance; i++)
        cr_expect_eq(a->instance_counts[i], b->instance_counts[i]);
    cr_assert(a->param_count == b->param_count && a->result_count == b->result_count);
    compare_fields(a->params, b->params, a->param_count);
    compare_fields(a->results, b->results, a->result_count);
    cr_assert_eq(a->cs.n_fixed, b->cs.n_fixed);
    cr_assert_eq(a->cs.n_permutation, b->cs.n_permutation);
    cr_expect(zk_fp_equal(&a->vk.transcript_repr, &b->vk.transcript_repr));
}

Test(vk, every_key_comes_back_as_it_was)
{
    generators g = {0};
    for (size_t c = 0; c < program_case_count; c++) {
        zk_key key, back;
        zk_buf file = {0};
        zkml_error err = {0};
        make_key(&key, &g, &program_cases[c]);
        cr_assert_eq(zk_key_write(&key, &file, &err), ZKML_OK, "%s", err.text);
        format_expect_canonical(&vk_format, &file);
        cr_assert_eq(zk_key_read(&back, "c.vk", file.data, file.length, &err), ZKML_OK, "%s",
                     err.text);
        cr_expect_arr_eq(back.digest, file.data + file.length - 32, 32);
        compare_keys(&key, &back);
        zk_key_free(&key);
        zk_key_free(&back);
        zk_buf_free(&file);
    }
    free_generators(&g);
}

/* The key's system is made from the circuit's calls: its hash is that of the circuit itself. */
Test(vk, the_key_is_that_of_the_circuit)
{
    generators g = {0};
    for (size_t c = 0; c < program_case_count; c++) {
        zk_circuit circuit;
        zk_contents contents;
        zk_key key;
        zk_vk vk;
        zkml_error err = {0};
        make_circuit(&circuit, &program_cases[c]);
        make_key(&key, &g, &program_cases[c]);
        cr_assert_eq(zk_contents_init(&contents, &circuit, &err), ZKML_OK, "%s", err.text);
        cr_assert_eq(zk_vk_generate(&vk, &circuit.cs, params_for(&g, circuit.k), &contents.input,
                                    &err),
                     ZKML_OK, "%s", err.text);
        cr_expect(zk_fp_equal(&vk.transcript_repr, &key.vk.transcript_repr), "%s",
                  program_cases[c].name);
        cr_expect_eq(key.param_count + key.result_count > 0, circuit.cs.n_instance > 0);
        zk_vk_free(&vk);
        zk_key_free(&key);
        zk_contents_free(&contents);
        zk_circuit_free(&circuit);
    }
    free_generators(&g);
}

Test(vk, parameters_of_another_size_are_refused)
{
    generators g = {0};
    zk_circuit circuit;
    zk_key key;
    zkml_error err = {0};
    make_circuit(&circuit, &program_cases[0]);
    cr_assert_eq(zk_key_generate(&key, &circuit, params_for(&g, circuit.k), &err), ZKML_OK);
    zk_key_free(&key);
    cr_expect_eq(zk_key_generate(&key, &circuit, params_for(&g, circuit.k + 1), &err), ZKML_USAGE);
    zk_circuit_free(&circuit);
    free_generators(&g);
}

/* ---- damage ---- */

Test(vk, only_the_exact_length_is_read)
{
    zk_buf file = make_file("round");
    format_expect_exact_length(&vk_format, &file);
    zk_buf_free(&file);
}

Test(vk, every_change_is_noticed)
{
    zk_buf file = make_file("round");
    size_t accepted = format_expect_changes_noticed(&vk_format, &file, 1);
    cr_expect_gt(accepted, 32 * 11); /* the circuit's digest, names, places: not in the hash */
    zk_buf_free(&file);
}
