/* What is told about circuits: equations, costs, proof sizes, reports and pictures. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/circuit/lower.h"
#include "runtime/base/file.h"
#include "runtime/circuit/plk.h"
#include "runtime/inspect/equation.h"
#include "runtime/inspect/layout.h"
#include "runtime/inspect/words.h"
#include "tests/exhaustive/programs.h"

static zkml_error err;

/* The text so far, as a string that lives until the next call. */
static const char *string_of(zk_buf *buf)
{
    zk_buf_u8(buf, 0);
    cr_assert(!buf->failed);
    buf->length--;
    return (const char *)buf->data;
}

static const char *top(void)
{
    const char *path = getenv("top_srcdir");
    return path != NULL ? path : ".";
}

/* ---- equations ---- */

static zk_constraint_system cs;

static void expect_equation(zk_expr_id expr, const char *wanted)
{
    zk_buf out = {0};
    zk_equation_put(&out, &cs, expr, 200);
    cr_expect_str_eq(string_of(&out), wanted);
    zk_buf_free(&out);
}

Test(equation, reads_as_people_write)
{
    zk_fp big, minus;
    zk_cs_init(&cs);
    for (int i = 0; i < 3; i++) {
        (void)zk_cs_advice_column(&cs);
        (void)zk_cs_fixed_column(&cs);
        (void)zk_cs_instance_column(&cs);
    }
    zk_expr_id a = zk_cs_query_advice(&cs, 0, 0), b = zk_cs_query_advice(&cs, 1, -2);
    zk_expr_id f = zk_cs_query_fixed(&cs, 2), i = zk_cs_query_instance(&cs, 0, 1);
    zk_expr_id five = zk_cs_constant_i64(&cs, 5), minus_five = zk_cs_constant_i64(&cs, -5);
    zk_fp_from_i64(&minus, -3);
    zk_fp_from_i64(&big, 2);
    zk_fp_inv(&big, &big);
    expect_equation(zk_cs_add(&cs, zk_cs_mul(&cs, f, a), b), "F2 A0 + A1@-2");
    expect_equation(zk_cs_sub(&cs, a, zk_cs_sub(&cs, b, i)), "A0 - A1@-2 + I0@1");
    expect_equation(zk_cs_mul(&cs, f, zk_cs_sub(&cs, a, five)), "F2 (A0 - 5)");
    expect_equation(zk_cs_mul(&cs, zk_cs_add(&cs, a, b), zk_cs_neg(&cs, a)), "(A0 + A1@-2) (-A0)");
    expect_equation(zk_cs_add(&cs, a, minus_five), "A0 - 5");
    expect_equation(zk_cs_mul(&cs, minus_five, a), "(-5) A0");
    expect_equation(zk_cs_neg(&cs, zk_cs_neg(&cs, minus_five)), "-5");
    expect_equation(zk_cs_sub(&cs, a, zk_cs_scale(&cs, b, &minus)), "A0 + 3 A1@-2");
    expect_equation(zk_cs_mul(&cs, a, zk_cs_scale(&cs, b, &minus)), "A0 (-3 A1@-2)");
    expect_equation(zk_cs_scale(&cs, zk_cs_add(&cs, a, b), &big),
                    "0x2000000000000000000000000000000011234c7e04a67c8dcc96987680000001 "
                    "(A0 + A1@-2)");
    zk_expr_id sum = a;
    for (int n = 0; n < 200; n++)
        sum = zk_cs_add(&cs, sum, a);
    zk_buf out = {0};
    zk_equation_put(&out, &cs, sum, 40);
    cr_expect_lt(out.length, 60u);
    cr_expect_str_eq(string_of(&out) + out.length - 6, " + ...");
    zk_buf_free(&out);
    zk_cs_free(&cs);
}

static void expect_wrapped(const char *text, unsigned width, const char *wanted)
{
    zk_buf out = {0};
    zk_wrapped_put(&out, text, strlen(text), 2, width);
    cr_expect_str_eq(string_of(&out), wanted);
    zk_buf_free(&out);
}

Test(equation, long_ones_break_before_operators)
{
    expect_wrapped("F0 A0 + F1 A1 - F2 A2 = 0", 100, "  F0 A0 + F1 A1 - F2 A2 = 0\n");
    expect_wrapped("F0 A0 + F1 A1 - F2 A2 = 0", 16, "  F0 A0 + F1 A1\n  - F2 A2 = 0\n");
    expect_wrapped("F0 A0 + F1 A1", 3, "  F0 A0\n  + F1 A1\n");
    expect_wrapped("(F0, A1, A2) in (F1)", 11, "  (F0, A1,\n  A2) in (F1)\n");
    expect_wrapped("x", 1, "  x\n");
}

/* ---- sizes of proofs ---- */

