/* Sources and places in them; diagnostics as text and as JSON. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/session.h"

static uint32_t add(zc_session *session, const char *name, const char *text)
{
    zkml_error err = {0};
    uint32_t file;
    cr_assert_eq(zc_source_add(&session->sources, name, text, strlen(text), &file, &err), ZKML_OK);
    return file;
}

/* The place of the nth occurrence (from 0) of `words`. */
static zc_span find(const zc_session *session, uint32_t file, const char *words, unsigned nth)
{
    const char *text = (const char *)zc_source_get(&session->sources, file)->text.data;
    const char *at = strstr(text, words);
    for (; nth > 0 && at != NULL; nth--)
        at = strstr(at + 1, words);
    cr_assert_not_null(at, "%s", words);
    uint32_t start = (uint32_t)(at - text);
    return (zc_span){file, start, start + (uint32_t)strlen(words)};
}

static void expect_text(const zc_session *session, unsigned style, const char *want)
{
    zk_buf got = {0};
    zc_diags_render(&session->diags, &got, style);
    zk_buf_u8(&got, 0);
    cr_assert_not(got.failed);
    cr_expect_str_eq((const char *)got.data, want, "got:\n%s", (const char *)got.data);
    zk_buf_free(&got);
}

static const char *const credit = "type Feature = fix(16, 8, -8.0 .. 8.0);\n"
                                  "\n"
                                  "table sigmoid(z: fix(14, 8, -8.0 .. 8.0)) -> ufix(11, 10) =\n"
                                  "    round 1 / (1 + exp(-z));\n"
                                  "\n"
                                  "fn score(x: Feature[N]) -> int(300 .. 850) {\n"
                                  "    let z = sum[i](W[i] * x[i]) + BIAS;\n"
                                  "    let p = sigmoid(z);\n"
                                  "}\n";

Test(text, shows_spans_labels_notes_and_help)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "credit.zt", credit);
    zc_diag *d = zc_error(&session.diags, ZC_E_TABLE_DOMAIN, find(&session, file, "z", 3),
                          "argument of table `%s` may leave its domain", "sigmoid");
    zc_diag_primary_label(d, "ranges over %s", "-37.87 .. 38.57");
    zc_diag_label(d, find(&session, file, "fix(14, 8, -8.0 .. 8.0)", 0), "domain -8.0 .. 8.0");
    zc_diag_note(d, "first line\nsecond line");
    zc_diag_fix(d, find(&session, file, "z", 3), "clamp z to T", "saturate: `clamp z to T`");
    expect_text(&session, ZC_DIAG_EXPLAIN,
                "error[E0417]: argument of table `sigmoid` may leave its domain\n"
                " --> credit.zt:8:21\n"
                "  |\n"
                "3 | table sigmoid(z: fix(14, 8, -8.0 .. 8.0)) -> ufix(11, 10) =\n"
                "  |                  ----------------------- domain -8.0 .. 8.0\n"
                "...\n"
                "8 |     let p = sigmoid(z);\n"
                "  |                     ^ ranges over -37.87 .. 38.57\n"
                "  |\n"
                "  = note: first line\n"
                "          second line\n"
                "  = help: saturate: `clamp z to T`\n"
                "  = explain: zkmlc explain E0417\n"
                "\n"
                "1 error\n");
    zc_session_free(&session);
}

Test(text, places_several_labels_on_one_line)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "a.zt", "let y = sum[j](W[m, j] * x[j]) + b;\n");
    zc_diag *d = zc_error(&session.diags, ZC_E_INDEX_SIZE, find(&session, file, "x[j]", 0),
                          "index `j` has two sizes");
    zc_diag_primary_label(d, "x is [785]");
    zc_diag_label(d, find(&session, file, "W[m, j]", 0), "W is [128, 784]");
    zc_diag_label(d, find(&session, file, "sum", 0), "in this sum");
    expect_text(&session, ZC_DIAG_PLAIN,
                "error[E0341]: index `j` has two sizes\n"
                " --> a.zt:1:26\n"
                "  |\n"
                "1 | let y = sum[j](W[m, j] * x[j]) + b;\n"
                "  |         ---    -------   ^^^^ x is [785]\n"
                "  |         |      W is [128, 784]\n"
                "  |         in this sum\n"
                "\n"
                "1 error\n");
    zc_session_free(&session);
}

