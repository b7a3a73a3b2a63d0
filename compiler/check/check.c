/* The checker's entry points, and circuits. */
#include "compiler/check/check.h"

#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/tir/passes.h"
#include "compiler/tir/verify.h"

/* ---- parameters ---- */

static zc_visibility visibility_of(zc_ast_visibility visibility)
{
    switch (visibility) {
    case ZC_VIS_PUBLIC:
        return ZC_PUBLIC;
    case ZC_VIS_COMMITTED:
        return ZC_COMMITTED;
    default:
        return ZC_PRIVATE;
    }
}

/* What a parameter or result may be: 63 bits and a sign, steps down to 2^-62. */
static bool portable(zc_checker *ck, const zc_ctype *type, zc_span span, const char *what)
{
    if (type->num) {
        zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID, span, "%s needs a type with a range",
                                    what);
        zc_diag_help(diag, "for example `fix(16, 8)`, or `int(0 .. 255)`");
        return false;
    }
    int64_t lo, hi;
    bool narrow = zc_mpz_get_i64(&lo, type->range->lo) && zc_mpz_get_i64(&hi, type->range->hi) &&
                  lo > INT64_MIN;
    bool is_fixed = type->kind == ZC_TYPE_FIX || type->kind == ZC_TYPE_UFIX;
    if (narrow && (!is_fixed || (type->bits <= 64 && type->fraction < 63)))
        return true;
    zc_diag *diag = zc_complain(ck, ZC_E_TYPE_INVALID, span,
                                "`%s` is too wide for %s", type->text, what);
    zc_diag_note(diag, "codes have at most 63 bits and a sign, fractions at most 62 bits");
    return false;
}

static const zc_value *make_param(zc_checker *ck, const zc_ast_param *param)
{
    const zc_ctype *type = zc_resolve_type(ck, param->type);
    if (type == NULL)
        return &zc_poison;
    if (!portable(ck, type, param->type->span, "a circuit's parameter"))
        return &zc_poison;
    zc_param record = {
        .name = param->name.name,
        .visibility = visibility_of(param->visibility),
        .kind = type->kind,
        .bits = type->bits,
        .fraction = type->fraction,
        .span = param->span,
    };
    zc_space space = zc_space_shape(type->rank, type->extent);
    uint64_t elements, points;
    if (!zc_space_count(&space, &elements, &points)) {
        zc_complain(ck, ZC_E_TOO_LARGE, param->type->span,
                    "a parameter has at most 2^31 elements");
        return &zc_poison;
    }
    zc_tir_at(ck->tir, param->span, ZC_NO_ID);
    zc_node_id node = zc_tir_param(ck->tir, &record, &space, type->range, type->scale);
    if (node == ZC_NO_ID)
        zc_check_no_memory(ck);
    return zc_node_value(ck, node, type->scale);
}

/* ---- results ---- */

zc_node_id zc_whole_node(zc_checker *ck, const zc_value *value, zc_span span)
{
    zc_iters axes = {value->axes, value->rank}, none = {NULL, 0};
    const zc_sym *every_axis = zc_sym_const(ck, 0);
    for (uint32_t d = 0; d < value->rank; d++)
        every_axis = zc_sym_add(ck, every_axis, zc_sym_iter(ck, value->axes[d]));
    zc_place place;
    if (!zc_place_make(ck, &place, span, &value, 1, every_axis, axes, none))
        return ZC_NO_ID;
    /* Dimensions of size 1 have no iterator in any expression; results keep them. */
    place.space = zc_space_shape(0, NULL);
    place.space.rank = value->rank;
    for (uint32_t d = 0; d < value->rank; d++) {
        place.iters[d] = value->axes[d];
        place.space.extent[d] = value->axes[d]->extent;
    }
    zc_operand operand = zc_place_read(ck, &place, value);
    const zc_node *node = ck->tir->nodes[value->node];
    zc_view same = zc_view_identity(ck->tir, value->node);
    bool whole = node->rank == place.space.rank && zc_view_equal(&operand.view, &same);
    for (uint32_t d = 0; whole && d < node->rank; d++)
        whole = node->extent[d] == place.space.extent[d];
    if (whole)
        return value->node;
    size_t before = ck->tir->node_count;
    zc_tir_at(ck->tir, span, ZC_NO_ID);
    zc_node_id view = zc_tir_view(ck->tir, &place.space, operand);
    return zc_place_done(ck, &place, view, before, value->scale, axes)->kind == ZC_VAL_POISON
               ? ZC_NO_ID
               : view;
}

