#include "compiler/check/elab.h"
#include "compiler/tir/interp.h"

/* The tensor is its node, element by element in order. */
static bool is_whole_node(const zc_value *tensor, const zc_node *node)
{
    const zc_sym *sym = tensor->sym;
    uint64_t stride = 1;
    uint32_t terms = 0;
    if (sym->op != ZC_IX_CONST || sym->base != 0)
        return false;
    for (uint32_t d = tensor->rank; d-- > 0; stride *= tensor->axes[d]->extent) {
        if (tensor->axes[d]->extent == 1)
            continue;
        bool found = false;
        for (uint32_t i = 0; i < sym->term_count; i++)
            found = found || (sym->terms[i].iter == tensor->axes[d] &&
                              (uint64_t)sym->terms[i].factor == stride);
        if (!found)
            return false;
        terms++;
    }
    return terms == sym->term_count && stride == node->count;
}

/* The elements of a TENSOR of a program without parameters, computed by the interpreter. */
static const zc_value *folded(zc_checker *ck, const zc_value *tensor, const zc_decl *decl)
{
    zc_data *data = zc_check_alloc(ck, 1, sizeof *data);
    data->name = decl->name.name;
    data->rank = tensor->rank;
    for (uint32_t d = 0; d < tensor->rank; d++)
        data->extent[d] = tensor->axes[d]->extent;
    data->count = zc_iters_points(tensor->axes, tensor->rank);
    if (data->count > ZC_MAX_ELEMENTS) {
        zc_complain(ck, ZC_E_TOO_LARGE, decl->name.span, "a constant of %llu elements",
                    (unsigned long long)data->count);
        return &zc_poison;
    }
    data->scale = tensor->scale;
    const zc_node *node = ck->tir->nodes[tensor->node];
    if (node->op == ZC_OP_CONST && is_whole_node(tensor, node)) {
        data->codes = ck->tir->blobs[node->index].codes;
        return zc_data_value(ck, data);
    }
    data->codes = zc_check_alloc(ck, (size_t)data->count, sizeof *data->codes);
    zc_range *range = zc_new_range(ck);
    zc_tir_range_of(range, ck->tir, tensor->node);
    if (!zc_range_fits_i64(range)) {
        zc_complain(ck, ZC_E_TYPE_INVALID, decl->name.span, "constants have at most 64 bits");
        return &zc_poison;
    }
    zc_run run;
    zkml_error err;
    const int64_t *codes = NULL;
    bool computed = node->op != ZC_OP_CONST;
    if (!computed) {
        codes = ck->tir->blobs[node->index].codes;
    } else {
        if (!zc_tir_add_result(ck->tir, "result", ZC_PUBLIC, ZC_TYPE_INT, 0, 0, range,
                               tensor->scale, tensor->node, decl->span))
            zc_check_no_memory(ck);
        zkml_status status = zc_interp(&run, ck->tir, NULL, &err);
        if (status != ZKML_OK) {
            zc_complain(ck, status == ZKML_INVALID ? ZC_E_ASSERT_FALSE : ZC_E_TOO_LARGE,
                        decl->name.span, "`%s` cannot be computed: %s", decl->name.name, err.text);
            zc_run_free(&run);
            return &zc_poison;
        }
        codes = run.values[tensor->node].small;
    }
    size_t i = 0;
    mpz_ptr big = zc_new_integer(ck);
    zc_iters_start(tensor->axes, tensor->rank);
    do {
        uint64_t element = (uint64_t)zc_sym_eval(tensor->sym);
        if (codes != NULL) {
            data->codes[i] = codes[element];
        } else {
            zc_run_value(big, &run, tensor->node, element);
            ZK_CHECK(zc_mpz_get_i64(&data->codes[i], big));
        }
        i++;
    } while (zc_iters_next(tensor->axes, tensor->rank));
    if (computed)
        zc_run_free(&run);
    return zc_data_value(ck, data);
}

static const zc_value *evaluate(zc_checker *ck, const zc_decl *decl)
{
    const zc_ctype *type = NULL;
    const zc_expr *e = decl->u.constant.value;
    const char *what = zc_text(ck, "constant `%s`", decl->name.name);
    if (decl->u.constant.type != NULL) {
        type = zc_resolve_type(ck, decl->u.constant.type);
        if (type == NULL)
            return &zc_poison;
    }
    const zc_value *value;
    if (decl->u.constant.verb != ZC_VERB_NONE) {
        if (type == NULL || type->num) {
            zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID, decl->u.constant.verb_span,
                                        "`%s` needs a type", zc_verb_name(decl->u.constant.verb));
            zc_span behind = {decl->name.span.file, decl->name.span.end, decl->name.span.end};
            if (type == NULL)
                zc_diag_guess(diag, behind, ": fix(16, 8)",
                              "declare it: `const %s: fix(16, 8) = ...`", decl->name.name);
            return &zc_poison;
        }
        value = zc_eval_verb(ck, decl->u.constant.verb, decl->u.constant.verb_span, e, type);
    } else {
        value = zc_eval_declared(ck, e, type);
    }
    if (type != NULL) {
        value = zc_fit(ck, value, type, e->span, what);
    } else if (value->kind == ZC_VAL_STRING || value->kind == ZC_VAL_TUPLE) {
        zc_complain(ck, ZC_E_OPERAND, e->span, "%s cannot be %s", what, zc_value_text(ck, value));
        return &zc_poison;
    }
    return value->kind == ZC_VAL_TENSOR ? folded(ck, value, decl) : value;
}

static void compute(zc_checker *ck, const zc_file *file, const zc_decl *decl, zc_item *item)
{
    zc_tir *tir = ck->tir;
    zc_frame *outer = ck->frame;
    const zc_sym *path = ck->path;
    bool index_mode = ck->index_mode;
    zc_frame frame = {.decl = decl, .file = file, .call = ZC_NO_ID};
    ck->tir = zc_tir_new(ck->arena, decl->name.name, decl->span);
    if (ck->tir == NULL)
        zc_check_no_memory(ck);
    ck->frame = &frame;
    ck->path = NULL;
    ck->index_mode = false;
    item->progress = ZC_BUSY;
    item->value = evaluate(ck, decl);
    item->progress = ZC_DONE;
    zc_tir_free(ck->tir);
    ck->tir = tir;
    ck->frame = outer;
    ck->path = path;
    ck->index_mode = index_mode;
}

const zc_value *zc_constant(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    zc_item *item = zc_item_of(ck, file, decl);
    if (item->progress == ZC_BUSY) {
        zc_complain(ck, ZC_E_RECURSION, decl->name.span, "constant `%s` needs itself",
                    decl->name.name);
        return &zc_poison;
    }
    if (item->progress == ZC_UNSEEN)
        compute(ck, file, decl, item);
    const zc_value *value = item->value;
    if (value->kind != ZC_VAL_DATA)
        return value;
    value = zc_data_value(ck, value->data);
    bool coded = value->data->codes != NULL && value->data->scale != NULL;
    return coded ? zc_as_tensor(ck, value, NULL, decl->name.span) : value;
}
