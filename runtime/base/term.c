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

/* First after a second, then ten times a second. */
enum { FIRST_MS = 1000, NEXT_MS = 100 };

static void draw(zk_meter *meter)
{
    double seconds = zk_seconds() - meter->start;
    if (meter->stage == NULL)
        return;
    if (meter->total > 0)
        fprintf(stderr, "\r\033[K%s: %zu %%  (%.0f s)", meter->stage,
                meter->done * 100 / meter->total, seconds);
    else
        fprintf(stderr, "\r\033[K%s  (%.0f s)", meter->stage, seconds);
    (void)fflush(stderr);
    meter->drawn = true;
}

/* Waits to be stopped, with the lock; false when the time is over. */
static bool stopped_within(zk_meter *meter, long milliseconds)
{
    struct timespec until;
    if (clock_gettime(CLOCK_REALTIME, &until) != 0)
        return true;
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (!meter->stopping)
        if (pthread_cond_timedwait(&meter->stop, &meter->lock, &until) != 0)
            break;
    return meter->stopping;
}

static void *redraw(void *context)
{
    zk_meter *meter = context;
    (void)pthread_mutex_lock(&meter->lock);
    for (long wait = FIRST_MS; !stopped_within(meter, wait); wait = NEXT_MS)
        draw(meter);
    (void)pthread_mutex_unlock(&meter->lock);
    return NULL;
}

void zk_meter_start(zk_meter *meter, bool wanted)
{
    *meter = (zk_meter){.start = zk_seconds()};
    if (!wanted || isatty(STDERR_FILENO) != 1)
        return;
    meter->shown = true;
    if (pthread_mutex_init(&meter->lock, NULL) != 0 || pthread_cond_init(&meter->stop, NULL) != 0 ||
        pthread_create(&meter->thread, NULL, redraw, meter) != 0)
        meter->shown = false;
}

void zk_meter_update(void *context, const char *stage, size_t done, size_t total)
{
    zk_meter *meter = context;
    if (!meter->shown)
        return;
    (void)pthread_mutex_lock(&meter->lock);
    meter->stage = stage;
    meter->done = done;
    meter->total = total;
    (void)pthread_mutex_unlock(&meter->lock);
}

void zk_meter_finish(zk_meter *meter)
{
    if (!meter->shown)
        return;
    (void)pthread_mutex_lock(&meter->lock);
    meter->stopping = true;
    (void)pthread_cond_signal(&meter->stop);
    (void)pthread_mutex_unlock(&meter->lock);
    (void)pthread_join(meter->thread, NULL);
    if (meter->drawn)
        fputs("\r\033[K", stderr);
    *meter = (zk_meter){.start = meter->start};
}
