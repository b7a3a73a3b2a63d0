/* Transforms, multi-scalar multiplication and parameters against definitions and vectors. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/field/bulk.h"
#include "runtime/poly/fft.h"
#include "runtime/poly/msm.h"
#include "runtime/poly/params.h"
#include "tests/unit/vectors.h"

static void random_scalar(zk_fp *r, uint64_t *state)
{
    uint8_t bytes[64];
    for (int i = 0; i < 8; i++) {
        uint64_t word = test_random(state);
        for (int b = 0; b < 8; b++)
            bytes[8 * i + b] = (uint8_t)(word >> (8 * b));
    }
    zk_fp_from_uniform_bytes(r, bytes);
}

static void each_backend(void (*check)(void))
{
    static const char *const names[] = {"portable", "ifma"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (zk_bulk_find(names[i]) != NULL) {
            cr_assert_eq(setenv("ZKML_BACKEND", names[i], 1), 0);
            check();
        }
    cr_assert_eq(unsetenv("ZKML_BACKEND"), 0);
}

static void expect_bytes(const char *name, const uint8_t got[32])
{
    vectors v = vectors_load();
    uint8_t want[32];
    const char *line = vectors_line(&v, name, 0);
    cr_assert_not_null(line, "no vector %s", name);
    vectors_bytes(line, NULL, want, sizeof want);
    cr_expect_eq(memcmp(got, want, sizeof want), 0, "%s", name);
    vectors_free(&v);
}

static void expect_scalar(const char *name, const zk_fp *value)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, value);
    expect_bytes(name, bytes);
}

static void expect_point(const char *name, const zk_vesta_affine *point)
{
    uint8_t bytes[32];
    zk_vesta_to_bytes(bytes, point);
    expect_bytes(name, bytes);
}

Test(fft, matches_the_vector)
{
    zk_domain domain;
    zkml_error err;
    zk_fp a[8];
    char name[32];
    cr_assert_eq(zk_domain_init(&domain, 3, &err), ZKML_OK);
    expect_scalar("fft8.omega", &domain.omega);
    for (uint64_t i = 0; i < 8; i++)
        zk_fp_from_u64(&a[i], i + 1);
    zk_fft(&domain, a);
    for (int i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof name, "fft8[%d]", i);
        expect_scalar(name, &a[i]);
    }
    zk_domain_free(&domain);
}

static void check_transforms(void)
{
    uint64_t state = 5;
    for (uint32_t k = 0; k <= 13; k++) {
        zk_domain domain;
        zkml_error err;
        cr_assert_eq(zk_domain_init(&domain, k, &err), ZKML_OK);
        zk_fp *a = malloc(domain.n * sizeof *a), *b = malloc(domain.n * sizeof *b);
        for (size_t i = 0; i < domain.n; i++)
            random_scalar(&a[i], &state);
        memcpy(b, a, domain.n * sizeof *a);
        zk_fft(&domain, b);
        for (size_t probe = 0; probe < 5; probe++) {
            size_t i = (size_t)test_random(&state) % domain.n;
            zk_fp x, value;
            zk_fp_pow_u64(&x, &domain.omega, i);
            zk_poly_eval(&value, a, domain.n, &x);
            cr_assert(zk_fp_equal(&value, &b[i]), "k=%u row %zu", k, i);
        }
        zk_ifft(&domain, b);
        cr_assert_eq(memcmp(a, b, domain.n * sizeof *a), 0);
        zk_fp shift, x, value;
        random_scalar(&shift, &state);
        zk_fp *factors = malloc(domain.n * sizeof *factors), *c = malloc(domain.n * sizeof *c);
        zk_powers(factors, &zk_fp_one, &shift, domain.n);
        zk_fft_to(&domain, c, b, factors);
        cr_assert_eq(memcmp(a, b, domain.n * sizeof *a), 0);
        size_t i = domain.n / 3;
        zk_fp_pow_u64(&x, &domain.omega, i);
        zk_fp_mul(&x, &x, &shift);
        zk_poly_eval(&value, a, domain.n, &x);
        cr_assert(zk_fp_equal(&value, &c[i]), "coset, k=%u", k);
        zk_ifft_to(&domain, b, c);
        zk_fp_inv(&shift, &shift);
        zk_scale_by_powers(b, &zk_fp_one, &shift, domain.n);
        cr_assert_eq(memcmp(a, b, domain.n * sizeof *a), 0);
        free(factors);
        free(c);
        free(a);
        free(b);
        zk_domain_free(&domain);
    }
}

Test(fft, is_evaluation_and_inverts_for_every_size)
{
    each_backend(check_transforms);
}

/* The ends of the field in patterns that make the largest sums and differences. */
static void fill_pattern(zk_fp *a, size_t n, int kind, uint64_t *state)
{
    zk_fp largest;
    memcpy(largest.l, zk_fp_modulus, sizeof largest.l);
    largest.l[0]--;
    for (size_t i = 0; i < n; i++) {
        uint64_t r = test_random(state);
        random_scalar(&a[i], state);
        if (kind == 1 || (kind == 2 && i % 2 == 0) || (kind == 3 && r >> 63 != 0))
            a[i] = largest;
        else if (kind == 2 || kind == 3 || (kind == 4 && i != n / 2))
            a[i] = zk_fp_zero;
    }
}