Test(text, spans_over_lines_tabs_wide_characters_and_other_files)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "a.zt", "\t\"\xE6\x97\xA5\xE6\x9C\xAC\" + x\n{\n  a\n  b\n}\n");
    uint32_t other = add(&session, "lib.zt", "fn f\n");
    zc_diag *d = zc_error(&session.diags, ZC_E_SHAPE, find(&session, file, "x", 0), "message");
    zc_diag_label(d, (zc_span){file, find(&session, file, "{", 0).start,
                               find(&session, file, "}", 0).end}, "block");
    zc_diag_label(d, find(&session, other, "f", 1), "declared here");
    expect_text(&session, ZC_DIAG_PLAIN, "error[E0304]: message\n"
                                         " --> a.zt:1:11\n"
                                         "  |\n"
                                         "1 |     \"\xE6\x97\xA5\xE6\x9C\xAC\" + x\n"
                                         "  |              ^\n"
                                         "2 | {\n"
                                         "  | -\n"
                                         "...\n"
                                         "5 | }\n"
                                         "  | - block\n"
                                         " ::: lib.zt:1:4\n"
                                         "  |\n"
                                         "1 | fn f\n"
                                         "  |    - declared here\n"
                                         "\n"
                                         "1 error\n");
    zc_session_free(&session);
}

Test(text, keeps_control_characters_and_long_lines_from_the_terminal)
{
    zc_session session;
    zc_session_init(&session, 0);
    char *text = malloc(100001);
    memset(text, 'a', 100000);
    memcpy(text + 50000, "\x1b[31m!", 6);
    text[100000] = '\0';
    uint32_t file = add(&session, "\x1b.zt", text);
    (void)zc_error(&session.diags, ZC_E_CHARACTER, find(&session, file, "!", 0), "bad \x1b[0m");
    zk_buf got = {0};
    zc_diags_render(&session.diags, &got, ZC_DIAG_PLAIN);
    cr_expect_null(memchr(got.data, 0x1b, got.length));
    cr_expect_lt(got.length, 1000u);
    zk_buf_u8(&got, 0);
    cr_expect_not_null(strstr((const char *)got.data, "[31m!a"));
    zk_buf_free(&got);
    free(text);
    zc_session_free(&session);
}

Test(text, is_sorted_limited_and_without_repetitions)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "a.zt", "0123456789012345678901234567890123456789\n");
    for (uint32_t i = 30; i-- > 0;) {
        (void)zc_error(&session.diags, ZC_E_SYNTAX, (zc_span){file, i, i + 1}, "error %u.", i);
        (void)zc_error(&session.diags, ZC_E_SYNTAX, (zc_span){file, i, i + 1}, "again");
        (void)zc_warning(&session.diags, ZC_W_UNUSED, (zc_span){file, i, i + 1}, "warning");
    }
    cr_expect_eq(session.diags.error_count, 30u);
    cr_expect_eq(session.diags.warning_count, 30u);
    zk_buf got = {0};
    zc_diags_render(&session.diags, &got, ZC_DIAG_PLAIN);
    zk_buf_u8(&got, 0);
    const char *last = (const char *)got.data;
    for (unsigned i = 0; i < ZC_DIAG_SHOWN; i++) {
        char message[32];
        snprintf(message, sizeof message, "error %u.", i);
        last = strstr(last, message);
        cr_assert_not_null(last, "%s", message);
    }
    cr_expect_null(strstr((const char *)got.data, "error 20."));
    cr_expect_null(strstr((const char *)got.data, "again"));
    cr_expect_not_null(strstr(last, "\n30 errors, 30 warnings; 20 shown\n"));
    zk_buf_free(&got);
    zc_session_free(&session);
}

/* Removes the escape sequences that set colours. */
static void strip_colour(zk_buf *text)
{
    size_t out = 0;
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == 0x1b)
            while (i < text->length && text->data[i] != 'm')
                i++;
        else
            text->data[out++] = text->data[i];
    }
    text->length = out;
}

Test(text, is_the_same_with_colour)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "credit.zt", credit);
    zc_diag *d = zc_warning(&session.diags, ZC_W_UNUSED, find(&session, file, "p", 0), "unused");
    zc_diag_label(d, find(&session, file, "let", 1), "here");
    zc_diag_note(d, "note");
    zk_buf plain = {0};
    zk_buf colour = {0};
    zc_diags_render(&session.diags, &plain, ZC_DIAG_PLAIN);
    zc_diags_render(&session.diags, &colour, ZC_DIAG_COLOUR);
    cr_expect_gt(colour.length, plain.length);
    strip_colour(&colour);
    cr_expect(colour.length == plain.length &&
              memcmp(colour.data, plain.data, plain.length) == 0);
    zk_buf_free(&plain);
    zk_buf_free(&colour);
    zc_session_free(&session);
}

