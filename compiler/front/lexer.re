/* lexer.re - the lexical grammar of .zt files. */
#include "compiler/front/lexer.h"

#include <string.h>

#include "compiler/front/parser.h"

static zc_span span_of(const zc_lexer *lexer, const char *start, const char *end)
{
    return (zc_span){lexer->source, (uint32_t)(start - lexer->begin),
                     (uint32_t)(end - lexer->begin)};
}

static void check_text(zc_lexer *lexer)
{
    bool invalid = false;
    size_t size;
    for (const char *at = lexer->begin; at < lexer->limit; at += size == 0 ? 1 : size) {
        uint32_t c;
        size = zc_utf8_decode(at, (size_t)(lexer->limit - at), &c);
        if (size == 0 && !invalid) {
            invalid = true;
            zc_diag *d = zc_error(&lexer->session->diags, ZC_E_UTF8, span_of(lexer, at, at + 1),
                                  "byte 0x%02X is not valid UTF-8", (unsigned char)*at);
            zc_diag_help(d, "save the file as UTF-8");
        }
        if (size == 3 && ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))) {
            zc_diag *d = zc_error(&lexer->session->diags, ZC_E_BIDI, span_of(lexer, at, at + 3),
                                  "invisible character U+%04X changes the order of the text",
                                  (unsigned)c);
            zc_diag_note(d, "a reader would see another program than the compiler");
            zc_diag_fix(d, span_of(lexer, at, at + 3), "", "remove it");
        }
    }
}

void zc_lexer_init(zc_lexer *lexer, zc_session *session, uint32_t source)
{
    const zc_source_file *file = zc_source_get(&session->sources, source);
    ZK_CHECK(file != NULL);
    *lexer = (zc_lexer){.session = session, .source = source};
    lexer->begin = (const char *)file->text.data;
    lexer->limit = lexer->begin + file->text.length;
    lexer->cursor = lexer->begin;
    if (file->text.length >= 3 && memcmp(lexer->begin, "\xEF\xBB\xBF", 3) == 0)
        lexer->cursor += 3;
    check_text(lexer);
}

static zc_token make_token(const zc_lexer *lexer, int kind, const char *start)
{
    return (zc_token){.kind = kind, .span = span_of(lexer, start, lexer->cursor)};
}

static zc_token text_token(zc_lexer *lexer, int kind, const char *start, const char *text)
{
    zc_token token = make_token(lexer, kind, start);
    token.text = text;
    if (text == NULL) {
        lexer->out_of_memory = true;
        lexer->cursor = lexer->limit;
        token.kind = ZC_TOK_END;
    }
    return token;
}

static zc_token name_token(zc_lexer *lexer, const char *start)
{
    size_t length = (size_t)(lexer->cursor - start);
    return text_token(lexer, ZC_TOK_IDENT, start, zc_intern(lexer->session, start, length));
}

static size_t exponent_digits(const char *start, const char *end)
{
    while (start < end && *start != 'e' && *start != 'E')
        start++;
    size_t digits = 0;
    for (; start < end; start++)
        digits += *start >= '0' && *start <= '9';
    return digits;
}

static zc_token number_token(zc_lexer *lexer, int kind, const char *start)
{
    size_t length = (size_t)(lexer->cursor - start);
    bool too_long = length > ZC_NUMBER_MAX_LENGTH;
    if (kind == ZC_TOK_REALLIT && exponent_digits(start, lexer->cursor) > ZC_EXPONENT_MAX_DIGITS)
        too_long = true;
    if (too_long) {
        zc_error(&lexer->session->diags, ZC_E_NUMBER_SIZE, span_of(lexer, start, lexer->cursor),
                 "this number is too long: at most %d characters, %d digits in the exponent",
                 ZC_NUMBER_MAX_LENGTH, ZC_EXPONENT_MAX_DIGITS);
        return make_token(lexer, kind, start);
    }
    char *text = ZK_ARENA_NEW(&lexer->session->arena, char, length + 1);
    for (size_t i = 0, out = 0; text != NULL && i < length; i++)
        if (start[i] != '_')
            text[out++] = start[i];
    return text_token(lexer, kind, start, text);
}

