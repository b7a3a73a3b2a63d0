#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "runtime/field/bulk.h"

bench_time bench_now(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (bench_time){.wall = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec,
                        .cpu = (double)clock() / CLOCKS_PER_SEC};
}

bench_time bench_since(bench_time start)
{
    bench_time now = bench_now();
    return (bench_time){now.wall - start.wall, now.cpu - start.cpu};
}

void bench_keep_least(bench_time *best, bench_time time, bool first)
{
    best->wall = first || time.wall < best->wall ? time.wall : best->wall;
    best->cpu = first || time.cpu < best->cpu ? time.cpu : best->cpu;
}

/* The rest of the first line of a file of the form "key : value" that starts with key. */
static bool find_line(const char *path, const char *key, char *value, size_t size)
{
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    while (!found && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *from = strchr(line, ':');
        from = from == NULL ? line : from + 1 + strspn(from + 1, " \t");
        (void)snprintf(value, size, "%.*s", (int)strcspn(from, "\n"), from);
        found = true;
    }
    (void)fclose(file);
    return found;
}

void bench_machine(void)
{
    char processor[128] = "unknown";
    (void)find_line("/proc/cpuinfo", "model name", processor, sizeof processor);
    double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    int threads = 1;
#ifdef _OPENMP
    threads = omp_get_max_threads();
#endif
    printf("processor                          %s, %ld of them, %.0f GiB\n", processor,
           sysconf(_SC_NPROCESSORS_ONLN), memory / (1 << 30));
#ifdef __clang__
    printf("compiler                           %s\n", __VERSION__);
#else
    printf("compiler                           gcc %s\n", __VERSION__);
#endif
    printf("backend                            %s, %d thread%s\n", zk_bulk()->name, threads,
           threads == 1 ? "" : "s");
}

/* Three significant digits without an exponent. */
static void print_number(double value, const char *unit)
{
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    printf("%10.*f %-3s", decimals, value, unit);
}

static void print_time(double seconds)
{
    if (seconds >= 0.9995)
        print_number(seconds, "s");
    else if (seconds >= 0.9995e-3)
        print_number(seconds * 1e3, "ms");
    else if (seconds >= 0.9995e-6)
        print_number(seconds * 1e6, "us");
    else
        print_number(seconds * 1e9, "ns");
}

void bench_line(const char *name, double value, const char *unit)
{
    printf("%-32s", name);
    print_number(value, unit);
    printf("\n");
    (void)fflush(stdout);
}

void bench_time_line(const char *name, bench_time time)
{
    printf("%-32s", name);
    print_time(time.wall);
    if (time.cpu > 0) {
        print_time(time.cpu);
        printf("cpu");
    }
    printf("\n");
    (void)fflush(stdout);
}

/* Linux: 5 resets the high-water mark. */
void bench_memory_reset(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file == NULL)
        return;
    (void)fputs("5", file);
    (void)fclose(file);
}

double bench_memory_peak(void)
{
    char value[64];
    if (!find_line("/proc/self/status", "VmHWM", value, sizeof value))
        return 0;
    return 1024 * strtod(value, NULL);
}

void *bench_alloc(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (p == NULL) {
        (void)fputs("out of memory\n", stderr);
        exit(ZKML_LIMIT);
    }
    return p;
}

void bench_require(zkml_status status, const zkml_error *err)
{
    if (status == ZKML_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->text);
    exit((int)status);
}

uint64_t bench_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

void bench_random_scalar(zk_fp *r, uint64_t *state)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < 8; i++) {
        uint64_t word = bench_random(state);
        memcpy(bytes + 8 * i, &word, 8);
    }
    zk_fp_from_uniform_bytes(r, bytes);
}
