/* The formatter: golden files (tests/golden/format/NAME.zt and NAME.out; UPDATE_GOLDEN=1 writes
 * them), and its contract on every .zt file of the tree. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"
#include "compiler/front/lexer.h"
#include "compiler/front/parser.h"
#include "runtime/base/file.h"

static const char *top(void)
{
    const char *dir = getenv("top_srcdir");
    return dir != NULL ? dir : ".";
}

/* False when the text has errors; then nothing may have been written. */
static bool format(const char *text, size_t length, zk_buf *out)
{
    zc_session session;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    *out = (zk_buf){0};
    cr_assert_eq(zc_source_add(&session.sources, "test.zt", text, length, &source, &err), ZKML_OK);
    cr_assert_eq(zc_format(&session, source, out, &err), ZKML_OK, "%s", err.text);
    bool good = session.diags.error_count == 0;
    cr_assert(good || out->length == 0);
    zc_session_free(&session);
    return good;
}

/* The tree without places, with the doc comments that the dump leaves out. */
static zk_buf tree_of(const char *text, size_t length)
{
    zc_session session;
    zkml_error err = {0};
    zc_file *file;
    uint32_t source;
    zk_buf out = {0};
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "test.zt", text, length, &source, &err), ZKML_OK);
    cr_assert_eq(zc_parse_file(&session, source, &file, &err), ZKML_OK);
    cr_assert_eq(session.diags.error_count, 0u);
    zc_ast_print(file, &out);
    zk_buf_printf(&out, "file doc: %s\n", file->doc != NULL ? file->doc : "none");
    for (size_t i = 0; i < file->count; i++) {
        const char *doc = file->decls[i]->doc;
        zk_buf_printf(&out, "doc: %s\n", doc != NULL ? doc : "none");
    }
    zc_session_free(&session);
    return out;
}

static bool equal(const zk_buf *a, const zk_buf *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static bool is_edge(char c)
{
    return strchr("(),;[]{}", c) != NULL;
}

/* Other white space between two tokens: a blank line between statements stays one. */
static void put_gap(zk_buf *out, const char *gap, size_t length, char before, char after,
                    uint32_t *random)
{
    static const char *const inside[] = {" ", "\n", "\t  ", "\n\n\n  ", "  \r\n"};
    static const char *const between[] = {" ", "\n", "   ", "\r\n\t", "\n    "};
    size_t newlines = 0;
    for (size_t i = 0; i < length; i++)
        newlines += gap[i] == '\n';
    if (memchr(gap, '/', length) != NULL || before == '\0' || after == '\0') {
        zk_buf_bytes(out, gap, length);
    } else if (strchr(";{}", before) != NULL || after == '}') {
        zk_buf_text(out, newlines > 1 ? "\n \n" : between[next_random(random) % 5]);
    } else if (length == 0 || is_edge(before) || is_edge(after)) {
        if (next_random(random) % 2 == 0)
            zk_buf_text(out, inside[next_random(random) % 5]);
    } else {
        zk_buf_text(out, inside[next_random(random) % 5]);
    }
}

static zk_buf respace(const char *text, size_t length, uint32_t seed)
{
    zc_session session;
    zc_lexer lexer;
    zkml_error err = {0};
    uint32_t source;
    zk_buf out = {0};
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "test.zt", text, length, &source, &err), ZKML_OK);
    zc_lexer_init(&lexer, &session, source);
    uint32_t end = 0;
    bool doc = true;
    for (zc_token token = {.kind = 1}; token.kind != ZC_TOK_END;) {
        token = zc_lexer_next(&lexer);
        bool fixed = doc || token.kind == ZC_TOK_DOC || token.kind == ZC_TOK_END;
        put_gap(&out, text + end, token.span.start - end, fixed ? '\0' : text[end - 1],
                fixed ? '\0' : text[token.span.start], &seed);
        zk_buf_bytes(&out, text + token.span.start, token.span.end - token.span.start);
        end = token.span.end;
        doc = token.kind == ZC_TOK_DOC;
    }
    zc_session_free(&session);
    cr_assert(!out.failed);
    return out;
}

static void check_lines(const char *path, const zk_buf *text)
{
    const char *at = (const char *)text->data, *end = at + text->length;
    cr_assert(text->length == 0 || end[-1] == '\n', "%s: no line end", path);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        cr_assert(newline == at || (newline[-1] != ' ' && newline[-1] != '\t'),
                  "%s: space at the end of `%.*s`", path, (int)(newline - at), at);
        at = newline + 1;
    }
}

