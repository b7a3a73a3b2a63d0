/* circuit.bin: circuits of all small programs survive the trip through their file. */
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "tests/formats/format_cases.h"
#include "tests/formats/same_circuit.h"

static const char source[] =
    "/// calls, a table, an assertion and every part of the source map\n"
    "type Feature = fix(16, 8, -8.0 .. 8.0);\n"
    "const W: fix(12, 8)[3] = round [0.83, -1.2, 0.41];\n"
    "table sigmoid(z: fix(8, 4, -8.0 .. 7.9375)) -> ufix(11, 10) = round 1 / (1 + exp(-z));\n"
    "fn score(x: Feature[3]) -> int(300 .. 850) {\n"
    "    let z = sum[i](W[i] * x[i]);\n"
    "    let p = sigmoid(clamp z to fix(8, 4, -8.0 .. 7.9375));\n"
    "    round 300 + 550 * p to int(300 .. 850)\n"
    "}\n"
    "circuit credit(public threshold: int(300 .. 850), committed profile: Feature[3]) {\n"
    "    assert score(profile) >= threshold, \"score is below the threshold\";\n"
    "}\n";

static zkml_status round_trip(const uint8_t *bytes, size_t length, zk_buf *again, zkml_error *err)
{
    zk_circuit circuit;
    zkml_status status = zk_circuit_read(&circuit, "c.bin", bytes, length, err);
    if (status == ZKML_OK) {
        uint8_t digest[32];
        memcpy(digest, circuit.digest, sizeof digest);
        status = zk_circuit_write(&circuit, again, err);
        cr_expect_arr_eq(digest, circuit.digest, sizeof digest);
    }
    zk_circuit_free(&circuit);
    return status;
}

static const format bin_format = {
    .name = "c.bin", .personal = "zkmlc-circuitbin", .round_trip = round_trip};

static zk_buf write_circuit(zk_circuit *circuit)
{
    zk_buf file = {0};
    zkml_error err = {0};
    cr_assert_eq(zk_circuit_write(circuit, &file, &err), ZKML_OK, "%s", err.text);
    return file;
}

static void make_circuit(zk_circuit *circuit, const char *name)
{
    program p;
    program_open(&p, program_find(name));
    format_lower(&p, circuit);
    program_close(&p);
}

static zk_buf make_file(const char *name)
{
    zk_circuit circuit;
    if (name == NULL)
        format_compile(source, &circuit);
    else
        make_circuit(&circuit, name);
    zk_buf file = write_circuit(&circuit);
    zk_circuit_free(&circuit);
    return file;
}

/* Written, read and compared; frees the circuit. `name` is for the fuzz target's corpus. */
static void expect_it_comes_back(zk_circuit *circuit, const char *name)
{
    zk_circuit back;
    zkml_error err = {0};
    zk_buf file = write_circuit(circuit);
    format_expect_canonical(&bin_format, &file);
    format_keep_for_fuzzing(&file, "circuit", name);
    cr_assert_eq(zk_circuit_read(&back, "c.bin", file.data, file.length, &err), ZKML_OK, "%s",
                 err.text);
    cr_expect_arr_eq(back.digest, file.data + file.length - 32, 32);
    expect_same_circuit(circuit, &back);
    zk_circuit_free(&back);
    zk_circuit_free(circuit);
    zk_buf_free(&file);
}

/* ---- round trips ---- */

Test(circuit, every_circuit_comes_back_as_it_was)
{
    for (size_t c = 0; c < program_case_count; c++) {
        zk_circuit circuit;
        make_circuit(&circuit, program_cases[c].name);
        expect_it_comes_back(&circuit, program_cases[c].name);
    }
}

Test(circuit, the_source_map_comes_back)
{
    zk_circuit circuit;
    format_compile(source, &circuit);
    size_t called = 0, messages = 0;
    for (size_t i = 0; i < circuit.span_count; i++)
        called += circuit.spans[i].caller != UINT32_MAX;
    for (size_t i = 0; i < circuit.region_count; i++)
        messages += circuit.regions[i].message != NULL;
    cr_assert(circuit.file_count > 0 && called > 0 && messages > 0 && circuit.tag_count > 0);
    expect_it_comes_back(&circuit, "source");
}

