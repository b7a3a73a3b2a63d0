/* Tables: every entry is a real number, correctly rounded. */
#include "compiler/check/elab.h"

/* "for x = -8, y = 0.5": which entry of a table it is. */
static const char *entry_text(zc_checker *ck, const zc_decl *table, const uint32_t *leaves)
{
    const zc_ast_param_list *params = &table->u.table.params;
    const char *text = zc_text(ck, " for %s = %s", params->items[0].name.name,
                               zc_real_text(ck, ck->leaf_numbers[leaves[0]]));
    if (params->count == 1)
        return text;
    return zc_text(ck, "%s, %s = %s", text, params->items[1].name.name,
                   zc_real_text(ck, ck->leaf_numbers[leaves[1]]));
}

/* The domain of one parameter: first code and number of codes. */
static bool domain(zc_checker *ck, const zc_ast_param *param, const zc_ctype *type, int64_t *lo,
                   uint64_t *count)
{
    mpz_ptr size = zc_new_integer(ck);
    mpz_sub(size, type->range->hi, type->range->lo);
    mpz_add_ui(size, size, 1);
    if (!zc_mpz_get_i64(lo, type->range->lo) || !mpz_fits_ulong_p(size) ||
        mpz_get_ui(size) > ZC_TABLE_ENTRIES) {
        zc_diag *diag = zc_complain(ck, ZC_E_TABLE_SIZE, param->type->span,
                                    "a table has at most %d entries", (int)ZC_TABLE_ENTRIES);
        zc_diag_primary_label(diag, "`%s` has more codes", type->text);
        zc_diag_help(diag, "take a narrower type and saturate the argument with `clamp`");
        return false;
    }
    *count = mpz_get_ui(size);
    return true;
}

static void code_value(mpq_t out, int64_t code, const zc_ctype *type)
{
    zc_mpz_set_i64(mpq_numref(out), code);
    mpz_set_ui(mpq_denref(out), 1);
    mpq_mul(out, out, type->scale);
}

/* The table's expression, with its parameters as leaves; NULL: reported. */
static const zc_real *expression(zc_checker *ck, const zc_decl *decl, uint32_t *leaves)
{
    const zc_expr *e = decl->u.table.value;
    for (size_t i = 0; i < decl->u.table.params.count; i++) {
        zc_ident name = decl->u.table.params.items[i].name;
        const zc_value *leaf = zc_real_leaf(ck, NULL, name.span);
        leaves[i] = leaf->leaves[0];
        zc_bind(ck, name, leaf, false);
    }
    const zc_value *value = zc_eval(ck, e);
    value = zc_real_number(ck, value, e->span);
    if (value->kind == ZC_VAL_POISON)
        return NULL;
    for (uint32_t i = 0; i < value->leaf_count; i++) {
        if (ck->leaf_values[value->leaves[i]] == NULL)
            continue;
        zc_complain(ck, ZC_E_UNSUPPORTED, e->span,
                    "an index in the expression of a table is not supported yet");
        return NULL;
    }
    return value->real;
}

static bool fill(zc_checker *ck, const zc_decl *decl, zc_item *item, zc_table *table)
{
    uint32_t leaves[2] = {0, 0};
    const zc_real *real = expression(ck, decl, leaves);
    if (real == NULL)
        return false;
    table->values = zc_check_alloc(ck, (size_t)(table->count * table->count_b),
                                   sizeof *table->values);
    mpz_ptr code = zc_new_integer(ck);
    zc_span span = decl->u.table.value->span;
    for (uint64_t i = 0; i < table->count * table->count_b; i++) {
        zc_real_outcome outcome;
        code_value(ck->leaf_numbers[leaves[0]], table->lo + (int64_t)(i / table->count_b),
                   item->inputs[0]);
        if (item->inputs[1] != NULL)
            code_value(ck->leaf_numbers[leaves[1]], table->lo_b + (int64_t)(i % table->count_b),
                       item->inputs[1]);
        if (!zc_real_code(ck, code, real, decl->u.table.verb, item->output, &outcome)) {
            zc_real_explain(ck, code, &outcome, item->output, span, entry_text(ck, decl, leaves),
                            decl->u.table.verb_span);
            return false;
        }
        if (!zc_mpz_get_i64(&table->values[i], code)) {
            zc_complain(ck, ZC_E_TABLE_ENTRY, span, "table entries have at most 64 bits");
            return false;
        }
    }
    return true;
}

