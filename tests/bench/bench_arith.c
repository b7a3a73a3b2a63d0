/* bench_arith - the kernels under the prover, the least of several runs each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/curve/batch.h"
#include "runtime/field/bulk.h"
#include "runtime/poly/fft.h"
#include "runtime/poly/msm.h"
#include "tests/bench/bench.h"

enum { MAX_K = 16, RUNS = 5 };

/* `statement` timed RUNS times: the least times, divided by the number of operations it does. */
#define BENCH(name, operations, statement)                                                         \
    do {                                                                                           \
        bench_time best_ = {1e9, 1e9};                                                             \
        for (int run_ = 0; run_ < RUNS; run_++) {                                                  \
            bench_time from_ = bench_now();                                                        \
            statement;                                                                             \
            bench_time took_ = bench_since(from_);                                                 \
            best_.wall = took_.wall < best_.wall ? took_.wall : best_.wall;                        \
            best_.cpu = took_.cpu < best_.cpu ? took_.cpu : best_.cpu;                             \
        }                                                                                          \
        best_.wall /= (double)(operations);                                                        \
        best_.cpu /= (double)(operations);                                                         \
        bench_time_line(name, best_);                                                              \
    } while (0)

static void bench_field(zk_fp *a, zk_fp *b, zk_fp *c)
{
    enum { N = 1024, REPEAT = 400 };
    const zk_bulk_ops *ops = zk_bulk();
    zk_fp x = a[0];
    printf("\nfield, one operation\n");
    BENCH("multiplication, vectors", N * REPEAT, for (int i = 0; i < REPEAT; i++)
                                                     ops->mul(c, a, b, N));
    BENCH("addition, vectors", N * REPEAT, for (int i = 0; i < REPEAT; i++) ops->add(c, a, b, N));
    BENCH("multiplication, chain", N * REPEAT, for (int i = 0; i < N * REPEAT; i++)
                                                   zk_fp_mul(&x, &x, b));
    BENCH("inverse, variable time", N, for (int i = 0; i < N; i++) zk_fp_inv_var(&c[i], &a[i]));
    BENCH("inverse, constant time", N, for (int i = 0; i < N; i++) zk_fp_inv(&c[i], &a[i]));
    BENCH("square root", N, for (int i = 0; i < N; i++)(void) zk_fp_sqrt(&c[i], &a[i]));
}

static void bench_fft(zk_fp *a)
{
    printf("\ntransform\n");
    for (uint32_t k = 12; k <= MAX_K; k += 2) {
        zk_domain domain;
        zkml_error err;
        char name[32];
        bench_require(zk_domain_init(&domain, k, &err), &err);
        (void)snprintf(name, sizeof name, "2^%u elements", (unsigned)k);
        BENCH(name, 1, zk_fft(&domain, a));
        zk_domain_free(&domain);
    }
}

/* P, 2 P, 4 P, ..: points without small relations, and without hashing. */
static void make_points(zk_vesta_affine *points, size_t n, uint64_t *state)
{
    zk_vesta *multiples = bench_alloc(n, sizeof *multiples);
    zk_fp s;
    bench_random_scalar(&s, state);
    zk_vesta_mul(&multiples[0], &zk_vesta_generator, &s);
    for (size_t i = 1; i < n; i++)
        zk_vesta_double(&multiples[i], &multiples[i - 1]);
    zk_vesta_batch_to_affine(points, multiples, n);
    free(multiples);
}

static void bench_msm(const zk_vesta_affine *points, const zk_fp *a, uint64_t *state)
{
    static const unsigned widths[] = {8, 16, 24};
    size_t n = (size_t)1 << MAX_K;
    int64_t *small = bench_alloc(n, sizeof *small);
    zk_vesta r;
    zkml_error err;
    char name[48];
    printf("\nmulti-scalar multiplication, one point\n");
    for (uint32_t k = 8; k <= MAX_K; k += 2) {
        size_t m = (size_t)1 << k;
        (void)snprintf(name, sizeof name, "2^%u points, full scalars", (unsigned)k);
        BENCH(name, m, bench_require(zk_msm(&r, points, a, m, &err), &err));
    }
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        for (size_t i = 0; i < n; i++)
            small[i] = (int64_t)bench_random(state) >> (64 - widths[w]);
        for (uint32_t k = 12; k <= MAX_K; k += 2) {
            size_t m = (size_t)1 << k;
            (void)snprintf(name, sizeof name, "2^%u points, %u bits", (unsigned)k, widths[w]);
            BENCH(name, m, bench_require(zk_msm_i64(&r, points, small, m, &err), &err));
        }
    }
    free(small);
}

static void bench_curve(zk_vesta_affine *points, const zk_fp *a)
{
    enum { N = 4096, FEW = 256 };
    zk_vesta r;
    printf("\ncurve, one operation\n");
    BENCH("scalar multiplication", FEW, for (int i = 0; i < FEW; i++)
                                            zk_vesta_mul(&r, &points[i], &a[i]));
    BENCH("combination of 8 points", N, zk_vesta_combine(points, points, N, a, 8, N));
    BENCH("hash to curve", FEW, for (int i = 0; i < FEW; i++) {
        uint8_t message = (uint8_t)i;
        zk_vesta_hash_to_curve(points, "Halo2-Parameters", &message, 1);
    });
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
