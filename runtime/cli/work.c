#include "runtime/cli/work.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proof/memory.h"

/* "500M": digits and perhaps K, M or G, in units of 1024. */
static bool parse_size(const char *text, size_t *bytes)
{
    static const char units[] = "KMG";
    size_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (!zk_size_mul(value, 10, &value) || !zk_size_add(value, (size_t)(*at - '0'), &value))
            return false;
    const char *unit = *at != '\0' ? strchr(units, *at) : NULL;
    if (at == text || (*at != '\0' && (unit == NULL || at[1] != '\0')))
        return false;
    for (const char *step = units; unit != NULL && step <= unit; step++)
        if (!zk_size_mul(value, 1024, &value))
            return false;
    *bytes = value;
    return true;
}

zkml_status zk_work_start(zk_work *work, const zk_args *args, zkml_error *err)
{
    const char *limit = zk_args_get(args, ZK_OPTION_MAX_MEM);
    *work = (zk_work){.quiet = zk_args_has(args, 'q'), .max_memory = zk_memory_available(),
                      .start = zk_seconds()};
    zk_meter_start(&work->meter, !work->quiet && !zk_args_has(args, ZK_OPTION_NO_PROGRESS));
    if (limit != NULL && !parse_size(limit, &work->max_memory))
        return zk_fail(err, ZKML_USAGE, "%s: `--max-mem` wants a size such as 500M or 8G, not `%s`",
                       args->syntax->program, limit);
    return ZKML_OK;
}

void zk_work_finish(zk_work *work)
{
    zk_meter_finish(&work->meter);
}

/* The source line whose gates take most rows: its first span, UINT32_MAX when there is none. */
static uint32_t largest_contributor(const zk_circuit *circuit, uint64_t *row_count)
{
    uint64_t *of_span = calloc(circuit->span_count + 1, sizeof *of_span);
    uint32_t best = UINT32_MAX;
    *row_count = 0;
    if (of_span == NULL)
        return best;
    for (size_t i = 0; i < circuit->region_count; i++) {
        const zk_region *region = &circuit->regions[i];
        if (!region->is_lookup && region->span < circuit->span_count)
            of_span[region->span] += region->count;
    }
    for (uint32_t i = 0; i < circuit->span_count; i++)
        if (of_span[i] > *row_count) {
            *row_count = of_span[i];
            best = i;
        }
    free(of_span);
    return best;
}

zkml_status zk_work_reserve(const zk_work *work, size_t bytes, uint32_t k,
                            const zk_circuit *circuit, zkml_error *err)
{
    char needed[32], available[32];
    uint64_t row_count = 0;
    if (bytes <= work->max_memory)
        return ZKML_OK;
    zk_cli_size(needed, bytes);
    zk_cli_size(available, work->max_memory);
    uint32_t best = circuit != NULL ? largest_contributor(circuit, &row_count) : UINT32_MAX;
    if (best == UINT32_MAX)
        return zk_fail(err, ZKML_LIMIT, "2^%u rows need about %s of memory, %s may be used", k,
                       needed, available);
    const zk_source_span *span = &circuit->spans[best];
    return zk_fail(err, ZKML_LIMIT,
                   "2^%u rows need about %s of memory, %s may be used; most rows, %llu, come from "
                   "%s:%u",
                   k, needed, available, (unsigned long long)row_count, circuit->files[span->file],
                   span->line);
}

zkml_status zk_work_params(zk_work *work, zk_params *params, uint32_t k, zkml_error *err)
{
    return zk_params_load(params, k, zk_meter_update, &work->meter, err);
}

void zk_work_say(const zk_work *work, const char *format, ...)
{
    va_list args;
    if (work->quiet)
        return;
    (void)fflush(stdout); /* results come first; zk_cli_finish notices a failure */
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}
