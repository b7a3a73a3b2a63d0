/* zkml params: compute and cache the commitment parameters. */
#include <stdlib.h>

#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"

static const zk_option options[] = {ZK_WORK_OPTIONS, {0}};

static zkml_status parse_k(const char *text, uint32_t *k, zkml_error *err)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 1 || value > ZK_CIRCUIT_MAX_K)
        return zk_fail(err, ZKML_USAGE, "params: K is a number from 1 to %d, not `%s`",
                       ZK_CIRCUIT_MAX_K, text);
    *k = (uint32_t)value;
    return ZKML_OK;
}

static void show(const zk_work *work, uint32_t k)
{
    char path[ZK_PARAMS_PATH];
    if (work->quiet)
        return;
    printf("parameters for 2^%u rows are ready (%.2f s)\n", k, zk_seconds() - work->start);
    if (zk_params_cache_path(path, k))
        printf("cache: %s\n", path);
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work = {0};
    zk_params params;
    uint32_t k = 0;
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK)
        status = parse_k(args->operands[0], &k, &err);
    if (status == ZKML_OK)
        status = zk_work_reserve(&work, zk_memory_params(k), k, NULL, &err);
    if (status == ZKML_OK)
        status = zk_work_params(&work, &params, k, &err);
    zk_work_finish(&work);
    if (status != ZKML_OK)
        return zk_cli_fail(&err);
    zk_params_free(&params);
    show(&work, k);
    return ZKML_OK;
}

const zk_command zk_command_params = {
    "params", run,
    {"zkml params", "K", "Computes and caches the parameters for circuits of 2^K rows.", options, 1,
     1}};
