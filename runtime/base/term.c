#include "runtime/base/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool zk_term_colour(int descriptor, const char *when)
{
    if (when != NULL && strcmp(when, "always") == 0)
        return true;
    if (when != NULL && strcmp(when, "never") == 0)
        return false;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(descriptor) == 1 && (no_color == NULL || *no_color == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

double zk_seconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void zk_meter_start(zk_meter *meter, bool wanted)
{
    *meter = (zk_meter){.shown = wanted && isatty(STDERR_FILENO) == 1};
    meter->start = meter->last = zk_seconds();
}

void zk_meter_update(void *context, const char *stage, size_t done, size_t total)
{
    zk_meter *meter = context;
    double now = zk_seconds();
    if (!meter->shown || now - meter->start < 1.0 || (meter->drawn && now - meter->last < 0.1))
        return;
    meter->last = now;
    meter->drawn = true;
    if (total > 0)
        fprintf(stderr, "\r\033[K%s: %zu %%  (%.0f s)", stage, done * 100 / total,
                now - meter->start);
    else
        fprintf(stderr, "\r\033[K%s  (%.0f s)", stage, now - meter->start);
    (void)fflush(stderr);
}

void zk_meter_finish(zk_meter *meter)
{
    if (meter->drawn)
        fputs("\r\033[K", stderr);
    meter->drawn = false;
}
