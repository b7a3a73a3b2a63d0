/* What a syntax error says: the expected tokens in human words, and hints for habits from other
 * languages. */
#include <string.h>

#include "compiler/front/build.h"
#include "compiler/front/parser.h"

enum { MAX_EXPECTED = 128, MAX_LISTED = 6 };

typedef struct {
    const char *names[MAX_EXPECTED];
    size_t count;
} name_set;

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

static bool expects(const name_set *set, const char *name)
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

static void apply_group(name_set *set, const word_group *group)
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

static void put_message(zk_buf *out, const zc_parser *parser, name_set set, const char *found)
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

static bool is_comparison(int kind)
{
    return kind == '<' || kind == '>' || kind == ZC_TOK_LE || kind == ZC_TOK_GE ||
           kind == ZC_TOK_EQ || kind == ZC_TOK_NE;
}

typedef struct {
    const char *word;
    const char *help;
} habit;

static const habit habits[] = {
    {"return", "a block's value is its last expression, without `;` and without `return`"},
    {"while", "there is no `while`; `loop h = start for i < N { ... }` repeats a fixed number of "
              "times"},
    {"var", "values are never changed; `let name = ...;` gives a value a name"},
    {"mut", "values are never changed; `let name = ...;` gives a value a name"},
    {"def", "a function starts with `fn`"},
    {"func", "a function starts with `fn`"},
    {"function", "a function starts with `fn`"},
    {"import", "modules are imported by `use nn;` or `use \"./file.zt\" as name;`"},
    {"include", "modules are imported by `use nn;` or `use \"./file.zt\" as name;`"},
    {"struct", "there are no records; a circuit takes several parameters"},
    {"float", "there are no floating-point numbers; `fix(bits, fraction)` is a fixed-point type"},
    {"signal", "a circuit's inputs are its parameters; `let` names everything else"},
};

static const char *habit_help(const zc_token *token)
{
    if (token->kind != ZC_TOK_IDENT || token->text == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (strcmp(token->text, habits[i].word) == 0)
            return habits[i].help;
    return NULL;
}

static bool is_word(const char *found)
{
    return found[0] == '`' && found[1] >= 'a' && found[1] <= 'z';
}

/* At most one hint: the most specific one. */
static void add_hint(zc_diag *d, const zc_parser *parser, const name_set *set, const char *found)
{
    const zc_token *token = &parser->token;
    bool value_wanted = expects(set, "an integer");
    bool after_value = expects(set, "'+'") || expects(set, "`and`");
    const char *help = habit_help(&parser->previous);
    if (help == NULL)
        help = habit_help(token);
    if (help != NULL)
        zc_diag_help(d, "%s", help);
    else if (parser->verb_end != 0 && parser->verb_end == parser->previous.span.end)
        zc_diag_help(d, "a rounded value ends at its type; put it in parentheses to go on: "
                        "`(round x to T) + 1`");
    else if (is_comparison(token->kind) && after_value)
        zc_diag_help(d, "comparisons do not chain; write `a < b and b < c`");
    else if (token->kind == '=' && after_value && expects(set, "'}'"))
        zc_diag_help(d, "values are never changed; `let name = ...;` gives a value a name");
    else if (token->kind == '=' && after_value)
        zc_diag_fix(d, token->span, "==", "equality is written `==`");
    else if (expects(set, "a name") && !value_wanted && is_word(found))
        zc_diag_note(d, "%s is a word of the language and cannot be a name", found);
    else if (token->kind == '{' && after_value && expects(set, "`then`"))
        zc_diag_help(d, "`if` is an expression: `if c then x else y`");
    else if (token->kind == ZC_TOK_ELSE)
        zc_diag_help(d, "`if` is an expression: `if c then x else y`");
    else if (token->kind == ZC_TOK_IDENT && expects(set, "`public`") && expects(set, "`private`"))
        zc_diag_help(d, "every parameter of a circuit says who sees it: `public`, `private` or "
                        "`committed`");
}

/* The bracket that should have been closed first. */
static void add_open_bracket(zc_diag *d, const zc_parser *parser)
{
    int kind = parser->token.kind;
    if (parser->bracket_count == 0)
        return;
    const zc_bracket *open = &parser->brackets[parser->bracket_count - 1];
    bool ends_all = kind == ZC_TOK_END;
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
    name_set set = {.count = 0};
    for (size_t i = 0; i < count && i < MAX_EXPECTED - 1; i++)
        set.names[set.count++] = expected[i];
    zc_diags *diags = &parser->session->diags;
    bool ends_statement = on_later_line(parser) || parser->token.kind == '}';
    if (expects(&set, "';'") && ends_statement && habit_help(&parser->previous) == NULL) {
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
        add_hint(d, parser, &set, found);
    } else {
        parser->out_of_memory = true;
    }
    zk_buf_free(&message);
}
