/* bench_arith - one line per figure of the arithmetic layer: best of a few runs.
 *   bench_arith [THREADS]      default: what OpenMP would take */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "runtime/field/bulk.h"
#include "runtime/poly/fft.h"
#include "runtime/poly/msm.h"
#include "runtime/poly/params.h"

enum { MAX_K = 16, RUNS = 3 };

static double now(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static void random_scalar(zk_fp *r, uint64_t *state)
{
    uint8_t bytes[64];
    for (size_t i = 0; i < 8; i++) {
        uint64_t word = next_random(state);
        memcpy(bytes + 8 * i, &word, 8);
    }
    zk_fp_from_uniform_bytes(r, bytes);
}

static void *allocate(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (p == NULL) {
        fputs("bench_arith: out of memory\n", stderr);
        exit(4);
    }
    return p;
}

static void require(zkml_status status, const zkml_error *err)
{
    if (status != ZKML_OK) {
        fprintf(stderr, "bench_arith: %s\n", err->text);
        exit((int)status);
    }
}

/* Statement `run` timed RUNS times; the least time in seconds in `best`. */
#define BEST(best, run)                                                                            \
    do {                                                                                           \
        (best) = 1e9;                                                                              \
        for (int run_ = 0; run_ < RUNS; run_++) {                                                  \
            double from_ = now();                                                                  \
            run;                                                                                   \
            double took_ = now() - from_;                                                          \
            (best) = took_ < (best) ? took_ : (best);                                              \
        }                                                                                          \
    } while (0)

static void bench_field(zk_fp *a, zk_fp *b, zk_fp *c)
{
    enum { N = 1024, REPEAT = 200 };
    const zk_bulk_ops *ops = zk_bulk();
    double t, per = 1e9 / ((double)N * REPEAT);
    zk_fp x = a[0];
    printf("backend                      %s\n", ops->name);
    BEST(t, for (int i = 0; i < REPEAT; i++) ops->mul(c, a, b, N));
    printf("field multiplication         %8.2f ns\n", t * per);
    BEST(t, for (int i = 0; i < N * REPEAT; i++) zk_fp_mul(&x, &x, b));
    printf("field multiplication, chain  %8.2f ns\n", t * per);
    BEST(t, for (int i = 0; i < REPEAT; i++) ops->add(c, a, b, N));
    printf("field addition               %8.2f ns\n", t * per);
    BEST(t, for (int i = 0; i < N; i++) zk_fp_inv_var(&c[i], &a[i]));
    printf("field inverse, variable time %8.2f ns\n", t * 1e9 / N);
    BEST(t, for (int i = 0; i < N; i++) zk_fp_inv(&c[i], &a[i]));
    printf("field inverse                %8.2f ns\n", t * 1e9 / N);
    BEST(t, for (int i = 0; i < N; i++)(void) zk_fp_sqrt(&c[i], &a[i]));
    printf("field square root            %8.2f ns\n", t * 1e9 / N);
}

static void bench_fft(zk_fp *a)
{
    for (uint32_t k = 12; k <= MAX_K; k++) {
        zk_domain domain;
        zkml_error err;
        double t;
        require(zk_domain_init(&domain, k, &err), &err);
        BEST(t, zk_fft(&domain, a));
        printf("FFT 2^%-2u                     %8.3f ms\n", (unsigned)k, t * 1e3);
        zk_domain_free(&domain);
    }
}

/* G + i H: distinct points without hashing. */
static void make_points(zk_vesta_affine *points, size_t n, uint64_t *state)
{
    zk_vesta *sums = allocate(n, sizeof *sums);
    zk_vesta step;
    zk_vesta_affine h;
    zk_fp s;
    random_scalar(&s, state);
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
    size_t n = (size_t)1 << MAX_K;
    int64_t *small = allocate(n, sizeof *small);
    zk_fp *mixed = allocate(n, sizeof *mixed);
    zk_vesta r;
    zkml_error err;
    double t;
    for (uint32_t k = 6; k <= MAX_K; k += 2) {
        size_t m = (size_t)1 << k;
        BEST(t, require(zk_msm(&r, points, a, m, &err), &err));
        printf("MSM 2^%-2u                     %8.3f ms %8.3f us/point\n", (unsigned)k, t * 1e3,
               t * 1e6 / (double)m);
    }
    static const unsigned widths[] = {1, 8, 16, 24, 32};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (uint32_t k = 12; k <= MAX_K; k += 2) {
            size_t m = (size_t)1 << k;
            for (size_t i = 0; i < m; i++) { /* signed values of this width, blinds at the end */
                uint64_t word = next_random(state);
                small[i] = (int64_t)word >> (64 - widths[w]);
                zk_fp_from_i64(&mixed[i], small[i]);
                if (i + 6 >= m)
                    random_scalar(&mixed[i], state);
            }
            BEST(t, require(zk_msm_i64(&r, points, small, m, &err), &err));
            printf("MSM 2^%u, i%-2u                %8.3f ms %8.3f us/point\n", (unsigned)k,
                   widths[w], t * 1e3, t * 1e6 / (double)m);
            BEST(t, require(zk_msm(&r, points, mixed, m, &err), &err));
            printf("MSM 2^%u, i%-2u and 6 blinds   %8.3f ms %8.3f us/point\n", (unsigned)k,
                   widths[w], t * 1e3, t * 1e6 / (double)m);
        }
    free(small);
    free(mixed);
}

static void bench_curve(zk_vesta_affine *points, const zk_fp *a)
{
    enum { N = 1024 };
    zk_vesta r;
    double t;
    BEST(t, for (int i = 0; i < N; i++) zk_vesta_mul(&r, &points[i], &a[i]));
    printf("scalar multiplication        %8.3f us\n", t * 1e6 / N);
    BEST(t, zk_fold_points(points, points, points + N, a, N));
    printf("folding generators           %8.3f us/point\n", t * 1e6 / N);
    BEST(t, for (uint8_t i = 0; i < 100; i++)
                zk_vesta_hash_to_curve(points, "Halo2-Parameters", &i, 1));
    printf("hash to curve                %8.3f us\n", t * 1e6 / 100);
}

static void bench_params(void)
{
    for (uint32_t k = 10; k <= 14; k += 2) {
        zk_params params;
        zkml_error err;
        double from = now();
        require(zk_params_generate(&params, k, NULL, NULL, &err), &err);
        printf("parameters k = %-2u            %8.3f s\n", (unsigned)k, now() - from);
        zk_params_free(&params);
    }
}

int main(int argc, char **argv)
{
    size_t n = (size_t)1 << MAX_K;
    uint64_t state = 88172645463325252u;
    zk_fp *a = allocate(n, sizeof *a), *b = allocate(n, sizeof *b), *c = allocate(n, sizeof *c);
    zk_vesta_affine *points = allocate(n, sizeof *points);
#ifdef _OPENMP
    if (argc > 1)
        omp_set_num_threads(atoi(argv[1]));
    printf("threads                      %d\n", omp_get_max_threads());
#else
    (void)argc, (void)argv;
#endif
    for (size_t i = 0; i < n; i++) {
        random_scalar(&a[i], &state);
        random_scalar(&b[i], &state);
    }
    make_points(points, n, &state);
    bench_field(a, b, c);
    bench_fft(c);
    bench_msm(points, a, &state);
    bench_curve(points, a);
    bench_params();
    free(a);
    free(b);
    free(c);
    free(points);
    return 0;
}
