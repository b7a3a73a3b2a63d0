#include "runtime/proof/bind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proof/commitment_points.h"

size_t zk_bind_count(const zk_key *key)
{
    return key->param_count + key->result_count;
}

const zk_field_schema *zk_bind_field(const zk_key *key, size_t number)
{
    return number < key->param_count ? &key->params[number]
                                     : &key->results[number - key->param_count];
}

/* ---- names ---- */

static bool named(const zk_field_schema *field, const char *name, size_t length)
{
    return strlen(field->name) == length && memcmp(field->name, name, length) == 0;
}

/* The first committed value from `from` on with this name; any when name is NULL. All: none. */
static size_t find_from(const zk_schema *schema, size_t from, const char *name, size_t length)
{
    size_t count = schema->param_count + schema->result_count;
    for (size_t i = from; i < count; i++) {
        const zk_field_schema *field = zk_schema_field(schema, i);
        if (field->visibility == ZK_COMMITTED && (name == NULL || named(field, name, length)))
            return i;
    }
    return count;
}

zkml_status zk_bind_find(size_t *number, const zk_schema *schema, const char *name, size_t length,
                         zkml_error *err)
{
    enum { MOST_SHOWN = 80 };
    size_t count = schema->param_count + schema->result_count;
    *number = find_from(schema, 0, name, length);
    if (*number < count && (name != NULL || find_from(schema, *number + 1, NULL, 0) == count))
        return ZKML_OK;
    if (name != NULL)
        return zk_fail(err, ZKML_USAGE, "the circuit has no committed value `%.*s`",
                       (int)(length < MOST_SHOWN ? length : MOST_SHOWN), name);
    return zk_fail(err, ZKML_USAGE,
                   *number == count ? "the circuit has no committed values"
                                    : "the circuit has several committed values: name one");
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

zkml_status zk_bind_check_opening(const zk_field_schema *field, uint32_t k,
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
        ZK_TRY(zk_bind_check_opening(&circuit->params[i], circuit->k, openings[i], err));
        ZK_TRY(take_input(inputs, i, &circuit->params[i], openings[i]->blocks[0].values, err));
    }
    return ZKML_OK;
}

zkml_status zk_bind_publish(zk_commitment *file, zk_buf *bytes, const zk_field_schema *field,
                            const zk_opening *opening, const zk_params *params, zkml_error *err)
{
    memset(file, 0, sizeof *file);
    *bytes = (zk_buf){0};
    ZK_TRY(zk_bind_check_opening(field, params->k, opening, err));
    size_t columns = (size_t)zk_block_points(&opening->blocks[0].shape, params->k);
    zk_published_block block = {.shape = opening->blocks[0].shape};
    const zk_commitment made = {.k = params->k, .block_count = 1, .blocks = &block};
    block.points = calloc(columns, sizeof *block.points);
    zkml_status status =
        block.points == NULL
            ? zk_fail(err, ZKML_LIMIT, "out of memory for %s", field->name)
            : zk_commit_vector(block.points, &opening->blocks[0], params, err);
    if (status == ZKML_OK) {
        zk_commitment_write(&made, bytes);
        status = bytes->failed
                     ? zk_fail(err, ZKML_LIMIT, "out of memory for %s", field->name)
                     : zk_commitment_read(file, field->name, bytes->data, bytes->length, err);
    }
    free(block.points);
    if (status == ZKML_OK &&
        memcmp(file->digest, opening->commitment, sizeof file->digest) != 0)
        return zk_fail(err, ZKML_INVALID,
                       "%s: the opening is not that of the commitment file that it names",
                       field->name);
    return status;
}
