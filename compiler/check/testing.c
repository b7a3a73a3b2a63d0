/* Tests: their statements are elaborated as those of a circuit without parameters, and what they
 * assert is computed at once. The results of a circuit become parameters of that program, with the
 * ranges that are declared, so that the rules of ranges are the same as everywhere. */
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/tir/interp.h"

/* A circuit that some test calls; `tir` is NULL when it has errors. */
typedef struct zc_called {
    struct zc_called *next;
    const zc_decl *decl;
    zc_tir *tir;
} zc_called;

typedef struct zc_testing {
    const zc_prover *prover;
    zc_diags *faults;
    zc_run run; /* of ck->tir */
    zc_input *inputs; /* its parameters: results of circuits */
    size_t input_capacity;
    zc_node_id settled; /* statements before this node hold */
    bool stopped;
    bool invalid; /* it calls a circuit that has errors */
    const char *message; /* of what does not hold; NULL: everything does, or there are errors */
    zc_diag *fault;
    zkml_status status; /* what went wrong besides the test, with its message */
    zkml_error *err;
} zc_testing;

void zc_called_free(zc_called *called)
{
    for (; called != NULL; called = called->next)
        zc_tir_free(called->tir);
}

bool zc_test_stopped(const zc_checker *ck)
{
    return ck->testing != NULL && ck->testing->stopped;
}

/* ---- faults ---- */

static zc_diag *stop(zc_testing *testing, zc_span span, const char *message)
{
    testing->stopped = true;
    testing->message = message;
    testing->fault = zc_error(testing->faults, ZC_E_TEST, span, "%s", message);
    return testing->fault;
}

static bool stop_by_status(zc_testing *testing, zkml_status status)
{
    testing->stopped = true;
    testing->status = status;
    return false;
}

static const char *coded_text(zc_checker *ck, const mpz_t code, const mpq_t scale)
{
    mpq_ptr value = zc_new_rational(ck);
    mpq_set_z(value, code);
    mpq_mul(value, value, scale);
    return zc_fraction_text(ck, value);
}

static void describe_sides(zc_diag *diag, const char *left, const char *right)
{
    zc_diag_primary_label(diag, "left is %s, right is %s", left, right);
}

/* The author may have written b > a for what the node says as a < b. */
static bool is_mirrored(const zc_expr *asserted, const zc_node *node)
{
    return asserted != NULL && asserted->kind == ZC_EXPR_BINARY &&
           (asserted->u.binary.op == ZC_AST_GT || asserted->u.binary.op == ZC_AST_GE) &&
           asserted->span.start == node->span.start && asserted->span.end == node->span.end;
}

/* The statement that the run stopped at. */
static void stop_at_statement(zc_checker *ck, const zc_expr *asserted)
{
    const zc_failure *f = &ck->testing->run.failure;
    const zc_node *node = ck->tir->nodes[f->node];
    zc_span span = asserted != NULL ? asserted->span : node->span;
    zc_diag *diag = stop(ck->testing, span, zc_statement_message(node));
    if (f->has_values) {
        const zc_node *at = ck->tir->nodes[f->at];
        const char *left = coded_text(ck, f->left, f->left_scale);
        const char *right = coded_text(ck, f->right, f->right_scale);
        zk_buf index = {0};
        if (node->op == ZC_OP_CHECK)
            zc_diag_primary_label(diag, "%s <= %s does not hold", left, right);
        else if (is_mirrored(asserted, at))
            describe_sides(diag, right, left);
        else
            describe_sides(diag, left, right);
        zc_element_text(&index, at, f->at_element);
        if (at->count > 1 && !index.failed)
            zc_diag_note(diag, "at %.*s", (int)index.length, (const char *)index.data);
        zk_buf_free(&index);
    }
    zc_label_calls(ck, diag, span);
}

bool zc_test_settle(zc_checker *ck, const zc_expr *asserted)
{
    zc_testing *testing = ck->testing;
    if (testing == NULL || testing->stopped)
        return testing == NULL;
    for (; testing->settled < ck->tir->node_count; testing->settled++) {
        zc_op op = ck->tir->nodes[testing->settled]->op;
        if (op != ZC_OP_ASSERT && op != ZC_OP_CHECK)
            continue;
        zkml_status status =
            zc_run_node(&testing->run, testing->settled, testing->inputs, testing->err);
        if (status == ZKML_INVALID)
            stop_at_statement(ck, asserted);
        else if (status != ZKML_OK)
            (void)stop_by_status(testing, status);
        if (status != ZKML_OK)
            return false;
    }
    return true;
}

