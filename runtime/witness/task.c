#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/witness/machine.h"

bool zk_task_reduces(const zk_task *task)
{
    switch (task->in->op) {
    case ZK_W_SUM:
    case ZK_W_DOT:
    case ZK_W_RMAX:
    case ZK_W_RMIN:
    case ZK_W_ARGMAX:
        return true;
    default:
        return false;
    }
}

/* ---- merging dimensions ---- */

/* Dimension `inner` continues dimension `outer` in all views. */
static bool continues(const zk_task *task, uint32_t outer, const int64_t *inner_stride,
                      uint64_t inner_extent)
{
    for (uint32_t s = 0; s < task->source_count; s++)
        if (task->sources[s].stride[outer] != inner_stride[s] * (int64_t)inner_extent)
            return false;
    return true;
}

/* Adds dimensions from .. to-1 of the instruction behind those that the task has. */
static void add_dimensions(zk_task *task, uint32_t from, uint32_t to)
{
    const zk_winstr *in = task->in;
    uint32_t first = task->rank;
    for (uint32_t d = from; d < to; d++) {
        int64_t stride[ZK_MAX_SOURCES] = {0};
        if (in->extent[d] == 1)
            continue;
        for (uint32_t s = 0; s < task->source_count; s++)
            stride[s] = task->sources[s].table != NULL ? 0 : in->operands[s].view.stride[d];
        bool merge = task->rank > first && continues(task, task->rank - 1, stride, in->extent[d]);
        uint32_t at = merge ? task->rank - 1 : task->rank++;
        task->extent[at] = merge ? task->extent[at] * in->extent[d] : in->extent[d];
        for (uint32_t s = 0; s < task->source_count; s++)
            task->sources[s].stride[at] = stride[s];
    }
}

/* A dimension of one point. */
static void add_unit_dimension(zk_task *task)
{
    for (uint32_t s = 0; s < task->source_count; s++)
        task->sources[s].stride[task->rank] = 0;
    task->extent[task->rank++] = 1;
}

static bool small_constants(zk_task *task)
{
    return zk_fp_to_i64(&task->c0, &task->in->c0) && zk_fp_to_i64(&task->c1, &task->in->c1) &&
           zk_fp_to_i64(&task->c2, &task->in->c2);
}

void zk_task_prepare(zk_task *task, const zk_winstr *in, const zk_register *registers)
{
    *task = (zk_task){.in = in, .source_count = in->operand_count};
    task->narrow = small_constants(task);
    for (uint32_t s = 0; s < in->operand_count; s++) {
        const zk_register *reg = &registers[in->operands[s].reg];
        zk_source *source = &task->sources[s];
        source->small = reg->small;
        source->wide = reg->wide;
        source->table = in->operands[s].view.table;
        source->base = source->table != NULL ? 0 : in->operands[s].view.base;
        task->narrow = task->narrow && reg->small != NULL;
    }
    add_dimensions(task, 0, in->rank);
    task->shape_rank = task->rank;
    add_dimensions(task, in->rank, in->rank + in->reduce_rank);
    if (task->rank == 0 || (zk_task_reduces(task) && task->rank == task->shape_rank))
        add_unit_dimension(task);
}

/* ---- walking ---- */

void zk_walk_seek(zk_walk *walk, const zk_task *task, uint64_t point)
{
    walk->task = task;
    walk->point = point;
    for (uint32_t s = 0; s < task->source_count; s++)
        walk->offset[s] = task->sources[s].base;
    for (uint32_t d = task->rank; d-- > 0;) {
        walk->index[d] = point % task->extent[d];
        point /= task->extent[d];
        for (uint32_t s = 0; s < task->source_count; s++)
            walk->offset[s] += task->sources[s].stride[d] * (int64_t)walk->index[d];
    }
}

uint64_t zk_walk_left(const zk_walk *walk)
{
    uint32_t inner = walk->task->rank - 1;
    return walk->task->extent[inner] - walk->index[inner];
}