Test(proof_size, is_that_of_the_vectors)
{
    static const char *const names[] = {"tiny", "tinysel", "zcash_ext"};
    for (int i = 0; i < 3; i++) {
        char path[512];
        zk_buf text, proof;
        zk_plk plk;
        zk_proof_size size;
        uint32_t counts[] = {3, 1};
        (void)snprintf(path, sizeof path, "%s/tests/vectors/%s.plk", top(), names[i]);
        cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
        (void)snprintf(path, sizeof path, "%s/tests/vectors/%s.proof.bin", top(), names[i]);
        cr_assert_eq(zk_file_read(path, 1 << 20, &proof, &err), ZKML_OK, "%s", err.text);
        cr_assert_eq(zk_plk_read(&plk, path, (const char *)text.data, text.length, &err), ZKML_OK);
        cr_assert_eq(zk_proof_size_of(&size, &plk.cs, plk.k, counts, &err), ZKML_OK);
        size_t items = 0, values = plk.cs.n_instance == 1 ? 3 : 4;
        for (int part = 0; part < ZK_PROOF_PARTS; part++)
            items += size.parts[part].items;
        cr_expect_eq(size.proof, proof.length, "%s: %zu", names[i], size.proof);
        cr_expect_eq(32 * items, proof.length);
        cr_expect_eq(size.envelope, 132 + 8 * plk.cs.n_instance + 32 * values + proof.length);
        zk_plk_free(&plk);
        zk_buf_free(&text);
        zk_buf_free(&proof);
    }
}

/* ---- circuits ---- */

typedef struct fixture {
    program p;
    zk_circuit circuit;
    zc_sources sources;
    zc_diags diags;
    zk_subject subject;
} fixture;

static void open_case(fixture *f, const program_case *c)
{
    zc_lower_options options = {0};
    zc_sources_init(&f->sources);
    zc_diags_init(&f->diags, &f->sources);
    program_open(&f->p, c);
    cr_assert_eq(zc_lower(f->p.tir, &f->sources, &f->diags, &options, &f->circuit, &err), ZKML_OK,
                 "%s", err.text);
}

/* After the circuit was changed. */
static void look(fixture *f)
{
    cr_assert_eq(zk_subject_of_circuit(&f->subject, &f->circuit, "some/circuit.bin", 12345, &err),
                 ZKML_OK, "%s", err.text);
}

static void close_case(fixture *f)
{
    zk_subject_free(&f->subject);
    zk_circuit_free(&f->circuit);
    program_close(&f->p);
    zc_diags_free(&f->diags);
    zc_sources_free(&f->sources);
}

static void expect_sums(const char *name, const zk_cost *cost, const zk_cost_item *items,
                        size_t count)
{
    uint64_t rows = 0, slots = 0;
    for (size_t i = 0; i < count; i++) {
        rows += items[i].rows;
        slots += items[i].slots;
    }
    cr_expect_eq(rows, cost->rows, "%s", name);
    cr_expect_eq(slots, cost->slots, "%s", name);
}

/* Nothing is lost or counted twice: lines, gadgets and cells add up to the rows and look-ups that
 * the circuit has. */
Test(cost, adds_up_for_all_operations)
{
    for (size_t c = 0; c < program_case_count; c++) {
        const char *name = program_cases[c].name;
        fixture f;
        open_case(&f, &program_cases[c]);
        look(&f);
        const zk_cost *cost = &f.subject.cost;
        expect_sums(name, cost, cost->lines, cost->line_count);
        expect_sums(name, cost, cost->gadgets, cost->gadget_count);
        expect_sums(name, cost, cost->cells, cost->cell_count);
        expect_sums(name, cost, cost->layers, cost->layer_count);
        cr_expect_eq(cost->rows, cost->gate_rows, "%s: %u gate rows", name, cost->gate_rows);
        cr_expect_leq(cost->used_rows, zk_cs_usable_rows(&f.circuit.cs, f.circuit.k));
        uint64_t table = 0, slots = 0;
        for (size_t i = 0; i < cost->tag_count; i++) {
            table += cost->tags[i].rows;
            slots += cost->tags[i].slots;
        }
        cr_expect_eq(slots, cost->slots, "%s: %zu look-ups by tag", name, (size_t)slots);
        cr_expect(f.circuit.cs.n_lookups == 0 || table + 1 == cost->table_rows, "%s: table", name);
        close_case(&f);
    }
}

/* Most expensive first; ties in the order of the names. */
Test(cost, is_sorted)
{
    fixture f;
    open_case(&f, program_find("argmax"));
    look(&f);
    const zk_cost *cost = &f.subject.cost;
    cr_assert_geq(cost->gadget_count, 2u);
    for (size_t i = 1; i < cost->gadget_count; i++)
        cr_expect_geq(cost->gadgets[i - 1].rows, cost->gadgets[i].rows);
    close_case(&f);
}

/* ---- reports ---- */

Test(report, text)
{
    fixture f;
    zk_buf out = {0}, golden = {0};
    char path[512];
    open_case(&f, program_find("round"));
    look(&f);
    zk_report_text(&out, &f.subject);
    char *memory = strstr(string_of(&out), "\nmemory\n"); /* an estimate of another module */
    cr_assert(memory != NULL);
    out.length = (size_t)(memory - (char *)out.data);
    (void)snprintf(path, sizeof path, "%s/tests/golden/inspect/round.txt", top());
    if (getenv("UPDATE_GOLDEN") != NULL)
        cr_assert_eq(zk_file_write(path, out.data, out.length, ZK_FILE_PUBLIC, &err), ZKML_OK);
    cr_assert_eq(zk_file_read(path, 1 << 20, &golden, &err), ZKML_OK, "%s", err.text);
    cr_expect(golden.length == out.length && memcmp(golden.data, out.data, out.length) == 0,
              "%s differs:\n%.*s", path, (int)out.length, (const char *)out.data);
    zk_buf_free(&golden);
    zk_buf_free(&out);
    close_case(&f);
}