bool zc_test_false(zc_checker *ck, const zc_stmt *stmt, const zc_expr *e, const zc_iter_set *set)
{
    zc_testing *testing = ck->testing;
    if (testing == NULL)
        return false;
    const zc_value *left = ck->sides[0], *right = ck->sides[1];
    const char *message = stmt->message != NULL ? stmt->message : "assertion does not hold";
    zc_diag *diag = stop(testing, e->span, message);
    mpq_ptr a = zc_new_rational(ck), b = zc_new_rational(ck);
    if (left != NULL && zc_is_known(ck, left) && zc_is_known(ck, right) &&
        left->kind != ZC_VAL_REAL && right->kind != ZC_VAL_REAL &&
        zc_compile_time_element(ck, left, a, e->span) &&
        zc_compile_time_element(ck, right, b, e->span))
        describe_sides(diag, zc_fraction_text(ck, a), zc_fraction_text(ck, b));
    else if (ck->decided != NULL)
        zc_diag_note(diag, "%s", ck->decided);
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i]->name != NULL)
            zc_diag_note(diag, "%s = %lld", set->items[i]->name, (long long)set->items[i]->at);
    }
    zc_label_calls(ck, diag, e->span);
    return true;
}

/* ---- circuits ---- */

/* Elaborated once, as if no test were run. NULL: it has errors, or memory ran out (status). */
static const zc_tir *find_circuit(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    zc_testing *testing = ck->testing;
    for (const zc_called *called = ck->called; called != NULL; called = called->next) {
        if (called->decl == decl)
            return called->tir;
    }
    const zc_checker outer = *ck;
    zc_called *called = zc_check_alloc(ck, 1, sizeof *called);
    *called = (zc_called){ck->called, decl, NULL};
    ck->called = called;
    ck->testing = NULL;
    ck->asserted = NULL;
    ck->array_verb = NULL;
    ck->depth = ck->evals = 0;
    ck->tir = called->tir = zc_tir_new(ck->arena, decl->name.name, decl->span);
    bool good = ck->tir != NULL && zc_elaborate(ck, file, decl);
    ck->tir = outer.tir;
    ck->frame = outer.frame;
    ck->path = outer.path;
    ck->index_mode = outer.index_mode;
    ck->array_verb = outer.array_verb;
    ck->asserted = outer.asserted;
    ck->decided = outer.decided;
    memcpy(ck->sides, outer.sides, sizeof ck->sides);
    ck->depth = outer.depth;
    ck->evals = outer.evals;
    ck->testing = testing;
    if (called->tir == NULL || called->tir->status != ZKML_OK) {
        (void)stop_by_status(testing, zc_checker_no_memory(testing->err));
        return NULL;
    }
    zkml_status status = good ? zc_finish_program(called->tir, testing->err) : ZKML_INVALID;
    if (status == ZKML_OK)
        return called->tir;
    if (status != ZKML_INVALID)
        (void)stop_by_status(testing, status);
    zc_tir_free(called->tir);
    called->tir = NULL;
    return NULL;
}

/* A circuit runs once, so its arguments are the same for all points of indices around. */
static bool is_single(zc_checker *ck, const zc_value *value, zc_span span)
{
    zc_iter_set set = {0};
    zc_sym_iters(value->sym, &set);
    for (uint32_t i = 0; i < set.count; i++) {
        bool own = false;
        for (uint32_t d = 0; d < value->rank; d++)
            own = own || value->axes[d] == set.items[i];
        if (own)
            continue;
        zc_diag *diag =
            zc_complain(ck, ZC_E_PROVE_CALL, span, "a circuit cannot be called for each index");
        if (set.items[i]->name != NULL)
            zc_diag_primary_label(diag, "depends on the index `%s`", set.items[i]->name);
        zc_diag_help(diag, "call it once for each value, or in a loop: "
                           "`loop y = x for l < 3 { ... }`");
        return false;
    }
    return true;
}

/* The codes of an argument. */
static bool eval_input(zc_checker *ck, const zc_value *value, const zc_ast_param *param,
                       zc_span span, zc_input *input)
{
    zc_testing *testing = ck->testing;
    const zc_ctype *type = zc_resolve_type(ck, param->type);
    value = zc_fit(ck, value, type, span, zc_text(ck, "argument `%s`", param->name.name));
    if (value->kind != ZC_VAL_POISON)
        value = zc_as_tensor(ck, value, type->scale, span);
    if (value->kind == ZC_VAL_POISON || !is_single(ck, value, span))
        return false;
    zc_node_id node = zc_whole_node(ck, value, span);
    if (node == ZC_NO_ID || !zc_test_settle(ck, NULL))
        return false;
    zkml_status status = zc_run_node(&testing->run, node, testing->inputs, testing->err);
    if (status != ZKML_OK)
        return stop_by_status(testing, status);
    *input = (zc_input){testing->run.values[node].small, ck->tir->nodes[node]->count};
    ZK_CHECK(input->codes != NULL); /* the types of parameters fit int64_t */
    return true;
}

