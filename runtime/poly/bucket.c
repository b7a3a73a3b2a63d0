#include "runtime/poly/bucket.h"

#include <stdlib.h>
#include <string.h>

/* One pass over the groups. A group's list is cut into runs of at most `longest` points, whose
 * sums are made together; groups of several runs need another pass over those sums. */
typedef struct pass {
    zk_point_run *runs;     /* longest first */
    uint32_t *group;        /* of each run */
    zk_vesta_affine *sums;  /* of each run */
    uint32_t *next_ids;     /* the runs of each group that is not done */
    uint32_t *next_start;   /* groups + 1 */
    size_t run_count, longest;
} pass;

static void free_pass(pass *p)
{
    free(p->runs);
    free(p->group);
    free(p->sums);
    free(p->next_ids);
    free(p->next_start);
}

/* Runs a little longer than the average group, because the rounds that only a few groups need are
 * slow; but enough of them to share an inversion well. */
static size_t choose_longest(const uint32_t *start, size_t groups)
{
    enum { ENOUGH = 1024 };
    size_t used = 1, total = start[groups];
    for (size_t g = 0; g < groups; g++)
        used += start[g] < start[g + 1];
    size_t average = total / used, longest = average + average / 4 + 2, cap = total / ENOUGH;
    if (cap < 2)
        cap = 2;
    return longest < cap ? longest : cap;
}

static size_t runs_of(const uint32_t *start, size_t g, size_t longest)
{
    return (start[g + 1] - start[g] + longest - 1) / longest;
}

static bool allocate(pass *p, size_t groups)
{
    p->runs = malloc((p->run_count + 1) * sizeof *p->runs);
    p->group = malloc((p->run_count + 1) * sizeof *p->group);
    p->sums = malloc((p->run_count + 1) * sizeof *p->sums);
    p->next_ids = malloc((p->run_count + 1) * sizeof *p->next_ids);
    p->next_start = malloc((groups + 1) * sizeof *p->next_start);
    return p->runs != NULL && p->group != NULL && p->sums != NULL && p->next_ids != NULL &&
           p->next_start != NULL;
}

/* Lists the runs by falling length: `place` counts the runs of each length, then is where the next
 * of them goes. A group of c points in r runs has c mod r of length c / r + 1, the others c / r. */
static bool list_runs(pass *p, const uint32_t *start, size_t groups)
{
    size_t *place = calloc(p->longest + 2, sizeof *place), at = 0;
    if (place == NULL)
        return false;
    for (size_t g = 0; g < groups; g++) {
        size_t runs = runs_of(start, g, p->longest), count = start[g + 1] - start[g];
        if (runs > 0) {
            place[count / runs + 1] += count % runs;
            place[count / runs] += runs - count % runs;
        }
    }
    for (size_t length = p->longest + 2; length-- > 0;) {
        size_t here = place[length];
        place[length] = at;
        at += here;
    }
    for (size_t g = 0; g < groups; g++) {
        size_t runs = runs_of(start, g, p->longest), count = start[g + 1] - start[g];
        uint32_t first = start[g];
        for (size_t r = 0; r < runs; r++) {
            uint32_t length = (uint32_t)(count / runs + (r < count % runs));
            size_t i = place[length]++;
            p->runs[i] = (zk_point_run){first, length};
            p->group[i] = (uint32_t)g;
            first += length;
        }
    }
    free(place);
    return true;
}

