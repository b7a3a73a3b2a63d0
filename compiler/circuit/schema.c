#include "compiler/circuit/schema.h"

#include <string.h>

static const zk_type_kind kinds[] = {
    [ZC_TYPE_INT] = ZK_TYPE_INT,     [ZC_TYPE_FIX] = ZK_TYPE_FIX,   [ZC_TYPE_UFIX] = ZK_TYPE_UFIX,
    [ZC_TYPE_QUANT] = ZK_TYPE_QUANT, [ZC_TYPE_BOOL] = ZK_TYPE_BOOL,
};

static const zk_visibility visibilities[] = {
    [ZC_PUBLIC] = ZK_PUBLIC, [ZC_PRIVATE] = ZK_PRIVATE, [ZC_COMMITTED] = ZK_COMMITTED};

bool zc_schema_scale(const mpq_t scale, uint64_t *num, uint64_t *den)
{
    if (!mpz_fits_slong_p(mpq_numref(scale)) || !mpz_fits_slong_p(mpq_denref(scale)))
        return false;
    *num = mpz_get_ui(mpq_numref(scale));
    *den = mpz_get_ui(mpq_denref(scale));
    return true;
}

static zkml_status set_field(zk_arena *arena, zk_field_schema *field, const char *name,
                             const zc_node *node, const mpz_t lo, const mpz_t hi, const mpq_t scale,
                             zkml_error *err)
{
    if (!mpz_fits_slong_p(lo) || !mpz_fits_slong_p(hi))
        return zk_fail(err, ZKML_LIMIT, "lowering: the codes of %s exceed 64 bits", name);
    field->name = zk_arena_strndup(arena, name, strlen(name));
    if (field->name == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    field->lo = mpz_get_si(lo);
    field->hi = mpz_get_si(hi);
    field->rank = node->rank;
    memcpy(field->extent, node->extent, node->rank * sizeof field->extent[0]);
    field->count = node->count;
    if (!zc_schema_scale(scale, &field->scale_num, &field->scale_den))
        return zk_fail(err, ZKML_LIMIT, "lowering: the step of %s has too many digits", name);
    return ZKML_OK;
}

zkml_status zc_schema_of(zk_arena *arena, const zc_tir *tir, zk_field_schema **params,
                         zk_field_schema **results, zkml_error *err)
{
    *params = ZK_ARENA_NEW(arena, zk_field_schema, tir->param_count);
    *results = ZK_ARENA_NEW(arena, zk_field_schema, tir->result_count);
    if (*params == NULL || *results == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    for (size_t i = 0; i < tir->param_count; i++) {
        const zc_param *p = &tir->params[i];
        const zc_node *node = tir->nodes[p->node];
        zk_field_schema *field = &(*params)[i];
        ZK_TRY(set_field(arena, field, p->name, node, node->lo, node->hi, node->scale, err));
        field->visibility = visibilities[p->visibility];
        field->kind = kinds[p->kind];
        field->bits = p->bits;
        field->fraction = p->fraction;
    }
    for (size_t i = 0; i < tir->result_count; i++) {
        const zc_result *r = &tir->results[i];
        zk_field_schema *field = &(*results)[i];
        ZK_TRY(set_field(arena, field, r->name, tir->nodes[r->node], r->lo, r->hi, r->scale, err));
        field->visibility = visibilities[r->visibility];
        field->kind = kinds[r->kind];
        field->bits = r->bits;
        field->fraction = r->fraction;
    }
    return ZKML_OK;
}
