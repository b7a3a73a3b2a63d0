/* The language server, driven by scripted sessions. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/lsp/lsp.h"
#include "compiler/lsp/place.h"
#include "runtime/base/file.h"

/* ---- a session: what the client says, and what the server answers ---- */

typedef struct script {
    zk_buf input;
    json_t *answers; /* every message of the server, in order */
    zkml_status status;
    zkml_error err;
} script;

static void frame(script *s, const char *text, size_t length)
{
    zk_buf_printf(&s->input, "Content-Length: %zu\r\n\r\n", length);
    zk_buf_bytes(&s->input, text, length);
}

/* Takes the message. */
static void say(script *s, json_t *message)
{
    cr_assert_not_null(message);
    char *text = json_dumps(message, JSON_COMPACT);
    frame(s, text, strlen(text));
    free(text);
    json_decref(message);
}

static void request(script *s, int id, const char *method, json_t *params)
{
    say(s, json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", id, "method", method,
                     "params", params));
}

static void notify(script *s, const char *method, json_t *params)
{
    say(s, json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

static void start(script *s)
{
    *s = (script){.status = ZKML_OK};
    request(s, 1, "initialize", json_pack("{s:{}}", "capabilities"));
    notify(s, "initialized", json_object());
}

static void open_document(script *s, const char *uri, const char *text)
{
    notify(s, "textDocument/didOpen",
           json_pack("{s:{s:s, s:s, s:i, s:s}}", "textDocument", "uri", uri, "languageId", "zt",
                     "version", 1, "text", text));
}

static json_t *at(const char *uri, int line, int character)
{
    return json_pack("{s:{s:s}, s:{s:i, s:i}}", "textDocument", "uri", uri, "position", "line",
                     line, "character", character);
}

static void read_answers(script *s, FILE *out)
{
    s->answers = json_array();
    size_t length;
    rewind(out);
    while (fscanf(out, "Content-Length: %zu", &length) == 1) {
        char *text = malloc(length + 1), blank[5] = "";
        cr_assert(fread(blank, 1, 4, out) == 4 && strcmp(blank, "\r\n\r\n") == 0);
        cr_assert_eq(fread(text, 1, length, out), length);
        json_t *message = json_loadb(text, length, 0, NULL);
        cr_assert_not_null(message, "%.*s", (int)length, text);
        json_array_append_new(s->answers, message);
        free(text);
    }
    cr_assert_eq(fgetc(out), EOF, "something that is no message");
}

static void run(script *s)
{
    FILE *in = tmpfile(), *out = tmpfile();
    cr_assert(in != NULL && out != NULL && !s->input.failed);
    cr_assert_eq(fwrite(s->input.data, 1, s->input.length, in), s->input.length);
    rewind(in);
    fflush(in);
    s->status = zc_lsp_serve(fileno(in), out, &s->err);
    read_answers(s, out);
    fclose(in);
    fclose(out);
}

/* Says goodbye, and expects that everything went well. */
static void finish(script *s)
{
    request(s, 999, "shutdown", json_null());
    notify(s, "exit", json_null());
    run(s);
    cr_assert_eq(s->status, ZKML_OK, "%s", s->err.text);
}

static void free_script(script *s)
{
    json_decref(s->answers);
    zk_buf_free(&s->input);
}

static json_t *answer(const script *s, int id)
{
    size_t i;
    json_t *message;
    json_array_foreach(s->answers, i, message)
    {
        json_t *found = json_object_get(message, "id");
        if (json_is_integer(found) && json_integer_value(found) == id)
            return message;
    }
    cr_assert_fail("no answer to request %d", id);
    return NULL;
}

static json_t *result(const script *s, int id)
{
    json_t *value = json_object_get(answer(s, id), "result");
    cr_assert_not_null(value, "request %d failed", id);
    return value;
}

static int error_code(const script *s, int id)
{
    json_t *error = json_object_get(answer(s, id), "error");
    cr_assert_not_null(error, "request %d did not fail", id);
    return (int)json_integer_value(json_object_get(error, "code"));
}

/* The diagnostics that were last sent for a document. */
static json_t *diagnostics(const script *s, const char *uri)
{
    json_t *last = NULL, *message;
    size_t i;
    json_array_foreach(s->answers, i, message)
    {
        const json_t *params = json_object_get(message, "params");
        const char *about = json_string_value(json_object_get(params, "uri"));
        if (about != NULL && strcmp(about, uri) == 0)
            last = json_object_get(params, "diagnostics");
    }
    cr_assert_not_null(last, "nothing about %s", uri);
    return last;
}

static void expect_range(const json_t *range, int line, int begin, int end_line, int end)
{
    json_int_t got[4];
    cr_assert_eq(json_unpack((json_t *)range, "{s:{s:I, s:I}, s:{s:I, s:I}}", "start", "line",
                             &got[0], "character", &got[1], "end", "line", &got[2], "character",
                             &got[3]),
                 0);
    cr_assert(got[0] == line && got[1] == begin && got[2] == end_line && got[3] == end,
              "%d:%d..%d:%d instead of %d:%d..%d:%d", (int)got[0], (int)got[1], (int)got[2],
              (int)got[3], line, begin, end_line, end);
}

static const char *hover_text(const script *s, int id)
{
    const char *text = json_string_value(
        json_object_get(json_object_get(result(s, id), "contents"), "value"));
    return text != NULL ? text : "";
}

static void expect_in(const char *text, const char *part)
{
    cr_assert_not_null(strstr(text, part), "no `%s` in `%s`", part, text);
}

/* ---- the life of a session ---- */

Test(lsp, tells_what_it_can_do)
{
    script s;
    start(&s);
    finish(&s);
    json_t *can = json_object_get(result(&s, 1), "capabilities");
    cr_assert(json_is_true(json_object_get(can, "hoverProvider")));
    cr_assert(json_is_true(json_object_get(can, "definitionProvider")));
    cr_assert(json_is_true(json_object_get(can, "documentFormattingProvider")));
    cr_assert_eq(json_array_size(s.answers), 2u);
    free_script(&s);
}

Test(lsp, requests_at_the_wrong_time_are_refused)
{
    script s = {.status = ZKML_OK};
    request(&s, 5, "textDocument/hover", at("file:///x.zt", 0, 0));
    notify(&s, "textDocument/didOpen", json_object());
    request(&s, 1, "initialize", json_object());
    request(&s, 2, "initialize", json_object());
    request(&s, 3, "no/such/method", json_object());
    request(&s, 4, "textDocument/hover", at("file:///x.zt", 0, 0));
    request(&s, 6, "shutdown", json_null());
    request(&s, 7, "textDocument/hover", at("file:///x.zt", 0, 0));
    notify(&s, "exit", json_null());
    run(&s);
    cr_assert_eq(s.status, ZKML_OK);
    cr_assert_eq(error_code(&s, 5), -32002);
    cr_assert_eq(error_code(&s, 2), -32600);
    cr_assert_eq(error_code(&s, 3), -32601);
    cr_assert_eq(error_code(&s, 4), -32602);
    cr_assert_eq(error_code(&s, 7), -32600);
    free_script(&s);
}

Test(lsp, an_end_without_shutdown_is_told)
{
    script s;
    start(&s);
    notify(&s, "exit", json_null());
    run(&s);
    cr_assert_eq(s.status, ZKML_INVALID);
    free_script(&s);
    start(&s);
    run(&s);
    cr_assert_eq(s.status, ZKML_INVALID);
    expect_in(s.err.text, "without \"exit\"");
    free_script(&s);
}

/* ---- answers ---- */

static const char credit[] = "/// A limit.\n"
                             "const LIMIT = 9;\n"
                             "\n"
                             "/// Doubles x.\n"
                             "fn double(x: num) -> num = 2 * x;\n"
                             "\n"
                             "circuit c(private age: int(0 .. 9)[3]) -> public int(0 .. 18)[3] {\n"
                             "    let twice[i] = double(age[i]); // \xF0\x9F\x98\x80\n"
                             "    twice\n"
                             "}\n";

Test(lsp, diagnostics_have_columns_in_utf16)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri,
                  "circuit c(private x: bool) { assert x, \"\xF0\x9F\x98\x80\xE6\xBC\xA2\" "
                  "+ yy; }\n"
                  "// \xF0\x9F\x98\x80\r\n"
                  "circuit d(private x: bool) { let \xC3\xA9 = 3; }");
    finish(&s);
    json_t *list = diagnostics(&s, uri);
    cr_assert_eq(json_array_size(list), 2u);
    expect_range(json_object_get(json_array_get(list, 0), "range"), 0, 45, 0, 46);
    expect_range(json_object_get(json_array_get(list, 1), "range"), 2, 33, 2, 34);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "code")), "E0201");
    free_script(&s);
}