static void make_result(zc_checker *ck, const zc_output *output, const zc_value *value,
                        zc_span span, const char *name)
{
    const zc_ctype *type = zc_resolve_type(ck, output->type);
    if (type == NULL)
        return;
    if (!portable(ck, type, output->type->span, "a circuit's result"))
        return;
    const char *what = "the circuit's result";
    value = zc_fit(ck, value, type, span, what);
    if (value->kind == ZC_VAL_POISON)
        return;
    value = zc_as_tensor(ck, value, type->scale, span);
    if (value->kind == ZC_VAL_POISON)
        return;
    zc_node_id node = zc_whole_node(ck, value, span);
    if (node != ZC_NO_ID &&
        !zc_tir_add_result(ck->tir, name, visibility_of(output->visibility), type->kind,
                           type->bits, type->fraction, type->range, type->scale, node,
                           output->span))
        zc_check_no_memory(ck);
}

static bool is_comparison(const zc_expr *e)
{
    return e != NULL && e->kind == ZC_EXPR_BINARY && e->u.binary.op >= ZC_AST_LT &&
           e->u.binary.op <= ZC_AST_NE;
}

static void make_results(zc_checker *ck, const zc_decl *decl, const zc_value *value)
{
    size_t count = decl->u.circuit.output_count;
    const zc_block *body = decl->u.circuit.body;
    zc_span span = body->value != NULL ? body->value->span : body->span;
    if (value != NULL && value->kind == ZC_VAL_POISON)
        return;
    size_t given = value == NULL ? 0 : value->kind == ZC_VAL_TUPLE ? value->item_count : 1;
    if (given != count) {
        zc_diag *diag = zc_complain(ck, ZC_E_RESULT, span, "`%s` declares %zu result%s, its block "
                                    "gives %zu", decl->name.name, count, count == 1 ? "" : "s",
                                    given);
        zc_diag_label(diag, decl->name.span, "declared here");
        if (count == 0 && is_comparison(body->value)) {
            zc_diag_help(diag, "a condition is stated by `assert`: `assert %s;`",
                         zc_source_text(ck, span));
            zc_diag_wrap(diag, span, "assert ", ";");
        } else if (count == 0) {
            zc_diag_help(diag, "declare it: `-> public fix(16, 8)`, or drop the last expression");
        }
        else
            zc_diag_help(diag, "the result is the last expression, written without `;`");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        bool tuple = value->kind == ZC_VAL_TUPLE;
        zc_span item_span = span;
        if (tuple && body->value->kind == ZC_EXPR_TUPLE)
            item_span = body->value->u.list.items[i]->span;
        make_result(ck, &decl->u.circuit.outputs[i], tuple ? value->items[i] : value, item_span,
                    count == 1 ? "result" : zc_text(ck, "result%zu", i));
    }
}

bool zc_elaborate(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    size_t errors = ck->session->diags.error_count;
    zc_frame frame = {.decl = decl, .file = file, .call = ZC_NO_ID};
    ck->frame = &frame;
    ck->path = NULL;
    ck->index_mode = false;
    const zc_ast_param_list *params = &decl->u.circuit.params;
    for (size_t i = 0; i < params->count; i++) {
        const zc_value *value = make_param(ck, &params->items[i]);
        zc_bind(ck, params->items[i].name, value, false);
    }
    make_results(ck, decl, zc_eval_block(ck, decl->u.circuit.body));
    bool complete = ck->tir->result_count == decl->u.circuit.output_count;
    ZK_CHECK(complete || ck->session->diags.error_count > errors);
    return ck->session->diags.error_count == errors;
}

static void elaborate(zc_checker *ck, const zc_decl *decl)
{
    (void)zc_elaborate(ck, ck->program->root, decl);
}

/* ---- choosing a circuit ---- */

static const zc_decl *choose_circuit(zc_checker *ck, const char *name)
{
    zc_diags *diags = &ck->session->diags;
    const zc_decl *chosen = NULL;
    zc_spelling spelling = {.name = name};
    zc_span root = {ck->program->root->source, 0, 0};
    for (size_t i = 0; i < ck->circuit_count; i++) {
        const char *candidate = ck->circuits[i]->name.name;
        if (name == NULL || strcmp(candidate, name) == 0)
            chosen = chosen == NULL ? ck->circuits[i] : chosen;
        else
            zc_spelling_try(&spelling, candidate);
    }
    if (name == NULL && ck->circuit_count > 1) {
        zc_diag *diag = zc_error(diags, ZC_E_CIRCUIT_CHOICE, ck->circuits[0]->name.span,
                                 "the file has %zu circuits: say which one to compile",
                                 ck->circuit_count);
        for (size_t i = 1; i < ck->circuit_count; i++)
            zc_diag_label(diag, ck->circuits[i]->name.span, "another one");
        zc_diag_help(diag, "`--circuit %s`", ck->circuits[0]->name.name);
        return NULL;
    }
    if (chosen != NULL)
        return chosen;
    zc_diag *diag;
    if (name != NULL)
        diag = zc_error(diags, ZC_E_CIRCUIT_MISSING, root, "there is no circuit `%s`", name);
    else
        diag = zc_error(diags, ZC_E_CIRCUIT_MISSING, root, "the file has no circuit");
    if (name != NULL && spelling.best != NULL)
        zc_diag_help(diag, "did you mean `%s`?", spelling.best);
    else if (name == NULL)
        zc_diag_help(diag, "`circuit name(private x: fix(16, 8)) -> public int(0 .. 9) { ... }`");
    return NULL;
}

