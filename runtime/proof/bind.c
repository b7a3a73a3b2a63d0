#include "runtime/proof/bind.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/poly/msm.h"
#include "runtime/proof/challenges.h"
#include "runtime/proof/link.h"

enum { SLOT = 32 };

size_t zk_bind_count(const zk_key *key)
{
    return key->param_count + key->result_count;
}

const zk_field_schema *zk_bind_field(const zk_key *key, size_t number)
{
    return number < key->param_count ? &key->params[number]
                                     : &key->results[number - key->param_count];
}

static size_t columns_of(const zk_field_schema *field, uint32_t k)
{
    return (size_t)zk_committed_columns(field->count, k);
}

static size_t blind_rows(const zk_key *key)
{
    return ((size_t)1 << key->k) - zk_cs_usable_rows(&key->cs, key->k);
}

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the link proof");
}

/* What a file or an opening holds. */
static zkml_status check_shape(const zk_field_schema *field, uint32_t k, const char *what,
                               uint32_t its_k, uint32_t blocks, const zk_block *block,
                               zkml_error *err)
{
    if (field->visibility != ZK_COMMITTED)
        return zk_fail(err, ZKML_INVALID, "%s is not committed: no %s goes with it", field->name,
                       what);
    if (blocks != 1 || block->kind != ZK_BLOCK_VECTOR)
        return zk_fail(err, ZKML_INVALID, "%s: the %s does not hold one value", field->name, what);
    if (its_k != k)
        return zk_fail(err, ZKML_INVALID,
                       "%s: the %s is for circuits of 2^%u rows, this one has 2^%u", field->name,
                       what, its_k, k);
    if (block->elements != field->count)
        return zk_fail(err, ZKML_INVALID,
                       "%s: the %s holds %" PRIu64 " elements, the value has %" PRIu64, field->name,
                       what, block->elements, field->count);
    return ZKML_OK;
}

zkml_status zk_bind_check(const zk_field_schema *field, uint32_t k, const zk_commitment *file,
                          zkml_error *err)
{
    return check_shape(field, k, "commitment file", file->k, file->block_count,
                       &file->blocks[0].shape, err);
}

static zkml_status check_opening(const zk_field_schema *field, uint32_t k,
                                 const zk_opening *opening, zkml_error *err)
{
    return check_shape(field, k, "opening", opening->k, opening->block_count,
                       opening->block_count > 0 ? &opening->blocks[0].shape : NULL, err);
}

