#include "runtime/cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

int zk_cli_fail(const zkml_error *err)
{
    fprintf(stderr, "zkml: %s\n", err->text);
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

int zk_cli_finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "zkml: standard output: cannot write: %s\n", strerror(errno));
        return code == ZKML_OK ? ZKML_IO : code;
    }
    return code;
}
