/* zkml setup: the verifying key of a circuit. */
#include <string.h>

#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"

static const zk_option options[] = {
    {'o', "output", "KEY", "write the verifying key to KEY"},
    ZK_WORK_OPTIONS,
    {0},
};

static void show(const zk_work *work, const zk_key *key, size_t length, const char *path)
{
    char circuit_digest[65], digest[65], size[32], cache[ZK_PARAMS_PATH];
    FILE *out = strcmp(path, "-") == 0 ? stderr : stdout;
    if (work->quiet)
        return;
    fprintf(out, "circuit: %s\ncircuit digest: %s\nkey digest: %s\n", key->name,
            zk_cli_hex(circuit_digest, key->circuit_digest), zk_cli_hex(digest, key->digest));
    if (zk_params_cache_path(cache, key->k))
        zk_work_say(work, "parameters for 2^%u rows: %s", key->k, cache);
    zk_work_say(work, "key of %s in %.2f s -> %s", zk_cli_size(size, length),
                zk_seconds() - work->start, path);
}

static zkml_status make_key(zk_work *work, const zk_circuit *circuit, const char *path,
                            zkml_error *err)
{
    zk_params params;
    zk_key key;
    zk_buf bytes = {0};
    ZK_TRY(zk_work_reserve(work, zk_memory_setup(&circuit->cs, circuit->k), circuit->k, circuit,
                           err));
    ZK_TRY(zk_work_params(work, &params, circuit->k, err));
    zk_meter_update(&work->meter, "verifying key", 0, 0);
    zkml_status status = zk_key_generate(&key, circuit, &params, err);
    zk_params_free(&params);
    if (status == ZKML_OK)
        status = zk_key_write(&key, &bytes, err);
    zk_work_finish(work);
    if (status == ZKML_OK)
        status = zk_file_write(path, bytes.data, bytes.length, ZK_FILE_PUBLIC, err);
    if (status == ZKML_OK)
        show(work, &key, bytes.length, path);
    zk_buf_free(&bytes);
    zk_key_free(&key);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work;
    zk_circuit circuit = {0};
    const char *path = zk_args_get(args, 'o');
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK && path == NULL)
        status = zk_fail(&err, ZKML_USAGE, "setup: say where the key goes with -o KEY");
    if (status == ZKML_OK)
        status = zk_file_check_writable(path, &err);
    if (status == ZKML_OK)
        status = zk_cli_load_circuit(&circuit, args->operands[0], &err);
    if (status == ZKML_OK)
        status = make_key(&work, &circuit, path, &err);
    zk_work_finish(&work);
    zk_circuit_free(&circuit);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_setup = {
    "setup", run,
    {"zkml setup", "CIRCUIT -o KEY", "Makes the verifying key of a circuit.", options, 1, 1}};
