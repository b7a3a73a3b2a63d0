#include "compiler/front/hint.h"

#include <string.h>

#include "compiler/front/parser.h"
#include "compiler/spelling.h"

/* A word of other languages, what to do, and what replaces it (NULL: more than a word changes). */
typedef struct {
    const char *word;
    const char *help;
    const char *replacement;
} habit;

static const habit habits[] = {
    {"return", "a block's value is its last expression, without `;` and without `return`", ""},
    {"while", "there is no `while`; `loop h = start for i < N { ... }` repeats a fixed number of "
              "times", NULL},
    {"var", "values are never changed; `let name = ...;` gives a value a name", "let"},
    {"mut", "values are never changed; `let name = ...;` gives a value a name", ""},
    {"def", "a function starts with `fn`", "fn"},
    {"func", "a function starts with `fn`", "fn"},
    {"function", "a function starts with `fn`", "fn"},
    {"import", "modules are imported by `use nn;` or `use \"./file.zt\" as name;`", "use"},
    {"include", "modules are imported by `use nn;` or `use \"./file.zt\" as name;`", "use"},
    {"from", "modules are imported by `use nn;`; their members are then `nn.dense`, ...", NULL},
    {"template", "a circuit is `circuit name(private x: fix(8, 4)) -> public fix(8, 4) { ... }`",
     NULL},
    {"component", "functions are called, `f(x)`; nothing is instantiated", NULL},
    {"struct", "there are no records; a circuit takes several parameters", NULL},
    {"class", "there are no records; a circuit takes several parameters", NULL},
    {"float", "there are no floating-point numbers; `fix(bits, fraction)` is a fixed-point type",
     NULL},
    {"signal", "a circuit's inputs are its parameters; `let` names everything else", NULL},
};

static const habit *find_habit(const zc_token *token)
{
    if (token->kind != ZC_TOK_IDENT || token->text == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (strcmp(token->text, habits[i].word) == 0)
            return &habits[i];
    return NULL;
}

bool zc_hint_habit(const zc_token *token)
{
    return find_habit(token) != NULL;
}

static bool hint_habit(zc_diag *d, const zc_parser *parser, const zc_token *token)
{
    const habit *found = find_habit(token);
    if (found == NULL)
        return false;
    zc_span span = token->span;
    if (found->replacement == NULL) {
        zc_diag_help(d, "%s", found->help);
        return true;
    }
    const char *text = parser->lexer.begin;
    while (found->replacement[0] == '\0' && (text[span.end] == ' ' || text[span.end] == '\t'))
        span.end++;
    zc_diag_fix(d, span, found->replacement, "%s", found->help);
    return true;
}

static bool expects(const zc_expected *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->names[i], name) == 0)
            return true;
    return false;
}

static bool expects_only(const zc_expected *set, const char *name)
{
    return set->count == 1 && expects(set, name);
}

static bool is_comparison(int kind)
{
    return kind == '<' || kind == '>' || kind == ZC_TOK_LE || kind == ZC_TOK_GE ||
           kind == ZC_TOK_EQ || kind == ZC_TOK_NE;
}

static bool is_reducer(int kind)
{
    return kind == ZC_TOK_SUM || kind == ZC_TOK_MAX || kind == ZC_TOK_MIN ||
           kind == ZC_TOK_ARGMAX || kind == ZC_TOK_ALL || kind == ZC_TOK_ANY;
}

static bool is_text(const zc_token *token, const char *text)
{
    return token->kind == ZC_TOK_IDENT && token->text != NULL && strcmp(token->text, text) == 0;
}

static bool is_word(const char *found)
{
    return found[0] == '`' && found[1] >= 'a' && found[1] <= 'z';
}

/* The next character after the token that is no white space. */
static char following(const zc_parser *parser)
{
    const char *at = parser->lexer.begin + parser->token.span.end;
    return at[strspn(at, " \t\r\n")];
}

/* ---- misspelt words ---- */

static const char *closest(const zc_token *token, const char *const *words)
{
    zc_spelling spelling = {.name = token->text};
    if (token->kind != ZC_TOK_IDENT || token->text == NULL)
        return NULL;
    for (; *words != NULL; words++)
        zc_spelling_try(&spelling, *words);
    return spelling.best;
}

