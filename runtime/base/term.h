/* term.h - what the programs show while they work: colour and a progress line.
 *
 * The progress line appears on a terminal's standard error only, after the first second of work,
 * and is erased when the work ends.
 */
#ifndef ZK_BASE_TERM_H
#define ZK_BASE_TERM_H

#include <stdbool.h>
#include <stddef.h>

/* Whether to colour output on this descriptor: "always", "never" or "auto" (a terminal, NO_COLOR
 * unset or empty, TERM not "dumb"). Any other word counts as "auto". */
bool zk_term_colour(int descriptor, const char *when);

typedef struct zk_meter {
    bool shown;      /* standard error is a terminal and progress was not turned off */
    bool drawn;      /* a line is on the screen */
    double start, last;
} zk_meter;

void zk_meter_start(zk_meter *meter, bool wanted);
/* Fits zk_progress of params.h: context is the zk_meter; total 0: no fraction is known. */
void zk_meter_update(void *meter, const char *stage, size_t done, size_t total);
void zk_meter_finish(zk_meter *meter);

/* Seconds on a monotonic clock. */
double zk_seconds(void);

#endif
