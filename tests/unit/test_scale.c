/* What compiling takes grows no faster than the program does: operations, bytes of the circuit and
 * memory are counted for a program of some size and for ones that are larger. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/check/check.h"
#include "compiler/circuit/lower.h"
#include "compiler/tir/build.h"

typedef struct counts {
    uint64_t nodes, bytes; /* of the tensor program, of the circuit file */
    uint64_t memory;       /* KiB, at most at one time */
} counts;

enum { SLACK = 2048 }; /* KiB, of how well memory can be measured */

typedef void writer(zk_buf *out, unsigned n);

static void compile(const zk_buf *text, counts *c)
{
    zc_session session;
    zc_program *program;
    zc_checker *checker;
    zc_tir *tir = NULL;
    zk_circuit circuit;
    zk_buf bytes = {0};
    zkml_error err = {0};
    uint32_t source;
    const zc_lower_options options = {0};
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "scale.zt", (const char *)text->data,
                               text->length, &source, &err), ZKML_OK);
    cr_assert_eq(zc_module_load(&session, source, &program, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_checker_new(&checker, &session, program, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_elaborate_circuit(checker, NULL, &tir, &err), ZKML_OK, "%s", err.text);
    if (tir == NULL)
        zc_diags_print(&session.diags, stderr, ZC_DIAG_PLAIN);
    cr_assert_not_null(tir);
    cr_assert_eq(zc_lower(tir, &session.sources, &session.diags, &options, &circuit, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zk_circuit_write(&circuit, &bytes, &err), ZKML_OK, "%s", err.text);
    c->nodes = tir->node_count;
    c->bytes = bytes.length;
    zk_buf_free(&bytes);
    zk_circuit_free(&circuit);
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
}

/* In a process of its own, so that memory can be told. */
static counts measure(writer *write_program, unsigned n)
{
    int ends[2];
    counts c = {0};
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_neq(child, -1);
    if (child == 0) {
        zk_buf text = {0};
        struct rusage usage;
        write_program(&text, n);
        compile(&text, &c);
        zk_buf_free(&text);
        (void)getrusage(RUSAGE_SELF, &usage);
        c.memory = (uint64_t)usage.ru_maxrss;
        _exit(write(ends[1], &c, sizeof c) == (ssize_t)sizeof c ? 0 : 1);
    }
    (void)close(ends[1]);
    cr_assert_eq(read(ends[0], &c, sizeof c), (ssize_t)sizeof c, "size %u was not compiled", n);
    (void)close(ends[0]);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    return c;
}

/* Four times the size: at most 6 times as much of anything. What grows with the square takes 16 times
 * as much. */
static void expect_linear(const char *what, writer *write_program, unsigned n)
{
    counts none = measure(write_program, 1), one = measure(write_program, n);
    counts four = measure(write_program, 4 * n);
    cr_expect_leq(four.nodes, 6 * one.nodes, "%s: %llu operations for %u, %llu for %u", what,
                  (unsigned long long)one.nodes, n, (unsigned long long)four.nodes, 4 * n);
    cr_expect_leq(four.bytes, 6 * one.bytes, "%s: %llu bytes for %u, %llu for %u", what,
                  (unsigned long long)one.bytes, n, (unsigned long long)four.bytes, 4 * n);
    cr_expect_leq(four.memory - none.memory, 6 * (one.memory - none.memory) + SLACK,
                  "%s: %llu KiB for 1, %llu KiB for %u, %llu KiB for %u", what,
                  (unsigned long long)none.memory, (unsigned long long)one.memory, n,
                  (unsigned long long)four.memory, 4 * n);
}

/* ---- programs of a size ---- */

static void write_matrix(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "const W: int(-9 .. 9)[%u, %u] = load_raw(\"scale.bin\", \"i8\");\n", n, n);
    zk_buf_printf(out, "circuit c(private x: int(0 .. 9)[%u]) -> public int(0 .. %u) {\n", n, n - 1);
    zk_buf_text(out, "    let y[i] = sum[j](W[i, j] * x[j]);\n    argmax[i](y[i])\n}\n");
}

static void write_layers(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "type A = fix(8, 5);\n"
                       "const W: fix(8, 7)[%u, 8, 8] = load_raw(\"scale.bin\", \"i8\");\n", n);
    zk_buf_printf(out, "circuit c(private x: A[8]) -> public A[8] {\n    loop h = x for l < %u {\n", n);
    zk_buf_text(out, "        let y[i] = sum[j](W[l, i, j] * h[j]);\n"
                     "        clamp max(y, 0) to A\n    }\n}\n");
}

static void write_statements(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "circuit c(private x: int(0 .. 9)) -> public int(0 .. %u) {\n", 9 * n + 9);
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "    let y%u = %s%u + x;\n", i + 1, i == 0 ? "" : "y", i);
    zk_buf_printf(out, "    y%u\n}\n", n);
}

