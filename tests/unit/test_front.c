/* Lexer, parser, modules and their dumps. Golden files stand in tests/golden/front; set
 * UPDATE_GOLDEN=1 to write them anew, and read the difference before committing it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"
#include "compiler/front/literal.h"
#include "runtime/base/file.h"

static const char *golden_path(char path[512], const char *name, const char *suffix)
{
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, 512, "%s/tests/golden/front/%s%s", top != NULL ? top : ".", name, suffix);
    return path;
}

static void check_golden(const char *name, const char *suffix, const zk_buf *got)
{
    char path[512];
    zkml_error err = {0};
    zk_buf want;
    golden_path(path, name, suffix);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        cr_assert_eq(zk_file_write(path, got->data, got->length, ZK_FILE_PUBLIC, &err), ZKML_OK);
        return;
    }
    cr_assert_eq(zk_file_read(path, 1 << 20, &want, &err), ZKML_OK, "%s", err.text);
    cr_assert(want.length == got->length && memcmp(want.data, got->data, got->length) == 0,
              "%s differs; got:\n%.*s", path, (int)got->length, (const char *)got->data);
    zk_buf_free(&want);
}

/* The number of errors after loading a program from memory. */
static size_t errors_in(const char *text, size_t length, zk_buf *rendered)
{
    zc_session session;
    zc_program *program;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "test.zt", text, length, &source, &err), ZKML_OK);
    cr_assert_eq(zc_module_load(&session, source, &program, &err), ZKML_OK, "%s", err.text);
    size_t errors = session.diags.error_count;
    if (rendered != NULL)
        zc_diags_render(&session.diags, rendered, ZC_DIAG_PLAIN);
    zc_session_free(&session);
    return errors;
}

static void load_golden(zc_session *session, const char *name, uint32_t *source)
{
    char path[512], shown[64];
    zkml_error err = {0};
    zk_buf text;
    zc_session_init(session, 0);
    cr_assert_eq(zk_file_read(golden_path(path, name, ".zt"), 1 << 20, &text, &err), ZKML_OK);
    (void)snprintf(shown, sizeof shown, "%s.zt", name);
    cr_assert_eq(zc_source_add(&session->sources, shown, (const char *)text.data, text.length,
                               source, &err),
                 ZKML_OK);
    zk_buf_free(&text);
}

Test(golden, the_examples_of_the_language_parse_to_their_trees)
{
    const char *const names[] = {"credit", "mlp", "cnn", "attention", "import"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zc_session session;
        uint32_t source;
        zc_file *file;
        zkml_error err = {0};
        zk_buf dump = {0};
        load_golden(&session, names[i], &source);
        cr_assert_eq(zc_parse_file(&session, source, &file, &err), ZKML_OK);
        cr_assert_eq(session.diags.error_count, 0u, "%s has errors", names[i]);
        zc_ast_print(file, &dump);
        check_golden(names[i], ".ast", &dump);
        zk_buf_free(&dump);
        zc_session_free(&session);
    }
}

Test(golden, tokens_have_places_and_texts)
{
    zc_session session;
    uint32_t source;
    zkml_error err = {0};
    zk_buf dump = {0};
    load_golden(&session, "credit", &source);
    cr_assert_eq(zc_tokens_print(&session, source, &dump, &err), ZKML_OK);
    check_golden("credit", ".tokens", &dump);
    zk_buf_free(&dump);
    zc_session_free(&session);
}

/* Several mistakes in one file are reported without cascades, with hints. */
Test(golden, mistakes_are_explained)
{
    const char *const names[] = {"mistakes", "habits"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zc_session session;
        uint32_t source;
        zkml_error err = {0};
        zc_program *program;
        zk_buf text = {0};
        load_golden(&session, names[i], &source);
        cr_assert_eq(zc_module_load(&session, source, &program, &err), ZKML_OK);
        zc_diags_render(&session.diags, &text, ZC_DIAG_PLAIN);
        check_golden(names[i], ".err", &text);
        zk_buf_free(&text);
        zc_session_free(&session);
    }
}

Test(parser, every_standard_library_module_parses)
{
    for (const char *const *name = zc_stdlib_names(); *name != NULL; name++) {
        size_t length;
        const char *text = zc_stdlib_text(*name, &length);
        cr_assert_not_null(text);
        zk_buf messages = {0};
        cr_assert_eq(errors_in(text, length, &messages), 0u, "%s: %.*s", *name,
                     (int)messages.length, (const char *)messages.data);
        zk_buf_free(&messages);
    }
    size_t length;
    cr_assert_null(zc_stdlib_text("no_such_module", &length));
}