Test(lsp, hover_shows_declarations_and_ranges)
{
    const char *uri = "untitled:Untitled-1";
    script s;
    start(&s);
    open_document(&s, uri, credit);
    request(&s, 2, "textDocument/hover", at(uri, 7, 20)); /* double */
    request(&s, 3, "textDocument/hover", at(uri, 7, 9));  /* let twice */
    request(&s, 4, "textDocument/hover", at(uri, 4, 31)); /* x, in one call */
    request(&s, 5, "textDocument/hover", at(uri, 5, 0));  /* an empty line */
    request(&s, 6, "textDocument/hover", at(uri, 7, 30)); /* the index in age[i] */
    finish(&s);
    cr_assert_eq(json_array_size(diagnostics(&s, uri)), 0u);
    expect_in(hover_text(&s, 2), "```zt\nfn double(x: num) -> num = 2 * x;\n```\n\nDoubles x.\n");
    expect_in(hover_text(&s, 2), "`double(age[i])`: 0 .. 18, 5 bits");
    expect_range(json_object_get(result(&s, 2), "range"), 7, 19, 7, 25);
    expect_in(hover_text(&s, 3), "`twice`: [3] of 0 .. 18, 5 bits");
    expect_in(hover_text(&s, 4), "`x`: 0 .. 9, 4 bits");
    cr_assert(json_is_null(result(&s, 5)));
    expect_in(hover_text(&s, 6), "`i`: index, 0 .. 2");
    free_script(&s);
}