static zc_token bad_number(zc_lexer *lexer, const char *start)
{
    zc_span span = span_of(lexer, start, lexer->cursor);
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_NUMBER, span, "malformed number `%.*s`",
                          (int)(span.end - span.start > 60 ? 60 : span.end - span.start), start);
    const char *last = lexer->cursor - 1;
    if (start[0] == '.')
        zc_diag_fix(d, (zc_span){span.file, span.start, span.start}, "0",
                    "a decimal has a digit on both sides of the dot: `0%.*s`",
                    (int)(span.end - span.start), start);
    else if (*last == '.')
        zc_diag_fix(d, (zc_span){span.file, span.end, span.end}, "0",
                    "a decimal has a digit on both sides of the dot: `%.*s0`",
                    (int)(span.end - span.start), start);
    else if (*last == '_')
        zc_diag_help(d, "`_` stands between two digits");
    else
        zc_diag_help(d, "numbers are written `42`, `1_000`, `0x1F`, `0.25` or `1e-3`");
    zc_token token = make_token(lexer, ZC_TOK_INTLIT, start);
    return token;
}

static void bad_escape(zc_lexer *lexer, const char *at)
{
    uint32_t c;
    size_t size = zc_utf8_decode(at + 1, (size_t)(lexer->limit - at - 1), &c);
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_ESCAPE,
                          span_of(lexer, at, at + 1 + (size == 0 ? 1 : size)),
                          "unknown escape sequence in a string");
    zc_diag_help(d, "the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`");
}

/* The cursor stands behind the opening quote. */
static zc_token string_token(zc_lexer *lexer, const char *start)
{
    const char *end = lexer->cursor;
    while (end < lexer->limit && *end != '"' && *end != '\n')
        end += *end == '\\' && end + 1 < lexer->limit && end[1] != '\n' ? 2 : 1;
    char *text = ZK_ARENA_NEW(&lexer->session->arena, char, (size_t)(end - start) + 1);
    size_t out = 0;
    for (const char *at = lexer->cursor; text != NULL && at < end; at++) {
        static const char *const written = "\"\\nt";
        static const char meant[] = "\"\\\n\t";
        char c = *at;
        if (c == '\\') {
            const char *known = at + 1 < end && at[1] != '\0' ? strchr(written, at[1]) : NULL;
            if (known == NULL && at + 1 < end)
                bad_escape(lexer, at);
            c = known == NULL ? '?' : meant[known - written];
            at += 1;
        } else if ((unsigned char)c < 0x20 && c != '\t' && !(c == '\r' && at + 1 == end)) {
            zc_error(&lexer->session->diags, c == '\0' ? ZC_E_NUL : ZC_E_STRING_CHARACTER,
                     span_of(lexer, at, at + 1), "control character 0x%02X in a string",
                     (unsigned char)c);
            c = '?';
        }
        text[out++] = c;
    }
    if (end < lexer->limit && *end == '"') {
        lexer->cursor = end + 1;
    } else {
        lexer->cursor = end;
        lexer->repaired = (uint32_t)(end - lexer->begin);
        zc_diag *d = zc_error(&lexer->session->diags, ZC_E_STRING_END,
                              span_of(lexer, start, end), "this string has no closing quote");
        zc_diag_help(d, "a string ends on the line where it begins; `\\n` is a line break");
    }
    return text_token(lexer, ZC_TOK_STRING, start, text);
}

/* To the end of the line; false for a doc comment: exactly three slashes. */
static bool skip_comment(zc_lexer *lexer, const char *start)
{
    size_t left = (size_t)(lexer->limit - start);
    const char *end = memchr(start, '\n', left);
    lexer->comment = (uint32_t)(start - lexer->begin);
    lexer->cursor = end == NULL ? lexer->limit : end;
    size_t slashes = 2;
    while (slashes < left && start[slashes] == '/')
        slashes++;
    const char *nul = slashes == 3 ? NULL : memchr(start, '\0', (size_t)(lexer->cursor - start));
    if (nul != NULL)
        zc_error(&lexer->session->diags, ZC_E_NUL, span_of(lexer, nul, nul + 1),
                 "a NUL byte in the source text");
    return slashes != 3;
}

static zc_token doc_token(zc_lexer *lexer, const char *start)
{
    const char *text = start + 3;
    const char *end = lexer->cursor;
    text += text < end && *text == ' ';
    while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    for (const char *at = text; at < end; at++)
        if (*at == '\0')
            zc_error(&lexer->session->diags, ZC_E_NUL, span_of(lexer, at, at + 1),
                     "a NUL byte in the source text");
    return text_token(lexer, ZC_TOK_DOC, start,
                      zk_arena_strndup(&lexer->session->arena, text, (size_t)(end - text)));
}