static void write_assertions(zk_buf *out, unsigned n)
{
    zk_buf_text(out, "circuit c(private x: int(0 .. 9)) {\n");
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "    assert x + %u != 7, \"number %u\";\n", i % 7, i);
    zk_buf_text(out, "}\n");
}

/* All on one line. */
static void write_parameters(zk_buf *out, unsigned n)
{
    zk_buf_text(out, "circuit c(");
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "private p%u: int(0 .. 9), ", i);
    zk_buf_text(out, "private x: bool) -> public bool { x }\n");
}

static void write_array(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "circuit c(private x: int(0 .. 9)) -> public int(0 .. 99)[%u] { [", n);
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "%sx + %u", i > 0 ? ", " : "", i % 90);
    zk_buf_text(out, "] }\n");
}

static void write_literal(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "const W: int(0 .. 9)[%u] = [", n);
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "%s%u", i > 0 ? ", " : "", i % 10);
    zk_buf_printf(out, "];\ncircuit c(private x: int(0 .. 9)[%u]) -> public int(0 .. %u) {\n", n,
                  81 * n);
    zk_buf_text(out, "    sum[i](W[i] * x[i])\n}\n");
}

static void write_rows(zk_buf *out, unsigned n)
{
    zk_buf_printf(out, "circuit c(private x: int(0 .. 9)[%u, 4]) -> public int(0 .. 9)[%u] {\n", n, n);
    zk_buf_text(out, "    let y[i] = max[j](x[i, j]);\n    y\n}\n");
}

static void write_tables(zk_buf *out, unsigned n)
{
    zk_buf_text(out, "type A = fix(8, 4);\n");
    for (unsigned i = 0; i < n; i++)
        zk_buf_printf(out, "table t%u(x: A) -> fix(14, 4) = round x * %u / 10;\n", i, i + 1);
    zk_buf_text(out, "circuit c(private x: A) -> public fix(40, 4) {\n    t0(x)");
    for (unsigned i = 1; i < n; i++)
        zk_buf_printf(out, " + t%u(x)", i);
    zk_buf_text(out, "\n}\n");
}

/* The data that `load_raw` reads, as many bytes as wanted. */
static void write_weights(size_t count)
{
    FILE *file = fopen("scale.bin", "wb");
    cr_assert_not_null(file);
    for (size_t i = 0; i < count; i++)
        (void)fputc((int)(i * 31 % 19) - 9, file);
    cr_assert_eq(fclose(file), 0);
}

static void in_directory(void)
{
    static char path[] = "/tmp/test_scale.XXXXXX";
    cr_assert_not_null(mkdtemp(path));
    cr_assert_eq(chdir(path), 0);
}

static void out_of_directory(void)
{
    char path[64];
    cr_assert_not_null(getcwd(path, sizeof path));
    (void)unlink("scale.bin");
    cr_assert_eq(rmdir(path), 0);
}

TestSuite(scale, .init = in_directory, .fini = out_of_directory);

Test(scale, a_matrix_is_few_operations)
{
    counts counted[3];
    for (unsigned i = 0; i < 3; i++) {
        unsigned n = 64u << i;
        write_weights((size_t)n * n);
        counted[i] = measure(write_matrix, n);
        cr_expect_eq(counted[i].nodes, counted[0].nodes);
    }
    cr_expect_leq(counted[2].bytes, 6 * counted[1].bytes);
    uint64_t twice = counted[1].memory - counted[0].memory;
    uint64_t four_times = counted[2].memory - counted[0].memory;
    cr_expect_leq(four_times, 8 * twice + SLACK, /* in proportion: 5 times */
                  "128 x 128 and 256 x 256 take %llu and %llu KiB more than 64 x 64",
                  (unsigned long long)twice, (unsigned long long)four_times);
}

Test(scale, layers_are_as_many_operations_each)
{
    counts counted[3];
    for (unsigned i = 0; i < 3; i++) {
        write_weights((size_t)64 * 50 * (i + 1));
        counted[i] = measure(write_layers, 50 * (i + 1));
    }
    cr_expect_eq(counted[2].nodes - counted[1].nodes, counted[1].nodes - counted[0].nodes);
    cr_expect_leq(counted[2].bytes, 4 * counted[0].bytes);
}

Test(scale, programs_of_any_form)
{
    expect_linear("statements", write_statements, 1000);
    expect_linear("assertions", write_assertions, 1000);
    expect_linear("parameters", write_parameters, 400);
    expect_linear("array", write_array, 1000);
    expect_linear("literal", write_literal, 5000);
    expect_linear("rows", write_rows, 2000);
    expect_linear("tables", write_tables, 10);
}