/* Values of every width, at the ends of their ranges. */
Test(circuit, fixed_columns_of_every_width_come_back)
{
    static const int64_t ends[][2] = {
        {0, 255},         {-128, 127},       {-1, 255},       {1000, 66535},
        {-32768, 32768},  {0, UINT32_MAX},   {-1, INT64_MAX}, {-INT64_MAX, INT64_MAX},
        {-INT64_MAX, -7}, {INT32_MIN, 1000},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        zk_circuit circuit;
        make_circuit(&circuit, "dot");
        zk_fixed_column *f = &circuit.fixed[0];
        cr_assert(f->small != NULL && f->count >= 3);
        f->small[0] = ends[i][0];
        f->small[1] = ends[i][1];
        f->small[2] = ends[i][1] - 1;
        expect_it_comes_back(&circuit, "ends");
    }
}

/* A column of field elements is stored as such only when it has to be. */
Test(circuit, field_elements_come_back)
{
    for (int wide = 0; wide < 2; wide++) {
        zk_circuit circuit;
        make_circuit(&circuit, "dot");
        zk_fixed_column *f = &circuit.fixed[0];
        f->wide = zk_arena_alloc(&circuit.arena, f->count, sizeof *f->wide);
        cr_assert(f->wide != NULL && f->count >= 3);
        for (uint32_t r = 0; r < f->count; r++)
            zk_fp_from_i64(&f->wide[r], (int64_t)r - 1);
        f->small = NULL;
        if (wide)
            f->wide[1] = zk_fp_delta;
        zk_buf file = write_circuit(&circuit);
        zk_circuit back;
        zkml_error err = {0};
        cr_assert_eq(zk_circuit_read(&back, "c.bin", file.data, file.length, &err), ZKML_OK);
        cr_expect_eq(back.fixed[0].wide != NULL, wide);
        zk_circuit_free(&back);
        zk_buf_free(&file);
        expect_it_comes_back(&circuit, wide ? "wide" : "narrowed");
    }
}

Test(circuit, what_has_no_influence_is_not_stored)
{
    zk_circuit plain, other;
    make_circuit(&plain, "dot");
    make_circuit(&other, "dot");
    zk_fixed_column *f = &other.fixed[0];
    int64_t *longer = zk_arena_alloc(&other.arena, f->count + 1, sizeof *longer);
    cr_assert(longer != NULL && other.param_count > 0);
    memcpy(longer, f->small, f->count * sizeof *longer);
    f->small = longer;
    f->count++;
    other.params[0].first_row = 7; /* private */
    other.program.instrs[0].shift = 9;
    zk_buf a = write_circuit(&plain), b = write_circuit(&other);
    cr_assert_eq(a.length, b.length);
    cr_expect_arr_eq(a.data, b.data, a.length);
    cr_expect_arr_eq(plain.digest, other.digest, 32);
    zk_buf_free(&a);
    zk_buf_free(&b);
    zk_circuit_free(&plain);
    zk_circuit_free(&other);
}

/* Different circuits have different digests. */
Test(circuit, whatever_has_influence_changes_the_digest)
{
    uint8_t seen[2][32];
    for (int changed = 0; changed < 2; changed++) {
        zk_circuit circuit;
        make_circuit(&circuit, "dot");
        cr_assert_geq(circuit.copy_count, 2);
        zk_cell_copy first = circuit.copies[0];
        if (changed) {
            circuit.copies[0] = circuit.copies[1];
            circuit.copies[1] = first;
        }
        zk_buf file = write_circuit(&circuit);
        memcpy(seen[changed], circuit.digest, 32);
        zk_buf_free(&file);
        zk_circuit_free(&circuit);
    }
    cr_expect_arr_neq(seen[0], seen[1], 32);
}

Test(circuit, a_circuit_that_contradicts_itself_is_not_written)
{
    zk_circuit circuit;
    zk_buf file = {0};
    zkml_error err = {0};
    make_circuit(&circuit, "dot");
    cr_assert_eq(zk_circuit_write(&circuit, &file, &err), ZKML_OK);
    circuit.copies[0].a.row = UINT32_C(1) << circuit.k;
    cr_expect_eq(zk_circuit_write(&circuit, &file, &err), ZKML_MALFORMED);
    zk_buf_free(&file);
    zk_circuit_free(&circuit);
}

/* ---- damage ---- */

Test(circuit, only_the_exact_length_is_read)
{
    static const char *const names[] = {"argmax", NULL};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zk_buf file = make_file(names[i]);
        format_expect_exact_length(&bin_format, &file);
        zk_buf_free(&file);
    }
}

Test(circuit, every_change_is_noticed)
{
    static const char *const names[] = {"argmax", "structure", "table", "assert-all", NULL};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zk_buf file = make_file(names[i]);
        size_t accepted = format_expect_changes_noticed(&bin_format, &file, 1);
        cr_expect_gt(accepted, 100, "%zu of %zu", accepted, file.length);
        zk_buf_free(&file);
    }
}
