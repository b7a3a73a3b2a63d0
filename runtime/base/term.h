/* term.h - what the programs show while they work: colour and a progress line.
 *
 * The progress line appears on a terminal's standard error only, after the first second of work,
 * and is erased when the work ends.
 */
#ifndef ZK_BASE_TERM_H
#define ZK_BASE_TERM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether to colour output on this descriptor: "always", "never" or "auto" (a terminal, NO_COLOR
 * unset or empty, TERM not "dumb"). Any other word counts as "auto". */
bool zk_term_colour(int descriptor, const char *when);

/* Does not move in memory: while it is shown, a thread of its own redraws the line, so that the
 * seconds go on during a stage that reports nothing. */
typedef struct zk_meter {
    bool shown; /* standard error is a terminal and progress was not turned off */
    bool drawn; /* a line is on the screen */
    bool stopping;
    const char *stage; /* the last report; NULL: none yet */
    size_t done, total;
    double start;
    pthread_t thread;
    pthread_mutex_t lock; /* of all above */
    pthread_cond_t stop;
} zk_meter;

void zk_meter_start(zk_meter *meter, bool wanted);
/* Fits zk_progress of params.h: context is the zk_meter, stage a constant text; total 0: no
 * fraction is known. */
void zk_meter_update(void *meter, const char *stage, size_t done, size_t total);
/* Erases the line. Finishing twice, or what was never started but zeroed, is allowed. */
void zk_meter_finish(zk_meter *meter);

/* Seconds on a monotonic clock. */
double zk_seconds(void);

#endif
