/* The running products of the permutation and look-up arguments (HALO2.md 9.3). */
#include <sodium.h>
#include <string.h>

#include "runtime/field/bulk.h"
#include "runtime/halo2/prover_steps.h"
#include "runtime/poly/threads.h"

/* Rows that are worked on at a time, and lanes that share one inversion. */
enum { STRIP = 256, LANES = 64 };

/* Scratch of one thread: n elements each. */
typedef struct workspace {
    zk_fp *denominator, *prefix;
} workspace;

/* a_i = 1 / a_i for i < n, none of which is 0: every LANES-th element in one chain. */
static void invert_all(zk_fp *a, zk_fp *prefix, size_t n)
{
    const zk_bulk_ops *ops = zk_bulk();
    zk_fp chain[LANES], scratch[LANES];
    size_t whole = n - n % LANES;
    if (whole > 0) {
        memcpy(prefix, a, sizeof chain);
        for (size_t i = LANES; i < whole; i += LANES)
            ops->mul(prefix + i, prefix + i - LANES, a + i, LANES);
        memcpy(chain, prefix + whole - LANES, sizeof chain);
        zk_fp_batch_inv(chain, LANES, scratch);
        for (size_t i = whole - LANES; i > 0; i -= LANES) {
            ops->mul(scratch, chain, prefix + i - LANES, LANES);
            ops->mul(chain, chain, a + i, LANES);
            memcpy(a + i, scratch, sizeof scratch);
        }
        memcpy(a, chain, sizeof chain);
    }
    zk_fp_batch_inv(a + whole, n - whole, scratch);
    sodium_memzero(chain, sizeof chain);
    sodium_memzero(scratch, sizeof scratch);
}

/* z[0] = 1, z[i+1] = z[i] numerator[i] / denominator[i] for the usable rows. z holds the numerators
 * to begin with. The denominators are random: one of them is 0 with probability n / p, and then the
 * proof does not verify. */
static void run_product(const zk_prover *p, zk_fp *z, const workspace *w)
{
    zk_fp product = zk_fp_one;
    invert_all(w->denominator, w->prefix, p->usable);
    zk_bulk()->mul(z, z, w->denominator, p->usable);
    for (size_t i = 0; i < p->usable; i++) {
        zk_fp ratio = z[i];
        z[i] = product;
        zk_fp_mul(&product, &product, &ratio);
    }
    z[p->usable] = product;
}

static void fill(zk_fp *r, const zk_fp *value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        r[i] = *value;
}

/* The rows of a strip. */
typedef struct strip {
    size_t row, count;
    zk_fp beta[STRIP], gamma[STRIP]; /* the challenges, again and again */
    zk_fp v[STRIP], term[STRIP];
} strip;

static void strip_init(strip *s, const zk_challenges *ch)
{
    fill(s->beta, &ch->beta, STRIP);
    fill(s->gamma, &ch->gamma, STRIP);
}

static void strip_move(strip *s, const zk_prover *p, size_t row)
{
    s->row = row;
    s->count = p->usable - row < STRIP ? p->usable - row : STRIP;
}

/* numerator *= v + beta DELTA^j w^i + gamma, denominator *= v + beta sigma_j + gamma */
static void multiply_column(const zk_prover *p, const zk_challenges *ch, size_t j,
                            const zk_fp *beta_delta, strip *s, zk_fp *numerator,
                            zk_fp *denominator)
{
    const zk_bulk_ops *ops = zk_bulk();
    const zk_fp *values = zk_prover_values(p, p->pk->vk->cs->permutation[j]);
    const zk_fp *sigma = p->pk->sigma_values + j * p->n;
    size_t row = s->row, count = s->count;
    ops->add(s->v, values + row, s->gamma, count);
    ops->scale(s->term, p->pk->domain.powers + row, beta_delta, count);
    ops->add(s->term, s->term, s->v, count);
    ops->mul(numerator + row, numerator + row, s->term, count);
    ops->scale(s->term, sigma + row, &ch->beta, count);
    ops->add(s->term, s->term, s->v, count);
    ops->mul(denominator + row, denominator + row, s->term, count);
}

/* The product of one chunk of columns, as if it started at 1. */
static void permutation_product(const zk_prover *p, const zk_challenges *ch, size_t chunk,
                                const workspace *w)
{
    const zk_constraint_system *cs = p->pk->vk->cs;
    size_t width = zk_cs_permutation_chunk(cs), first = chunk * width, end = first + width;
    zk_fp *z = p->permutation_values + chunk * p->n, start;
    strip s;
    zk_fp_pow_u64(&start, &zk_fp_delta, first);
    zk_fp_mul(&start, &start, &ch->beta);
    strip_init(&s, ch);
    for (size_t row = 0; row < p->usable; row += STRIP) {
        zk_fp beta_delta = start;
        strip_move(&s, p, row);
        fill(z + row, &zk_fp_one, s.count);
        fill(w->denominator + row, &zk_fp_one, s.count);
        for (size_t j = first; j < end && j < cs->n_permutation; j++) {
            multiply_column(p, ch, j, &beta_delta, &s, z, w->denominator);
            zk_fp_mul(&beta_delta, &beta_delta, &zk_fp_delta);
        }
    }
    sodium_memzero(&s, sizeof s);
    run_product(p, z, w);
}