Test(fft, backends_agree)
{
    static const uint32_t sizes[] = {5, 6, 7, 8, 9, 11, 12, 15};
    uint64_t state = 6;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        zk_domain domain;
        cr_assert_eq(zk_domain_init(&domain, sizes[s], NULL), ZKML_OK);
        size_t n = domain.n, bytes = n * sizeof(zk_fp);
        zk_fp *a = malloc(bytes), *f = malloc(bytes), *got = malloc(bytes), *want = malloc(bytes);
        cr_assert(a != NULL && f != NULL && got != NULL && want != NULL);
        for (int kind = 0; kind < 5; kind++)
            for (int form = 0; form < 4; form++) { /* plain, with factors, inverse, in place */
                fill_pattern(a, n, kind, &state);
                fill_pattern(f, n, (kind + form) % 4, &state);
                memcpy(got, a, bytes);
                for (int ifma = 0; ifma < 2; ifma++) {
                    zk_fp *out = ifma != 0 ? got : want;
                    const zk_fp *in = form == 3 && ifma != 0 ? got : a;
                    cr_assert_eq(setenv("ZKML_BACKEND", ifma != 0 ? "ifma" : "portable", 1), 0);
                    if (form == 2)
                        zk_ifft_to(&domain, out, in);
                    else
                        zk_fft_to(&domain, out, in, form == 1 ? f : NULL);
                }
                cr_assert(memcmp(got, want, bytes) == 0, "2^%u, kind %d, form %d", sizes[s], kind,
                          form);
            }
        free(a);
        free(f);
        free(got);
        free(want);
        zk_domain_free(&domain);
    }
}

Test(poly, division_by_a_root_multiplies_back)
{
    uint64_t state = 9;
    zk_fp q[17], product[17], root, t;
    random_scalar(&root, &state);
    for (int i = 0; i < 16; i++)
        random_scalar(&q[i], &state);
    q[16] = zk_fp_zero;
    for (int i = 0; i < 17; i++) { /* q (X - root) + 7 */
        zk_fp_mul(&t, &q[i], &root);
        zk_fp_sub(&product[i], i > 0 ? &q[i - 1] : &zk_fp_zero, &t);
    }
    zk_fp seven;
    zk_fp_from_u64(&seven, 7);
    zk_fp_add(&product[0], &product[0], &seven);
    zk_poly_div_linear(product, 17, &root);
    cr_assert_eq(memcmp(product, q, sizeof q), 0);
}

static zk_fp *random_vector(size_t n, uint64_t seed)
{
    zk_fp *a = calloc(n, sizeof *a);
    cr_assert_not_null(a);
    for (size_t i = 0; i < n; i++)
        random_scalar(&a[i], &seed);
    return a;
}

/* Horner, as the definition has it. */
static zk_fp evaluate(const zk_fp *c, size_t n, const zk_fp *x)
{
    zk_fp r = zk_fp_zero;
    for (size_t i = n; i-- > 0;) {
        zk_fp_mul(&r, &r, x);
        zk_fp_add(&r, &r, &c[i]);
    }
    return r;
}