/* The result as a parameter of the test's program. */
static const zc_value *result_value(zc_checker *ck, const zc_expr *e, const zc_tir *tir,
                                    const zc_result *result, const int64_t *codes)
{
    zc_testing *testing = ck->testing;
    size_t count = ck->tir->param_count;
    if (count == testing->input_capacity) {
        size_t capacity = count == 0 ? 16 : 2 * count;
        zc_input *inputs = zc_check_alloc(ck, capacity, sizeof *inputs);
        if (count > 0)
            memcpy(inputs, testing->inputs, count * sizeof *inputs);
        testing->inputs = inputs;
        testing->input_capacity = capacity;
    }
    zc_space space = zc_space_of(tir, result->node);
    zc_range *range = zc_new_range(ck);
    mpz_set(range->lo, result->lo);
    mpz_set(range->hi, result->hi);
    zc_param param = {.name = result->name, .visibility = ZC_PRIVATE, .kind = result->kind,
                      .bits = result->bits, .fraction = result->fraction, .span = e->span};
    zc_tir_at(ck->tir, e->span, ck->frame->call);
    zc_node_id node = zc_tir_param(ck->tir, &param, &space, range, result->scale);
    if (node == ZC_NO_ID)
        zc_check_no_memory(ck);
    testing->inputs[count] = (zc_input){codes, tir->nodes[result->node]->count};
    mpq_ptr scale = zc_new_rational(ck);
    mpq_set(scale, result->scale);
    return zc_node_value(ck, node, scale);
}

static const zc_value *results_value(zc_checker *ck, const zc_expr *e, const zc_tir *tir,
                                     int64_t *const *codes)
{
    zc_value *tuple = zc_check_alloc(ck, 1, sizeof *tuple);
    const zc_value **items = zc_check_alloc(ck, tir->result_count + 1, sizeof *items);
    for (size_t i = 0; i < tir->result_count; i++)
        items[i] = result_value(ck, e, tir, &tir->results[i], codes[i]);
    if (tir->result_count == 1)
        return items[0];
    *tuple = (zc_value){.kind = ZC_VAL_TUPLE, .items = items, .item_count = tir->result_count};
    return tuple;
}

/* The constraint that the trial broke. */
static void stop_at_constraint(zc_checker *ck, const zc_expr *e, const zc_tir *tir,
                               const zc_trial *trial)
{
    const zc_node *node = tir->nodes[trial->node];
    zc_diag *diag = stop(ck->testing, node->span, zc_statement_message(node));
    for (uint32_t call = node->call; call != ZC_NO_ID; call = tir->calls[call].caller)
        zc_diag_label(diag, tir->calls[call].span, "in this call of `%s`",
                      tir->calls[call].function);
    zc_diag_label(diag, e->span, "in this call of `%s`", tir->name);
    for (const char *line = trial->notes; line != NULL;) {
        const char *end = strchr(line, '\n');
        zc_diag_note(diag, "%.*s", (int)(end != NULL ? (size_t)(end - line) : strlen(line)), line);
        line = end != NULL ? end + 1 : NULL;
    }
}

/* The results as a tuple, unless there is one. */
static const zc_value *call_circuit(zc_checker *ck, const zc_expr *e, const zc_file *file,
                                    const zc_decl *decl)
{
    zc_testing *testing = ck->testing;
    const zc_ast_param_list *params = &decl->u.circuit.params;
    const zc_arg **args = zc_check_alloc(ck, params->count + 1, sizeof *args);
    const zc_value **values = zc_check_alloc(ck, params->count + 1, sizeof *values);
    zc_input *inputs = zc_check_alloc(ck, params->count + 1, sizeof *inputs);
    if (!zc_match_arguments(ck, e, decl, params, args) ||
        !zc_eval_arguments(ck, args, params->count, values) || !zc_test_settle(ck, NULL))
        return &zc_poison;
    const zc_tir *tir = find_circuit(ck, file, decl);
    if (tir == NULL) {
        testing->stopped = testing->invalid = true;
        return &zc_poison;
    }
    zc_frame frame = {.caller = ck->frame, .decl = decl, .file = file, .call_span = e->span,
                      .call = ck->frame->call};
    ck->frame = &frame;
    bool good = true;
    for (size_t i = 0; i < params->count; i++)
        good = eval_input(ck, values[i], &params->items[i], args[i]->value->span, &inputs[i]) &&
               good;
    ck->frame = frame.caller;
    if (!good)
        return &zc_poison;
    zc_trial trial = {.arena = ck->arena};
    zkml_status status =
        testing->prover->try(testing->prover->context, tir, inputs, &trial, testing->err);
    if (status == ZKML_INVALID)
        testing->stopped = testing->invalid = true;
    else if (status != ZKML_OK)
        (void)stop_by_status(testing, status);
    else if (trial.results == NULL)
        stop_at_constraint(ck, e, tir, &trial);
    return testing->stopped ? &zc_poison : results_value(ck, e, tir, trial.results);
}

