/* bench.h - clocks, tables and the description of the machine, for the benchmark programs. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/error.h"
#include "runtime/field/field.h"

/* Seconds: of the clock on the wall, and of all processors together. */
typedef struct bench_time {
    double wall, cpu;
} bench_time;

bench_time bench_now(void);
bench_time bench_since(bench_time start);
/* The least of several runs, wall clock and processors each by itself. */
void bench_keep_least(bench_time *best, bench_time time, bool first);

/* Processor, memory, compiler, backend, threads. */
void bench_machine(void);

/* One line of a table: a name, a value with three significant digits and its unit. */
void bench_line(const char *name, double value, const char *unit);
/* A time with the unit that suits it; `cpu` as well when it was measured (is positive). */
void bench_time_line(const char *name, bench_time time);

/* The most memory resident since the last reset, in bytes; 0 where the system does not tell. */
void bench_memory_reset(void);
double bench_memory_peak(void);

void *bench_alloc(size_t count, size_t size);
/* Ends the program with the status unless it is ZKML_OK. */
void bench_require(zkml_status status, const zkml_error *err);

uint64_t bench_random(uint64_t *state);
void bench_random_scalar(zk_fp *r, uint64_t *state);

#endif