static void check_contract(const char *path, const char *text, size_t length)
{
    zk_buf once, twice;
    if (!format(text, length, &once))
        return;
    const char *formatted = (const char *)once.data;
    check_lines(path, &once);
    cr_assert(format(formatted, once.length, &twice), "%s: errors after formatting", path);
    cr_assert(equal(&once, &twice), "%s: formatted twice:\n%.*s", path, (int)twice.length,
              (const char *)twice.data);
    zk_buf before = tree_of(text, length), after = tree_of(formatted, once.length);
    cr_assert(equal(&before, &after), "%s: another tree", path);
    for (uint32_t seed = 1; seed <= 8; seed++) {
        zk_buf spaced = respace(text, length, seed), again;
        cr_assert(format((const char *)spaced.data, spaced.length, &again), "%s", path);
        cr_assert(equal(&once, &again), "%s: spacing %u matters:\n%.*s", path, seed,
                  (int)again.length, (const char *)again.data);
        zk_buf_free(&spaced);
        zk_buf_free(&again);
    }
    zk_buf_free(&once);
    zk_buf_free(&twice);
    zk_buf_free(&before);
    zk_buf_free(&after);
}

static size_t visited;

static int visit(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)ftw;
    size_t length = strlen(path);
    if (type != FTW_F || length < 3 || strcmp(path + length - 3, ".zt") != 0)
        return 0;
    zk_buf text;
    zkml_error err = {0};
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    check_contract(path, (const char *)text.data, text.length);
    zk_buf_free(&text);
    visited++;
    return 0;
}

Test(format, keeps_the_tree_and_depends_on_tokens_only)
{
    static const char *const dirs[] = {"examples", "stdlib", "tests/golden"};
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", top(), dirs[i]);
        cr_assert_eq(nftw(path, visit, 16, FTW_PHYS), 0);
    }
    cr_assert_gt(visited, 80u);
}

Test(format, golden)
{
    static const char *const names[] = {"long", "comments", "spacing"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        zk_buf text, want, got;
        zkml_error err = {0};
        (void)snprintf(path, sizeof path, "%s/tests/golden/format/%s.zt", top(), names[i]);
        cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
        cr_assert(format((const char *)text.data, text.length, &got));
        (void)snprintf(path, sizeof path, "%s/tests/golden/format/%s.out", top(), names[i]);
        if (getenv("UPDATE_GOLDEN") != NULL)
            cr_assert_eq(zk_file_write(path, got.data, got.length, ZK_FILE_PUBLIC, &err), ZKML_OK);
        cr_assert_eq(zk_file_read(path, 1 << 20, &want, &err), ZKML_OK, "%s", err.text);
        cr_assert(equal(&want, &got), "%s differs:\n%.*s", path, (int)got.length,
                  (const char *)got.data);
        zk_buf_free(&text);
        zk_buf_free(&want);
        zk_buf_free(&got);
    }
}

Test(format, small_texts)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"\n\n", ""},
        {"\xEF\xBB\xBFtype A=bool;", "type A = bool;\n"},
        {"// only a remark", "// only a remark\n"},
        {"/// only a doc comment \r\n\r\n\r\n", "/// only a doc comment\n"},
        {"type A=bool;/// of B\ntype B=bool;", "type A = bool;\n/// of B\ntype B = bool;\n"},
        {"const A=1 // one\n;", "const A = 1;  // one\n"},
        {"const A=x // one\n; // two", "const A = x  // one\n;            // two\n"},
        {"const A=1 .x;", "const A = 1 .x;\n"},
        {"const A=- - 1;", "const A = --1;\n"},
        {"const A=((1));", "const A = ((1));\n"},
        {"fn f(){}", "fn f() {}\n"},
        {"fn f(){{}", NULL},
        {"const A=1", NULL},
        {"const A='1';", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zk_buf out;
        bool good = format(cases[i][0], strlen(cases[i][0]), &out);
        cr_expect_eq(good, cases[i][1] != NULL, "`%s`", cases[i][0]);
        zk_buf_u8(&out, 0);
        if (good)
            cr_expect_str_eq((const char *)out.data, cases[i][1]);
        zk_buf_free(&out);
        if (good)
            check_contract(cases[i][0], cases[i][0], strlen(cases[i][0]));
    }
}

/* Deep nesting must not make the text much longer: the indentation is bounded. */
Test(format, deep_nesting)
{
    zk_buf text = {0}, out;
    zk_buf_text(&text, "const A = ");
    for (int i = 0; i < 400; i++)
        zk_buf_text(&text, "[");
    for (int i = 0; i < 20000; i++)
        zk_buf_text(&text, "x,");
    zk_buf_text(&text, "x");
    for (int i = 0; i < 400; i++)
        zk_buf_text(&text, "]");
    zk_buf_text(&text, ";");
    cr_assert(format((const char *)text.data, text.length, &out));
    cr_assert_lt(out.length, 21000u * 64);
    check_contract("deep", (const char *)text.data, text.length);
    zk_buf_free(&text);
    zk_buf_free(&out);
}