Test(poly, impossible_domains_are_refused)
{
    zk_domain d;
    zkml_error err;
    cr_assert_eq(zk_domain_init(&d, 33, &err), ZKML_LIMIT);
    cr_assert_not_null(strstr(err.text, "2^33"));
    zk_domain_free(&d);
}

Test(poly, evaluation_and_division)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 1000, 2047, 2048, 5001};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t n = sizes[s];
        zk_fp *c = random_vector(n + 1, n + 1), *q = random_vector(n + 1, 3);
        zk_fp root = zk_fp_delta, x = zk_fp_zeta, got, want, t;
        want = evaluate(c, n, &x);
        zk_poly_eval(&got, c, n, &x);
        cr_assert(zk_fp_equal(&got, &want), "n = %zu", n);
        /* c(x) = q(x) (x - root) + c(root) */
        memcpy(q, c, (n + 1) * sizeof *q);
        zk_poly_div_linear(q, n, &root);
        cr_assert(n == 0 || zk_fp_is_zero(&q[n - 1]));
        cr_assert(zk_fp_equal(&q[n], &c[n]), "nothing beyond n is touched");
        got = evaluate(q, n, &x);
        zk_fp_sub(&t, &x, &root);
        zk_fp_mul(&got, &got, &t);
        t = evaluate(c, n, &root);
        zk_fp_add(&got, &got, &t);
        cr_assert(zk_fp_equal(&got, &want), "n = %zu", n);
        free(c);
        free(q);
    }
}

static void naive(zk_vesta *sum, const zk_vesta_affine *points, const zk_fp *scalars, size_t n)
{
    zk_vesta_identity(sum);
    for (size_t i = 0; i < n; i++) {
        zk_vesta term;
        zk_vesta_mul(&term, &points[i], &scalars[i]);
        zk_vesta_add(sum, sum, &term);
    }
}

static void check_sums(void)
{
    zk_params params;
    zkml_error err;
    uint64_t state = 3;
    enum { N = 512 };
    cr_assert_eq(zk_params_generate(&params, 9, NULL, NULL, &err), ZKML_OK);
    static zk_fp scalars[N];
    static int64_t small[N];
    for (size_t n = 0; n <= N; n = n < 20 ? n + 1 : n * 2 - 3) {
        for (size_t i = 0; i < n; i++)
            random_scalar(&scalars[i], &state);
        if (n > 8) { /* the ends of the field, zero, one, and equal and opposite points */
            scalars[0] = zk_fp_zero;
            scalars[1] = zk_fp_one;
            zk_fp_neg(&scalars[2], &zk_fp_one);
            params.g[4] = params.g[3];
            scalars[4] = scalars[3];
            zk_vesta_affine_neg(&params.g[6], &params.g[5]);
            scalars[6] = scalars[5];
            memset(&params.g[7], 0, sizeof params.g[7]);
        }
        zk_vesta got, want;
        cr_assert_eq(zk_msm(&got, params.g, scalars, n, &err), ZKML_OK);
        naive(&want, params.g, scalars, n);
        cr_assert(zk_vesta_equal(&got, &want), "n = %zu", n);
        for (unsigned bits = 0; bits <= 64; bits += 8) {
            for (size_t i = 0; i < n; i++) {
                uint64_t word = bits == 0 ? 0 : test_random(&state) >> (64 - bits);
                small[i] = i % 3 == 0 ? (int64_t)(0 - word) : (int64_t)word;
                if (bits == 64 && i == 0)
                    small[i] = INT64_MIN;
                zk_fp_from_i64(&scalars[i], small[i]);
            }
            cr_assert_eq(zk_msm_i64(&got, params.g, small, n, &err), ZKML_OK);
            naive(&want, params.g, scalars, n);
            cr_assert(zk_vesta_equal(&got, &want), "n = %zu, %u bits", n, bits);
        }
    }
    zk_params_free(&params);
}

Test(msm, matches_the_sum_of_products)
{
    each_backend(check_sums);
}