Test(lsp, hover_shows_costs)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "circuit c(private x: int(-99 .. 99), private y: int(0 .. 9)) "
                           "-> public int(0 .. 9) {\n"
                           "    let z = clamp x * y to int(0 .. 9);\n    z\n}\n");
    request(&s, 2, "textDocument/hover", at(uri, 1, 12)); /* clamp */
    request(&s, 3, "textDocument/hover", at(uri, 1, 20)); /* the product, which is part of it */
    request(&s, 4, "textDocument/hover", at(uri, 0, 18)); /* x, whose range is checked */
    finish(&s);
    expect_in(hover_text(&s, 4), "`x`: -99 .. 99, 8 bits");
    expect_in(hover_text(&s, 4), " look-up");
    expect_in(hover_text(&s, 2), "`clamp x * y to int(0 .. 9)`: 0 .. 9, 4 bits");
    expect_in(hover_text(&s, 2), " rows, ");
    expect_in(hover_text(&s, 2), " look-ups");
    expect_in(hover_text(&s, 3), "`x * y`: -891 .. 891, 11 bits");
    cr_assert_null(strstr(hover_text(&s, 3), "look-up"));
    free_script(&s);
}

/* A request is answered before the next message is read, so there is nothing to cancel. */
Test(lsp, cancellation_is_harmless)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, credit);
    notify(&s, "$/cancelRequest", json_pack("{s:i}", "id", 2));
    request(&s, 2, "textDocument/hover", at(uri, 7, 20));
    notify(&s, "$/cancelRequest", json_pack("{s:i}", "id", 2));
    notify(&s, "$/cancelRequest", json_pack("{s:s}", "id", "nothing"));
    notify(&s, "$/setTrace", json_pack("{s:s}", "value", "off"));
    request(&s, 3, "$/unknown", json_null());
    finish(&s);
    expect_in(hover_text(&s, 2), "Doubles x.");
    cr_assert_eq(error_code(&s, 3), -32601);
    free_script(&s);
}