static bool hint_spelling(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    static const char *const declarations[] = {"use", "type", "const", "table", "fn", "circuit",
                                               "test", NULL};
    static const char *const words[] = {
        "let", "assert", "prove", "exact", "floor", "round", "roundeven", "clamp", "check",
        "if",  "loop",   "sum",   "argmax", "not", NULL};
    static const char *const inner[] = {"then", "else", "to", "for", "and", "or", NULL};
    const zc_token *token = &parser->token;
    const char *word = NULL;
    if (expects(set, "`circuit`") && expects(set, "`const`"))
        word = closest(token, declarations);
    else if (token->kind == ZC_TOK_IDENT && closest(token, inner) != NULL)
        word = closest(token, inner);
    if (word == NULL) {
        token = &parser->previous;
        word = closest(token, words);
    }
    if (word != NULL)
        zc_diag_fix(d, token->span, word, "did you mean `%s`?", word);
    return word != NULL;
}

/* ---- values and statements ---- */

/* The innermost open bracket stands behind this word. */
static bool is_inside(const zc_parser *parser, const char *word)
{
    if (parser->bracket_count == 0)
        return false;
    uint32_t open = parser->brackets[parser->bracket_count - 1].span.start;
    size_t length = strlen(word);
    return open >= length && memcmp(parser->lexer.begin + open - length, word, length) == 0;
}

/* Words and signs behind a whole expression that other languages, or other places, have. */
static bool hint_behind_value(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    int kind = parser->token.kind;
    zc_span gap = {parser->token.span.file, parser->previous.span.end, parser->previous.span.end};
    if (kind == ZC_TOK_IF)
        zc_diag_help(d, "a choice is written `if c then x else y`");
    else if (kind == ZC_TOK_AS)
        zc_diag_help(d, "a verb converts: `exact x to T`, `round x to T`, `clamp x to T`");
    else if (kind == ZC_TOK_TO)
        zc_diag_help(d, "a verb says how: `round x to T`, `clamp x to T`, `exact x to T`");
    else if (kind == ZC_TOK_STRING && expects(set, "','") && expects(set, "';'"))
        zc_diag_fix(d, gap, ",", "the message stands behind a comma: `assert x > 0, \"message\";`");
    else if (kind == ',' && is_inside(parser, "quant"))
        zc_diag_help(d, "there is no zero point: a code q with zero point z is the number q - z, "
                        "as in `quant(0.02, -128 .. 127)`");
    else if (expects(set, "`to`") && (kind == '}' || kind == ';' || kind == ')' || kind == ','))
        zc_diag_help(d, "a verb ends in a type: `round x to fix(8, 4)`");
    else if (expects(set, "`..`") && kind == ')')
        zc_diag_help(d, "a range is written `0 .. 255`");
    else if (kind == ')' && is_inside(parser, "fix"))
        zc_diag_help(d, "`fix(16, 8)`: how many bits, and how many of them after the point");
    else
        return false;
    return true;
}

static bool hint_value(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    int kind = parser->token.kind;
    bool subscript = parser->bracket_count > 0 &&
                     parser->brackets[parser->bracket_count - 1].kind == '[';
    bool after_value = expects(set, "'+'") || expects(set, "`and`");
    bool shift = (kind == '>' || kind == '<') && parser->previous.kind == kind &&
                 parser->previous.span.end == parser->token.span.start;
    if (shift)
        zc_diag_help(d, kind == '>' ? "a shift to the right is a division: "
                                      "`floor x / 4 to int(0 .. 63)`"
                                    : "a shift to the left is a product: `x * 4`");
    if (subscript && (kind == ':' || kind == ZC_TOK_DOTDOT)) {
        zc_diag_help(d, "a part of a tensor is written as an equation: `let y[i < 2] = x[i];`");
        return true;
    }
    if (!after_value || shift)
        return shift;
    if (is_comparison(kind))
        zc_diag_help(d, "comparisons do not chain; write `a < b and b < c`");
    else if (kind == '=' && expects(set, "'}'"))
        zc_diag_help(d, "values are never changed; `let name = ...;` gives a value a name");
    else if (kind == '=')
        zc_diag_fix(d, parser->token.span, "==", "equality is written `==`");
    else if (kind == '{' && expects(set, "`then`"))
        zc_diag_help(d, "`if` is an expression: `if c then x else y`");
    else if (expects(set, "`else`") && is_text(&parser->token, "elif"))
        zc_diag_fix(d, parser->token.span, "else if", "write `else if`");
    else if (hint_behind_value(d, parser, set))
        return true;
    else if (expects(set, "`else`"))
        zc_diag_help(d, "an `if` has a value, so it needs both: `if c then x else y`");
    else if (kind == ';' && expects(set, "'}'") && following(parser) == '}')
        zc_diag_fix(d, parser->token.span, "",
                    "a block's value is its last expression, without `;`");
    else if (kind == ';' && expects(set, "'}'"))
        zc_diag_help(d, "an expression is no statement: `let y = ...;` gives it a name, "
                        "`assert ...;` states a condition");
    else
        return false;
    return true;
}

