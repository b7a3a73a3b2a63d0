#include <string.h>

#include "runtime/base/error.h"
#include "runtime/field/bulk.h"
#include "runtime/poly/threads.h"
#include "runtime/witness/machine.h"

/* Fewer points than this are not worth the start of threads. */
static const uint64_t min_parallel_points = UINT64_C(1) << 17;
/* Points of one chunk, unless a single element has more. */
static const uint64_t chunk_points = UINT64_C(1) << 14;

typedef struct machine {
    zk_witness *w;
    zk_witness_mode mode;
    int threads;
    zk_scratch *scratch; /* one for each thread */
    zkml_error *err;
} machine;

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the values of the circuit");
}

/* ---- what goes wrong ---- */

static const zk_winstr *instruction(const machine *m, uint32_t i)
{
    return &m->w->circuit->program.instrs[i];
}

/* " (credit.zt:22:12), at [3, 17]" */
static void describe_place(char *text, size_t size, const zk_circuit *c, const zk_winstr *in,
                           uint64_t element)
{
    int used = 0;
    text[0] = '\0';
    if (in->span != UINT32_MAX) {
        const zk_source_span *span = &c->spans[in->span];
        used = snprintf(text, size, " (%.200s:%u:%u)", c->files[span->file], span->line,
                        span->column);
    }
    for (uint32_t d = 0; d < in->rank && used >= 0 && (size_t)used < size; d++) {
        uint64_t below = 1;
        for (uint32_t i = d + 1; i < in->rank; i++)
            below *= in->extent[i];
        used += snprintf(text + used, size - (size_t)used, "%s%llu%s", d == 0 ? ", at [" : ", ",
                         (unsigned long long)(element / below % in->extent[d]),
                         d + 1 == in->rank ? "]" : "");
    }
}

static zkml_status report_failure(const machine *m, uint32_t i, uint64_t element)
{
    const zk_winstr *in = instruction(m, i);
    char place[512];
    describe_place(place, sizeof place, m->w->circuit, in, element);
    return zk_fail(m->err, ZKML_INVALID, "%s%.400s%s%s",
                   in->op == ZK_W_ASSERT ? "assertion failed: " : "", in->message,
                   in->op == ZK_W_TABLE ? " is outside of its domain" : "", place);
}

/* Runs a task again, in smaller and smaller pieces, to find the elements that fail. */
static zkml_status find_failures(machine *m, uint32_t i, const zk_task *task)
{
    for (uint64_t e = 0; e < task->in->count; e += ZK_BLOCK) {
        uint64_t left = task->in->count - e;
        size_t n = left < ZK_BLOCK ? (size_t)left : ZK_BLOCK;
        if ((zk_run_elements(task, m->scratch, e, n) & ZK_FAULT_CHECK) == 0)
            continue;
        for (size_t j = 0; j < n; j++) {
            if ((zk_run_elements(task, m->scratch, e + j, 1) & ZK_FAULT_CHECK) == 0)
                continue;
            if (m->mode == ZK_WITNESS_STRICT)
                return report_failure(m, i, e + j);
            if (m->w->failure_count == ZK_WITNESS_MAX_FAILURES)
                return ZKML_OK;
            m->w->failures[m->w->failure_count++] = (zk_witness_failure){i, e + j};
        }
    }
    return ZKML_OK;
}

static zkml_status judge(machine *m, uint32_t i, const zk_task *task, unsigned faults)
{
    if (faults & ZK_FAULT_CHECK)
        ZK_TRY(find_failures(m, i, task));
    if (m->w->failure_count > 0)
        return ZKML_OK;
    if (faults & ZK_FAULT_DIVISOR)
        return zk_fail(m->err, ZKML_MALFORMED, "instruction %u divides by a number below 1", i);
    if (faults & ZK_FAULT_OVERFLOW)
        return zk_fail(m->err, ZKML_MALFORMED, "instruction %u overflows", i);
    return ZKML_OK;
}

/* ---- registers ---- */