static zc_table *make_table(zc_checker *ck, const zc_decl *decl, zc_item *item)
{
    const zc_ast_param_list *params = &decl->u.table.params;
    if (params->count < 1 || params->count > 2) {
        zc_complain(ck, ZC_E_TABLE_SIZE, decl->name.span, "a table has one or two parameters");
        return NULL;
    }
    if (decl->u.table.verb == ZC_VERB_CHECK) {
        zc_complain(ck, ZC_E_VERB_SCALE, decl->u.table.verb_span,
                    "`check` has no meaning in a table, which is computed at compile time");
        return NULL;
    }
    item->output = zc_resolve_element(ck, decl->u.table.result);
    for (size_t i = 0; i < params->count; i++) {
        item->inputs[i] = zc_resolve_element(ck, params->items[i].type);
        const zc_ctype *type = item->inputs[i];
        if (type != NULL && (type->num || type->rank > 0 || params->items[i].type->dims.count > 0)) {
            zc_complain(ck, ZC_E_TYPE_INVALID, params->items[i].type->span,
                        "a table's parameter has a scalar type with a range");
            return NULL;
        }
    }
    if (item->output == NULL || item->inputs[0] == NULL ||
        (params->count == 2 && item->inputs[1] == NULL))
        return NULL;
    if (item->output->num || item->output->rank > 0) {
        zc_complain(ck, ZC_E_TYPE_INVALID, decl->u.table.result->span,
                    "a table's result has a scalar type with a range");
        return NULL;
    }
    zc_table *table = zc_check_alloc(ck, 1, sizeof *table);
    table->name = decl->name.name;
    table->span = decl->span;
    table->count_b = 1;
    table->scale_in[0] = *item->inputs[0]->scale; /* borrowed: the pool keeps the limbs */
    table->scale_out[0] = *item->output->scale;
    bool ok = domain(ck, &params->items[0], item->inputs[0], &table->lo, &table->count);
    if (ok && params->count == 2)
        ok = domain(ck, &params->items[1], item->inputs[1], &table->lo_b, &table->count_b);
    if (ok && table->count * table->count_b > ZC_TABLE_ENTRIES) {
        zc_diag *diag = zc_complain(ck, ZC_E_TABLE_SIZE, decl->name.span,
                                    "a table has at most %d entries", (int)ZC_TABLE_ENTRIES);
        zc_diag_primary_label(diag, "%llu times %llu are %llu",
                              (unsigned long long)table->count,
                              (unsigned long long)table->count_b,
                              (unsigned long long)(table->count * table->count_b));
        ok = false;
    }
    return ok && fill(ck, decl, item, table) ? table : NULL;
}

zc_item *zc_table_item(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    zc_item *item = zc_item_of(ck, file, decl);
    if (item->progress == ZC_UNSEEN) {
        zc_frame frame = {.decl = decl, .file = file, .call = ZC_NO_ID};
        zc_frame *outer = ck->frame;
        const zc_sym *path = ck->path;
        bool index_mode = ck->index_mode;
        item->progress = ZC_BUSY;
        ck->frame = &frame;
        ck->path = NULL;
        ck->index_mode = false;
        item->table = make_table(ck, decl, item);
        ck->frame = outer;
        ck->path = path;
        ck->index_mode = index_mode;
        item->progress = ZC_DONE;
    } else if (item->progress == ZC_BUSY) {
        zc_complain(ck, ZC_E_RECURSION, decl->name.span, "table `%s` needs itself",
                    decl->name.name);
        return NULL;
    }
    return item->table != NULL ? item : NULL;
}
