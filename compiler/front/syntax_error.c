/* The wording of syntax errors. */
#include <stdio.h>
#include <string.h>

#include "compiler/front/build.h"

/* More alternatives than this are not a help. */
enum { MAX_LISTED = 6 };

/* The grammar's names of single characters are quoted with '...': `...` reads better. */
static void add_name(zk_buf *out, const char *name)
{
    size_t length = strlen(name);
    if (length == 3 && name[0] == '\'' && name[2] == '\'')
        zk_buf_printf(out, "`%c`", name[1]);
    else
        zk_buf_text(out, name);
}

static bool contains(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* An operator can always go on; what may stand instead is only listed when it is little. */
static bool is_expression_start(const char *const *expected, size_t count)
{
    return contains(expected, count, "a name") && contains(expected, count, "an integer");
}

static void describe_expected(zk_buf *out, const char *const *expected, size_t count)
{
    if (is_expression_start(expected, count)) {
        zk_buf_text(out, contains(expected, count, "`if`") ? "an expression" : "a value");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            zk_buf_text(out, i + 1 == count ? " or " : ", ");
        add_name(out, expected[i]);
    }
}

/* Operators that could continue the expression say little beside `;` and `)`. */
static size_t keep_useful(const char *const *expected, size_t count, const char **kept)
{
    static const char *const operators[] = {"'+'", "'-'", "'*'", "'/'", "'%'",  "'^'",  "'<'",
                                            "'>'", "`<=`", "`>=`", "`==`", "`!=`", "`and`",
                                            "`or`", "'['", "'('", "'.'"};
    size_t useful = 0;
    if (count <= MAX_LISTED) {
        for (size_t i = 0; i < count; i++)
            kept[useful++] = expected[i];
        return useful;
    }
    for (size_t i = 0; i < count && useful < count; i++)
        if (!contains(operators, sizeof operators / sizeof operators[0], expected[i]))
            kept[useful++] = expected[i];
    return useful;
}

static void explain_verb(zc_parser *parser, zc_diag *diag)
{
    if (parser->verb_end == 0 || parser->verb_end != parser->previous.span.end)
        return;
    zc_diag_note(diag, "`verb value to type` binds weakest: nothing may follow its type");
    zc_diag_help(diag, "put the verb expression in parentheses, or name it with `let`");
}

static void explain_brackets(zc_parser *parser, zc_diag *diag)
{
    int kind = parser->token.kind;
    if (parser->bracket_count == 0 || (kind != 0 && kind != ')' && kind != ']' && kind != '}'))
        return;
    zc_bracket open = parser->brackets[parser->bracket_count - 1];
    zc_diag_label(diag, open.span, "this `%c` is not closed", (char)open.kind);
}

void zc_report_syntax(zc_parser *parser, const char *const *expected, size_t count,
                      const char *found)
{
    if (parser->stopped || parser->out_of_memory)
        return;
    const char **kept = zk_arena_alloc(&parser->session->arena, count + 1, sizeof *kept);
    size_t useful = kept == NULL ? 0 : keep_useful(expected, count, kept);
    zk_buf text = {0};
    add_name(&text, found);
    zk_buf want = {0};
    if (useful > 0 && (useful <= MAX_LISTED || is_expression_start(kept, useful)))
        describe_expected(&want, kept, useful);
    zc_diag *d = zc_error(&parser->session->diags, ZC_E_SYNTAX, parser->token.span,
                          "unexpected %.*s%s%.*s", (int)text.length, (const char *)text.data,
                          want.length > 0 ? ": expected " : "", (int)want.length,
                          want.length > 0 ? (const char *)want.data : "");
    explain_verb(parser, d);
    explain_brackets(parser, d);
    zk_buf_free(&text);
    zk_buf_free(&want);
}
