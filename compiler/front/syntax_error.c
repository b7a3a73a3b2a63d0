/* What a syntax error says: the expected tokens in human words. */
#include <string.h>

#include "compiler/front/hint.h"
#include "compiler/front/parser.h"

enum { MAX_LISTED = 6 };

/* When every name of `signs` is expected, `members` are replaced by `title`. Lists end by NULL. */
typedef struct {
    const char *title;
    const char *signs[3];
    const char *members[32];
} word_group;

static const word_group groups[] = {
    {"an expression",
     {"an integer", "a decimal", NULL},
     {"a name",    "an integer", "a decimal", "a string",    "`true`",  "`false`", "'('",
      "'['",       "'-'",        "`not`",     "`if`",        "`loop`",  "`exact`", "`floor`",
      "`round`",   "`roundeven`", "`clamp`",  "`check`",     "`sum`",   "`max`",   "`min`",
      "`argmax`",  "`all`",      "`any`",     NULL}},
    {"a declaration",
     {"`use`", "`const`", NULL},
     {"`use`", "`type`", "`const`", "`table`", "`fn`", "`circuit`", "`test`", "a doc comment",
      NULL}},
    {"a statement", {"`let`", "`assert`", NULL}, {"`let`", "`assert`", "`prove`", NULL}},
    {"a type",
     {"`int`", "`fix`", NULL},
     {"`int`", "`fix`", "`ufix`", "`quant`", "`bool`", "`num`", "a name", NULL}},
    {"a verb",
     {"`round`", "`clamp`", NULL},
     {"`exact`", "`floor`", "`round`", "`roundeven`", "`clamp`", "`check`", NULL}},
    {"an operator",
     {"'+'", "'*'", NULL},
     {"'+'", "'-'", "'*'", "'/'", "'%'", "'^'", "'<'", "'>'", "`<=`", "`>=`", "`==`", "`!=`",
      "`and`", "`or`", "'('", "'['", "'.'", NULL}},
    {"`and`, `or`", {"`and`", "`or`", NULL}, {"`and`", "`or`", NULL}},
};

static bool contains(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool expects(const zc_expected *set, const char *name)
{
    return contains(set->names, set->count, name);
}

static size_t list_length(const char *const *names)
{
    size_t count = 0;
    while (names[count] != NULL)
        count++;
    return count;
}

static void apply_group(zc_expected *set, const word_group *group)
{
    for (size_t i = 0; group->signs[i] != NULL; i++)
        if (!expects(set, group->signs[i]))
            return;
    size_t members = list_length(group->members);
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++)
        if (!contains(group->members, members, set->names[i]))
            set->names[kept++] = set->names[i];
    memmove(set->names + 1, set->names, kept * sizeof *set->names);
    set->names[0] = group->title;
    set->count = kept + 1;
}

/* "'+'" is how the grammar calls a character; messages write `+`. */
static void put_name(zk_buf *out, const char *name)
{
    if (name[0] == '\'')
        zk_buf_printf(out, "`%c`", name[1]);
    else
        zk_buf_text(out, name);
}

static void put_found(zk_buf *out, const zc_parser *parser, const char *found)
{
    const zc_token *token = &parser->token;
    size_t length = token->span.end - token->span.start;
    int shown = length > 40 ? 40 : (int)length;
    const char *text = parser->lexer.begin + token->span.start;
    switch (token->kind) {
    case ZC_TOK_IDENT:
        zk_buf_printf(out, "the name `%.*s%s`", shown, text, length > 40 ? "..." : "");
        break;
    case ZC_TOK_INTLIT:
    case ZC_TOK_REALLIT:
        zk_buf_printf(out, "the number `%.*s%s`", shown, text, length > 40 ? "..." : "");
        break;
    default:
        put_name(out, found);
        break;
    }
}

