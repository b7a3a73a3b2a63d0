#include "compiler/spelling.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Edits (insert, delete, replace, swap neighbours) that turn one name into the other. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 40 };
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return SIZE_MAX;
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);
            best = up[j] + 1 < best ? up[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

void zc_spelling_try(zc_spelling *spelling, const char *candidate)
{
    size_t length = strlen(spelling->name);
    size_t most = length < 3 ? 0 : length < 6 ? 1 : 2;
    size_t distance = edit_distance(spelling->name, candidate);
    bool other_case = distance > most && strlen(candidate) == length;
    for (size_t i = 0; other_case && i < length; i++)
        other_case = (spelling->name[i] | 32) == (candidate[i] | 32);
    if (other_case)
        distance = most;
    if (distance <= most && (spelling->best == NULL || distance < spelling->distance)) {
        spelling->best = candidate;
        spelling->distance = distance;
    }
}
