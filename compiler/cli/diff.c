/* The difference of two texts by lines, for people: small hunks for small edits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cli/cli.h"

enum { CONTEXT = 3, MOST_CELLS = 1 << 24 };

typedef struct line {
    const char *text;
    size_t length; /* without the line end */
    bool ended;
} line;

typedef struct lines {
    line *list;
    size_t count;
} lines;

static bool split(const zk_buf *text, lines *out)
{
    size_t capacity = 0;
    const char *at = (const char *)text->data;
    for (size_t left = text->length; left > 0;) {
        const char *end = memchr(at, '\n', left);
        size_t length = end != NULL ? (size_t)(end - at) : left;
        if (!ZK_GROW(out->list, capacity, out->count + 1))
            return false;
        out->list[out->count++] = (line){at, length, end != NULL};
        left -= length + (end != NULL);
        at += length + (end != NULL);
    }
    return true;
}

static bool same(const line *a, const line *b)
{
    return a->length == b->length && a->ended == b->ended &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* longest[i * (m + 1) + j]: the lines that the rests from i and j have in common, in order. */
static uint32_t *common_lines(const line *a, size_t n, const line *b, size_t m)
{
    if (n >= MOST_CELLS || (n + 1) * (m + 1) > MOST_CELLS)
        return NULL;
    uint32_t *longest = calloc((n + 1) * (m + 1), sizeof *longest);
    for (size_t i = n; longest != NULL && i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint32_t down = longest[(i + 1) * (m + 1) + j], right = longest[i * (m + 1) + j + 1];
            longest[i * (m + 1) + j] = same(&a[i], &b[j]) ? longest[(i + 1) * (m + 1) + j + 1] + 1
                                       : down > right     ? down
                                                          : right;
        }
    return longest;
}

/* ' ', '-' or '+' for every line of the merged text. */
static char *merge(const lines *a, const lines *b, size_t *count)
{
    size_t first = 0, n = a->count, m = b->count;
    char *marks = malloc(n + m + 1);
    while (first < n && first < m && same(&a->list[first], &b->list[first]))
        first++;
    while (n > first && m > first && same(&a->list[n - 1], &b->list[m - 1])) {
        n--;
        m--;
    }
    if (marks == NULL)
        return NULL;
    uint32_t *longest = common_lines(a->list + first, n - first, b->list + first, m - first);
    size_t width = m - first + 1, i = 0, j = 0;
    memset(marks, ' ', first);
    *count = first;
    while (i < n - first || j < m - first) {
        bool both = i < n - first && j < m - first;
        if (both && longest != NULL && same(&a->list[first + i], &b->list[first + j])) {
            marks[(*count)++] = ' ';
            i++;
            j++;
        } else if (j == m - first ||
                   (i < n - first && (longest == NULL || longest[(i + 1) * width + j] >=
                                                             longest[i * width + j + 1]))) {
            marks[(*count)++] = '-';
            i++;
        } else {
            marks[(*count)++] = '+';
            j++;
        }
    }
    memset(marks + *count, ' ', a->count - n);
    *count += a->count - n;
    free(longest);
    return marks;
}

/* The marks from `start` to `end`, of which the first are lines i of a and j of b. */
static void print_hunk(const lines *a, const lines *b, const char *marks, size_t start, size_t end,
                       size_t i, size_t j)
{
    size_t old = 0, new = 0;
    for (size_t k = start; k < end; k++) {
        old += marks[k] != '+';
        new += marks[k] != '-';
    }
    printf("@@ -%zu,%zu +%zu,%zu @@\n", old > 0 ? i + 1 : i, old, new > 0 ? j + 1 : j, new);
    for (size_t k = start; k < end; k++) {
        const line *l = marks[k] == '+' ? &b->list[j] : &a->list[i];
        printf("%c%.*s\n%s", marks[k], (int)l->length, l->text,
               l->ended ? "" : "\\ No newline at end of file\n");
        i += marks[k] != '+';
        j += marks[k] != '-';
    }
}

static void print_hunks(const lines *a, const lines *b, const char *marks, size_t count)
{
    size_t i = 0, j = 0, at = 0;
    while (at < count) {
        size_t change = at;
        while (change < count && marks[change] == ' ')
            change++;
        if (change == count)
            return;
        size_t start = change > at + CONTEXT ? change - CONTEXT : at, end = change, quiet = 0;
        i += start - at;
        j += start - at;
        while (end < count && quiet <= 2 * CONTEXT) {
            quiet = marks[end] == ' ' ? quiet + 1 : 0;
            end++;
        }
        end -= quiet > CONTEXT ? quiet - CONTEXT : 0;
        print_hunk(a, b, marks, start, end, i, j);
        for (at = start; at < end; at++) {
            i += marks[at] != '+';
            j += marks[at] != '-';
        }
    }
}

void zc_cli_diff(const char *path, const zk_buf *before, const zk_buf *after)
{
    lines a = {0}, b = {0};
    size_t count = 0;
    char *marks = split(before, &a) && split(after, &b) ? merge(&a, &b, &count) : NULL;
    if (marks == NULL)
        fprintf(stderr, "zkmlc: out of memory\n");
    else if (memchr(marks, '-', count) != NULL || memchr(marks, '+', count) != NULL) {
        printf("--- %s\n+++ %s\n", path, path);
        print_hunks(&a, &b, marks, count);
    }
    free(marks);
    free(a.list);
    free(b.list);
}