/* What the affine addition formula does not cover: equal, opposite and missing points. */
static void check_degenerate(void)
{
    enum { N = 700 };
    static zk_vesta_affine points[N];
    static zk_fp scalars[N];
    static int64_t small[N];
    zkml_error err;
    uint64_t state = 12;
    zk_vesta want, got;
    for (int kind = 0; kind < 5; kind++) {
        for (size_t i = 0; i < N; i++) {
            zk_vesta p;
            zk_fp k;
            zk_fp_from_u64(&k, 1 + test_random(&state) % 5);
            zk_vesta_mul(&p, &zk_vesta_generator, &k);
            zk_vesta_to_affine(&points[i], &p);
            if (kind >= 1 && test_random(&state) % 2 == 0)
                zk_vesta_affine_neg(&points[i], &points[i]);
            if (kind >= 2 && test_random(&state) % 4 == 0)
                points[i] = (zk_vesta_affine){zk_fq_zero, zk_fq_zero};
            small[i] = kind < 3 ? 1 : (int64_t)(test_random(&state) % 7) - 3;
            if (kind == 4)
                small[i] *= INT64_C(1) << 40;
            zk_fp_from_i64(&scalars[i], small[i]);
        }
        naive(&want, points, scalars, N);
        cr_assert_eq(zk_msm_i64(&got, points, small, N, &err), ZKML_OK);
        cr_assert(zk_vesta_equal(&got, &want), "kind %d", kind);
        cr_assert_eq(zk_msm(&got, points, scalars, N, &err), ZKML_OK);
        cr_assert(zk_vesta_equal(&got, &want), "kind %d, field", kind);
        for (size_t i = 0; i < N; i++)
            scalars[i] = i % 3 == 0 ? zk_fp_delta : scalars[i];
        naive(&want, points, scalars, N);
        cr_assert_eq(zk_msm(&got, points, scalars, N, &err), ZKML_OK);
        cr_assert(zk_vesta_equal(&got, &want), "kind %d, long scalars", kind);
    }
}

Test(msm, degenerate_points)
{
    each_backend(check_degenerate);
}

/* P, 2 P, 4 P, .. and what their sum with the given scalars is. */
typedef struct doublings {
    zk_vesta_affine *points;
    zk_fp *logarithms;
    size_t n;
} doublings;

static doublings make_doublings(size_t n)
{
    doublings d = {calloc(n, sizeof *d.points), calloc(n, sizeof *d.logarithms), n};
    zk_vesta *multiples = calloc(n, sizeof *multiples);
    cr_assert(d.points != NULL && d.logarithms != NULL && multiples != NULL);
    zk_vesta_from_affine(&multiples[0], &zk_vesta_generator);
    d.logarithms[0] = zk_fp_one;
    for (size_t i = 1; i < n; i++) {
        zk_vesta_double(&multiples[i], &multiples[i - 1]);
        zk_fp_double(&d.logarithms[i], &d.logarithms[i - 1]);
    }
    zk_vesta_batch_to_affine(d.points, multiples, n);
    free(multiples);
    return d;
}

static void expect_sum(const doublings *d, const zk_fp *scalars, size_t n, const char *what)
{
    zk_vesta want, got;
    zk_fp sum = zk_fp_zero, term;
    for (size_t i = 0; i < n; i++) {
        zk_fp_mul(&term, &scalars[i], &d->logarithms[i]);
        zk_fp_add(&sum, &sum, &term);
    }
    zk_vesta_mul(&want, &zk_vesta_generator, &sum);
    cr_assert_eq(zk_msm(&got, d->points, scalars, n, NULL), ZKML_OK);
    cr_assert(zk_vesta_equal(&got, &want), "%s, %zu points", what, n);
}

/* Columns long enough for many buckets, windows and passes: all different, all the same, all but a
 * few the same, one long bucket among short ones, and every digit at its ends. */