/* Slashes before every line, unless something follows behind the comment. */
static void edit_block_comment(const zc_lexer *lexer, zc_diag *d, const char *start,
                               const char *end)
{
    const char *behind = end + 2;
    while (behind < lexer->limit && (*behind == ' ' || *behind == '\t' || *behind == '\r'))
        behind++;
    if (behind < lexer->limit && *behind != '\n')
        return;
    zc_diag_edit(d, span_of(lexer, start, start + 2), "//");
    for (const char *at = start; (at = memchr(at, '\n', (size_t)(end - at))) != NULL;) {
        at++;
        zc_diag_edit(d, span_of(lexer, at, at), "//");
    }
    while (end > start + 2 && end[-1] == ' ')
        end--;
    zc_diag_edit(d, span_of(lexer, end, behind), "");
}

static void skip_block_comment(zc_lexer *lexer, const char *start)
{
    const char *end = lexer->cursor;
    while (end < lexer->limit && !(end[0] == '*' && end[1] == '/'))
        end++;
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_BLOCK_COMMENT,
                          span_of(lexer, start, lexer->cursor), "block comments do not exist");
    zc_diag_help(d, "start every line of the comment with `//`");
    if (end < lexer->limit)
        edit_block_comment(lexer, d, start, end);
    lexer->cursor = end < lexer->limit ? end + 2 : end;
}

/* Operators that change a variable; read as `=`, which the parser then says nothing about. */
static zc_token assignment(zc_lexer *lexer, const char *start, bool defines)
{
    zc_span span = span_of(lexer, start, lexer->cursor);
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_OPERATOR, span,
                          "`%.*s` is not an operator here", (int)(lexer->cursor - start), start);
    zc_diag_help(d, "values are never changed; `let name = ...;` gives a value a name");
    if (defines)
        zc_diag_edit(d, span, "=");
    lexer->repaired = (uint32_t)(lexer->cursor - lexer->begin);
    return make_token(lexer, '=', start);
}

static bool is_word_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The word or sign that was meant, away from the words beside it. */
static void edit_word(const zc_lexer *lexer, zc_diag *d, zc_span span, const char *meant)
{
    char edit[16];
    const char *text = lexer->begin;
    char behind = text[span.end];
    bool word = is_word_byte(meant[0]);
    bool gap = word && span.start > 0 && is_word_byte(text[span.start - 1]);
    (void)snprintf(edit, sizeof edit, "%s%s%s", gap ? " " : "", meant,
                   word && (is_word_byte(behind) || behind == '(') ? " " : "");
    zc_diag_fix(d, span, edit, "write `%s`", meant);
}

/* An operator of other languages; read as the token that was meant. */
static zc_token foreign(zc_lexer *lexer, const char *start, int kind, const char *meant)
{
    zc_span span = span_of(lexer, start, lexer->cursor);
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_OPERATOR, span,
                          "`%.*s` is not an operator here", (int)(lexer->cursor - start), start);
    edit_word(lexer, d, span, meant);
    return make_token(lexer, kind, start);
}

/* To behind the quote that closes this line's string of another language, if there is one. */
static void skip_single_quotes(zc_lexer *lexer)
{
    const char *end = lexer->cursor;
    while (end < lexer->limit && *end != '\'' && *end != '\n')
        end++;
    if (end < lexer->limit && *end == '\'')
        lexer->cursor = end + 1;
}

/* Signs that have a spelling here. */
static void hint_character(const zc_lexer *lexer, zc_diag *d, zc_span span, uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *meant;
    } signs[] = {{'&', "and"},   {'|', "or"},    {'~', "not"},   {0x2212, "-"}, {0x2013, "-"},
                 {0x2264, "<="}, {0x2265, ">="}, {0x2260, "!="}, {0xD7, "*"},   {0xB7, "*"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].c == c) {
            edit_word(lexer, d, span, signs[i].meant);
            return;
        }
    }
    if (c >= 0x80)
        zc_diag_help(d, "names are made of ASCII letters, digits and `_`");
}