/* ---- modules, verbs, statements in the wrong place ---- */

static bool is_verb(int kind)
{
    return kind == ZC_TOK_EXACT || kind == ZC_TOK_FLOOR || kind == ZC_TOK_ROUND ||
           kind == ZC_TOK_ROUNDEVEN || kind == ZC_TOK_CLAMP || kind == ZC_TOK_CHECK;
}

static bool hint_place(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    int kind = parser->token.kind;
    zc_span span = parser->token.span;
    if (kind == '.' && expects(set, "a string")) {
        const char *text = parser->lexer.begin + span.end;
        span.end += (uint32_t)strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789_.");
        zc_diag_fix(d, span, "",
                    "a module is imported as a whole: `use nn;`, then `nn.dense(...)`");
    } else if (kind == ';' && expects_only(set, "`as`")) {
        zc_diag_help(d, "the standard library is imported by `use nn;`, a file by "
                        "`use \"./nn.zt\" as nn;`");
    } else if (expects_only(set, "a string") && is_text(&parser->token, "f")) {
        zc_diag_fix(d, span, "", "a message is a plain string: values are shown by `zkml mock`");
    } else if (kind == ZC_TOK_ASSERT && !expects(set, "`let`")) {
        zc_diag_help(d, "`assert` is a statement; for a case, state `assert not c or d;`");
    } else if (is_verb(kind) && expects(set, "an integer") && !expects(set, "`round`")) {
        zc_diag_help(d, "inside of other operations a verb stands in parentheses: "
                        "`1 + (round x to T)`");
    } else {
        return false;
    }
    return true;
}

/* ---- reductions, types, parameters ---- */

static bool hint_visibility(zc_diag *d, const zc_parser *parser)
{
    static const char *const words[] = {"public", "private", "committed", NULL};
    const char *word = is_text(&parser->token, "pub") ? "public" : closest(&parser->token, words);
    if (word != NULL)
        zc_diag_fix(d, parser->token.span, word, "did you mean `%s`?", word);
    return word != NULL;
}

/* A type that is not spelt as the language does: `ufx(8, 4)`. */
static bool hint_type(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    static const char *const words[] = {"int", "fix", "ufix", "quant", "bool", NULL};
    const char *word = parser->token.kind == '(' && expects(set, "'['")
                           ? closest(&parser->previous, words)
                           : NULL;
    if (word != NULL)
        zc_diag_fix(d, parser->previous.span, word, "did you mean `%s`?", word);
    return word != NULL;
}

