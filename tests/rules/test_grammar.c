/* The grammar, one rule after another: tests/rules/grammar.txt has a program for each alternative
 * of each rule of parser.y, and programs that go wrong there. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"
#include "runtime/base/file.h"

enum { MAX_RULES = 100, MAX_ALTERNATIVES = 64, NAME = 32 };

typedef struct rule {
    char name[NAME];
    unsigned alternatives;                  /* in parser.y, without `error` */
    unsigned good[MAX_ALTERNATIVES], wrong; /* programs */
    bool listed;                            /* in grammar.txt */
} rule;

typedef struct grammar {
    rule rules[MAX_RULES];
    size_t count;
} grammar;

static zk_buf read_file(const char *name)
{
    char path[1024];
    zkml_error err = {0};
    zk_buf text;
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/%s", top != NULL ? top : ".", name);
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    return text;
}

/* The next line, cut out of the text; NULL: none. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (end == NULL)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return line;
}

static rule *find_rule(grammar *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->rules[i].name, name) == 0)
            return &g->rules[i];
    return NULL;
}

static bool is_word(const char *line)
{
    while (islower((unsigned char)*line) || *line == '_')
        line++;
    return *line == '\0';
}

/* A rule is its name on a line of its own, then lines that begin with four spaces and : or |. */
static void read_rules(grammar *g)
{
    zk_buf text = read_file("compiler/front/parser.y");
    char *at = strstr((char *)text.data, "\n%%\n");
    cr_assert_not_null(at);
    at += 4;
    for (char *line; (line = next_line(&at)) != NULL && strcmp(line, "%%") != 0;) {
        if (*line != '\0' && is_word(line)) {
            cr_assert(g->count < MAX_RULES && strlen(line) < NAME);
            (void)snprintf(g->rules[g->count++].name, NAME, "%s", line);
        } else if (strncmp(line, "    : ", 6) == 0 || strncmp(line, "    | ", 6) == 0) {
            cr_assert(g->count > 0);
            if (strstr(line, "error") == NULL)
                g->rules[g->count - 1].alternatives++;
        }
    }
    zk_buf_free(&text);
    cr_assert(g->count > 40);
}

static size_t errors_in(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '~' ? '\n' : *c;
    zc_session session;
    zc_file *file;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "rule.zt", text, strlen(text), &source, &err),
                 ZKML_OK);
    cr_assert_eq(zc_parse_file(&session, source, &file, &err), ZKML_OK, "%s", err.text);
    size_t errors = session.diags.error_count;
    for (size_t i = 0; i < session.diags.count; i++)
        cr_expect(session.diags.list[i]->span.start <= strlen(text), "%s", text);
    zc_session_free(&session);
    return errors;
}

/* "3+ PROGRAM" or "3- PROGRAM" */
static void try_program(rule *r, char *line)
{
    char *end;
    unsigned long number = strtoul(line, &end, 10);
    bool good = *end == '+';
    cr_assert(number >= 1 && number <= r->alternatives && (good || *end == '-') && end[1] == ' ',
              "%s: no such alternative: %s", r->name, line);
    size_t errors = errors_in(end + 2);
    cr_expect(good == (errors == 0), "%s, alternative %lu: %zu errors in: %s", r->name, number,
              errors, end + 2);
    r->good[number - 1] += good;
    r->wrong += !good;
}

static void try_programs(grammar *g)
{
    zk_buf text = read_file("tests/rules/grammar.txt");
    char *at = (char *)text.data;
    rule *current = NULL;
    for (char *line; (line = next_line(&at)) != NULL;) {
        if (*line == '\0' || *line == '#')
            continue;
        if (strncmp(line, "rule ", 5) == 0) {
            current = find_rule(g, line + 5);
            cr_assert(current != NULL && !current->listed, "no such rule, or twice: %s", line);
            current->listed = true;
            continue;
        }
        cr_assert_not_null(current);
        try_program(current, line);
    }
    zk_buf_free(&text);
}

/* The grammar in the description of the language: "    NAME : ALTERNATIVE", "    | ALTERNATIVE". */
Test(grammar, is_described_in_full)
{
    static grammar g;
    zk_buf text = read_file("docs/language.md");
    char *at = strstr((char *)text.data, "\n## 19. Grammar\n"), name[NAME], mark;
    unsigned counts[MAX_RULES] = {0};
    const rule *current = NULL;
    read_rules(&g);
    cr_assert_not_null(at);
    at++;
    for (char *line; (line = next_line(&at)) != NULL;) {
        if (sscanf(line, "    %31[a-z_] %c", name, &mark) == 2 && mark == ':') {
            current = find_rule(&g, name);
            cr_assert_not_null(current, "no rule %s", name);
        } else if (sscanf(line, "    %c", &mark) != 1 || mark != '|') {
            continue;
        }
        cr_assert_not_null(current);
        counts[current - g.rules]++;
    }
    for (size_t i = 0; i < g.count; i++)
        cr_expect_eq(counts[i], g.rules[i].alternatives, "%s: %u alternatives are described",
                     g.rules[i].name, counts[i]);
    zk_buf_free(&text);
}

Test(grammar, every_alternative_of_every_rule)
{
    static grammar g;
    size_t alternatives = 0, wrong = 0;
    read_rules(&g);
    try_programs(&g);
    for (size_t i = 0; i < g.count; i++) {
        const rule *r = &g.rules[i];
        cr_expect(r->listed, "the rule %s has no programs", r->name);
        for (unsigned n = 0; r->listed && n < r->alternatives; n++)
            cr_expect(r->good[n] > 0, "alternative %u of %s has no program", n + 1, r->name);
        alternatives += r->alternatives;
        wrong += r->wrong;
    }
    cr_log_info("%zu rules, %zu alternatives, %zu wrong programs", g.count, alternatives, wrong);
    cr_expect(alternatives > 120 && wrong > 80);
}

/* Each good program without one of its characters: parsed or refused, with the place inside of the
 * text, and never a crash. */
Test(grammar, missing_characters)
{
    zk_buf text = read_file("tests/rules/grammar.txt");
    char *at = (char *)text.data;
    size_t tried = 0;
    for (char *line; (line = next_line(&at)) != NULL;) {
        char *program = strchr(line, '+');
        if (!isdigit((unsigned char)*line) || program == NULL || program > line + 2)
            continue;
        program += 2;
        size_t length = strlen(program);
        for (size_t i = 0; i < length; i++) {
            char *copy = malloc(length);
            cr_assert_not_null(copy);
            memcpy(copy, program, i);
            memcpy(copy + i, program + i + 1, length - i);
            (void)errors_in(copy);
            free(copy);
            tried++;
        }
    }
    cr_expect(tried > 2000);
    zk_buf_free(&text);
}