Test(text, stored_diagnostics_are_bounded)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "a.zt", "x");
    for (uint32_t i = 0; i < 5000; i++)
        (void)zc_error(&session.diags, ZC_E_SYNTAX, (zc_span){file, 0, i}, "%4999d", (int)i);
    cr_expect_eq(session.diags.error_count, 5000u);
    cr_expect_eq(session.diags.count, (size_t)ZC_DIAG_STORED);
    zc_session_free(&session);
}

Test(json, one_object_a_line)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "bad\xff.zt", credit);
    zc_diag *d = zc_error(&session.diags, ZC_E_SYNTAX, find(&session, file, "BIAS", 0), "message");
    zc_diag_primary_label(d, "label");
    zc_diag_note(d, "note");
    zc_diag_fix(d, find(&session, file, "BIAS", 0), "B\"\n", "title");
    zc_diag_wrap(d, find(&session, file, "BIAS", 0), "(", ")");
    zc_diag_guess(d, find(&session, file, "BIAS", 0), "C", "perhaps");
    (void)zc_warning(&session.diags, ZC_W_UNUSED, find(&session, file, "z", 0), "second");
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    cr_assert_not_null(out);
    cr_assert(zc_diags_print_json(&session.diags, out));
    fclose(out);
    char *second = strchr(text, '\n');
    cr_assert_not_null(second);
    *second++ = '\0';
    json_t *warning = json_loads(text, 0, NULL);
    json_t *error = json_loads(second, 0, NULL);
    cr_assert(warning != NULL && error != NULL, "%s\n%s", text, second);
    cr_expect_str_eq(json_string_value(json_object_get(warning, "severity")), "warning");
    int version, start, end, line, column, fix_start, sure, unsure;
    const char *code, *slug, *label, *note, *title, *replacement, *before, *behind, *guess;
    cr_assert_eq(json_unpack(error, "{s:i,s:s,s:s,s:{s:i,s:i,s:i,s:i},s:[{s:s}],s:[s],"
                                    "s:[{s:s,s:b,s:[{s:{s:i},s:s},{s:s},{s:s}!]},"
                                    "{s:s,s:b,s:[{}!]}!]}",
                             "v", &version, "code", &code, "slug", &slug, "span", "start", &start,
                             "end", &end, "line", &line, "col", &column, "labels", "message",
                             &label, "notes", &note, "fixes", "title", &title, "automatic", &sure,
                             "edits", "span", "start", &fix_start, "text", &replacement, "text",
                             &before, "text", &behind, "title", &guess, "automatic", &unsure,
                             "edits"),
                 0);
    cr_expect_eq(version, 1);
    cr_expect_str_eq(code, "E0201");
    cr_expect_str_eq(slug, "syntax");
    cr_expect(line == 7 && column == 35 && end == start + 4 && fix_start == start);
    cr_expect_str_eq(label, "label");
    cr_expect_str_eq(note, "note");
    cr_expect_str_eq(replacement, "B\"\n");
    cr_expect_str_eq(before, "(");
    cr_expect_str_eq(behind, ")");
    cr_expect(sure && !unsure);
    cr_expect_str_eq(guess, "perhaps");
    json_decref(warning);
    json_decref(error);
    free(text);
    zc_session_free(&session);
}

Test(registry, codes_are_unique_and_found)
{
    for (unsigned a = 0; a < ZC_CODE_COUNT; a++) {
        char name[8];
        cr_expect_eq(zc_code_find(zc_code_name((zc_code)a, name)), (zc_code)a, "%s", name);
        cr_expect_eq(zc_code_find(zc_code_lookup((zc_code)a)->slug), (zc_code)a, "%s", name);
    }
    cr_expect_eq(zc_code_find("E9999"), ZC_CODE_COUNT);
    cr_expect_eq(zc_code_find("e0201"), ZC_E_SYNTAX);
}

