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
    zk_buf file = {0};
    zkml_error err = {0};
    cr_assert_eq(zk_circuit_write(circuit, &file, &err), ZKML_OK, "%s", err.text);
    zk_buf_free(&file);
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
        cr_expect(a[i].visibility != ZK_PRIVATE && a[i].visibility == b[i].visibility);
        cr_expect(a[i].kind == b[i].kind && a[i].lo == b[i].lo && a[i].hi == b[i].hi);
        cr_expect(a[i].scale_num == b[i].scale_num && a[i].scale_den == b[i].scale_den);
        cr_expect(a[i].rank == b[i].rank && a[i].count == b[i].count);
        cr_expect_arr_eq(a[i].extent, b[i].extent, sizeof a[i].extent);
        cr_expect(a[i].instance_column == b[i].instance_column &&
                  a[i].first_row == b[i].first_row && a[i].first_column == b[i].first_column);
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
        format_keep_for_fuzzing(&file, "key", program_cases[c].name);
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

static size_t visible(const zk_field_schema *fields, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += fields[i].visibility != ZK_PRIVATE;
    return found;
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
        cr_expect_eq(key.param_count + key.result_count,
                     visible(circuit.params, circuit.param_count) +
                         visible(circuit.results, circuit.result_count));
        cr_expect_arr_eq(key.circuit_digest, circuit.digest, 32);
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

/* ---- lies ---- */

enum part {
    MAGIC, NAME, DIGEST, K, COLUMNS, CALLS, INSTANCE, PARAMS, RESULTS, FIXED, SIGMA, REPR, PARTS
};

typedef struct bytes {
    const char *at;
    size_t length;
} bytes;

#define BYTES(text) {(text), sizeof(text) - 1}

/* One gate f0 (a0 - a1), a result in instance row 0. */
static const bytes minimal[PARTS] = {
    [MAGIC] = BYTES("ZKMLKEY1\1"),
    [NAME] = BYTES("\1m"),
    [DIGEST] = BYTES("0123456789abcdef0123456789abcdef"),
    [K] = BYTES("\4"),
    [COLUMNS] = BYTES("\2\1\1\0"),
    [CALLS] = BYTES("\3" "\0\0\0" "\0\2\0" "\2\1g\1" "\6" "\1\0" "\2\0\0" "\2\1\0" "\4" "\5" "\6"),
    [INSTANCE] = BYTES("\1"),
    [PARAMS] = BYTES("\0"),
    [RESULTS] = BYTES("\1" "\1y\0\0" "\0\6" "\0" "\0\0"),
};

static zk_buf assemble(const bytes parts[PARTS])
{
    zk_buf file = {0};
    uint8_t digest[32] = {0};
    for (int i = 0; i < PARTS; i++)
        zk_buf_bytes(&file, parts[i].at, parts[i].length);
    zk_buf_bytes(&file, digest, sizeof digest);
    cr_assert(!file.failed);
    format_reseal(&vk_format, file.data, file.length);
    return file;
}

/* The commitments and the hash of the minimal key, for the parts that are not written out above:
 * one fixed column with the values 1, 5, and a copy from a0:0 to i0:0. */
static void commit(bytes parts[PARTS], uint8_t room[4 * 32])
{
    generators g = {0};
    int64_t values[] = {1, 5};
    zk_column fixed = {.type = ZK_COLUMN_I64, .length = 2, .u.i64 = values};
    zk_copy copy = {.left = {ZK_ADVICE, 0}, .right = {ZK_INSTANCE, 0}};
    zk_keygen_input input = {.fixed = &fixed, .copies = &copy, .n_copies = 1};
    zk_constraint_system cs;
    zk_vk vk;
    zkml_error err = {0};
    zk_cs_init(&cs);
    zk_column_ref a0 = {ZK_ADVICE, zk_cs_advice_column(&cs)};
    zk_column_ref a1 = {ZK_ADVICE, zk_cs_advice_column(&cs)};
    zk_column_ref i0 = {ZK_INSTANCE, zk_cs_instance_column(&cs)};
    uint32_t f0 = zk_cs_fixed_column(&cs);
    zk_cs_enable_equality(&cs, a0);
    zk_cs_enable_equality(&cs, i0);
    zk_expr_id factor = zk_cs_query_fixed(&cs, f0), left = zk_cs_query(&cs, a0, 0);
    zk_expr_id gate =
        zk_cs_mul(&cs, factor, zk_cs_sub(&cs, left, zk_cs_query(&cs, a1, 0)));
    (void)zk_cs_create_gate(&cs, "g", &gate, 1);
    cr_assert_eq(zk_vk_generate(&vk, &cs, params_for(&g, 4), &input, &err), ZKML_OK, "%s",
                 err.text);
    zk_vesta_to_bytes(room, &vk.fixed_commitments[0]);
    zk_vesta_to_bytes(room + 32, &vk.sigma_commitments[0]);
    zk_vesta_to_bytes(room + 64, &vk.sigma_commitments[1]);
    zk_fp_to_bytes(room + 96, &vk.transcript_repr);
    parts[FIXED] = (bytes){(const char *)room, 32};
    parts[SIGMA] = (bytes){(const char *)room + 32, 64};
    parts[REPR] = (bytes){(const char *)room + 96, 32};
    zk_vk_free(&vk);
    zk_cs_free(&cs);
    free_generators(&g);
}

#define HUGE "\xff\xff\xff\xff\x0f"
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ONES "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

Test(vk, lies_are_refused)
{
    static const struct {
        enum part part;
        bytes content;
        const char *reason;
    } lies[] = {
        {MAGIC, BYTES("ZKMLCIR1\1"), "offset 0: this is not a verifying key"},
        {MAGIC, BYTES("ZKMLKEY1\2"), "offset 8: this version of the format is not supported"},
        {NAME, BYTES("\1\x9b"), "offset 9: a text is too long, not UTF-8"},
        {NAME, BYTES(HUGE), "offset 9: a count is larger than what is left"},
        {K, BYTES("\0"), "offset 43: k, the logarithm of the number of rows, is not in 1 .. 24"},
        {K, BYTES("\x19"), "is not in 1 .. 24"},
        {K, BYTES("\x84\0"), "a number is not in its shortest form"},
        {COLUMNS, BYTES("\1\1\1\0"), "there is no advice column 1"},
        {COLUMNS, BYTES(HUGE "\1\1\0"), "a number is out of range"},
        {COLUMNS, BYTES("\2\x80\x20\1\0"), "the file ends too early"}, /* 4096 commitments */
        {CALLS, BYTES("\2\0\0\0\0\0\0"), "a call of the constraint system has no effect"},
        {CALLS, BYTES(HUGE), "a count is larger than what is left"},
        {CALLS, BYTES("\1\0\0\0"), "a number is out of range"}, /* one sigma less: no layer */
        {INSTANCE, BYTES("\0"), "c.vk: y: no such public rows"},
        {INSTANCE, BYTES("\x0b"), "c.vk: instance column 0 has more values than rows"},
        {PARAMS, BYTES(HUGE), "a count is larger than what is left"},
        {PARAMS, BYTES("\1\1x\1\0\0\6\0"), "a verifying key says nothing about private values"},
        {RESULTS, BYTES("\1\1y\0\0\6\0\0\0\0"), "y: the range does not suit the type"},
        {RESULTS, BYTES("\1\1y\0\0\0\6\0\1\0"), "y: no such public rows"},
        {RESULTS, BYTES("\2\1y\0\0\0\6\0\0\0\1y\0\0\0\6\0\0\0"), "the name y occurs twice"},
        {FIXED, BYTES(ZEROS ZEROS), "a commitment is not a point of the curve"},
        {FIXED, BYTES(ONES ONES), "a commitment is not a point of the curve"},
        {SIGMA, BYTES(ZEROS ZEROS ZEROS ZEROS), "a commitment is not a point of the curve"},
        {SIGMA, BYTES(""), "the file ends too early"},
        {REPR, BYTES(ZEROS ZEROS), "transcript_repr is not what the rest of the key implies"},
        {REPR, BYTES(ONES ONES), "transcript_repr is not what the rest of the key implies"},
        {REPR, BYTES(""), "the file ends too early"},
    };
    bytes parts[PARTS], changed[PARTS];
    uint8_t room[4 * 32];
    memcpy(parts, minimal, sizeof parts);
    commit(parts, room);
    zk_buf file = assemble(parts);
    format_expect_canonical(&vk_format, &file);
    zk_buf_free(&file);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        memcpy(changed, parts, sizeof changed);
        changed[lies[i].part] = lies[i].content;
        file = assemble(changed);
        format_expect_refused(&vk_format, file.data, file.length, ZKML_MALFORMED, lies[i].reason);
        zk_buf_free(&file);
    }
    memcpy(changed, parts, sizeof changed);
    changed[K] = (bytes)BYTES("\2");
    file = assemble(changed);
    format_expect_refused(&vk_format, file.data, file.length, ZKML_LIMIT, "2^2 rows are too few");
    zk_buf_free(&file);
}

Test(vk, exchanged_commitments_are_noticed)
{
    bytes parts[PARTS];
    uint8_t room[4 * 32], first[32];
    memcpy(parts, minimal, sizeof parts);
    commit(parts, room);
    memcpy(first, room + 32, 32);
    memcpy(room + 32, room + 64, 32);
    memcpy(room + 64, first, 32);
    zk_buf file = assemble(parts);
    format_expect_refused(&vk_format, file.data, file.length, ZKML_MALFORMED,
                          "transcript_repr is not what the rest of the key implies");
    zk_buf_free(&file);
}