Test(lsp, definitions_are_found_also_with_mistakes_elsewhere)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    zk_buf text = {0};
    start(&s);
    open_document(&s, uri, credit);
    request(&s, 2, "textDocument/definition", at(uri, 7, 20));
    request(&s, 3, "textDocument/definition", at(uri, 7, 30));
    request(&s, 4, "textDocument/definition", at(uri, 8, 6));
    request(&s, 5, "textDocument/definition", at(uri, 9, 0));
    zk_buf_text(&text, credit);
    zk_buf_text(&text, "const BROKEN = ;\n");
    zk_buf_u8(&text, 0);
    notify(&s, "textDocument/didChange",
           json_pack("{s:{s:s, s:i}, s:[{s:s}]}", "textDocument", "uri", uri, "version", 2,
                     "contentChanges", "text", (const char *)text.data));
    request(&s, 6, "textDocument/definition", at(uri, 7, 20));
    finish(&s);
    expect_range(json_object_get(result(&s, 2), "range"), 4, 3, 4, 9);
    expect_range(json_object_get(result(&s, 3), "range"), 7, 14, 7, 15);
    expect_range(json_object_get(result(&s, 4), "range"), 7, 8, 7, 13);
    cr_assert(json_is_null(result(&s, 5)));
    expect_range(json_object_get(result(&s, 6), "range"), 4, 3, 4, 9);
    json_t *list = diagnostics(&s, uri);
    cr_assert_eq(json_array_size(list), 1u);
    expect_range(json_object_get(json_array_get(list, 0), "range"), 10, 15, 10, 16);
    zk_buf_free(&text);
    free_script(&s);
}

Test(lsp, formatting_changes_only_the_lines_that_differ)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "type A = bool;\ntype  B=bool;\n\ncircuit c(private x: A) {\n"
                           "    assert x;\n}\n");
    request(&s, 2, "textDocument/formatting", at(uri, 0, 0));
    open_document(&s, "file:///nowhere/b.zt", "type A = bool;\n");
    request(&s, 3, "textDocument/formatting", at("file:///nowhere/b.zt", 0, 0));
    open_document(&s, "file:///nowhere/c.zt", "type A = bool\n");
    request(&s, 4, "textDocument/formatting", at("file:///nowhere/c.zt", 0, 0));
    finish(&s);
    json_t *edits = result(&s, 2);
    cr_assert_eq(json_array_size(edits), 1u);
    expect_range(json_object_get(json_array_get(edits, 0), "range"), 1, 0, 2, 0);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(edits, 0), "newText")),
                     "type B = bool;\n");
    cr_assert(json_is_array(result(&s, 3)) && json_array_size(result(&s, 3)) == 0);
    cr_assert(json_is_null(result(&s, 4)));
    free_script(&s);
}

Test(lsp, the_outline_lists_declarations)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "use nn;\ntype A = bool;\nconst N = 3;\nfn f(x: num) = x;\n"
                           "circuit c(private x: A) {\n    assert x;\n}\n"
                           "test \"it works\" {\n    prove c(x = true);\n}\nconst = 3;\n");
    request(&s, 2, "textDocument/documentSymbol", json_pack("{s:{s:s}}", "textDocument", "uri", uri));
    finish(&s);
    static const char *const names[] = {"nn", "A", "N", "f", "c", "it works"};
    const json_t *list = result(&s, 2);
    cr_assert_eq(json_array_size(list), 6u);
    for (size_t i = 0; i < 6; i++)
        cr_expect_str_eq(json_string_value(json_object_get(json_array_get(list, i), "name")),
                         names[i]);
    expect_range(json_object_get(json_array_get(list, 4), "range"), 4, 0, 6, 1);
    expect_range(json_object_get(json_array_get(list, 4), "selectionRange"), 4, 8, 4, 9);
    free_script(&s);
}

static json_t *range_params(const char *uri, int line, int begin, int end)
{
    return json_pack("{s:{s:s}, s:{s:{s:i, s:i}, s:{s:i, s:i}}, s:{s:[]}}", "textDocument", "uri",
                     uri, "range", "start", "line", line, "character", begin, "end", "line", line,
                     "character", end, "context", "diagnostics");
}