Test(parser, accepts_and_rejects)
{
    const struct {
        const char *text;
        size_t errors;
    } cases[] = {
        {"", 0},
        {"/// only a doc comment", 0},
        {"// comment without a line end", 0},
        {"const X = 1;\r\nconst Y = 2;\r\n", 0},
        {"type A = int(0..15);", 0},
        {"const X = 0x1F + 1_000 + 1e-3 + 0.25;", 0},
        {"const X = 1.;", 1},
        {"const X = .5;", 1},
        {"const X = 12abc;", 1},
        {"const X = a < b < c;", 1},
        {"const X = sum[i] w[i];", 1},
        {"const S = \"open", 1},
        {"const S = \"bad \\q\";", 1},
        {"const X = 1 const Y = 2;", 1},
        {"circuit c(x: bool) {}", 1},
        {"fn f(x: num) -> num { let y = x }", 1},
        {"const X = 1; }", 1},
        {"const X = 1 $ 2;", 1},
        {"const X = 1 '+' 2;", 1},
        {"use missing;", 1},
        {"use onnx \"m.onnx\" as net;", 1},
        {"use \"/nonexistent/x.zt\" as x;", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zk_buf messages = {0};
        size_t errors = errors_in(cases[i].text, strlen(cases[i].text), &messages);
        cr_expect_eq(errors, cases[i].errors, "`%s`: %zu errors, expected %zu\n%.*s",
                     cases[i].text, errors, cases[i].errors, (int)messages.length,
                     (const char *)messages.data);
        zk_buf_free(&messages);
    }
}

/* `count` copies of open, "1", `count` copies of close, as the value of a constant. */
static char *nested(const char *open, const char *close, size_t count, size_t *length)
{
    zk_buf text = {0};
    zk_buf_text(&text, "const X = ");
    for (size_t i = 0; i < count; i++)
        zk_buf_text(&text, open);
    zk_buf_text(&text, "1");
    for (size_t i = 0; i < count; i++)
        zk_buf_text(&text, close);
    zk_buf_text(&text, ";");
    cr_assert(!text.failed);
    *length = text.length;
    return (char *)text.data;
}

Test(parser, a_million_levels_give_one_error)
{
    const char *const pairs[][2] = {{"(", ")"}, {"[", "]"},    {"-", ""},      {"f(", ")"},
                                    {"x[", "]"}, {"", "+1"}, {"sum[i](", ")"}, {"if a then 1 else ", ""}};
    const size_t deep = 900000; /* 16 MB is the largest source text */
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t length;
        char *text = nested(pairs[i][0], pairs[i][1], deep, &length);
        zk_buf messages = {0};
        cr_expect_eq(errors_in(text, length, &messages), 1u, "%s: %.*s", pairs[i][0],
                     (int)messages.length, (const char *)messages.data);
        zk_buf_free(&messages);
        free(text);
        text = nested(pairs[i][0], pairs[i][1], 200, &length);
        cr_expect_eq(errors_in(text, length, NULL), 0u, "%s, 200 levels", pairs[i][0]);
        free(text);
    }
}

Test(parser, long_lines_and_many_lines)
{
    zk_buf text = {0};
    zk_buf messages = {0};
    zk_buf_text(&text, "const X = [");
    for (size_t i = 0; i < 500000; i++)
        zk_buf_text(&text, "7,");
    zk_buf_text(&text, "7];\nconst Y = @;\n");
    for (size_t i = 0; i < 500000; i++)
        zk_buf_text(&text, "/// doc\n");
    for (size_t i = 0; i < 100000; i++)
        zk_buf_text(&text, "$#");
    cr_assert_not(text.failed);
    cr_expect_gt(errors_in((const char *)text.data, text.length, &messages), 1000u);
    cr_expect_lt(messages.length, 20000u);
    zk_buf_free(&text);
    zk_buf_free(&messages);
}

/* Writes NAME.zt files into a new directory, loads the first, compares the message or NULL. */
static void check_modules(const char *const files[][2], size_t count, size_t modules,
                          const char *message)
{
    char directory[] = "/tmp/zkmlc-front-XXXXXX";
    char path[128];
    zkml_error err = {0};
    cr_assert_not_null(mkdtemp(directory));
    for (size_t i = count; i-- > 0;) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, files[i][0]);
        cr_assert_eq(zk_file_write(path, files[i][1], strlen(files[i][1]), ZK_FILE_PUBLIC, &err),
                     ZKML_OK, "%s", err.text);
    }
    zc_session session;
    uint32_t source;
    zc_program *program;
    zk_buf text = {0};
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_load(&session.sources, path, &source, &err), ZKML_OK);
    cr_assert_eq(zc_module_load(&session, source, &program, &err), ZKML_OK, "%s", err.text);
    zc_diags_render(&session.diags, &text, ZC_DIAG_PLAIN);
    zk_buf_u8(&text, 0);
    if (message == NULL)
        cr_expect_eq(text.length, 1u, "%s", (const char *)text.data);
    else
        cr_expect_not_null(strstr((const char *)text.data, message), "%s",
                           (const char *)text.data);
    cr_expect_eq(program->count, modules, "%zu files", program->count);
    cr_expect_eq(program->files[program->count - 1], program->root);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, files[i][0]);
        (void)remove(path);
    }
    (void)remove(directory);
    zk_buf_free(&text);
    zc_session_free(&session);
}