/* One diagnostic for a run of bytes that start no token. */
static void skip_unknown(zc_lexer *lexer, const char *start)
{
    uint32_t c;
    size_t size = zc_utf8_decode(start, (size_t)(lexer->limit - start), &c);
    lexer->repaired = (uint32_t)(lexer->cursor - lexer->begin);
    if (size == 0)
        return;
    lexer->cursor = start + size;
    zc_span span = span_of(lexer, start, lexer->cursor);
    while (lexer->cursor < lexer->limit && strncmp(lexer->cursor, start, size) == 0)
        lexer->cursor += size;
    if (c == '\'')
        skip_single_quotes(lexer);
    lexer->repaired = (uint32_t)(lexer->cursor - lexer->begin);
    if (c < 0x20 || c == 0x7F || (size > 1 && zc_char_width(c) == 0)) {
        zc_error(&lexer->session->diags, ZC_E_CHARACTER, span, "unexpected character U+%04X",
                 (unsigned)c);
        return;
    }
    const char *quote = c == '`' ? "'" : "`";
    zc_diag *d = zc_error(&lexer->session->diags, ZC_E_CHARACTER, span,
                          "unexpected character %s%.*s%s", quote, (int)size, start, quote);
    if (c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x201C || c == 0x201D) {
        zc_diag_help(d, "strings stand in double quotes: \"...\"");
        const char *last = lexer->cursor - 1;
        if (c == '\'' && last > start && *last == '\'' &&
            memchr(start, '"', (size_t)(last - start)) == NULL) {
            zc_diag_edit(d, span_of(lexer, start, start + 1), "\"");
            zc_diag_edit(d, span_of(lexer, last, last + 1), "\"");
        }
    } else if (c == '#') {
        zc_diag_fix(d, span, "//", "comments start with `//`");
    } else if (c == '?') {
        zc_diag_help(d, "a choice is written `if c then x else y`");
    } else if (c == '@') {
        zc_diag_help(d, "products of matrices are in the library: `linalg.matmul(a, b)`");
    } else {
        hint_character(lexer, d, span, c);
    }
}