Test(lsp, help_lines_become_quick_fixes)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "circuit c(private count: int(0 .. 9)) -> public int(0 .. 9) {\n"
                           "    cuont\n}\n");
    request(&s, 2, "textDocument/codeAction", range_params(uri, 1, 6, 6));
    request(&s, 3, "textDocument/codeAction", range_params(uri, 0, 0, 4));
    finish(&s);
    json_t *actions = result(&s, 2);
    cr_assert_eq(json_array_size(actions), 1u);
    json_t *edit = json_object_get(json_array_get(actions, 0), "edit");
    json_t *change = json_array_get(json_object_get(json_object_get(edit, "changes"), uri), 0);
    cr_assert_str_eq(json_string_value(json_object_get(change, "newText")), "count");
    expect_range(json_object_get(change, "range"), 1, 4, 1, 9);
    cr_assert(json_is_true(json_object_get(json_array_get(actions, 0), "isPreferred")));
    cr_assert_eq(json_array_size(result(&s, 3)), 0u);
    free_script(&s);
}

/* A verb is put around an expression by two edits, which belong together; a guess is not preferred. */
Test(lsp, quick_fixes_may_have_several_edits)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "circuit c(private x: fix(8, 4)) -> public fix(8, 4) {\n    x * x\n}\n");
    request(&s, 2, "textDocument/codeAction", range_params(uri, 1, 4, 9));
    open_document(&s, uri, "circuit c(private x: float) -> public fix(8, 4) {\n    x\n}\n");
    request(&s, 3, "textDocument/codeAction", range_params(uri, 0, 21, 26));
    finish(&s);
    json_t *edit = json_object_get(json_array_get(result(&s, 2), 0), "edit");
    json_t *changes = json_object_get(json_object_get(edit, "changes"), uri);
    cr_assert_eq(json_array_size(changes), 2u);
    expect_range(json_object_get(json_array_get(changes, 0), "range"), 1, 4, 1, 4);
    expect_range(json_object_get(json_array_get(changes, 1), "range"), 1, 9, 1, 9);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(changes, 0), "newText")),
                     "clamp ");
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(changes, 1), "newText")),
                     " to fix(8, 4)");
    cr_assert(json_is_false(json_object_get(json_array_get(result(&s, 3), 0), "isPreferred")));
    free_script(&s);
}

/* ---- several files ---- */

Test(lsp, open_documents_stand_for_their_files)
{
    char dir[] = "/tmp/zkml-lsp-XXXXXX", main_uri[128], layer_uri[128], path[128];
    script s;
    zkml_error err = {0};
    cr_assert_not_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/lay ers.zt", dir);
    (void)snprintf(main_uri, sizeof main_uri, "file://%s/model.zt", dir);
    (void)snprintf(layer_uri, sizeof layer_uri, "file://%s/lay%%20ers.zt", dir);
    cr_assert_eq(zk_file_write(path, "fn f() = ;\n", 11, ZK_FILE_PUBLIC, &err), ZKML_OK);
    const char *model = "type Act = fix(8, 4);\nuse \"./lay ers.zt\" as layers;\n"
                        "circuit c(private x: Act) -> public Act {\n    layers.half(x)\n}\n";
    start(&s);
    open_document(&s, main_uri, model);
    request(&s, 2, "textDocument/codeAction", range_params(main_uri, 0, 0, 0)); /* checks */
    open_document(&s, layer_uri, "/// Half.\nfn half(x: num) -> num = x * 0.5;\n");
    request(&s, 3, "textDocument/definition", at(main_uri, 3, 13));
    request(&s, 4, "textDocument/hover", at(main_uri, 3, 13));
    request(&s, 5, "textDocument/definition", at(main_uri, 3, 5));
    finish(&s);
    json_t *before = json_object_get(json_array_get(s.answers, 1), "params");
    json_t *first = json_array_get(json_object_get(before, "diagnostics"), 0);
    expect_in(json_string_value(json_object_get(first, "message")), "lay ers.zt:1:10: ");
    expect_range(json_object_get(first, "range"), 1, 0, 1, 29);
    cr_assert_str_eq(json_string_value(json_object_get(result(&s, 3), "uri")), layer_uri);
    expect_range(json_object_get(result(&s, 3), "range"), 1, 3, 1, 7);
    expect_in(hover_text(&s, 4), "Half.");
    cr_assert_str_eq(json_string_value(json_object_get(result(&s, 5), "uri")), layer_uri);
    /* x * 0.5 is finer than Act: the mistake is now that of the model. */
    first = json_array_get(diagnostics(&s, main_uri), 0);
    cr_assert_str_eq(json_string_value(json_object_get(first, "code")), "E0406");
    cr_assert_eq(json_array_size(diagnostics(&s, layer_uri)), 0u);
    free_script(&s);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(rmdir(dir), 0);
}

