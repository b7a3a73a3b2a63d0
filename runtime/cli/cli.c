#include "runtime/cli/cli.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

int zk_cli_fail(const zkml_error *err)
{
    bool named = strncmp(err->text, "zkml", 4) == 0 && strchr(" :", err->text[4]) != NULL;
    fprintf(stderr, "%s%s\n", named ? "" : "zkml: ", err->text); /* "zkml prove: ..." */
    if (err->status == ZKML_INTERNAL)
        fprintf(stderr, "zkml: this is a bug in zkml: please report it\n");
    return (int)err->status;
}

void zk_cli_warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("zkml: warning: ", stderr);
    (void)vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

const char *zk_cli_size(char text[32], size_t bytes)
{
    if (bytes < 1000)
        (void)snprintf(text, 32, "%zu bytes", bytes);
    else if (bytes < 1000000)
        (void)snprintf(text, 32, "%.1f kB", (double)bytes / 1e3);
    else if (bytes < 1000000000)
        (void)snprintf(text, 32, "%.1f MB", (double)bytes / 1e6);
    else
        (void)snprintf(text, 32, "%.1f GB", (double)bytes / 1e9);
    return text;
}

const char *zk_cli_hex(char text[65], const uint8_t digest[32])
{
    return sodium_bin2hex(text, 65, digest, 32);
}

zkml_status zk_cli_load_circuit(zk_circuit *circuit, const char *path, zkml_error *err)
{
    zk_buf bytes;
    memset(circuit, 0, sizeof *circuit);
    ZK_TRY(zk_file_read(path, ZK_MAX_CIRCUIT_BYTES, &bytes, err));
    zkml_status status = zk_circuit_read(circuit, path, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    return status;
}

zkml_status zk_cli_load_key(zk_key *key, const char *path, zkml_error *err)
{
    zk_buf bytes;
    memset(key, 0, sizeof *key);
    ZK_TRY(zk_file_read(path, ZK_MAX_KEY_BYTES, &bytes, err));
    zkml_status status = zk_key_read(key, path, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    return status;
}

int zk_cli_finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "zkml: standard output: cannot write: %s\n", strerror(errno));
        return code == ZKML_OK ? ZKML_IO : code;
    }
    return code;
}
