#include "runtime/poly/params.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/base/file.h"
#include "runtime/poly/fft.h"
#include "runtime/poly/msm.h"
#include "runtime/poly/threads.h"

enum { MAX_K = 24 };

static const char hash_domain[] = "Halo2-Parameters";

static zkml_status allocate(zk_params *params, uint32_t k, zkml_error *err)
{
    memset(params, 0, sizeof *params);
    if (k > MAX_K)
        return zk_fail(err, ZKML_LIMIT, "k = %u is above the limit of %d", k, MAX_K);
    params->k = k;
    params->n = (size_t)1 << k;
    params->g = malloc(params->n * sizeof *params->g);
    params->g_lagrange = malloc(params->n * sizeof *params->g_lagrange);
    if (params->g == NULL || params->g_lagrange == NULL) {
        zk_params_free(params);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the parameters of 2^%u rows", k);
    }
    return ZKML_OK;
}

void zk_params_free(zk_params *params)
{
    free(params->g);
    free(params->g_lagrange);
    memset(params, 0, sizeof *params);
}

/* Tells the caller, from the first thread only. */
static void report(zk_progress progress, void *context, const char *stage, size_t done,
                   size_t total)
{
    if (progress != NULL && zk_is_master())
        progress(context, stage, done, total);
}

static void hash_generators(zk_params *params, zk_progress progress, void *context)
{
    const uint8_t one = 1, two = 2;
    zk_vesta_hash_to_curve(&params->w, hash_domain, &one, 1);
    zk_vesta_hash_to_curve(&params->u, hash_domain, &two, 1);
#pragma omp parallel for schedule(static, 64)
    for (size_t i = 0; i < params->n; i++) {
        uint8_t message[5] = {0};
        for (int b = 0; b < 4; b++)
            message[1 + b] = (uint8_t)(i >> (8 * b));
        zk_vesta_hash_to_curve(&params->g[i], hash_domain, message, sizeof message);
        if (i % 64 == 0)
            report(progress, context, "generators", i, params->n);
    }
}

static size_t reverse_bits(size_t value, uint32_t bits)
{
    size_t reversed = 0;
    for (uint32_t i = 0; i < bits; i++)
        reversed |= ((value >> i) & 1) << (bits - 1 - i);
    return reversed;
}

/* One stage of the group transform: (a, b) -> (a + [t] b, a - [t] b). */
static void group_stage(zk_vesta *a, zk_vesta_affine *affine, size_t n, size_t half,
                        const zk_domain *domain)
{
    size_t stride = n / (2 * half);
#pragma omp parallel for schedule(dynamic, 64)
    for (size_t i = 0; i < n / 2; i++) {
        size_t j = i & (half - 1), low = 2 * (i - j) + j;
        zk_vesta product, negated;
        if (j == 0)
            zk_vesta_from_affine(&product, &affine[low + half]);
        else
            zk_vesta_mul(&product, &affine[low + half], &domain->powers[n - j * stride]);
        zk_vesta_neg(&negated, &product);
        zk_vesta_add_affine(&a[low], &product, &affine[low]);
        zk_vesta_add_affine(&a[low + half], &negated, &affine[low]);
    }
    zk_vesta_batch_to_affine(affine, a, n);
}

/* L_i = (1/n) sum_j omega^(-ij) G_j: an inverse transform of group elements. 1/n goes in first. */
static zkml_status lagrange_basis(zk_params *params, zk_progress progress, void *context,
                                  zkml_error *err)
{
    zk_domain domain;
    ZK_TRY(zk_domain_init(&domain, params->k, err));
    zk_vesta *a = malloc(params->n * sizeof *a);
    if (a == NULL) {
        zk_domain_free(&domain);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the Lagrange basis");
    }
#pragma omp parallel for schedule(dynamic, 64)
    for (size_t i = 0; i < params->n; i++)
        zk_vesta_mul(&a[i], &params->g[reverse_bits(i, params->k)], &domain.n_inv);
    zk_vesta_batch_to_affine(params->g_lagrange, a, params->n);
    uint32_t stage = 0;
    for (size_t half = 1; half < params->n; half *= 2) {
        report(progress, context, "Lagrange basis", ++stage, params->k + 1);
        group_stage(a, params->g_lagrange, params->n, half, &domain);
    }
    free(a);
    zk_domain_free(&domain);
    return ZKML_OK;
}

zkml_status zk_params_generate(zk_params *params, uint32_t k, zk_progress progress, void *context,
                               zkml_error *err)
{
    ZK_TRY(allocate(params, k, err));
    hash_generators(params, progress, context);
    zkml_status status = lagrange_basis(params, progress, context, err);
    if (status != ZKML_OK)
        zk_params_free(params);
    return status;
}

/* The cache ---------------------------------------------------------------------------------- */

/* magic (8) | u32 version | u32 k | G | L | W | U, each coordinate 32 bytes | digest (32) */
static const char magic[8] = {'Z', 'K', 'M', 'L', 'P', 'A', 'R', '1'};
enum { HEADER = 16, POINT = 64, DIGEST = 32 };

static size_t cache_length(size_t n)
{
    return HEADER + (2 * n + 2) * POINT + DIGEST;
}