const zc_value *zc_eval_circuit(zc_checker *ck, const zc_expr *e, const zc_file *file,
                                const zc_decl *decl)
{
    if (ck->testing == NULL)
        return &zc_poison; /* reported by the pass over names */
    const zc_value *value = call_circuit(ck, e, file, decl);
    if (value->kind != ZC_VAL_TUPLE || value->item_count > 0)
        return value;
    zc_diag *diag = zc_complain(ck, ZC_E_PROVE_CALL, e->span, "the circuit `%s` has no result",
                                decl->name.name);
    zc_diag_help(diag, "say only that it can be proved: `prove %s;`", zc_source_text(ck, e->span));
    return &zc_poison;
}

void zc_eval_prove(zc_checker *ck, const zc_stmt *stmt)
{
    const zc_expr *e = stmt->value;
    const zc_file *file = NULL;
    if (ck->testing == NULL || e->kind == ZC_EXPR_ERROR)
        return; /* reported */
    const zc_decl *decl = e->kind == ZC_EXPR_CALL ? zc_callee(ck, e->u.call.callee, &file) : NULL;
    if (decl != NULL && decl->kind == ZC_DECL_CIRCUIT) {
        (void)call_circuit(ck, e, file, decl);
        return;
    }
    zc_diag *diag = zc_complain(ck, ZC_E_PROVE_CALL, e->span, "`prove` takes a call of a circuit");
    if (decl != NULL)
        zc_diag_label(diag, decl->name.span, "`%s` is none", decl->name.name);
    zc_diag_help(diag, "what is true of values is stated by `assert`");
}

/* ---- tests ---- */

static void run_test(zc_checker *ck, const zc_decl *decl)
{
    zc_frame frame = {.decl = decl, .file = ck->program->root, .call = ZC_NO_ID};
    ck->frame = &frame;
    ck->path = NULL;
    ck->asserted = NULL;
    ck->array_verb = NULL;
    ck->index_mode = ck->too_large = false;
    ck->depth = ck->evals = 0;
    (void)zc_eval_block(ck, decl->u.test.body);
    (void)zc_test_settle(ck, NULL);
}

static zc_verdict judge(const zc_testing *testing, const zc_decl *decl)
{
    const char *want = decl->u.test.failure, *got = testing->message;
    bool fails = decl->u.test.fails;
    zc_span title = decl->u.test.title_span;
    if (fails == (got != NULL) && (want == NULL || strcmp(want, got) == 0))
        return ZC_TEST_PASSED;
    if (got == NULL && want == NULL)
        (void)zc_error(testing->faults, ZC_E_TEST, title, "this should fail, but everything holds");
    else if (got == NULL)
        (void)zc_error(testing->faults, ZC_E_TEST, title,
                       "this should fail with \"%s\", but everything holds", want);
    else if (fails)
        zc_diag_label(testing->fault, title, "should fail with \"%s\"", want);
    return ZC_TEST_FAILED;
}

zkml_status zc_check_test(zc_checker *ck, const zc_decl *test, const zc_prover *prover,
                          zc_diags *faults, zc_verdict *verdict, zkml_error *err)
{
    zc_testing testing = {.prover = prover, .faults = faults, .err = err};
    zc_tir *tir = zc_tir_new(ck->arena, NULL, test->span);
    if (tir == NULL)
        return zc_checker_no_memory(err);
    zc_run_open(&testing.run, tir);
    ck->tir = tir;
    ck->testing = &testing;
    if (!zc_checker_run(ck, run_test, test) || tir->status != ZKML_OK)
        testing.status = zc_checker_no_memory(err);
    ck->testing = NULL;
    ck->tir = NULL;
    ck->frame = NULL;
    bool invalid = testing.invalid || ck->session->diags.error_count > 0;
    *verdict = invalid ? ZC_TEST_INVALID : judge(&testing, test);
    zc_run_free(&testing.run);
    zc_tir_free(tir);
    return testing.status;
}
