/* Instructions with a reduction. Sums of small values and of their products are made with __int128;
 * should one overflow, then in the field, which holds any sum of 2^42 products. */
#include <string.h>

#include "runtime/base/error.h"
#include "runtime/field/bulk.h"
#include "runtime/field/inline.h"
#include "runtime/witness/integer.h"
#include "runtime/witness/machine.h"

/* ---- wide ---- */

static void sum_wide(const zk_task *task, zk_scratch *scratch, uint64_t e, zk_fp *sum)
{
    uint64_t point = e * task->in->reduce_count, end = point + task->in->reduce_count;
    *sum = zk_fp_zero;
    for (size_t n; point < end; point += n) {
        n = end - point < ZK_BLOCK ? (size_t)(end - point) : ZK_BLOCK;
        const zk_fp *x = zk_load_wide(task, 0, scratch, point, n);
        if (task->in->op == ZK_W_DOT) {
            zk_fp part;
            zk_bulk()->dot(&part, x, zk_load_wide(task, 1, scratch, point, n), n);
            fp_add(sum, sum, &part);
        } else {
            for (size_t i = 0; i < n; i++)
                fp_add(sum, sum, &x[i]);
        }
    }
}

static void extreme_wide(const zk_task *task, zk_scratch *scratch, uint64_t e, zk_fp *result)
{
    uint64_t fan = task->in->reduce_count, best_at = 0;
    zk_key best, key;
    for (uint64_t at = 0; at < fan;) {
        size_t n = fan - at < ZK_BLOCK ? (size_t)(fan - at) : ZK_BLOCK;
        const zk_fp *x = zk_load_wide(task, 0, scratch, e * fan + at, n);
        for (size_t i = 0; i < n; i++, at++) {
            zk_integer_key(&key, &x[i]);
            int order = at == 0 ? 1 : zk_key_compare(&key, &best);
            if (at > 0 && (task->in->op == ZK_W_RMIN ? order >= 0 : order <= 0))
                continue;
            best = key;
            best_at = at;
            *result = x[i];
        }
    }
    if (task->in->op == ZK_W_ARGMAX)
        zk_fp_from_u64(result, best_at);
}

static bool is_sum(const zk_task *task)
{
    return task->in->op == ZK_W_SUM || task->in->op == ZK_W_DOT;
}

static unsigned run_wide(const zk_task *task, zk_scratch *scratch, uint64_t e)
{
    zk_fp result;
    if (is_sum(task))
        sum_wide(task, scratch, e, &result);
    else
        extreme_wide(task, scratch, e, &result);
    if (task->small != NULL)
        return zk_store_small(&task->small[e], &result, 1);
    task->wide[e] = result;
    return 0;
}

/* ---- small, along the reduction ---- */

/* Points of one element that lie in one line: value i of source s at at[s][i * stride[s]]. */
typedef struct run {
    const int64_t *at[2];
    int64_t stride[2];
    size_t n;
} run;

static bool has_table(const zk_task *task)
{
    return task->sources[0].table != NULL ||
           (task->source_count > 1 && task->sources[1].table != NULL);
}

/* The next run at the walk's position. It ends with the innermost dimension or before. */
static run next_run(const zk_task *task, zk_scratch *scratch, zk_walk *walk)
{
    run r = {.n = (size_t)zk_walk_left(walk)};
    bool tables = has_table(task);
    if (tables && r.n > ZK_BLOCK)
        r.n = ZK_BLOCK;
    for (uint32_t s = 0; s < task->source_count; s++) {
        const zk_source *source = &task->sources[s];
        if (tables) {
            r.at[s] = zk_load_small(task, s, scratch, walk->point, r.n);
            r.stride[s] = 1;
        } else {
            r.at[s] = source->small + walk->offset[s];
            r.stride[s] = source->stride[task->rank - 1];
        }
    }
    zk_walk_skip(walk, r.n);
    return r;
}

/* At most 2^42 values: the sum fits. */
static void sum_run(zk_i128 *sum, const run *r)
{
    for (size_t i = 0; i < r->n; i++)
        *sum += r->at[0][(int64_t)i * r->stride[0]];
}

/* False when a partial sum does not fit. */
static bool dot_run(zk_i128 *sum, const run *r)
{
    const int64_t *a = r->at[0], *b = r->at[1];
    int64_t sa = r->stride[0], sb = r->stride[1];
    zk_i128 s = *sum;
    if (sa == 1 && sb == 1) {
        for (size_t i = 0; i < r->n; i++)
            if (__builtin_add_overflow(s, (zk_i128)a[i] * b[i], &s))
                return false;
    } else {
        for (size_t i = 0; i < r->n; i++)
            if (__builtin_add_overflow(s, (zk_i128)a[(int64_t)i * sa] * b[(int64_t)i * sb], &s))
                return false;
    }
    *sum = s;
    return true;
}

static unsigned store_sum(const zk_task *task, uint64_t e, zk_i128 sum)
{
    if (task->small == NULL) {
        zk_fp_from_i128(&task->wide[e], sum);
        return 0;
    }
    bool fits = sum >= -INT64_MAX && sum <= INT64_MAX;
    task->small[e] = fits ? (int64_t)sum : 0;
    return fits ? 0 : ZK_FAULT_OVERFLOW;
}