static json_int_t figure(json_t *root, const char *object, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(root, object), name));
}

Test(report, json)
{
    for (size_t c = 0; c < program_case_count; c++) {
        fixture f;
        zk_buf out = {0};
        open_case(&f, &program_cases[c]);
        look(&f);
        cr_assert_eq(zk_report_json(&out, &f.subject, &err), ZKML_OK);
        json_t *root = json_loads(string_of(&out), JSON_REJECT_DUPLICATES, NULL);
        cr_assert(root != NULL, "%s", (const char *)out.data);
        cr_expect_eq(json_integer_value(json_object_get(root, "v")), 1);
        cr_expect_str_eq(json_string_value(json_object_get(root, "kind")), "circuit");
        cr_expect_eq(figure(root, "rows", "used"), (json_int_t)f.subject.cost.used_rows);
        cr_expect_eq(figure(root, "columns", "fixed"), (json_int_t)f.circuit.cs.n_fixed);
        cr_expect_eq(figure(root, "proof", "halo2_bytes"), (json_int_t)f.subject.size.proof);
        cr_expect_eq(json_array_size(json_object_get(root, "regions")), f.circuit.region_count);
        json_decref(root);
        zk_buf_free(&out);
        close_case(&f);
    }
}

/* ---- pictures ---- */

/* Tags are balanced and no text has a bare '<' or '&'. */
static bool is_well_formed(const char *svg)
{
    int depth = 0;
    for (const char *c = svg; *c != '\0'; c++) {
        if (*c == '&' && strncmp(c, "&lt;", 4) != 0 && strncmp(c, "&gt;", 4) != 0 &&
            strncmp(c, "&amp;", 5) != 0)
            return false;
        if (*c != '<')
            continue;
        const char *end = c + strcspn(c + 1, "<>") + 1;
        if (*end != '>' || (c[1] != '/' && (c[1] < 'a' || c[1] > 'z')))
            return false;
        depth += c[1] == '/' ? -1 : end[-1] == '/' ? 0 : 1;
        if (depth < 0)
            return false;
        c = end;
    }
    return depth == 0;
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        count++;
    return count;
}

Test(layout, pictures_of_all_operations)
{
    for (size_t c = 0; c < program_case_count; c++) {
        fixture f;
        zk_buf out = {0};
        open_case(&f, &program_cases[c]);
        look(&f);
        cr_assert_eq(zk_layout_svg(&out, &f.subject, &err), ZKML_OK);
        const char *svg = string_of(&out);
        cr_expect(is_well_formed(svg), "%s:\n%s", program_cases[c].name, svg);
        cr_expect_gt(occurrences(svg, "</title>"), f.circuit.region_count);
        zk_buf_free(&out);
        close_case(&f);
    }
}

Test(layout, hostile_names)
{
    fixture f;
    zk_buf out = {0};
    open_case(&f, program_find("clamp"));
    for (size_t i = 0; i < f.circuit.region_count; i++)
        f.circuit.regions[i].label = "\"<script>a&b;c</script>";
    look(&f);
    cr_assert_eq(zk_layout_svg(&out, &f.subject, &err), ZKML_OK);
    cr_expect(is_well_formed(string_of(&out)));
    cr_expect_eq(occurrences(string_of(&out), "<script"), 0u);
    cr_expect_gt(occurrences(string_of(&out), "&lt;script&gt;a&amp;b;c"), 0u);
    zk_buf_free(&out);
    close_case(&f);
}

static uint64_t counts_after(const char *text, const char *root)
{
    uint64_t sum = 0;
    for (const char *line = strstr(text, root); line != NULL; line = strstr(line + 1, root)) {
        const char *end = strchr(line, '\n');
        cr_assert(end != NULL);
        while (end[-1] != ' ')
            end--;
        sum += strtoull(end, NULL, 10);
    }
    return sum;
}

Test(flame, counts_every_row_and_look_up)
{
    for (size_t c = 0; c < program_case_count; c++) {
        fixture f;
        zk_buf out = {0};
        open_case(&f, &program_cases[c]);
        look(&f);
        const zk_cost *cost = &f.subject.cost;
        cr_assert_eq(zk_flame_folded(&out, &f.subject, &err), ZKML_OK);
        cr_expect_eq(counts_after(string_of(&out), "test;rows"), cost->rows);
        cr_expect_eq(counts_after(string_of(&out), "test;look-ups"), cost->slots);
        cr_expect(cost->tag_count == 0 ||
                  counts_after(string_of(&out), "test;table") + 1 == cost->table_rows);
        zk_buf_free(&out);
        close_case(&f);
    }
}