Test(source, lines_and_columns)
{
    zc_session session;
    zc_session_init(&session, 0);
    uint32_t file = add(&session, "a.zt", "ab\r\n\xC3\xA9" "e\xCC\x81\xE6\x97\xA5x\n\nlast");
    const struct {
        uint32_t offset, line, column;
    } cases[] = {{0, 1, 1},  {1, 1, 2},  {4, 2, 1},  {6, 2, 2},  {9, 2, 3},
                 {12, 2, 5}, {14, 3, 1}, {15, 4, 1}, {19, 4, 5}, {999, 4, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zc_position at = zc_source_position(&session.sources, file, cases[i].offset);
        cr_expect(at.line == cases[i].line && at.column == cases[i].column,
                  "offset %u: %u:%u", cases[i].offset, at.line, at.column);
    }
    size_t length;
    uint32_t start;
    (void)zc_source_line(&session.sources, file, 1, &length, &start);
    cr_expect(length == 2 && start == 0);
    (void)zc_source_line(&session.sources, file, 4, &length, &start);
    cr_expect(length == 4 && start == 15);
    zc_session_free(&session);
}

/* Every offset of long lines of characters of all lengths and widths, some of them broken. */
Test(source, columns_of_long_lines)
{
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE6\xBC\xA2", "\xCC\x81", "\xFF",
                                             "\xF0\x9F\x98\x80", "\t", "\xE6\xBC"};
    zc_session session;
    zk_buf text = {0};
    zkml_error err = {0};
    uint32_t file;
    for (unsigned i = 0; i < 3000; i++) {
        zk_buf_text(&text, characters[(i * 7 + i / 11) % 8]);
        if (i % 1300 == 1299)
            zk_buf_text(&text, "\n");
    }
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "long", (const char *)text.data, text.length,
                               &file, &err), ZKML_OK);
    uint32_t start = 0;
    for (uint32_t offset = 0; offset <= text.length; offset++) {
        uint32_t column = 1, codepoint;
        const char *bytes = (const char *)text.data;
        if (offset > 0 && bytes[offset - 1] == '\n')
            start = offset;
        for (uint32_t at = start; at < offset;) {
            size_t size = zc_utf8_decode(bytes + at, offset - at, &codepoint);
            column += size == 0 ? 1 : zc_char_width(codepoint);
            at += size == 0 ? 1 : (uint32_t)size;
        }
        cr_assert_eq(zc_source_position(&session.sources, file, offset).column, column,
                     "offset %u", offset);
    }
    zk_buf_free(&text);
    zc_session_free(&session);
}

Test(source, paths_are_relative_to_the_file_that_names_them)
{
    zc_session session;
    zc_session_init(&session, 0);
    const struct {
        const char *from, *path, *want;
    } cases[] = {{"a.zt", "./b.zt", "b.zt"},           {"d/a.zt", "b.zt", "d/b.zt"},
                 {"d/a.zt", ".//./b.zt", "d/b.zt"},    {"d/a.zt", "/b.zt", "/b.zt"},
                 {"/d/a.zt", "../b.zt", "/d/../b.zt"}, {"<nn>", "b.zt", "b.zt"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t file = add(&session, cases[i].from, "");
        char *got = zc_source_resolve(&session.sources, file, cases[i].path);
        cr_expect_str_eq(got, cases[i].want);
        free(got);
    }
    zc_session_free(&session);
}

Test(source, utf8_is_strict)
{
    const struct {
        const char *text;
        size_t length, size;
    } cases[] = {{"a", 1, 1},
                 {"\xC3\xA9", 2, 2},
                 {"\xF0\x9F\x98\x80", 4, 4},
                 {"\xF4\x8F\xBF\xBF", 4, 4},
                 {"\xC0\x80", 2, 0},
                 {"\xE0\x80\x80", 3, 0},
                 {"\xED\xA0\x80", 3, 0},
                 {"\xF4\x90\x80\x80", 4, 0},
                 {"\xE6\x97", 2, 0},
                 {"\x80", 1, 0},
                 {"", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t c;
        cr_expect_eq(zc_utf8_decode(cases[i].text, cases[i].length, &c), cases[i].size, "%zu", i);
    }
}

Test(source, limits_and_missing_files_are_refused)
{
    zc_session session;
    zc_session_init(&session, 0);
    zkml_error err = {0};
    uint32_t file;
    cr_expect_eq(zc_source_load(&session.sources, "/nonexistent/a.zt", &file, &err), ZKML_IO);
    cr_expect_not_null(strstr(err.text, "/nonexistent/a.zt"));
    cr_expect_eq(zc_source_add(&session.sources, "a", "", ZC_SOURCE_MAX_BYTES + 1, &file, &err),
                 ZKML_LIMIT);
    for (size_t i = 0; i < ZC_SOURCE_MAX_FILES; i++)
        (void)add(&session, "a", "");
    cr_expect_eq(zc_source_add(&session.sources, "a", "", 0, &file, &err), ZKML_LIMIT);
    zc_session_free(&session);
}

Test(names, are_stored_once)
{
    zc_session session;
    zc_session_init(&session, 0);
    char name[16];
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "n%u", i);
        const char *stored = zc_intern(&session, name, strlen(name));
        cr_assert(stored != NULL && strcmp(stored, name) == 0);
        cr_assert_eq(stored, zc_intern(&session, name, strlen(name)));
    }
    cr_expect_neq(zc_intern(&session, "n1", 2), zc_intern(&session, "n10", 3));
    cr_expect_eq(zc_intern(&session, "n10", 2), zc_intern(&session, "n1", 2));
    zc_session_free(&session);
}