static zkml_status take_input(zk_inputs *inputs, size_t number, const zk_field_schema *field,
                              const int64_t *values, zkml_error *err)
{
    int64_t *codes = inputs->codes[number];
    for (uint64_t e = 0; e < field->count; e++)
        if (values[e] < field->lo || values[e] > field->hi)
            return zk_fail(err, ZKML_INVALID,
                           "%s: element %" PRIu64 " of the opening is outside of the parameter's "
                           "range",
                           field->name, e);
    if (codes != NULL)
        return memcmp(codes, values, (size_t)field->count * sizeof *codes) == 0
                   ? ZKML_OK
                   : zk_fail(err, ZKML_INVALID, "%s: the input is not the value of the opening",
                             field->name);
    codes = inputs->codes[number] = ZK_ARENA_NEW(&inputs->arena, int64_t, (size_t)field->count);
    if (codes == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for %s", field->name);
    memcpy(codes, values, (size_t)field->count * sizeof *codes);
    return ZKML_OK;
}

zkml_status zk_bind_inputs(zk_inputs *inputs, const zk_circuit *circuit,
                           const zk_opening *const *openings, zkml_error *err)
{
    for (size_t i = 0; i < circuit->param_count; i++) {
        if (openings[i] == NULL)
            continue;
        ZK_TRY(check_opening(&circuit->params[i], circuit->k, openings[i], err));
        ZK_TRY(take_input(inputs, i, &circuit->params[i], openings[i]->blocks[0].values, err));
    }
    return ZKML_OK;
}

/* ---- the statement ---- */

/* `commitments`: compressed, of all advice columns. */
static void make_seed(uint8_t seed[ZK_SEED_BYTES], const zk_key *key,
                      const zk_instance_values *instances, const uint8_t *commitments,
                      const uint8_t *digests, uint32_t files)
{
    const zk_seed_input input = {
        .transcript_repr = &key->vk.transcript_repr,
        .circuit_digest = key->circuit_digest,
        .circuits = 1,
        .instance_columns = key->cs.n_instance,
        .instances = instances,
        .file_digests = digests,
        .files = files,
        .phase0 = key->cs.n_advice,
        .commitments = commitments,
    };
    zk_seed(seed, &input);
}

static zk_link make_link(const zk_key *key, const zk_params *params,
                         const uint8_t seed[ZK_SEED_BYTES], const zk_vesta_affine *points,
                         size_t count)
{
    size_t rows = blind_rows(key);
    zk_link link = {.generators = params->g_lagrange + params->n - rows,
                    .generator_count = rows,
                    .points = points,
                    .point_count = count};
    const uint8_t number[4] = {(uint8_t)count, (uint8_t)(count >> 8), (uint8_t)(count >> 16),
                               (uint8_t)(count >> 24)};
    zk_link_start(&link, "zkmlc-link-delta", "zkmlc-link-chall");
    zk_link_hash(&link, seed, ZK_SEED_BYTES);
    zk_link_hash(&link, number, sizeof number);
    for (size_t f = 0; f < count; f++) {
        uint8_t bytes[SLOT];
        zk_vesta_to_bytes(bytes, &points[f]);
        zk_link_hash(&link, bytes, sizeof bytes);
    }
    return link;
}

static void subtract(zk_vesta_affine *r, const zk_vesta_affine *a, const zk_vesta_affine *b)
{
    zk_vesta sum;
    zk_vesta_affine minus;
    zk_vesta_from_affine(&sum, a);
    zk_vesta_affine_neg(&minus, b);
    zk_vesta_add_affine(&sum, &sum, &minus);
    zk_vesta_to_affine(r, &sum);
}

/* ---- verifying ---- */

/* The envelope's list of digests is that of the files. */
static zkml_status check_files(const zk_envelope *e, const zk_key *key,
                               const zk_commitment *const *files, size_t *columns, zkml_error *err)
{
    uint32_t given = 0;
    *columns = 0;
    for (size_t i = 0; files != NULL && i < zk_bind_count(key); i++)
        given += files[i] != NULL;
    if (given != e->file_count)
        return zk_fail(err, ZKML_INVALID,
                       "the proof is about %u commitment file%s, and %u %s given", e->file_count,
                       e->file_count == 1 ? "" : "s", given, given == 1 ? "is" : "are");
    const uint8_t *digest = e->file_digests;
    for (size_t i = 0; given > 0 && i < zk_bind_count(key); i++) {
        const zk_field_schema *field = zk_bind_field(key, i);
        if (files[i] == NULL)
            continue;
        ZK_TRY(zk_bind_check(field, key->k, files[i], err));
        if (memcmp(digest, files[i]->digest, SLOT) != 0)
            return zk_fail(err, ZKML_INVALID, "the proof is about another commitment to %s",
                           field->name);
        digest += SLOT;
        *columns += columns_of(field, key->k);
    }
    return ZKML_OK;
}

/* P_c of all bound columns. */
static zkml_status find_points(zk_vesta_affine *points, const zk_envelope *e, const zk_key *key,
                               const zk_commitment *const *files, zkml_error *err)
{
    for (size_t i = 0; i < zk_bind_count(key); i++) {
        const zk_field_schema *field = zk_bind_field(key, i);
        for (size_t c = 0; files[i] != NULL && c < columns_of(field, key->k); c++) {
            zk_vesta_affine ours;
            if (!zk_vesta_from_bytes(&ours, e->proof + SLOT * (field->first_column + c)))
                return zk_fail(err, ZKML_INVALID, "a commitment in the proof is not a point");
            subtract(points++, &ours, &files[i]->blocks[0].points[c]);
        }
    }
    return ZKML_OK;
}

zkml_status zk_bind_verify(const zk_envelope *e, const zk_key *key,
                           const zk_commitment *const *files, const zk_params *params,
                           zkml_error *err)
{
    size_t columns;
    uint8_t seed[ZK_SEED_BYTES];
    ZK_TRY(check_files(e, key, files, &columns, err));
    if (columns == 0)
        return e->link_length == 0 ? ZKML_OK : zk_fail(err, ZKML_INVALID, "a link proof too many");
    if (e->proof_length / SLOT < key->cs.n_advice)
        return zk_fail(err, ZKML_INVALID, "the proof is too short");
    zk_vesta_affine *points = calloc(columns, sizeof *points);
    if (points == NULL)
        return no_memory(err);
    zkml_status status = find_points(points, e, key, files, err);
    if (status == ZKML_OK) {
        make_seed(seed, key, e->instances, e->proof, e->file_digests, e->file_count);
        zk_link link = make_link(key, params, seed, points, columns);
        status = zk_link_verify(&link, params, e->link, e->link_length, err);
    }
    free(points);
    return status;
}

/* ---- proving ---- */

typedef struct binder {
    zk_bound *bound;
    const zk_prover *prover;
    const zk_key *key;
    const zk_opening *const *openings;
    size_t columns;
    zk_column *values;       /* per column: its blind rows */
    zk_fp *blinds;           /* per column: t */
    zk_vesta_affine *points; /* per column: P */
} binder;

static zkml_status check_openings(binder *b, zkml_error *err)
{
    for (size_t i = 0; i < zk_bind_count(b->key); i++) {
        const zk_opening *o = b->openings[i];
        const zk_field_schema *field = zk_bind_field(b->key, i);
        if (o == NULL)
            continue;
        ZK_TRY(check_opening(field, b->key->k, o, err));
        b->bound->file_count++;
        b->columns += columns_of(field, b->key->k);
    }
    return ZKML_OK;
}

static zkml_status allocate(binder *b, zkml_error *err)
{
    zk_bound *bound = b->bound;
    bound->link_length = zk_link_length(blind_rows(b->key));
    bound->digests = ZK_ARENA_NEW(&bound->arena, uint8_t, SLOT * (size_t)bound->file_count);
    bound->link = ZK_ARENA_NEW(&bound->arena, uint8_t, bound->link_length);
    bound->files = ZK_ARENA_NEW(&bound->arena, zk_commitment, bound->file_count);
    bound->list = ZK_ARENA_NEW(&bound->arena, const zk_commitment *, zk_bind_count(b->key));
    b->values = ZK_ARENA_NEW(&bound->arena, zk_column, b->columns);
    b->blinds = ZK_ARENA_NEW(&bound->arena, zk_fp, b->columns);
    b->points = ZK_ARENA_NEW(&bound->arena, zk_vesta_affine, b->columns);
    bool good = bound->digests != NULL && bound->link != NULL && bound->files != NULL &&
                bound->list != NULL && b->values != NULL && b->blinds != NULL && b->points != NULL;
    return good ? ZKML_OK : no_memory(err);
}

/* P_c, from what the prover has drawn. */
static zkml_status combine(const binder *b, zk_vesta *point, size_t f, zkml_error *err)
{
    const zk_params *params = b->prover->params;
    size_t rows = blind_rows(b->key);
    const zk_msm_terms parts[] = {
        {.points = params->g_lagrange + params->n - rows, .scalars = b->values[f].u.fp, .n = rows},
        {.points = &params->w, .scalars = &b->blinds[f], .n = 1},
    };
    return zk_msm_parts(point, parts, sizeof parts / sizeof parts[0], err);
}

static zkml_status make_points(binder *b, zkml_error *err)
{
    const zk_prover *p = b->prover;
    size_t f = 0;
    for (size_t i = 0; i < zk_bind_count(b->key); i++) {
        const zk_field_schema *field = zk_bind_field(b->key, i);
        for (size_t c = 0; b->openings[i] != NULL && c < columns_of(field, b->key->k); c++, f++) {
            size_t column = field->first_column + c;
            zk_vesta point;
            b->values[f] = (zk_column){.type = ZK_COLUMN_FP,
                                       .length = p->n - p->usable,
                                       .u.fp = p->advice_values + column * p->n + p->usable};
            zk_fp_sub(&b->blinds[f], &p->advice_blinds[column],
                      &b->openings[i]->blocks[0].blinds[c]);
            ZK_TRY(combine(b, &point, f, err));
            zk_vesta_to_affine(&b->points[f], &point);
        }
    }
    return ZKML_OK;
}

/* The file of one value: R_c = C_c - P_c. */
static zkml_status make_file(binder *b, zk_commitment *file, const zk_field_schema *field,
                             const zk_opening *opening, const zk_vesta_affine *points,
                             zkml_error *err)
{
    zk_arena *arena = &b->bound->arena;
    zk_published_block block = {.shape = {.kind = ZK_BLOCK_VECTOR, .elements = field->count}};
    zk_commitment made = {.k = b->key->k, .block_count = 1, .blocks = &block};
    size_t columns = columns_of(field, b->key->k);
    zk_buf bytes = {0};
    block.points = ZK_ARENA_NEW(arena, zk_vesta_affine, columns);
    if (block.points == NULL)
        return no_memory(err);
    for (size_t c = 0; c < columns; c++)
        subtract(&block.points[c], &b->prover->advice_points[field->first_column + c], &points[c]);
    zk_commitment_write(&made, &bytes);
    uint8_t *copy = bytes.failed ? NULL : ZK_ARENA_NEW(arena, uint8_t, bytes.length);
    if (copy != NULL)
        memcpy(copy, bytes.data, bytes.length);
    zkml_status status = copy == NULL
                             ? no_memory(err)
                             : zk_commitment_read(file, field->name, copy, bytes.length, err);
    zk_buf_free(&bytes);
    if (status == ZKML_OK && memcmp(file->digest, opening->commitment, SLOT) != 0)
        return zk_fail(err, ZKML_INVALID,
                       "%s: the opening is not that of the commitment file that it names",
                       field->name);
    return status;
}

static zkml_status make_files(binder *b, zkml_error *err)
{
    const zk_vesta_affine *points = b->points;
    uint32_t made = 0;
    for (size_t i = 0; i < zk_bind_count(b->key); i++) {
        const zk_field_schema *field = zk_bind_field(b->key, i);
        if (b->openings[i] == NULL)
            continue;
        zk_commitment *file = &b->bound->files[made];
        ZK_TRY(make_file(b, file, field, b->openings[i], points, err));
        memcpy(b->bound->digests + SLOT * (size_t)made++, file->digest, SLOT);
        b->bound->list[i] = file;
        points += columns_of(field, b->key->k);
    }
    return ZKML_OK;
}

static zkml_status prove_link(binder *b, const zk_instance_values *instances, zkml_error *err)
{
    const zk_prover *p = b->prover;
    uint8_t seed[ZK_SEED_BYTES];
    uint8_t *commitments =
        ZK_ARENA_NEW(&b->bound->arena, uint8_t, SLOT * (size_t)b->key->cs.n_advice);
    if (commitments == NULL)
        return no_memory(err);
    for (uint32_t c = 0; c < b->key->cs.n_advice; c++)
        zk_vesta_to_bytes(commitments + SLOT * (size_t)c, &p->advice_points[c]);
    make_seed(seed, b->key, instances, commitments, b->bound->digests, b->bound->file_count);
    zk_link link = make_link(b->key, p->params, seed, b->points, b->columns);
    return zk_link_prove(b->bound->link, &link, p->params, b->values, b->blinds, p->rng, err);
}

zkml_status zk_bind_prove(zk_bound *bound, const zk_prover *prover, const zk_key *key,
                          const zk_opening *const *openings, const zk_instance_values *instances,
                          zkml_error *err)
{
    binder b = {.bound = bound, .prover = prover, .key = key, .openings = openings};
    memset(bound, 0, sizeof *bound);
    zk_arena_init(&bound->arena, 0);
    if (openings != NULL)
        ZK_TRY(check_openings(&b, err));
    if (b.columns == 0)
        return ZKML_OK;
    ZK_CHECK(prover->advice_done == key->cs.n_advice);
    ZK_TRY(allocate(&b, err));
    ZK_TRY(make_points(&b, err));
    ZK_TRY(make_files(&b, err));
    return prove_link(&b, instances, err);
}

void zk_bound_free(zk_bound *bound)
{
    for (uint32_t i = 0; bound->files != NULL && i < bound->file_count; i++)
        zk_commitment_free(&bound->files[i]);
    zk_arena_wipe(&bound->arena);
    memset(bound, 0, sizeof *bound);
}