static zkml_status run_task(machine *m, uint32_t i, zk_register *reg)
{
    const zk_winstr *in = instruction(m, i);
    zk_task task;
    zk_task_prepare(&task, in, m->w->registers);
    task.small = (int64_t *)(uintptr_t)reg->small; /* ours, and not yet constant */
    task.wide = (zk_fp *)(uintptr_t)reg->wide;
    bool reduces = zk_task_reduces(&task);
    uint64_t chunk = reduces ? chunk_points / in->reduce_count + 1 : ZK_BLOCK;
    if (chunk > ZK_BLOCK)
        chunk = ZK_BLOCK;
    int64_t chunks = (int64_t)((in->count + chunk - 1) / chunk);
    bool parallel = m->threads > 1 && in->count * in->reduce_count >= min_parallel_points;
    unsigned faults = 0;
#pragma omp parallel for schedule(static) reduction(| : faults) if (parallel)                      \
    num_threads(m->threads)
    for (int64_t c = 0; c < chunks; c++) {
        zk_scratch *scratch = &m->scratch[parallel ? zk_thread() : 0];
        uint64_t first = (uint64_t)c * chunk;
        size_t n = (size_t)(in->count - first < chunk ? in->count - first : chunk);
        faults |= reduces ? zk_run_reductions(&task, scratch, first, n)
                          : zk_run_elements(&task, scratch, first, n);
    }
    return judge(m, i, &task, faults);
}

static zkml_status run_stack(machine *m, uint32_t i, zk_register *reg)
{
    const zk_winstr *in = instruction(m, i);
    int64_t *small = (int64_t *)(uintptr_t)reg->small;
    zk_fp *wide = (zk_fp *)(uintptr_t)reg->wide;
    unsigned faults = 0;
    uint64_t at = 0;
    for (uint32_t o = 0; o < in->operand_count; o++) {
        const zk_register *from = &m->w->registers[in->operands[o].reg];
        size_t n = (size_t)instruction(m, in->operands[o].reg)->count;
        if (small != NULL && from->small != NULL)
            memcpy(small + at, from->small, n * sizeof *small);
        else if (small != NULL)
            faults |= zk_store_small(small + at, from->wide, n);
        else if (from->small != NULL)
            zk_bulk()->from_i64(wide + at, from->small, n);
        else
            memcpy(wide + at, from->wide, n * sizeof *wide);
        at += n;
    }
    return judge(m, i, NULL, faults);
}

static zkml_status run_instruction(machine *m, uint32_t i, const zk_inputs *inputs)
{
    const zk_winstr *in = instruction(m, i);
    zk_register *reg = &m->w->registers[i];
    if (in->op == ZK_W_CONST) {
        reg->small = in->codes;
        return ZKML_OK;
    }
    if (in->wide)
        reg->wide = ZK_ARENA_NEW(&m->w->arena, zk_fp, (size_t)in->count);
    else
        reg->small = ZK_ARENA_NEW(&m->w->arena, int64_t, (size_t)in->count);
    if (reg->wide == NULL && reg->small == NULL)
        return no_memory(m->err);
    if (in->op == ZK_W_STACK)
        return run_stack(m, i, reg);
    if (in->op != ZK_W_INPUT)
        return run_task(m, i, reg);
    memcpy((int64_t *)(uintptr_t)reg->small, inputs->codes[in->index],
           (size_t)in->count * sizeof *reg->small);
    return ZKML_OK;
}

zkml_status zk_witness_run(zk_witness *witness, const zk_circuit *circuit, const zk_inputs *inputs,
                           zk_witness_mode mode, zkml_error *err)
{
    ZK_CHECK(inputs->count == circuit->param_count);
    *witness = (zk_witness){.circuit = circuit};
    zk_arena_init(&witness->arena, 0);
    machine m = {.w = witness, .mode = mode, .threads = zk_threads(), .err = err};
    uint32_t count = circuit->program.instr_count;
    m.scratch = ZK_ARENA_NEW(&witness->arena, zk_scratch, (size_t)m.threads);
    witness->registers = ZK_ARENA_NEW(&witness->arena, zk_register, count);
    if (m.scratch == NULL || witness->registers == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++)
        ZK_TRY(run_instruction(&m, i, inputs));
    return ZKML_OK;
}

size_t zk_witness_bytes(const zk_circuit *circuit, bool batch)
{
    size_t threads = (size_t)zk_threads(), registers = 0;
    for (uint32_t i = 0; i < circuit->program.instr_count; i++) {
        const zk_winstr *in = &circuit->program.instrs[i]; /* 2^28 elements of a kind at most */
        registers += sizeof(zk_register);
        if (in->op != ZK_W_CONST)
            registers += (size_t)in->count * (in->wide ? sizeof(zk_fp) : sizeof(int64_t));
    }
    return registers * (batch ? threads : 1) + threads * sizeof(zk_scratch);
}

void zk_witness_free(zk_witness *witness)
{
    zk_arena_wipe(&witness->arena);
    *witness = (zk_witness){0};
}

bool zk_witness_code(const zk_witness *witness, uint32_t r, uint64_t e, int64_t *code)
{
    const zk_register *reg = &witness->registers[r];
    if (reg->small == NULL)
        return zk_fp_to_i64(code, &reg->wide[e]);
    *code = reg->small[e];
    return true;
}