zc_token zc_lexer_next(zc_lexer *lexer)
{
    const char *marker = NULL;
    for (;;) {
        const char *start = lexer->cursor;
        /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:yych:conversion = 1;
        re2c:define:YYCURSOR = lexer->cursor;
        re2c:define:YYMARKER = marker;
        re2c:yyfill:enable = 0;
        re2c:indent:string = "    ";
        re2c:flags:case-ranges = 0;

        digit  = [0-9];
        hex    = [0-9a-fA-F];
        int    = digit ("_"? digit)*;
        real   = int "." int ([eE] [+-]? digit+)? | int [eE] [+-]? digit+;

        "\x00" {
            if (start >= lexer->limit) {
                lexer->cursor = lexer->limit;
                return make_token(lexer, ZC_TOK_END, lexer->limit);
            }
            zc_error(&lexer->session->diags, ZC_E_NUL, span_of(lexer, start, start + 1),
                     "a NUL byte in the source text");
            while (lexer->cursor < lexer->limit && *lexer->cursor == '\0')
                lexer->cursor++;
            lexer->repaired = (uint32_t)(lexer->cursor - lexer->begin);
            continue;
        }
        [ \t\r\n]+ { continue; }
        "//" {
            if (skip_comment(lexer, start))
                continue;
            return doc_token(lexer, start);
        }
        "/*" { skip_block_comment(lexer, start); continue; }

        "use"       { return make_token(lexer, ZC_TOK_USE, start); }
        "as"        { return make_token(lexer, ZC_TOK_AS, start); }
        "type"      { return make_token(lexer, ZC_TOK_TYPE, start); }
        "const"     { return make_token(lexer, ZC_TOK_CONST, start); }
        "table"     { return make_token(lexer, ZC_TOK_TABLE, start); }
        "fn"        { return make_token(lexer, ZC_TOK_FN, start); }
        "circuit"   { return make_token(lexer, ZC_TOK_CIRCUIT, start); }
        "test"      { return make_token(lexer, ZC_TOK_TEST, start); }
        "fails"     { return make_token(lexer, ZC_TOK_FAILS, start); }
        "prove"     { return make_token(lexer, ZC_TOK_PROVE, start); }
        "public"    { return make_token(lexer, ZC_TOK_PUBLIC, start); }
        "private"   { return make_token(lexer, ZC_TOK_PRIVATE, start); }
        "committed" { return make_token(lexer, ZC_TOK_COMMITTED, start); }
        "let"       { return make_token(lexer, ZC_TOK_LET, start); }
        "assert"    { return make_token(lexer, ZC_TOK_ASSERT, start); }
        "if"        { return make_token(lexer, ZC_TOK_IF, start); }
        "then"      { return make_token(lexer, ZC_TOK_THEN, start); }
        "else"      { return make_token(lexer, ZC_TOK_ELSE, start); }
        "loop"      { return make_token(lexer, ZC_TOK_LOOP, start); }
        "for"       { return make_token(lexer, ZC_TOK_FOR, start); }
        "to"        { return make_token(lexer, ZC_TOK_TO, start); }
        "int"       { return make_token(lexer, ZC_TOK_INT, start); }
        "fix"       { return make_token(lexer, ZC_TOK_FIX, start); }
        "ufix"      { return make_token(lexer, ZC_TOK_UFIX, start); }
        "quant"     { return make_token(lexer, ZC_TOK_QUANT, start); }
        "bool"      { return make_token(lexer, ZC_TOK_BOOL, start); }
        "num"       { return make_token(lexer, ZC_TOK_NUM, start); }
        "exact"     { return make_token(lexer, ZC_TOK_EXACT, start); }
        "floor"     { return make_token(lexer, ZC_TOK_FLOOR, start); }
        "round"     { return make_token(lexer, ZC_TOK_ROUND, start); }
        "roundeven" { return make_token(lexer, ZC_TOK_ROUNDEVEN, start); }
        "clamp"     { return make_token(lexer, ZC_TOK_CLAMP, start); }
        "check"     { return make_token(lexer, ZC_TOK_CHECK, start); }
        "sum"       { return make_token(lexer, ZC_TOK_SUM, start); }
        "max"       { return make_token(lexer, ZC_TOK_MAX, start); }
        "min"       { return make_token(lexer, ZC_TOK_MIN, start); }
        "argmax"    { return make_token(lexer, ZC_TOK_ARGMAX, start); }
        "all"       { return make_token(lexer, ZC_TOK_ALL, start); }
        "any"       { return make_token(lexer, ZC_TOK_ANY, start); }
        "and"       { return make_token(lexer, ZC_TOK_AND, start); }
        "or"        { return make_token(lexer, ZC_TOK_OR, start); }
        "not"       { return make_token(lexer, ZC_TOK_NOT, start); }
        "true"      { return make_token(lexer, ZC_TOK_TRUE, start); }
        "false"     { return make_token(lexer, ZC_TOK_FALSE, start); }
        [A-Za-z_] [A-Za-z0-9_]* { return name_token(lexer, start); }

        int                         { return number_token(lexer, ZC_TOK_INTLIT, start); }
        "0x" hex ("_"? hex)*        { return number_token(lexer, ZC_TOK_INTLIT, start); }
        real                        { return number_token(lexer, ZC_TOK_REALLIT, start); }
        digit [0-9A-Za-z_]*         { return bad_number(lexer, start); }
        int "." [0-9A-Za-z_]+       { return bad_number(lexer, start); }
        int "." / [^.0-9A-Za-z_]    { return bad_number(lexer, start); }
        "." digit [0-9A-Za-z_]*     { return bad_number(lexer, start); }
        ["]                         { return string_token(lexer, start); }

        "->" { return make_token(lexer, ZC_TOK_ARROW, start); }
        ".." { return make_token(lexer, ZC_TOK_DOTDOT, start); }
        "<=" { return make_token(lexer, ZC_TOK_LE, start); }
        ">=" { return make_token(lexer, ZC_TOK_GE, start); }
        "==" { return make_token(lexer, ZC_TOK_EQ, start); }
        "!=" { return make_token(lexer, ZC_TOK_NE, start); }
        "&&" { return foreign(lexer, start, ZC_TOK_AND, "and"); }
        "||" { return foreign(lexer, start, ZC_TOK_OR, "or"); }
        "!"  { return foreign(lexer, start, ZC_TOK_NOT, "not"); }
        "=>" { return foreign(lexer, start, ZC_TOK_ARROW, "->"); }
        "**" { return foreign(lexer, start, '^', "^"); }
        "::" { return foreign(lexer, start, '.', "."); }
        "===" { return foreign(lexer, start, ZC_TOK_EQ, "=="); }
        "..=" { return foreign(lexer, start, ZC_TOK_DOTDOT, ".."); }
        "<==" | "<--" | ":=" { return assignment(lexer, start, true); }
        "+=" | "-=" | "*=" | "/=" | "++" | "==>" | "-->" { return assignment(lexer, start, false); }
        [-+*/%^<>=(){}[\],;:.] { return make_token(lexer, *start, start); }
        * { skip_unknown(lexer, start); continue; }
        */
    }
}
