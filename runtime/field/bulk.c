#include "runtime/field/bulk.h"

#include <stdlib.h>
#include <string.h>

#define BACKEND_VARIABLE "ZKML_BACKEND"

/* From best to worst; each with the test whether this processor has what it needs. */
typedef struct backend {
    const zk_bulk_ops *ops;
    bool (*supported)(void);
} backend;

static bool always(void)
{
    return true;
}

#if ZK_BULK_HAS_IFMA
static bool has_ifma(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512ifma");
}
#endif

static const backend backends[] = {
#if ZK_BULK_HAS_IFMA
    {&zk_bulk_ifma, has_ifma},
#endif
    {&zk_bulk_portable, always},
};

#define BACKEND_COUNT (sizeof backends / sizeof backends[0])

const zk_bulk_ops *zk_bulk_find(const char *name)
{
    for (size_t i = 0; i < BACKEND_COUNT; i++)
        if (strcmp(backends[i].ops->name, name) == 0 && backends[i].supported())
            return backends[i].ops;
    return NULL;
}

const zk_bulk_ops *zk_bulk(void)
{
    const char *name = getenv(BACKEND_VARIABLE);
    if (name != NULL && *name != 0) {
        const zk_bulk_ops *ops = zk_bulk_find(name);
        return ops != NULL ? ops : &zk_bulk_portable;
    }
    for (size_t i = 0; i < BACKEND_COUNT; i++)
        if (backends[i].supported())
            return backends[i].ops;
    return &zk_bulk_portable;
}

zkml_status zk_bulk_check(zkml_error *err)
{
    const char *name = getenv(BACKEND_VARIABLE);
    if (name == NULL || *name == 0 || zk_bulk_find(name) != NULL)
        return ZKML_OK;
    return zk_fail(err, ZKML_USAGE, "%s=%s: no such backend on this processor (portable is one)",
                   BACKEND_VARIABLE, name);
}