static void put_message(zk_buf *out, const zc_parser *parser, zc_expected set, const char *found)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        apply_group(&set, &groups[i]);
    if (set.count == 0 || set.count > MAX_LISTED) {
        zk_buf_text(out, "unexpected ");
        put_found(out, parser, found);
    } else {
        zk_buf_text(out, "expected ");
        for (size_t i = 0; i < set.count; i++) {
            if (i > 0)
                zk_buf_text(out, i + 1 == set.count ? " or " : ", ");
            put_name(out, set.names[i]);
        }
        zk_buf_text(out, ", found ");
        put_found(out, parser, found);
    }
    zk_buf_u8(out, 0);
}

static bool on_later_line(const zc_parser *parser)
{
    uint32_t start = parser->previous.span.end;
    uint32_t end = parser->token.span.start;
    return parser->previous.kind != 0 && end > start &&
           memchr(parser->lexer.begin + start, '\n', end - start) != NULL;
}

/* What comes behind the comment that follows the last token on its line looks like an operand:
 * "x // 2;". */
static bool hides_division(const zc_parser *parser)
{
    uint32_t from = parser->previous.span.end, comment = parser->lexer.comment;
    const char *text = parser->lexer.begin, *at = text + comment + 2;
    if (parser->previous.kind == 0 || comment < from || comment >= parser->token.span.start ||
        memchr(text + from, '\n', comment - from) != NULL)
        return false;
    at += strspn(at, " \t");
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_.[]");
    at += length;
    at += strspn(at, " \t");
    return length > 0 && strchr(";)}],+-*/", *at) != NULL && *at != '\0';
}

/* The bracket that should have been closed first. */
static bool starts_declaration(int kind)
{
    return kind == ZC_TOK_USE || kind == ZC_TOK_TYPE || kind == ZC_TOK_CONST ||
           kind == ZC_TOK_TABLE || kind == ZC_TOK_FN || kind == ZC_TOK_CIRCUIT ||
           kind == ZC_TOK_TEST;
}

static void add_open_bracket(zc_diag *d, const zc_parser *parser)
{
    int kind = parser->token.kind;
    if (parser->bracket_count == 0)
        return;
    const zc_bracket *open = &parser->brackets[parser->bracket_count - 1];
    bool ends_all = kind == ZC_TOK_END || starts_declaration(kind);
    bool ends_group = (kind == ';' || kind == '}') && open->kind != '{';
    bool ends_other = (kind == ')' && open->kind != '(') || (kind == ']' && open->kind != '[');
    if (ends_all || ends_group || ends_other)
        zc_diag_label(d, open->span, "this `%c` is not closed", open->kind);
}

void zc_report_syntax(zc_parser *parser, const char *const *expected, size_t count,
                      const char *found)
{
    /* What does not fit beside skipped text was reported by the lexer. */
    bool repaired = parser->lexer.repaired > parser->previous.span.start;
    if (parser->stopped || parser->out_of_memory || parser->lexer.out_of_memory || repaired)
        return;
    zc_expected set = {.count = 0};
    for (size_t i = 0; i < count && i < ZC_MAX_EXPECTED - 1; i++)
        set.names[set.count++] = expected[i];
    zc_diags *diags = &parser->session->diags;
    if (hides_division(parser)) {
        zc_span slashes = {parser->token.span.file, parser->lexer.comment,
                           parser->lexer.comment + 2};
        zc_diag *d = zc_error(diags, ZC_E_SYNTAX, slashes, "`//` starts a comment here");
        zc_diag_help(d, "a division that rounds down is `floor x / 2 to int(0 .. 4)`");
        return;
    }
    bool ends_statement = on_later_line(parser) || parser->token.kind == '}';
    if (expects(&set, "';'") && ends_statement && !zc_hint_habit(&parser->previous)) {
        zc_span gap = parser->previous.span;
        gap.start = gap.end;
        zc_diag *d = zc_error(diags, ZC_E_SYNTAX, gap, "missing `;`");
        zc_diag_fix(d, gap, ";", "end it with `;`");
        return;
    }
    zk_buf message = {0};
    put_message(&message, parser, set, found);
    if (!message.failed) {
        zc_diag *d = zc_error(diags, ZC_E_SYNTAX, parser->token.span, "%s", message.data);
        add_open_bracket(d, parser);
        zc_hint(d, parser, &set, found);
    } else {
        parser->out_of_memory = true;
    }
    zk_buf_free(&message);
}