static void check_long(void)
{
    enum { N = 6000, KINDS = 8 };
    static zk_fp scalars[N];
    doublings d = make_doublings(N);
    uint64_t state = 31;
    for (int kind = 0; kind < KINDS; kind++) {
        zk_fp one_of[3];
        for (int i = 0; i < 3; i++)
            random_scalar(&one_of[i], &state);
        for (size_t i = 0; i < N; i++) {
            zk_fp *s = &scalars[i];
            uint64_t r = test_random(&state) >> 8;
            random_scalar(s, &state);
            if (kind == 1)
                *s = one_of[0];
            if (kind == 2 && r % 50 != 0)
                *s = one_of[r % 3];
            if (kind == 3)
                zk_fp_from_i64(s, 7);
            if (kind == 4)
                zk_fp_from_i64(s, r % 10 == 0 ? (int64_t)(r >> 30) : -3);
            if (kind == 5)
                zk_fp_pow_u64(s, &zk_fp_two_inv, r % 250);
            if (kind == 6) /* 2^b and 2^b - 1 */
                zk_fp_from_i64(s, ((int64_t)1 << (r % 62)) - (int64_t)(r >> 32 & 1));
            if (kind == 7 && r % 3 != 0)
                *s = r % 3 == 1 ? zk_fp_zero : zk_fp_one;
        }
        char what[32];
        (void)snprintf(what, sizeof what, "kind %d", kind);
        expect_sum(&d, scalars, N, what);
        expect_sum(&d, scalars, 1500 + (size_t)kind, what);
    }
    free(d.points);
    free(d.logarithms);
}

Test(msm, long_columns)
{
    each_backend(check_long);
}

/* One sum over several arrays, of which any may be empty, long or short. */
static void check_parts(void)
{
    enum { N = 900 };
    doublings d = make_doublings(N);
    static zk_fp scalars[N];
    static int64_t integers[N];
    uint64_t state = 41;
    for (size_t round = 0; round < 12; round++) {
        size_t from = round % 3 == 0 ? 0 : round * 60, to = round % 4 == 1 ? N : N - 7;
        zk_vesta got, want;
        for (size_t i = 0; i < N; i++) {
            random_scalar(&scalars[i], &state);
            integers[i] = (int64_t)test_random(&state) >> (i % 2 == 0 ? 40 : 60);
            if (i < from)
                zk_fp_from_i64(&scalars[i], integers[i]);
            else if (i < to && round > 6)
                zk_fp_from_u64(&scalars[i], i % 5);
        }
        const zk_msm_terms parts[] = {
            {.points = d.points, .integers = integers, .n = from},
            {.points = d.points + from, .scalars = scalars + from, .n = to - from},
            {.n = 0},
            {.points = d.points + to, .scalars = scalars + to, .n = N - to},
        };
        cr_assert_eq(zk_msm_parts(&got, parts, 4, NULL), ZKML_OK);
        cr_assert_eq(zk_msm(&want, d.points, scalars, N, NULL), ZKML_OK);
        cr_assert(zk_vesta_equal(&got, &want), "round %zu", round);
    }
    free(d.points);
    free(d.logarithms);
}

Test(msm, parts)
{
    each_backend(check_parts);
}

/* Scalars at the ends of the centred range, short columns with long blinds, calls from threads. */
static void check_mixtures(void)
{
    enum { N = 1000, CALLS = 4 };
    static zk_fp scalars[CALLS][N];
    zk_params params;
    zkml_error err;
    uint64_t state = 21;
    zk_fp half, edge[4];
    cr_assert_eq(zk_params_generate(&params, 10, NULL, NULL, &err), ZKML_OK);
    zk_fp_neg(&edge[0], &zk_fp_one);
    half = zk_fp_two_inv; /* (p + 1) / 2, the least that counts as negative */
    edge[1] = half;
    zk_fp_sub(&edge[2], &half, &zk_fp_one);
    edge[3] = zk_fp_one;
    for (size_t c = 0; c < CALLS; c++)
        for (size_t i = 0; i < N; i++) {
            zk_fp_from_i64(&scalars[c][i], (int64_t)test_random(&state) >> (10 * c + 24));
            if (c == 1)
                scalars[c][i] = edge[i % 4];
            else if (c == 2 ? i >= N - 6 : i % 5 == 0)
                random_scalar(&scalars[c][i], &state);
        }
    bool good[CALLS];
#pragma omp parallel for
    for (size_t c = 0; c < CALLS; c++) {
        zk_vesta got, want;
        zkml_error local;
        naive(&want, params.g, scalars[c], N);
        good[c] = zk_msm(&got, params.g, scalars[c], N, &local) == ZKML_OK &&
                  zk_vesta_equal(&got, &want);
    }
    for (size_t c = 0; c < CALLS; c++) {
        zk_vesta got, want;
        cr_assert(good[c], "mixture %zu in a parallel region", c);
        for (size_t n = 0; n < 100; n = n < 3 ? n + 1 : 2 * n) {
            naive(&want, params.g, scalars[c], n);
            cr_assert_eq(zk_msm(&got, params.g, scalars[c], n, &err), ZKML_OK);
            cr_assert(zk_vesta_equal(&got, &want), "mixture %zu, n = %zu", c, n);
        }
        naive(&want, params.g, scalars[c], N);
        cr_assert_eq(zk_msm(&got, params.g, scalars[c], N, &err), ZKML_OK);
        cr_assert(zk_vesta_equal(&got, &want), "mixture %zu", c);
    }
    zk_params_free(&params);
}