/* ---- entry points ---- */

zkml_status zc_checker_no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "checking the program needs more memory than allowed");
}

static void collect(zc_checker *ck)
{
    const zc_program *program = ck->program;
    ck->units = zc_check_alloc(ck, program->count, sizeof *ck->units);
    ck->unit_count = program->count;
    for (size_t u = 0; u < program->count; u++) {
        size_t count = program->files[u]->count;
        ck->units[u].file = program->files[u];
        ck->units[u].items = zc_check_alloc(ck, count > 0 ? count : 1, sizeof(zc_item));
    }
    const zc_file *root = program->root;
    ck->circuits = zc_check_alloc(ck, root->count > 0 ? root->count : 1, sizeof *ck->circuits);
    for (size_t i = 0; i < root->count; i++) {
        if (root->decls[i]->kind == ZC_DECL_CIRCUIT)
            ck->circuits[ck->circuit_count++] = root->decls[i];
    }
}

bool zc_checker_run(zc_checker *ck, void (*step)(zc_checker *, const zc_decl *),
                    const zc_decl *decl)
{
    if (setjmp(ck->no_memory) != 0)
        return false;
    step(ck, decl);
    return true;
}

static void check_all(zc_checker *ck, const zc_decl *none)
{
    zc_frame frame = {.call = ZC_NO_ID};
    (void)none;
    collect(ck);
    zc_check_names(ck);
    if (ck->session->diags.error_count > 0)
        return;
    for (size_t u = 0; u < ck->unit_count; u++) {
        const zc_file *file = ck->units[u].file;
        frame.file = file;
        ck->frame = &frame;
        for (size_t i = 0; i < file->count; i++) {
            const zc_decl *decl = file->decls[i];
            if (decl->kind == ZC_DECL_CONST)
                zc_constant(ck, file, decl);
            else if (decl->kind == ZC_DECL_TABLE)
                zc_table_item(ck, file, decl);
            else if (decl->kind == ZC_DECL_TYPE)
                zc_named_type(ck, file, decl, decl->name.span);
        }
    }
}

zkml_status zc_checker_new(zc_checker **checker, zc_session *session, const zc_program *program,
                           zkml_error *err)
{
    *checker = NULL;
    zc_checker *ck = ZK_ARENA_NEW(&session->arena, zc_checker, 1);
    if (ck == NULL)
        return zc_checker_no_memory(err);
    ck->session = session;
    ck->arena = &session->arena;
    ck->program = program;
    zc_weight_store_init(&ck->weights);
    zc_reals_init(&ck->reals);
    ck->tir = zc_tir_new(ck->arena, NULL, ZC_NO_SPAN); /* for constants in types */
    bool done = ck->tir != NULL && zc_checker_run(ck, check_all, NULL);
    zc_tir_free(ck->tir);
    ck->tir = NULL;
    ck->frame = NULL;
    if (!done) {
        zc_checker_free(ck);
        return zc_checker_no_memory(err);
    }
    *checker = ck;
    return ZKML_OK;
}

void zc_checker_free(zc_checker *ck)
{
    if (ck == NULL)
        return;
    zc_called_free(ck->called);
    ck->called = NULL;
    zc_numbers_free(ck->numbers);
    ck->numbers = NULL;
    zc_leaves_free(ck);
    zc_reals_free(&ck->reals);
    zc_weight_store_free(&ck->weights);
}

const zc_decl *const *zc_checker_circuits(const zc_checker *checker, size_t *count)
{
    *count = checker->circuit_count;
    return checker->circuits;
}

zkml_status zc_finish_program(zc_tir *tir, zkml_error *err)
{
    ZK_TRY(zc_tir_verify(tir, err));
    ZK_TRY(zc_tir_optimize(tir, err));
    return zc_tir_verify(tir, err);
}

zkml_status zc_elaborate_circuit(zc_checker *ck, const char *name, zc_tir **out, zkml_error *err)
{
    *out = NULL;
    if (ck->session->diags.error_count > 0)
        return ZKML_OK;
    const zc_decl *decl = choose_circuit(ck, name);
    if (decl == NULL)
        return ZKML_OK;
    zc_tir *tir = zc_tir_new(ck->arena, decl->name.name, decl->span);
    ck->tir = tir;
    zkml_status status = tir != NULL && zc_checker_run(ck, elaborate, decl) ? ZKML_OK : zc_checker_no_memory(err);
    ck->tir = NULL;
    ck->frame = NULL;
    bool wanted = status == ZKML_OK && ck->session->diags.error_count == 0;
    if (wanted)
        status = tir->status == ZKML_OK ? zc_finish_program(tir, err) : zc_checker_no_memory(err);
    if (wanted && status == ZKML_OK)
        *out = tir;
    else
        zc_tir_free(tir);
    return status;
}