void zk_walk_skip(zk_walk *walk, uint64_t n)
{
    const zk_task *task = walk->task;
    uint32_t d = task->rank - 1;
    walk->point += n;
    walk->index[d] += n;
    for (uint32_t s = 0; s < task->source_count; s++)
        walk->offset[s] += task->sources[s].stride[d] * (int64_t)n;
    for (; d > 0 && walk->index[d] == task->extent[d]; d--) {
        walk->index[d] = 0;
        walk->index[d - 1]++;
        for (uint32_t s = 0; s < task->source_count; s++)
            walk->offset[s] += task->sources[s].stride[d - 1] -
                               task->sources[s].stride[d] * (int64_t)task->extent[d];
    }
}

/* ---- loading ---- */

static void copy_run(int64_t *out, const int64_t *from, int64_t stride, size_t n)
{
    if (stride == 1)
        memcpy(out, from, n * sizeof *out);
    else
        for (size_t i = 0; i < n; i++)
            out[i] = from[(int64_t)i * stride];
}

static void copy_run_wide(zk_fp *out, const zk_fp *from, int64_t stride, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = from[(int64_t)i * stride];
}

/* Whether the n points at the walk's position stand one after another in the register. */
static bool is_straight(const zk_walk *walk, const zk_source *source, size_t n)
{
    return source->stride[walk->task->rank - 1] == 1 && zk_walk_left(walk) >= n;
}

/* Calls one of the two for every straight run. */
static void gather(const zk_source *source, uint32_t s, zk_walk *walk, int64_t *small, zk_fp *wide,
                   size_t n)
{
    int64_t stride = source->stride[walk->task->rank - 1];
    for (size_t done = 0; done < n;) {
        uint64_t left = zk_walk_left(walk);
        size_t run = left < n - done ? (size_t)left : n - done;
        if (small != NULL)
            copy_run(small + done, source->small + walk->offset[s], stride, run);
        else
            copy_run_wide(wide + done, source->wide + walk->offset[s], stride, run);
        zk_walk_skip(walk, run);
        done += run;
    }
}

const int64_t *zk_load_small(const zk_task *task, uint32_t s, zk_scratch *scratch, uint64_t first,
                             size_t n)
{
    const zk_source *source = &task->sources[s];
    int64_t *buffer = scratch->small[s];
    if (source->table != NULL) {
        for (size_t i = 0; i < n; i++)
            buffer[i] = source->small[source->table[first + i]];
        return buffer;
    }
    zk_walk walk;
    zk_walk_seek(&walk, task, first);
    if (is_straight(&walk, source, n))
        return source->small + walk.offset[s];
    gather(source, s, &walk, buffer, NULL, n);
    return buffer;
}

const zk_fp *zk_load_wide(const zk_task *task, uint32_t s, zk_scratch *scratch, uint64_t first,
                          size_t n)
{
    const zk_source *source = &task->sources[s];
    zk_fp *buffer = scratch->wide[s];
    if (source->small != NULL) {
        zk_bulk()->from_i64(buffer, zk_load_small(task, s, scratch, first, n), n);
        return buffer;
    }
    if (source->table != NULL) {
        for (size_t i = 0; i < n; i++)
            buffer[i] = source->wide[source->table[first + i]];
        return buffer;
    }
    zk_walk walk;
    zk_walk_seek(&walk, task, first);
    if (is_straight(&walk, source, n))
        return source->wide + walk.offset[s];
    gather(source, s, &walk, NULL, buffer, n);
    return buffer;
}

unsigned zk_store_small(int64_t *out, const zk_fp *values, size_t n)
{
    unsigned faults = 0;
    for (size_t i = 0; i < n; i++)
        if (!zk_fp_to_i64(&out[i], &values[i])) {
            out[i] = 0;
            faults = ZK_FAULT_OVERFLOW;
        }
    return faults;
}