static bool hint_form(zc_diag *d, const zc_parser *parser, const zc_expected *set)
{
    int kind = parser->token.kind, before = parser->previous.kind;
    zc_span start = parser->token.span, end = parser->previous.span;
    start.end = start.start;
    end.start = end.end;
    if (expects_only(set, "'('") && before == ']')
        zc_diag_help(d, "what is reduced stands in parentheses: `sum[i](x[i])`");
    else if ((before == ZC_TOK_MAX || before == ZC_TOK_MIN) && expects(set, "'('"))
        zc_diag_help(d, "`%.*s(x, 0)` is that of two values, `%.*s[i](x[i])` that over an index", 3,
                     parser->lexer.begin + parser->previous.span.start, 3,
                     parser->lexer.begin + parser->previous.span.start);
    else if (is_reducer(before) && expects(set, "'['"))
        zc_diag_help(d, "a reduction names its indices: `%.*s[i](x[i])`",
                     (int)(end.end - parser->previous.span.start),
                     parser->lexer.begin + parser->previous.span.start);
    else if (is_reducer(kind) && before == '.')
        zc_diag_help(d, "a reduction is written `%.*s[i](x[i])`",
                     (int)(parser->token.span.end - start.start),
                     parser->lexer.begin + start.start);
    else if (before == ZC_TOK_INT && expects(set, "'('"))
        zc_diag_guess(d, start, "(0 .. 255)", "`int` needs its range: `int(0 .. 255)`");
    else if ((before == ZC_TOK_FIX || before == ZC_TOK_UFIX) && expects(set, "'('"))
        zc_diag_guess(d, start, "(16, 8)", "`%s(16, 8)` has 16 bits, 8 of them after the point",
                      before == ZC_TOK_FIX ? "fix" : "ufix");
    else if (kind == '[' && expects(set, "`fix`") && !expects(set, "an integer"))
        zc_diag_help(d, "dimensions follow the type: `int(0 .. 255)[4]`");
    else if (expects(set, "`public`") && hint_visibility(d, parser))
        return true;
    else if (hint_type(d, parser, set))
        return true;
    else if (kind == ',' && expects(set, "'{'"))
        zc_diag_help(d, "several results stand in parentheses: `-> (public T, public U)`");
    else if (expects(set, "`public`") && expects(set, "`private`") && kind == ZC_TOK_IDENT)
        zc_diag_guess(d, start, "private ", "every parameter of a circuit says who sees it: "
                                            "`public`, `private` or `committed`");
    else if (expects(set, "`public`") && expects(set, "`committed`") && !expects(set, "`private`"))
        zc_diag_guess(d, kind == ZC_TOK_PRIVATE ? parser->token.span : start,
                      kind == ZC_TOK_PRIVATE ? "public" : "public ",
                      "a result says who sees it: `-> public fix(16, 8)`");
    else if (expects(set, "`round`") && expects(set, "`check`") && !expects(set, "an integer"))
        zc_diag_fix(d, start, "round ", "say how entries are rounded: `= round exp(x);`");
    else if ((kind == ',' || kind == ':') && expects(set, "`..`"))
        zc_diag_fix(d, parser->token.span, kind == ':' ? " .. " : " ..",
                    "a range is written `0 .. 255`");
    else if (expects_only(set, "':'") && before == ZC_TOK_IDENT)
        zc_diag_fix(d, end, ": num", "a parameter has a type; `num` is any number: `x: num`");
    else
        return false;
    return true;
}

void zc_hint(zc_diag *d, const zc_parser *parser, const zc_expected *set, const char *found)
{
    const zc_token *token = &parser->token;
    if (hint_habit(d, parser, &parser->previous) || hint_habit(d, parser, token)) {
        return;
    } else if (parser->verb_end != 0 && parser->verb_end == parser->previous.span.end) {
        zc_diag_help(d, "a rounded value ends at its type; put it in parentheses to go on: "
                        "`(round x to T) + 1`");
    } else if (token->kind == ZC_TOK_FOR && !expects(set, "`for`")) {
        zc_diag_help(d, "tensors are made by equations, `let y[i] = x[i] + 1;`, sums by "
                        "`sum[i](x[i])`; `loop h = x for l < 4 { ... }` repeats");
    } else if (token->kind == ZC_TOK_LET && expects(set, "`const`")) {
        zc_diag_fix(d, token->span, "const", "outside of functions it is `const`");
    } else if (hint_place(d, parser, set) || hint_value(d, parser, set) ||
               hint_form(d, parser, set)) {
        return;
    } else if (expects(set, "a name") && !expects(set, "an integer") && is_word(found)) {
        zc_diag_note(d, "%s is a word of the language and cannot be a name", found);
    } else if (token->kind == ZC_TOK_ELSE) {
        zc_diag_help(d, "`if` is an expression: `if c then x else y`");
    } else {
        (void)hint_spelling(d, parser, set);
    }
}
