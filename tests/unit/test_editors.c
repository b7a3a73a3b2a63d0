/* docs/editors: the words that editors highlight are the words of the lexer. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/elab.h"
#include "runtime/base/file.h"

enum { MOST_WORDS = 128 };

typedef struct word_set {
    char words[MOST_WORDS][16];
    size_t count;
} word_set;

static char *text_of(const char *name)
{
    char path[512];
    const char *top = getenv("top_srcdir");
    zk_buf text;
    zkml_error err = {0};
    (void)snprintf(path, sizeof path, "%s/%s", top != NULL ? top : ".", name);
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    return (char *)text.data;
}

static void add(word_set *set, const char *word, size_t length)
{
    cr_assert(set->count < MOST_WORDS && length < sizeof set->words[0]);
    memcpy(set->words[set->count], word, length);
    set->words[set->count++][length] = '\0';
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void expect_same(word_set *a, word_set *b, const char *what)
{
    qsort(a->words, a->count, sizeof a->words[0], compare);
    qsort(b->words, b->count, sizeof b->words[0], compare);
    for (size_t i = 0; i < a->count && i < b->count; i++)
        cr_assert_str_eq(a->words[i], b->words[i], "%s: `%s` and `%s`", what, a->words[i],
                         b->words[i]);
    cr_assert_eq(a->count, b->count, "%s: %zu and %zu words", what, a->count, b->count);
}

/* The patterns "word" of lexer.re. */
static void lexer_words(word_set *set)
{
    char *text = text_of("compiler/front/lexer.re");
    for (char *rest = NULL, *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char word[16];
        int used = 0;
        if (sscanf(line, " \"%15[a-z]\" { return make_token(lexer, ZC_TOK_%n", word, &used) == 1 &&
            used > 0)
            add(set, word, strlen(word));
    }
    free(text);
    cr_assert_gt(set->count, 40u);
}

static void vim_words(word_set *set, word_set *builtins)
{
    char *text = text_of("docs/editors/vim/syntax/zt.vim");
    for (char *rest = NULL, *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        static const char start[] = "syn keyword zt";
        if (strncmp(line, start, strlen(start)) != 0 || strstr(line, "ztTodo") != NULL)
            continue;
        word_set *into = strstr(line, "ztBuiltin") != NULL ? builtins : set;
        char *words = NULL;
        (void)strtok_r(line + strlen(start), " ", &words);
        for (char *word; (word = strtok_r(NULL, " ", &words)) != NULL;)
            if (strncmp(word, "nextgroup=", 10) != 0 && strcmp(word, "skipwhite") != 0)
                add(into, word, strlen(word));
    }
    free(text);
}

/* "\b(a|b|c)\b" */
static void alternatives(word_set *set, const char *pattern)
{
    static const char begin[] = "\\b(";
    cr_assert(strncmp(pattern, begin, strlen(begin)) == 0, "%s", pattern);
    for (const char *at = pattern + strlen(begin);;) {
        size_t length = strcspn(at, "|)");
        add(set, at, length);
        if (at[length] == ')')
            break;
        at += length + 1;
    }
}

static void textmate_words(word_set *set, word_set *builtins)
{
    char *text = text_of("docs/editors/vscode/syntaxes/zt.tmLanguage.json");
    json_error_t error;
    json_t *grammar = json_loads(text, 0, &error);
    cr_assert_not_null(grammar, "line %d: %s", error.line, error.text);
    json_t *words = json_object_get(json_object_get(grammar, "repository"), "words");
    size_t i;
    json_t *pattern;
    json_array_foreach(json_object_get(words, "patterns"), i, pattern)
    {
        const char *name = json_string_value(json_object_get(pattern, "name"));
        const char *match = json_string_value(json_object_get(pattern, "match"));
        bool builtin = strcmp(name, "support.function.zt") == 0;
        alternatives(builtin ? builtins : set, match);
    }
    json_decref(grammar);
    free(text);
}

Test(editors, words_are_those_of_the_lexer)
{
    word_set lexer = {.count = 0}, vim = {.count = 0}, textmate = {.count = 0};
    word_set vim_builtins = {.count = 0}, textmate_builtins = {.count = 0};
    lexer_words(&lexer);
    vim_words(&vim, &vim_builtins);
    textmate_words(&textmate, &textmate_builtins);
    expect_same(&lexer, &vim, "vim");
    expect_same(&lexer, &textmate, "TextMate");
    expect_same(&vim_builtins, &textmate_builtins, "built-in functions");
    for (size_t i = 0; i < vim_builtins.count; i++)
        cr_assert(zc_is_builtin(vim_builtins.words[i]), "%s", vim_builtins.words[i]);
}

Test(editors, json_files_are_well_formed)
{
    static const char *const files[] = {"docs/editors/vscode/package.json",
                                        "docs/editors/vscode/language-configuration.json"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *text = text_of(files[i]);
        json_error_t error;
        json_t *json = json_loads(text, 0, &error);
        cr_expect_not_null(json, "%s: line %d: %s", files[i], error.line, error.text);
        json_decref(json);
        free(text);
    }
}