bool zk_params_cache_path(char path[ZK_PARAMS_PATH], uint32_t k)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char directory[4000];
    int length = -1;
    if (base != NULL && base[0] == '/')
        length = snprintf(directory, sizeof directory, "%s", base);
    else if (home != NULL && home[0] == '/')
        length = snprintf(directory, sizeof directory, "%s/.cache", home);
    if (length < 0 || (size_t)length >= sizeof directory - 8)
        return false;
    (void)mkdir(directory, 0700); /* whatever is wrong shows when the file is written */
    memcpy(directory + length, "/zkml", 6);
    (void)mkdir(directory, 0700);
    return snprintf(path, ZK_PARAMS_PATH, "%s/params-k%02u.bin", directory, k) < ZK_PARAMS_PATH;
}

static void put_point(uint8_t *bytes, const zk_vesta_affine *point)
{
    zk_fq_to_bytes(bytes, &point->x);
    zk_fq_to_bytes(bytes + 32, &point->y);
}

static bool get_point(zk_vesta_affine *point, const uint8_t *bytes)
{
    return zk_fq_from_bytes(&point->x, bytes) && zk_fq_from_bytes(&point->y, bytes + 32);
}

static void hash_cache(uint8_t digest[DIGEST], const uint8_t *bytes, size_t length)
{
    (void)crypto_generichash_blake2b(digest, DIGEST, bytes, length, NULL, 0);
}

static void write_header(uint8_t header[HEADER], uint32_t k)
{
    memcpy(header, magic, sizeof magic);
    for (int b = 0; b < 4; b++) {
        header[8 + b] = (uint8_t)(b == 0);
        header[12 + b] = (uint8_t)(k >> (8 * b));
    }
}

static bool parse_cache(zk_params *params, const zk_buf *file)
{
    uint8_t header[HEADER], digest[DIGEST];
    size_t n = params->n;
    if (file->length != cache_length(n))
        return false;
    write_header(header, params->k);
    hash_cache(digest, file->data, file->length - DIGEST);
    if (memcmp(header, file->data, HEADER) != 0 ||
        memcmp(digest, file->data + file->length - DIGEST, DIGEST) != 0)
        return false;
    const uint8_t *points = file->data + HEADER;
    bool good = true;
#pragma omp parallel for schedule(static) reduction(&& : good)
    for (size_t i = 0; i < n; i++)
        good = get_point(&params->g[i], points + i * POINT) &&
               get_point(&params->g_lagrange[i], points + (n + i) * POINT) && good;
    return good && get_point(&params->w, points + 2 * n * POINT) &&
           get_point(&params->u, points + (2 * n + 1) * POINT);
}

static bool read_cache(zk_params *params, const char *path)
{
    zk_buf file;
    if (zk_file_read(path, cache_length(params->n), &file, NULL) != ZKML_OK)
        return false;
    bool good = parse_cache(params, &file);
    zk_buf_free(&file);
    return good;
}

/* A failure only means that the next run computes again. */
static void write_cache(const zk_params *params, const char *path)
{
    size_t length = cache_length(params->n), n = params->n;
    uint8_t *bytes = malloc(length);
    if (bytes == NULL)
        return;
    write_header(bytes, params->k);
    uint8_t *points = bytes + HEADER;
    for (size_t i = 0; i < n; i++) {
        put_point(points + i * POINT, &params->g[i]);
        put_point(points + (n + i) * POINT, &params->g_lagrange[i]);
    }
    put_point(points + 2 * n * POINT, &params->w);
    put_point(points + (2 * n + 1) * POINT, &params->u);
    hash_cache(bytes + length - DIGEST, bytes, length - DIGEST);
    zkml_status ignored = zk_file_write(path, bytes, length, ZK_FILE_PUBLIC, NULL);
    (void)ignored;
    free(bytes);
}

zkml_status zk_params_load(zk_params *params, uint32_t k, zk_progress progress, void *context,
                           zkml_error *err)
{
    char path[ZK_PARAMS_PATH];
    ZK_TRY(allocate(params, k, err));
    bool cached = zk_params_cache_path(path, k);
    if (cached && read_cache(params, path))
        return ZKML_OK;
    hash_generators(params, progress, context);
    zkml_status status = lagrange_basis(params, progress, context, err);
    if (status != ZKML_OK)
        zk_params_free(params);
    else if (cached)
        write_cache(params, path);
    return status;
}

/* Commitments -------------------------------------------------------------------------------- */

static zkml_status commit(zk_vesta *r, const zk_vesta_affine *bases, const zk_params *params,
                          const zk_fp *scalars, const zk_fp *blind, zkml_error *err)
{
    zk_vesta hiding;
    ZK_TRY(zk_msm(r, bases, scalars, params->n, err));
    zk_vesta_mul(&hiding, &params->w, blind);
    zk_vesta_add(r, r, &hiding);
    return ZKML_OK;
}

zkml_status zk_commit(zk_vesta *r, const zk_params *params, const zk_fp *coefficients,
                      const zk_fp *blind, zkml_error *err)
{
    return commit(r, params->g, params, coefficients, blind, err);
}

zkml_status zk_commit_lagrange(zk_vesta *r, const zk_params *params, const zk_fp *values,
                               const zk_fp *blind, zkml_error *err)
{
    return commit(r, params->g_lagrange, params, values, blind, err);
}
