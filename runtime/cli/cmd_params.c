/* zkml params: compute and cache the commitment parameters. */
#include <stdlib.h>

#include "runtime/cli/cli.h"
#include "runtime/poly/params.h"

static const zk_option options[] = {{0}};

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_params params;
    zk_meter meter;
    char *end;
    long k = strtol(args->operands[0], &end, 10);
    if (end == args->operands[0] || *end != '\0' || k < 1 || k > ZK_CIRCUIT_MAX_K) {
        (void)zk_fail(&err, ZKML_USAGE, "params: K is a number from 1 to %d, not `%s`",
                      ZK_CIRCUIT_MAX_K, args->operands[0]);
        return zk_cli_fail(&err);
    }
    double start = zk_seconds();
    zk_meter_start(&meter, true);
    zkml_status status = zk_params_load(&params, (uint32_t)k, zk_meter_update, &meter, &err);
    zk_meter_finish(&meter);
    if (status != ZKML_OK)
        return zk_cli_fail(&err);
    printf("parameters for 2^%ld rows are ready (%.2f s)\n", k, zk_seconds() - start);
    zk_params_free(&params);
    return ZKML_OK;
}

const zk_command zk_command_params = {
    "params", run,
    {"zkml params", "K", "Computes and caches the parameters for circuits of 2^K rows.", options, 1,
     1}};