Test(lsp, closing_takes_diagnostics_back)
{
    const char *uri = "file:///nowhere/a.zt";
    script s;
    start(&s);
    open_document(&s, uri, "type A = ;");
    request(&s, 2, "textDocument/codeAction", range_params(uri, 0, 0, 0));
    notify(&s, "textDocument/didClose", json_pack("{s:{s:s}}", "textDocument", "uri", uri));
    request(&s, 3, "textDocument/hover", at(uri, 0, 0));
    finish(&s);
    json_t *first = json_object_get(json_array_get(s.answers, 1), "params");
    cr_assert_eq(json_array_size(json_object_get(first, "diagnostics")), 1u);
    cr_assert_eq(json_array_size(diagnostics(&s, uri)), 0u);
    cr_assert_eq(error_code(&s, 3), -32602);
    free_script(&s);
}

/* ---- what no client should send ---- */

Test(lsp, malformed_messages_are_refused_one_by_one)
{
    static const char *const messages[] = {
        "", "{", "[]", "3", "null", "\"x\"", "{\"id\":3}", "{\"id\":[],\"method\":\"shutdown\"}",
        "{\"id\":2.5,\"method\":\"shutdown\"}", "{\"jsonrpc\":\"2.0\",\"method\":7}", "\xFF\xFE",
    };
    enum { COUNT = sizeof messages / sizeof messages[0] };
    script s;
    start(&s);
    for (size_t i = 0; i < COUNT; i++)
        frame(&s, messages[i], strlen(messages[i]));
    frame(&s, "{\"id\":4,\"result\":null}", 22); /* an answer to nothing */
    open_document(&s, "file:///nowhere/a.zt", "type A = bool;\n");
    request(&s, 2, "textDocument/hover", at("file:///nowhere/a.zt", 0, 5));
    finish(&s);
    cr_assert_eq(json_array_size(s.answers), COUNT + 4u);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_not_null(json_object_get(json_array_get(s.answers, i + 1), "error"));
    expect_in(hover_text(&s, 2), "type A = bool;");
    free_script(&s);
}

/* Every part of every message replaced by something of another type. */
Test(lsp, parts_of_the_wrong_type_do_no_harm)
{
    static const char *const methods[] = {
        "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose",
        "textDocument/hover", "textDocument/definition", "textDocument/formatting",
        "textDocument/codeAction", "textDocument/documentSymbol", "initialize",
    };
    static const char *const params[] = {
        "null", "[]", "7", "\"x\"", "{}", "{\"textDocument\":null}", "{\"textDocument\":[]}",
        "{\"textDocument\":{}}", "{\"textDocument\":{\"uri\":7}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\",\"text\":7}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/b\\u0000.zt\",\"text\":\"a\\u0000b\"}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},\"contentChanges\":[]}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},\"contentChanges\":[7]}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},\"contentChanges\":[{\"text\":7}]}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},"
        "\"contentChanges\":[{\"range\":{},\"text\":\"x\"}]}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},\"position\":7,\"range\":7}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},"
        "\"position\":{\"line\":-1,\"character\":0},\"range\":{\"start\":7}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},"
        "\"position\":{\"line\":99999999999,\"character\":99999999999}}",
        "{\"textDocument\":{\"uri\":\"file:///nowhere/a.zt\"},"
        "\"position\":{\"line\":0,\"character\":9223372036854775807}}",
    };
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        script s;
        start(&s);
        open_document(&s, "file:///nowhere/a.zt", credit);
        for (size_t p = 0; p < sizeof params / sizeof params[0]; p++) {
            json_t *value = json_loads(params[p], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
            cr_assert_not_null(value, "%s", params[p]);
            request(&s, (int)(100 + p), methods[m], json_incref(value));
            notify(&s, methods[m], value);
        }
        finish(&s);
        (void)result(&s, 999);
        free_script(&s);
    }
}

