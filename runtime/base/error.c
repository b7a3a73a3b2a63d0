#include "runtime/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

const char *zkml_status_name(zkml_status status)
{
    switch (status) {
    case ZKML_OK:
        return "ok";
    case ZKML_INVALID:
        return "invalid";
    case ZKML_MALFORMED:
        return "malformed input";
    case ZKML_USAGE:
        return "usage";
    case ZKML_LIMIT:
        return "resource limit";
    case ZKML_IO:
        return "input/output error";
    case ZKML_INTERNAL:
        return "internal error";
    }
    return "unknown status";
}

const char *zkml_version(void)
{
    return PACKAGE_VERSION;
}

zkml_status zk_fail(zkml_error *err, zkml_status status, const char *format, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        err->status = status;
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

zkml_status zk_fail_context(zkml_error *err, const char *format, ...)
{
    if (err == NULL)
        return ZKML_INTERNAL;
    char prefix[512];
    char old[sizeof err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, err->text, sizeof old);
    old[sizeof old - 1] = '\0';
    size_t used = strlen(prefix);
    memcpy(err->text, prefix, used);
    (void)snprintf(err->text + used, sizeof err->text - used, ": %.*s",
                   (int)(sizeof err->text - used - 3), old);
    return err->status;
}

void zk_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "zkmlc: internal error at %s:%d: %s\nThis is a bug in zkmlc: please report it.\n",
            file, line, what);
    abort();
}