Test(msm, scalar_mixtures)
{
    each_backend(check_mixtures);
}

Test(params, match_the_vectors)
{
    zk_params params;
    zkml_error err;
    char name[48];
    cr_assert_eq(zk_params_generate(&params, 5, NULL, NULL, &err), ZKML_OK);
    for (int i = 0; i < 32; i++) {
        (void)snprintf(name, sizeof name, "VestaParams5.g[%d]", i);
        expect_point(name, &params.g[i]);
        (void)snprintf(name, sizeof name, "VestaParams5.g_lagrange[%d]", i);
        expect_point(name, &params.g_lagrange[i]);
    }
    expect_point("VestaParams5.w", &params.w);
    expect_point("VestaParams5.u", &params.u);
    zk_params_free(&params);
}

Test(params, a_polynomial_has_one_commitment_in_both_bases)
{
    zk_params params;
    zk_domain domain;
    zkml_error err;
    uint64_t state = 1;
    zk_fp values[64], blind;
    zk_vesta a, b;
    cr_assert_eq(zk_params_generate(&params, 6, NULL, NULL, &err), ZKML_OK);
    cr_assert_eq(zk_domain_init(&domain, 6, &err), ZKML_OK);
    random_scalar(&blind, &state);
    for (int i = 0; i < 64; i++)
        random_scalar(&values[i], &state);
    cr_assert_eq(zk_commit_lagrange(&a, &params, values, &blind, &err), ZKML_OK);
    zk_ifft(&domain, values);
    cr_assert_eq(zk_commit(&b, &params, values, &blind, &err), ZKML_OK);
    cr_assert(zk_vesta_equal(&a, &b));
    zk_params_free(&params);
    zk_domain_free(&domain);
}

Test(params, a_damaged_cache_is_computed_again)
{
    char directory[] = "/tmp/zkml-params-XXXXXX", path[128];
    zkml_error err;
    zk_params first, again;
    zk_buf file;
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(setenv("XDG_CACHE_HOME", directory, 1), 0);
    cr_assert_eq(zk_params_load(&first, 4, NULL, NULL, &err), ZKML_OK);
    (void)snprintf(path, sizeof path, "%s/zkml/params-k04.bin", directory);
    cr_assert_eq(zk_file_read(path, 1 << 20, &file, &err), ZKML_OK);
    for (size_t at = 0; at < file.length; at += 97) {
        file.data[at] ^= 1;
        cr_assert_eq(zk_file_write(path, file.data, file.length, ZK_FILE_PUBLIC, &err), ZKML_OK);
        cr_assert_eq(zk_params_load(&again, 4, NULL, NULL, &err), ZKML_OK);
        cr_assert_eq(memcmp(first.g, again.g, 16 * sizeof *first.g), 0);
        cr_assert_eq(memcmp(first.g_lagrange, again.g_lagrange, 16 * sizeof *first.g), 0);
        zk_params_free(&again);
        file.data[at] ^= 1;
    }
    zk_buf_free(&file);
    zk_params_free(&first);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/zkml", directory);
    (void)rmdir(path);
    (void)rmdir(directory);
}