/* Sums of groups of one run are final. Of the others, the runs are listed for the next pass. */
static void sort_results(pass *p, zk_vesta_affine *sums, const uint32_t *start, size_t groups)
{
    uint32_t *next = p->next_start;
    memset(next, 0, (groups + 1) * sizeof *next);
    for (size_t i = 0; i < p->run_count; i++) {
        uint32_t g = p->group[i];
        if (runs_of(start, g, p->longest) == 1)
            sums[g] = p->sums[i];
        else if (!zk_vesta_affine_is_identity(&p->sums[i]))
            next[g + 1]++;
    }
    for (size_t g = 0; g < groups; g++)
        next[g + 1] += next[g];
    size_t left = next[groups];
    for (size_t i = p->run_count; i-- > 0;) {
        uint32_t g = p->group[i];
        if (runs_of(start, g, p->longest) > 1 && !zk_vesta_affine_is_identity(&p->sums[i]))
            p->next_ids[--next[g + 1]] = (uint32_t)i;
    }
    /* Now next[g + 1] is where group g starts. */
    for (size_t g = 0; g < groups; g++)
        next[g] = next[g + 1];
    next[groups] = (uint32_t)left;
}

static bool run_pass(pass *p, const zk_vesta_affine *points, const uint32_t *ids,
                     const uint32_t *start, size_t groups)
{
    p->longest = choose_longest(start, groups);
    for (size_t g = 0; g < groups; g++)
        p->run_count += runs_of(start, g, p->longest);
    return allocate(p, groups) && list_runs(p, start, groups) &&
           zk_vesta_batch()->sum_runs(p->sums, points, ids, p->runs, p->run_count);
}

bool zk_bucket_sums(zk_vesta_affine *sums, const zk_vesta_affine *points, const uint32_t *ids,
                    const uint32_t *start, size_t groups)
{
    pass before = {0};
    bool good = true;
    memset(sums, 0, groups * sizeof *sums);
    while (good && start[groups] > 0) {
        pass p = {0};
        good = run_pass(&p, points, ids, start, groups);
        if (good)
            sort_results(&p, sums, start, groups);
        free_pass(&before);
        before = p;
        points = p.sums;
        ids = p.next_ids;
        start = p.next_start;
    }
    free_pass(&before);
    return good;
}

/* Bit sums ----------------------------------------------------------------------------------- */

/* points[to] += points[from], at once where one of them is the identity, else in the list. */
static size_t list_pair(zk_point_pair *pairs, size_t listed, zk_vesta_affine *points, size_t to,
                        size_t from)
{
    if (zk_vesta_affine_is_identity(&points[from]))
        return listed;
    if (zk_vesta_affine_is_identity(&points[to])) {
        points[to] = points[from];
        return listed;
    }
    pairs[listed] = (zk_point_pair){(uint32_t)to, (uint32_t)from};
    return listed + 1;
}

/* In step s = 1 .. bits, with h = 2^(bits - s): the first h elements get the next h added, which
 * are left as they are: they have bit (bits - s), and will be added up in the steps that follow,
 * in the same way, as the elements from 2^j on have been since step bits - j. */
bool zk_bucket_bit_sums(zk_vesta_affine *sums, zk_vesta_affine *buckets, size_t windows,
                        unsigned bits)
{
    size_t size = (size_t)1 << bits; /* no step has more than size / 2 pairs */
    zk_point_pair *pairs = malloc((windows * size / 2 + 1) * sizeof *pairs);
    bool good = pairs != NULL;
    for (unsigned s = 1; s <= bits && good; s++) {
        size_t h = size >> s, listed = 0;
        for (size_t w = 0; w < windows; w++) {
            size_t base = w * (size + 1);
            for (size_t i = 0; i < h; i++) {
                if (s < bits)
                    listed = list_pair(pairs, listed, buckets, base + i, base + h + i);
                for (unsigned j = bits - s + 1; j < bits; j++) {
                    size_t at = base + ((size_t)1 << j) + i;
                    listed = list_pair(pairs, listed, buckets, at, at + h);
                }
            }
        }
        good = zk_vesta_batch()->add_pairs(buckets, pairs, listed);
    }
    for (size_t w = 0; w < windows && good; w++)
        for (unsigned b = 0; b <= bits; b++)
            sums[w * (bits + 1) + b] = buckets[w * (size + 1) + ((size_t)1 << b)];
    free(pairs);
    return good;
}