static unsigned sum_along(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    unsigned faults = 0;
    zk_walk walk;
    zk_walk_seek(&walk, task, first * task->in->reduce_count);
    for (uint64_t e = first; e < first + n; e++) {
        zk_i128 sum = 0;
        bool fits = true;
        for (uint64_t rest = task->in->reduce_count; rest > 0;) {
            run r = next_run(task, scratch, &walk);
            if (task->in->op == ZK_W_SUM)
                sum_run(&sum, &r);
            else
                fits = fits && dot_run(&sum, &r);
            rest -= r.n;
        }
        faults |= fits ? store_sum(task, e, sum) : run_wide(task, scratch, e);
    }
    return faults;
}

/* ---- small, across elements ---- */

enum { SHORT_RUN = 16 };

/* Whether to go along the result's innermost dimension in the inner loop: the reduction's is
 * short, as in a convolution, or jumps through memory while the result's does not. */
static bool goes_across(const zk_task *task)
{
    if (task->shape_rank == 0 || has_table(task))
        return false;
    uint32_t outer = task->shape_rank - 1, inner = task->rank - 1;
    if (task->extent[inner] < SHORT_RUN)
        return task->extent[outer] > task->extent[inner];
    bool jumps = false, smooth = task->extent[outer] >= SHORT_RUN;
    for (uint32_t s = 0; s < task->source_count; s++) {
        int64_t across = task->sources[s].stride[outer], along = task->sources[s].stride[inner];
        smooth = smooth && (across == 0 || across == 1);
        jumps = jumps || along < 0 || along > 1;
    }
    return jumps && smooth;
}

/* Adds one point of the reduction to the sums of n elements in a line. */
static bool add_across(const zk_task *task, const zk_walk *walk, zk_i128 *sums, size_t n)
{
    const zk_source *x = &task->sources[0], *y = &task->sources[1];
    const int64_t *a = x->small + walk->offset[0], *b;
    int64_t sa = x->stride[task->shape_rank - 1], sb;
    bool fits = true;
    if (task->in->op == ZK_W_SUM) {
        for (size_t i = 0; i < n; i++)
            sums[i] += a[(int64_t)i * sa];
        return true;
    }
    b = y->small + walk->offset[1];
    sb = y->stride[task->shape_rank - 1];
    for (size_t i = 0; i < n; i++)
        fits &= !__builtin_add_overflow(sums[i], (zk_i128)a[(int64_t)i * sa] * b[(int64_t)i * sb],
                                        &sums[i]);
    return fits;
}

static unsigned sum_across(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    uint64_t fan = task->in->reduce_count, end = first + n;
    unsigned faults = 0;
    for (size_t length; first < end; first += length) {
        zk_walk walk;
        zk_walk_seek(&walk, task, first * fan);
        uint32_t outer = task->shape_rank - 1;
        uint64_t left = task->extent[outer] - walk.index[outer];
        length = (size_t)(left < end - first ? left : end - first);
        memset(scratch->sums, 0, length * sizeof scratch->sums[0]);
        bool fits = true;
        for (uint64_t point = 0; point < fan; point++, zk_walk_skip(&walk, 1))
            fits = add_across(task, &walk, scratch->sums, length) && fits;
        for (size_t i = 0; i < length; i++)
            faults |= fits ? store_sum(task, first + i, scratch->sums[i])
                           : run_wide(task, scratch, first + i);
    }
    return faults;
}

/* ---- small maxima and minima ---- */

static void extreme_small(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    bool least = task->in->op == ZK_W_RMIN, position = task->in->op == ZK_W_ARGMAX;
    zk_walk walk;
    zk_walk_seek(&walk, task, first * task->in->reduce_count);
    for (uint64_t e = first; e < first + n; e++) {
        int64_t best = 0;
        uint64_t best_at = UINT64_MAX;
        for (uint64_t at = 0; at < task->in->reduce_count;) {
            run r = next_run(task, scratch, &walk);
            for (size_t i = 0; i < r.n; i++, at++) {
                int64_t v = r.at[0][(int64_t)i * r.stride[0]];
                if (best_at == UINT64_MAX || (least ? v < best : v > best)) {
                    best = v;
                    best_at = at;
                }
            }
        }
        int64_t result = position ? (int64_t)best_at : best;
        if (task->small != NULL)
            task->small[e] = result;
        else
            zk_fp_from_i64(&task->wide[e], result);
    }
}

unsigned zk_run_reductions(const zk_task *task, zk_scratch *scratch, uint64_t first, size_t n)
{
    unsigned faults = 0;
    if (!task->narrow) {
        for (uint64_t e = first; e < first + n; e++)
            faults |= run_wide(task, scratch, e);
        return faults;
    }
    if (is_sum(task))
        return goes_across(task) ? sum_across(task, scratch, first, n)
                                 : sum_along(task, scratch, first, n);
    extreme_small(task, scratch, first, n);
    return 0;
}
