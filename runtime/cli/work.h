/* work.h - what the commands share that take long or much memory.
 *
 *     static const zk_option options[] = {..., ZK_WORK_OPTIONS, {0}};
 *
 *     ZK_TRY(zk_work_start(&work, args, err));
 *     ZK_TRY(zk_work_reserve(&work, zk_memory_prove(...), circuit, err));
 *     ... zk_meter_update and &work.meter as progress ...
 *     zk_work_finish(&work);
 */
#ifndef ZK_CLI_WORK_H
#define ZK_CLI_WORK_H

#include "runtime/cli/cli.h"
#include "runtime/poly/params.h"

enum { ZK_OPTION_NO_PROGRESS = 910, ZK_OPTION_MAX_MEM };

#define ZK_WORK_OPTIONS                                                                            \
    {ZK_OPTION_MAX_MEM, "max-mem", "SIZE", "refuse to need more memory, such as 500M or 8G"},      \
    {ZK_OPTION_NO_PROGRESS, "no-progress", NULL, "show no progress line"},                         \
    {'q', "quiet", NULL, "print nothing but errors"}

typedef struct zk_work {
    bool quiet;
    size_t max_memory; /* what --max-mem says, else what the machine has available */
    zk_meter meter;
    double start;
} zk_work;

zkml_status zk_work_start(zk_work *work, const zk_args *args, zkml_error *err) ZKML_NODISCARD;
void zk_work_finish(zk_work *work);
/* ZKML_LIMIT when `bytes` is too much: the message says how much is needed, and, for a circuit
 * (which may be NULL), which source line takes most rows. */
zkml_status zk_work_reserve(const zk_work *work, size_t bytes, uint32_t k,
                            const zk_circuit *circuit, zkml_error *err) ZKML_NODISCARD;
/* The parameters for 2^k rows, from the cache or computed. */
zkml_status zk_work_params(zk_work *work, zk_params *params, uint32_t k,
                           zkml_error *err) ZKML_NODISCARD;
/* One line on standard error, unless --quiet. */
void zk_work_say(const zk_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