Test(modules, are_loaded_once_each_after_what_they_use)
{
    const char *const diamond[][2] = {
        {"a.zt", "use nn; use \"./b.zt\" as b; use \"c.zt\" as c;"},
        {"b.zt", "use \"./c.zt\" as c; use nn;"},
        {"c.zt", "const X = 1;"},
    };
    check_modules(diamond, 3, 4, NULL);
}

Test(modules, problems_are_diagnostics)
{
    const char *const cycle[][2] = {{"a.zt", "use \"b.zt\" as b;"},
                                    {"b.zt", "use \"./a.zt\" as a;"}};
    check_modules(cycle, 2, 2, "error[E0212]");
    const char *const self[][2] = {{"a.zt", "use \"a.zt\" as a;"}};
    check_modules(self, 1, 1, "error[E0212]");
    const char *const missing[][2] = {{"a.zt", "use \"./none.zt\" as b;"}};
    check_modules(missing, 1, 1, "error[E0211]");
    const char *const directory[][2] = {{"a.zt", "use \"./\" as b;"}};
    check_modules(directory, 1, 1, "error[E0211]");
    const char *const inner[][2] = {{"a.zt", "use \"b.zt\" as b;"}, {"b.zt", "const = 1;"}};
    check_modules(inner, 2, 2, "b.zt:1:7");
}

Test(lexer, strings_are_decoded)
{
    static const char text[] = "test \"a\\\"b\\\\c\\n\\t\xC3\xA9\" { }";
    zc_session session;
    zkml_error err = {0};
    uint32_t source;
    zc_file *file;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "t", text, sizeof text - 1, &source, &err),
                 ZKML_OK);
    cr_assert_eq(zc_parse_file(&session, source, &file, &err), ZKML_OK);
    cr_assert_eq(file->count, 1u);
    cr_expect_str_eq(file->decls[0]->u.test.title, "a\"b\\c\n\t\xC3\xA9");
    zc_session_free(&session);
}

Test(parser, doc_comments_belong_to_what_follows)
{
    static const char text[] = "/// The file.\n/// More.\n\n///  one\n/// two\r\nconst A = 1;\n"
                               "const B = 1;\n/// last\n\n// remark\nconst C = 1;\n";
    zc_session session;
    zkml_error err = {0};
    uint32_t source;
    zc_file *file;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "t", text, sizeof text - 1, &source, &err),
                 ZKML_OK);
    cr_assert_eq(zc_parse_file(&session, source, &file, &err), ZKML_OK);
    cr_assert_eq(file->count, 3u);
    cr_expect_str_eq(file->doc, "The file.\nMore.");
    cr_expect_str_eq(file->decls[0]->doc, " one\ntwo");
    cr_expect_null(file->decls[1]->doc);
    cr_expect_str_eq(file->decls[2]->doc, "last");
    zc_session_free(&session);
}

Test(parser, memory_limit_is_a_status)
{
    zk_buf text = {0};
    for (size_t i = 0; i < 20000; i++)
        zk_buf_printf(&text, "const X%zu = [1, 2 + 3, f(4)[5]];\n", i);
    for (size_t limit = 70000; limit < 8000000; limit = limit * 3 / 2) {
        zc_session session;
        zkml_error err = {0};
        uint32_t source;
        zc_file *file;
        zc_session_init(&session, limit);
        cr_assert_eq(zc_source_add(&session.sources, "t", (const char *)text.data, text.length,
                                   &source, &err),
                     ZKML_OK);
        cr_expect_eq(zc_parse_file(&session, source, &file, &err), ZKML_LIMIT);
        cr_expect_eq(session.diags.error_count, 0u);
        zc_session_free(&session);
    }
    zk_buf_free(&text);
}

Test(lexer, refuses_bytes_that_are_no_text)
{
    const struct {
        const char *text;
        size_t length;
    } cases[] = {{"const A\0 = 1;", 13}, {"// \xff\n", 5}, {"// \xC0\x80\n", 6},
                 {"// \xED\xA0\x80\n", 7}, {"const A = 1; \xE2\x80\xAE", 16}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_gt(errors_in(cases[i].text, cases[i].length, NULL), 0u, "case %zu", i);
}

Test(literal, values_are_exact)
{
    const struct {
        const char *literal, *value;
    } cases[] = {{"42", "42"},       {"0x1F", "31"},   {"0.25", "1/4"}, {"1e-3", "1/1000"},
                 {"2.50e2", "250"}, {"0.1", "1/10"}, {"0", "0"},      {"0.0", "0"}};
    mpq_t got, want;
    mpq_inits(got, want, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zc_literal_rational(got, cases[i].literal);
        cr_assert_eq(mpq_set_str(want, cases[i].value, 10), 0);
        cr_expect(mpq_equal(got, want), "%s", cases[i].literal);
    }
    mpq_clears(got, want, NULL);
}
