/* bench_arith - the kernels under the prover, the least of several runs each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/poly/fft.h"
#include "runtime/poly/msm.h"
#include "tests/bench/bench.h"

enum { MAX_K = 16, RUNS = 5 };

/* `statement` timed RUNS times; the least time, in seconds on the clock. */
#define BEST(best, statement)                                                                      \
    do {                                                                                           \
        (best) = 1e9;                                                                              \
        for (int run_ = 0; run_ < RUNS; run_++) {                                                  \
            bench_time from_ = bench_now();                                                        \
            statement;                                                                             \
            double took_ = bench_since(from_).wall;                                                \
            (best) = took_ < (best) ? took_ : (best);                                              \
        }                                                                                          \
    } while (0)

static void line(const char *name, double seconds)
{
    bench_time_line(name, (bench_time){.wall = seconds});
}

static void bench_field(zk_fp *a, zk_fp *b, zk_fp *c)
{
    enum { N = 1024, REPEAT = 200 };
    const zk_bulk_ops *ops = zk_bulk();
    double t, count = (double)N * REPEAT;
    zk_fp x = a[0];
    printf("\nfield, one operation\n");
    BEST(t, for (int i = 0; i < REPEAT; i++) ops->mul(c, a, b, N));
    line("multiplication, vectors", t / count);
    BEST(t, for (int i = 0; i < REPEAT; i++) ops->add(c, a, b, N));
    line("addition, vectors", t / count);
    BEST(t, for (int i = 0; i < N * REPEAT; i++) zk_fp_mul(&x, &x, b));
    line("multiplication, chain", t / count);
    BEST(t, for (int i = 0; i < N; i++) zk_fp_inv_var(&c[i], &a[i]));
    line("inverse, variable time", t / N);
    BEST(t, for (int i = 0; i < N; i++) zk_fp_inv(&c[i], &a[i]));
    line("inverse, constant time", t / N);
    BEST(t, for (int i = 0; i < N; i++)(void) zk_fp_sqrt(&c[i], &a[i]));
    line("square root", t / N);
}

static void bench_fft(zk_fp *a)
{
    printf("\ntransform\n");
    for (uint32_t k = 12; k <= MAX_K; k += 2) {
        zk_domain domain;
        zkml_error err;
        char name[32];
        double t;
        bench_require(zk_domain_init(&domain, k, &err), &err);
        BEST(t, zk_fft(&domain, a));
        (void)snprintf(name, sizeof name, "2^%u elements", (unsigned)k);
        line(name, t);
        zk_domain_free(&domain);
    }
}

/* G + i H: distinct points without hashing. */
static void make_points(zk_vesta_affine *points, size_t n, uint64_t *state)
{
    zk_vesta *sums = bench_alloc(n, sizeof *sums);
    zk_vesta step;
    zk_vesta_affine h;
    zk_fp s;
    bench_random_scalar(&s, state);
    zk_vesta_mul(&step, &zk_vesta_generator, &s);
    zk_vesta_to_affine(&h, &step);
    zk_vesta_from_affine(&sums[0], &zk_vesta_generator);
    for (size_t i = 1; i < n; i++)
        zk_vesta_add_affine(&sums[i], &sums[i - 1], &h);
    zk_vesta_batch_to_affine(points, sums, n);
    free(sums);
}

static void bench_msm(const zk_vesta_affine *points, const zk_fp *a, uint64_t *state)
{
    static const unsigned widths[] = {8, 16, 24};
    size_t n = (size_t)1 << MAX_K;
    int64_t *small = bench_alloc(n, sizeof *small);
    zk_vesta r;
    zkml_error err;
    char name[48];
    double t;
    printf("\nmulti-scalar multiplication, one point\n");
    for (uint32_t k = 8; k <= MAX_K; k += 2) {
        size_t m = (size_t)1 << k;
        BEST(t, bench_require(zk_msm(&r, points, a, m, &err), &err));
        (void)snprintf(name, sizeof name, "2^%u points, full scalars", (unsigned)k);
        line(name, t / (double)m);
    }
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t i = 0; i < n; i++)
            small[i] = (int64_t)bench_random(state) >> (64 - widths[w]);
        for (uint32_t k = 12; k <= MAX_K; k += 2) {
            size_t m = (size_t)1 << k;
            BEST(t, bench_require(zk_msm_i64(&r, points, small, m, &err), &err));
            (void)snprintf(name, sizeof name, "2^%u points, %u bits", (unsigned)k, widths[w]);
            line(name, t / (double)m);
        }
    }
    free(small);
}

static void bench_curve(zk_vesta_affine *points, const zk_fp *a)
{
    enum { N = 4096 };
    zk_vesta r;
    double t;
    printf("\ncurve, one operation\n");
    BEST(t, for (int i = 0; i < N / 16; i++) zk_vesta_mul(&r, &points[i], &a[i]));
    line("scalar multiplication", 16 * t / N);
    BEST(t, zk_fold_points(points, points, points + N, a, N));
    line("folding of generators", t / N);
    BEST(t, for (uint8_t i = 0; i < 100; i++)
                zk_vesta_hash_to_curve(points, "Halo2-Parameters", &i, 1));
    line("hash to curve", t / 100);
}

int main(void)
{
    size_t n = (size_t)1 << MAX_K;
    uint64_t state = 88172645463325252u;
    zk_fp *a = bench_alloc(n, sizeof *a), *b = bench_alloc(n, sizeof *b);
    zk_fp *c = bench_alloc(n, sizeof *c);
    zk_vesta_affine *points = bench_alloc(n, sizeof *points);
    bench_machine();
    for (size_t i = 0; i < n; i++) {
        bench_random_scalar(&a[i], &state);
        bench_random_scalar(&b[i], &state);
    }
    make_points(points, n, &state);
    bench_field(a, b, c);
    bench_fft(c);
    bench_msm(points, a, &state);
    bench_curve(points, a);
    free(a);
    free(b);
    free(c);
    free(points);
    return 0;
}