/* r_i = (a_i + beta) (t_i + gamma) */
static void multiply_pair(strip *s, zk_fp *r, const zk_fp *a, const zk_fp *t)
{
    const zk_bulk_ops *ops = zk_bulk();
    ops->add(r + s->row, a + s->row, s->beta, s->count);
    ops->add(s->term, t + s->row, s->gamma, s->count);
    ops->mul(r + s->row, r + s->row, s->term, s->count);
}

/* (A + beta)(T + gamma) / ((A' + beta)(S' + gamma)) */
static void lookup_product(const zk_prover *p, const zk_challenges *ch,
                           const zk_prover_lookup *lookup, const workspace *w)
{
    strip s;
    strip_init(&s, ch);
    for (size_t row = 0; row < p->usable; row += STRIP) {
        strip_move(&s, p, row);
        multiply_pair(&s, lookup->product, lookup->input, lookup->table);
        multiply_pair(&s, w->denominator, lookup->permuted_input, lookup->permuted_table);
    }
    sodium_memzero(&s, sizeof s);
    run_product(p, lookup->product, w);
}

static zkml_status run_products(zk_prover *p, const zk_challenges *ch, size_t products,
                                zkml_error *err)
{
    zk_fp *scratch;
    ZK_TRY(zk_prover_alloc(p, &scratch, 2 * (size_t)zk_threads() * p->n, err));
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < products + p->pk->vk->cs->n_lookups; i++) {
        zk_fp *mine = scratch + 2 * (size_t)zk_thread() * p->n;
        workspace w = {mine, mine + p->n};
        if (i < products)
            permutation_product(p, ch, i, &w);
        else
            lookup_product(p, ch, &p->lookups[i - products], &w);
    }
    return ZKML_OK;
}

/* Each chunk starts where the one before ends; then its blind rows. */
static void chain_chunks(zk_prover *p, size_t products)
{
    for (size_t i = 0; i < products; i++) {
        zk_fp *z = p->permutation_values + i * p->n;
        if (i > 0) {
            const zk_fp start = z[-(ptrdiff_t)p->n + (ptrdiff_t)p->usable];
            zk_bulk()->scale(z, z, &start, p->usable + 1);
        }
        zk_rng_scalars(p->rng, z + p->usable + 1, p->blinding_factors);
        zk_rng_scalar(p->rng, &p->permutation_blinds[i]);
    }
}

static void to_coefficients(const zk_prover *p, size_t products, size_t lookups)
{
    const zk_domain *domain = &p->pk->domain;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < products; i++)
        zk_ifft(domain, p->permutation_values + i * p->n);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < lookups; i++) {
        zk_ifft(domain, p->lookups[i].permuted_input);
        zk_ifft(domain, p->lookups[i].permuted_table);
        zk_ifft(domain, p->lookups[i].product);
    }
}

zkml_status zk_prover_products(zk_prover *prover, const zk_challenges *challenges,
                               zk_transcript *t, zkml_error *err)
{
    const zk_constraint_system *cs = prover->pk->vk->cs;
    size_t products = zk_cs_permutation_products(cs), tail = prover->blinding_factors;
    size_t count = products + cs->n_lookups;
    zk_commit_item *items = ZK_ARENA_NEW(&prover->arena, zk_commit_item, count + 1);
    if (items == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the products");
    ZK_TRY(run_products(prover, challenges, products, err));
    chain_chunks(prover, products);
    for (size_t i = 0; i < products; i++)
        items[i] = zk_prover_blinded(prover, prover->permutation_values + i * prover->n, tail,
                                     &prover->permutation_blinds[i]);
    for (size_t i = 0; i < cs->n_lookups; i++) {
        zk_prover_lookup *lookup = &prover->lookups[i];
        zk_rng_scalars(prover->rng, lookup->product + prover->usable + 1, tail);
        zk_rng_scalar(prover->rng, &lookup->product_blind);
        items[products + i] =
            zk_prover_blinded(prover, lookup->product, tail, &lookup->product_blind);
    }
    ZK_TRY(zk_prover_write_commitments(prover, t, items, count, err));
    to_coefficients(prover, products, cs->n_lookups);
    return ZKML_OK;
}