Test(lsp, headers_without_a_length_end_the_session)
{
    static const char *const inputs[] = {
        "{}",
        "Content-Length: 2\r\n\r\n{",
        "Content-Length: 2",
        "Content-Type: x\r\n\r\n{}",
        "Content-Length: -2\r\n\r\n{}",
        "Content-Length: 2x\r\n\r\n{}",
        "Content-Length:\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 99999999999999999999999\r\n\r\n{}",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        script s;
        start(&s);
        zk_buf_text(&s.input, inputs[i]);
        run(&s);
        cr_expect_eq(s.status, ZKML_MALFORMED, "`%s`: %d", inputs[i], (int)s.status);
        free_script(&s);
    }
    script s;
    start(&s);
    for (int i = 0; i < 1000; i++)
        zk_buf_text(&s.input, "X-Header: x\r\n");
    run(&s);
    cr_expect_eq(s.status, ZKML_MALFORMED);
    free_script(&s);
}

/* ---- places ---- */

static uint32_t offset_of(const zc_lines *lines, int line, int character)
{
    uint32_t offset = UINT32_MAX;
    json_t *position = json_pack("{s:i, s:i}", "line", line, "character", character);
    cr_assert(zc_lines_offset(lines, position, &offset));
    json_decref(position);
    return offset;
}

Test(place, positions_count_utf16_units)
{
    /* "a" 0, U+1F600 1..4, e-acute 5..6, CR 7; "b" 8, CR LF 9..10; LF 11; "c" 12 */
    static const char text[] = "a\xF0\x9F\x98\x80\xC3\xA9\rb\r\n\nc";
    static const int places[][3] = {{0, 0, 0}, {1, 0, 1}, {5, 0, 3},  {7, 0, 4},
                                    {8, 1, 0}, {9, 1, 1}, {11, 2, 0}, {12, 3, 0}, {13, 3, 1}};
    zc_lines lines;
    cr_assert(zc_lines_init(&lines, text, sizeof text - 1));
    cr_assert_eq(lines.count, 4u);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int line, character;
        json_t *position = zc_lines_position(&lines, (uint32_t)places[i][0]);
        int got = json_unpack(position, "{s:i, s:i}", "line", &line, "character", &character);
        cr_assert_eq(got, 0);
        cr_expect(line == places[i][1] && character == places[i][2], "offset %d is %d:%d",
                  places[i][0], line, character);
        cr_expect_eq(offset_of(&lines, line, character), (uint32_t)places[i][0]);
        json_decref(position);
    }
    cr_expect_eq(offset_of(&lines, 0, 2), 1u); /* inside a surrogate pair */
    cr_expect_eq(offset_of(&lines, 0, 99), 7u);
    cr_expect_eq(offset_of(&lines, 1, 99), 9u);
    cr_expect_eq(offset_of(&lines, 99, 0), 13u);
    zc_lines_free(&lines);
}

Test(place, uris_name_files)
{
    static const char *const cases[][2] = {
        {"file:///nowhere/a%20b.zt", "/nowhere/a b.zt"},
        {"file://localhost/nowhere/x", "/nowhere/x"},
        {"FILE:///nowhere/%C3%a9", "/nowhere/\xC3\xA9"},
        {"file:///nowhere/100%", "/nowhere/100%"},
        {"file:///nowhere/%00", NULL},
        {"file://host/x", NULL},
        {"untitled:x", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = zc_uri_path(cases[i][0]);
        if (cases[i][1] == NULL)
            cr_expect_null(path, "%s", cases[i][0]);
        else
            cr_expect(path != NULL && strcmp(path, cases[i][1]) == 0, "%s", cases[i][0]);
        free(path);
    }
    json_t *uri = zc_path_uri("/nowhere/a b\xFF.zt");
    cr_expect_str_eq(json_string_value(uri), "file:///nowhere/a%20b%FF.zt");
    json_decref(uri);
}
