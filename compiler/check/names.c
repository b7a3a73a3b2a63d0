/* The pass over all files before elaboration: every name is defined, once, and used as what it
 * is, also in functions that nobody calls. */
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/check/focus.h"

/* A name in scope. */
typedef struct local local;
struct local {
    local *next; /* earlier */
    const char *name;
    zc_span span;
    bool used;
    bool watched; /* a warning if it is never used */
};

typedef struct resolver {
    zc_checker *ck;
    const zc_file *file;
    local *scope;
    bool in_test;
    bool in_subscript;
    const zc_decl *signature; /* whose parameter types are looked at; NULL: none */
} resolver;

static void walk_expr(resolver *r, const zc_expr *e);
static void walk_block(resolver *r, const zc_block *block);

/* ---- look-up, also used by elaboration ---- */

zc_item *zc_item_of(zc_checker *ck, const zc_file *file, const zc_decl *decl)
{
    for (size_t u = 0; u < ck->unit_count; u++) {
        if (ck->units[u].file == file)
            return &ck->units[u].items[decl->place];
    }
    zk_bug(__FILE__, __LINE__, "a declaration of no file");
}

zc_binding *zc_find_binding(const zc_frame *frame, const char *name)
{
    for (zc_binding *b = frame->scope; b != NULL; b = b->next) {
        if (b->name == name)
            return b;
    }
    return NULL;
}

void zc_bind(zc_checker *ck, zc_ident name, const zc_value *value, bool index)
{
    zc_binding *binding = zc_check_alloc(ck, 1, sizeof *binding);
    *binding = (zc_binding){ck->frame->scope, name.name, value, name.span, index};
    ck->frame->scope = binding;
    zc_focus_value(ck, name.span, value);
}

bool zc_is_builtin(const char *name)
{
    zc_real_op op;
    return strcmp(name, "load") == 0 || strcmp(name, "load_raw") == 0 ||
           zc_real_function(name, &op);
}

/* The module a name stands for; NULL: none, or one that could not be loaded. */
static const zc_file *module_file(const zc_file *file, const char *name)
{
    const zc_decl *decl = zc_find_decl(file, name);
    return decl != NULL && decl->kind == ZC_DECL_USE ? decl->u.use.target : NULL;
}

static const zc_decl *callee_in(const zc_file *from, const zc_expr *e, const zc_file **file)
{
    *file = from;
    if (e->kind == ZC_EXPR_NAME)
        return zc_find_decl(from, e->u.name.name);
    if (e->kind != ZC_EXPR_MEMBER || e->u.member.base->kind != ZC_EXPR_NAME)
        return NULL;
    *file = module_file(from, e->u.member.base->u.name.name);
    return *file != NULL ? zc_find_decl(*file, e->u.member.name.name) : NULL;
}

const zc_decl *zc_callee(zc_checker *ck, const zc_expr *e, const zc_file **file)
{
    return callee_in(ck->frame->file, e, file);
}

/* ---- scopes ---- */

static local *declare(resolver *r, zc_ident name, bool watched)
{
    local *entry = zc_check_alloc(r->ck, 1, sizeof *entry);
    *entry = (local){r->scope, name.name, name.span, false, watched};
    r->scope = entry;
    zc_focus_name(r->ck->session, name.span, name.span, NULL);
    return entry;
}

static void leave(resolver *r, local *outer)
{
    for (local *l = r->scope; l != outer; l = l->next) {
        if (!l->watched || l->used || l->name == NULL || l->name[0] == '_')
            continue;
        zc_diag *diag = zc_warning(&r->ck->session->diags, ZC_W_UNUSED, l->span,
                                   "`%s` is never used", l->name);
        zc_diag_fix(diag, l->span, zc_text(r->ck, "_%s", l->name),
                    "if that is intended, call it `_%s`", l->name);
    }
    r->scope = outer;
}

static local *find_local(resolver *r, const char *name)
{
    for (local *l = r->scope; l != NULL; l = l->next) {
        if (l->name == name)
            return l;
    }
    return NULL;
}

static void duplicate(resolver *r, zc_ident name, zc_span first)
{
    zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_DUPLICATE, name.span,
                             "`%s` is defined twice", name.name);
    zc_diag_label(diag, first, "first defined here");
}

/* Names declared together (parameters, indices) differ. */
static void declare_among(resolver *r, zc_ident name, local *outer)
{
    for (local *l = r->scope; l != outer; l = l->next) {
        if (l->name == name.name && name.name != NULL) {
            duplicate(r, name, l->span);
            break;
        }
    }
    declare(r, name, false);
}

/* ---- names ---- */

static const char *kind_text(zc_decl_kind kind)
{
    static const char *const text[] = {
        [ZC_DECL_USE] = "a module",     [ZC_DECL_TYPE] = "a type",   [ZC_DECL_CONST] = "a constant",
        [ZC_DECL_TABLE] = "a table",    [ZC_DECL_FN] = "a function",
        [ZC_DECL_CIRCUIT] = "a circuit", [ZC_DECL_TEST] = "a test",
    };
    return text[kind];
}

static void suggest(resolver *r, zc_diag *diag, zc_span span, const zc_file *file,
                    const char *name, bool locals)
{
    static const char *const words[] = {"max",  "min", "exp", "log", "sqrt", "erf",     "tanh",
                                        "sin",  "cos", "abs", "load", "load_raw"};
    zc_spelling spelling = {.name = name};
    for (local *l = r->scope; l != NULL && locals; l = l->next) {
        if (l->name != NULL)
            zc_spelling_try(&spelling, l->name);
    }
    for (size_t i = 0; i < file->count; i++) {
        if (file->decls[i]->name.name != NULL)
            zc_spelling_try(&spelling, file->decls[i]->name.name);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words && locals; i++)
        zc_spelling_try(&spelling, words[i]);
    if (spelling.best != NULL)
        zc_diag_fix(diag, span, spelling.best, "did you mean `%s`?", spelling.best);
}

/* A name in the type of a parameter: a dimension that should be declared, or another parameter. */
static zc_diag *unknown_in_signature(resolver *r, zc_ident name)
{
    const zc_decl *decl = r->signature;
    bool fn = decl->kind == ZC_DECL_FN;
    const zc_ast_param_list *params = fn ? &decl->u.fn.params : &decl->u.circuit.params;
    zc_diag *diag;
    for (size_t i = 0; i < params->count; i++) {
        if (params->items[i].name.name != name.name)
            continue;
        diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, name.span,
                        "a type cannot depend on the parameter `%s`", name.name);
        zc_diag_label(diag, params->items[i].name.span, "its value is data");
        return diag;
    }
    if (!fn)
        return NULL;
    diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, name.span, "`%s` is not defined",
                    name.name);
    zc_span end = decl->name.span;
    end.start = end.end;
    if (decl->u.fn.shape_vars.count == 0)
        zc_diag_fix(diag, end, zc_text(r->ck, "[%s]", name.name),
                    "declare it as a shape variable: `fn %s[%s](...)`", decl->name.name, name.name);
    else
        zc_diag_help(diag, "declare it as a shape variable: `fn %s[%s, %s](...)`", decl->name.name,
                     decl->u.fn.shape_vars.items[0].name, name.name);
    size_t declared = decl->u.fn.shape_vars.count;
    if (declared > 0)
        zc_diag_wrap(diag, decl->u.fn.shape_vars.items[declared - 1].span, "",
                     zc_text(r->ck, ", %s", name.name));
    return diag;
}

static zc_diag *unknown(resolver *r, zc_ident name)
{
    zc_diag *special = r->signature != NULL ? unknown_in_signature(r, name) : NULL;
    if (special != NULL)
        return special;
    zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, name.span,
                             "`%s` is not defined", name.name);
    suggest(r, diag, name.span, r->file, name.name, true);
    if (r->in_subscript && diag != NULL && diag->helps == NULL)
        zc_diag_help(diag, "an index is introduced by an equation, `let y[%s] = ...;`, or by a "
                           "reduction, `sum[%s](...)`", name.name, name.name);
    return diag;
}

static void unknown_function(resolver *r, zc_ident name)
{
    zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, name.span,
                             "`%s` is not defined", name.name);
    if (!zc_habit_function(r->ck, diag, r->file, name))
        suggest(r, diag, name.span, r->file, name.name, true);
}

static zc_diag *wrong_kind(resolver *r, zc_ident name, const zc_decl *decl, const char *wanted)
{
    zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_KIND, name.span, "`%s` is %s, not %s",
                             name.name, kind_text(decl->kind), wanted);
    zc_diag_label(diag, decl->name.span, "defined here");
    if (decl->kind == ZC_DECL_FN || decl->kind == ZC_DECL_TABLE)
        zc_diag_help(diag, "call it: `%s(...)`", name.name);
    return diag;
}

static void note(const resolver *r, zc_ident name, const zc_decl *decl)
{
    zc_focus_name(r->ck->session, name.span, decl->name.span, decl);
}

static void walk_name(resolver *r, zc_ident name)
{
    local *l = find_local(r, name.name);
    if (l != NULL) {
        l->used = true;
        zc_focus_name(r->ck->session, name.span, l->span, NULL);
        return;
    }
    const zc_decl *decl = zc_find_decl(r->file, name.name);
    if (decl != NULL) {
        note(r, name, decl);
        if (decl->kind != ZC_DECL_CONST)
            (void)wrong_kind(r, name, decl, "a value");
        return;
    }
    if (zc_is_builtin(name.name)) {
        zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_KIND, name.span,
                                 "`%s` is a function, not a value", name.name);
        zc_diag_help(diag, "call it: `%s(...)`", name.name);
        return;
    }
    unknown(r, name);
}

static void unknown_module(resolver *r, zc_ident module)
{
    size_t length;
    if (zc_stdlib_text(module.name, &length) == NULL) {
        (void)unknown(r, module);
        return;
    }
    zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, module.span,
                             "`%s` is not defined", module.name);
    const char *behind;
    zc_span place = zc_place_of_use(r->ck, r->file, &behind);
    zc_diag_fix(diag, place,
                zc_text(r->ck, "%suse %s;%s", behind[0] == '\0' ? "\n" : "", module.name, behind),
                "import the standard module: `use %s;`", module.name);
}

/* A member of a module; NULL when there is none (reported). */
static const zc_decl *walk_member(resolver *r, zc_ident module, zc_ident name)
{
    zc_diags *diags = &r->ck->session->diags;
    const zc_decl *use = zc_find_decl(r->file, module.name);
    if (find_local(r, module.name) != NULL || use == NULL || use->kind != ZC_DECL_USE) {
        if (use == NULL && find_local(r, module.name) == NULL) {
            unknown_module(r, module);
            return NULL;
        }
        zc_diag *diag = zc_error(diags, ZC_E_NAME_KIND, module.span,
                                 "`%s` is not a module, so it has no members", module.name);
        if (use != NULL)
            zc_diag_label(diag, use->name.span, "defined here");
        zc_habit_member(diag, module, name);
        return NULL;
    }
    note(r, module, use);
    if (use->u.use.target == NULL)
        return NULL;
    const zc_decl *decl = zc_find_decl(use->u.use.target, name.name);
    if (decl == NULL || decl->kind == ZC_DECL_USE) {
        zc_diag *diag = zc_error(diags, ZC_E_NAME_UNKNOWN, name.span,
                                 "module `%s` has no `%s`", module.name, name.name);
        suggest(r, diag, name.span, use->u.use.target, name.name, false);
        return NULL;
    }
    note(r, name, decl);
    return decl;
}

/* What a type of other languages is here; NULL: not known. */

static void walk_type(resolver *r, const zc_type_expr *type)
{
    const zc_expr *parts[] = {type->bits, type->fraction, type->scale, type->low, type->high};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] != NULL)
            walk_expr(r, parts[i]);
    }
    for (size_t i = 0; i < type->dims.count; i++)
        walk_expr(r, type->dims.items[i]);
    if (type->kind != ZC_AST_TYPE_NAME)
        return;
    const zc_decl *decl;
    if (type->module.name != NULL) {
        decl = walk_member(r, type->module, type->name);
        if (decl == NULL)
            return;
    } else {
        decl = zc_find_decl(r->file, type->name.name);
        if (decl != NULL)
            note(r, type->name, decl);
    }
    if (decl == NULL) {
        zc_diag *diag = zc_error(&r->ck->session->diags, ZC_E_NAME_UNKNOWN, type->name.span,
                                 "there is no type `%s`", type->name.name);
        if (!zc_habit_type(diag, type->name))
            suggest(r, diag, type->name.span, r->file, type->name.name, false);
    } else if (decl->kind != ZC_DECL_TYPE) {
        (void)wrong_kind(r, type->name, decl, "a type");
    }
}

/* ---- expressions ---- */

static void walk_callee(resolver *r, const zc_expr *callee, zc_span call)
{
    zc_diags *diags = &r->ck->session->diags;
    const zc_decl *decl = NULL;
    zc_ident name = {NULL, callee->span};
    if (callee->kind == ZC_EXPR_NAME) {
        name = callee->u.name;
        local *l = find_local(r, name.name);
        if (l != NULL) {
            l->used = true;
            zc_diag *diag = zc_error(diags, ZC_E_NAME_KIND, name.span,
                                     "`%s` is a value, not a function", name.name);
            zc_diag_help(diag, "an element is written `%s[...]`", name.name);
            zc_edit_brackets(r->ck, diag, call, callee->span.end, "[", "]");
            return;
        }
        decl = zc_find_decl(r->file, name.name);
        if (decl == NULL) {
            if (!zc_is_builtin(name.name))
                unknown_function(r, name);
            return;
        }
        note(r, name, decl);
    } else if (callee->kind == ZC_EXPR_MEMBER && callee->u.member.base->kind == ZC_EXPR_NAME) {
        name = callee->u.member.name;
        decl = walk_member(r, callee->u.member.base->u.name, name);
        if (decl == NULL)
            return;
    } else {
        if (callee->kind != ZC_EXPR_ERROR)
            zc_error(diags, ZC_E_NAME_KIND, callee->span, "this is not the name of a function");
        return;
    }
    if (decl->kind == ZC_DECL_CIRCUIT && !r->in_test) {
        zc_diag *diag = zc_error(diags, ZC_E_NAME_KIND, name.span,
                                 "a circuit can only be called in a test");
        zc_diag_label(diag, decl->name.span, "`%s` is a circuit", name.name);
        zc_diag_help(diag, "put what both need into a function");
    } else if (decl->kind != ZC_DECL_FN && decl->kind != ZC_DECL_TABLE &&
               decl->kind != ZC_DECL_CIRCUIT) {
        (void)wrong_kind(r, name, decl, "a function");
    }
}

static void walk_indices(resolver *r, const zc_index_list *indices)
{
    for (size_t i = 0; i < indices->count; i++) {
        if (indices->items[i].bound != NULL)
            walk_expr(r, indices->items[i].bound);
    }
    local *outer = r->scope;
    for (size_t i = 0; i < indices->count; i++)
        declare_among(r, indices->items[i].name, outer);
}

static void walk_list(resolver *r, const zc_expr_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        walk_expr(r, list->items[i]);
}

static void walk_subscripts(resolver *r, const zc_expr_list *list)
{
    bool outer = r->in_subscript;
    r->in_subscript = true;
    walk_list(r, list);
    r->in_subscript = outer;
}

static void walk_scoped(resolver *r, const zc_expr *e)
{
    local *outer = r->scope;
    if (e->kind == ZC_EXPR_REDUCE) {
        walk_indices(r, &e->u.reduce.indices);
        walk_expr(r, e->u.reduce.body);
    } else {
        walk_expr(r, e->u.loop.init);
        walk_expr(r, e->u.loop.index.bound);
        declare(r, e->u.loop.name, false);
        declare(r, e->u.loop.index.name, false);
        walk_block(r, e->u.loop.body);
    }
    leave(r, outer);
}

/* What is subscripted: not a table or function, whose arguments stand in parentheses. */
static void walk_base(resolver *r, const zc_expr *e)
{
    const zc_expr *base = e->u.index.base;
    const zc_decl *decl = NULL;
    if (base->kind == ZC_EXPR_NAME && find_local(r, base->u.name.name) == NULL)
        decl = zc_find_decl(r->file, base->u.name.name);
    if (decl == NULL || (decl->kind != ZC_DECL_FN && decl->kind != ZC_DECL_TABLE)) {
        walk_expr(r, base);
        return;
    }
    zc_diag *diag = wrong_kind(r, base->u.name, decl, "a value");
    zc_edit_brackets(r->ck, diag, e->span, base->span.end, "(", ")");
}

static void walk_expr(resolver *r, const zc_expr *e)
{
    switch (e->kind) {
    case ZC_EXPR_ERROR:
    case ZC_EXPR_INT:
    case ZC_EXPR_REAL:
    case ZC_EXPR_STRING:
    case ZC_EXPR_BOOL:
        break;
    case ZC_EXPR_NAME:
        walk_name(r, e->u.name);
        break;
    case ZC_EXPR_UNARY:
        walk_expr(r, e->u.unary.operand);
        break;
    case ZC_EXPR_BINARY:
        walk_expr(r, e->u.binary.left);
        walk_expr(r, e->u.binary.right);
        break;
    case ZC_EXPR_INDEX:
        walk_base(r, e);
        walk_subscripts(r, &e->u.index.subscripts);
        break;
    case ZC_EXPR_CALL:
        walk_callee(r, e->u.call.callee, e->span);
        for (size_t i = 0; i < e->u.call.count; i++)
            walk_expr(r, e->u.call.args[i].value);
        break;
    case ZC_EXPR_MEMBER:
        if (e->u.member.base->kind == ZC_EXPR_NAME) {
            const zc_decl *decl = walk_member(r, e->u.member.base->u.name, e->u.member.name);
            if (decl != NULL && decl->kind != ZC_DECL_CONST)
                (void)wrong_kind(r, e->u.member.name, decl, "a value");
        } else if (e->u.member.base->kind != ZC_EXPR_ERROR) {
            zc_error(&r->ck->session->diags, ZC_E_NAME_KIND, e->u.member.base->span,
                     "only modules have members");
        }
        break;
    case ZC_EXPR_TUPLE:
    case ZC_EXPR_ARRAY:
        walk_list(r, &e->u.list);
        break;
    case ZC_EXPR_VERB:
        walk_expr(r, e->u.verb.value);
        walk_type(r, e->u.verb.type);
        break;
    case ZC_EXPR_IF:
        walk_expr(r, e->u.cond.condition);
        walk_expr(r, e->u.cond.then_value);
        walk_expr(r, e->u.cond.else_value);
        break;
    case ZC_EXPR_REDUCE:
    case ZC_EXPR_LOOP:
        walk_scoped(r, e);
        break;
    }
}

static void walk_stmt(resolver *r, const zc_stmt *stmt)
{
    local *outer = r->scope;
    bool in_test;
    switch (stmt->kind) {
    case ZC_STMT_ERROR:
        break;
    case ZC_STMT_LET:
        if (stmt->type != NULL)
            walk_type(r, stmt->type);
        walk_indices(r, &stmt->indices);
        walk_expr(r, stmt->value);
        leave(r, outer);
        declare(r, stmt->name, true);
        break;
    case ZC_STMT_LET_TUPLE:
        walk_expr(r, stmt->value);
        for (size_t i = 0; i < stmt->names.count; i++) {
            declare_among(r, stmt->names.items[i], outer);
            r->scope->watched = true;
        }
        break;
    case ZC_STMT_PROVE:
        if (!r->in_test)
            zc_error(&r->ck->session->diags, ZC_E_PROVE, stmt->span,
                     "`prove` belongs into tests only");
        in_test = r->in_test;
        r->in_test = true; /* one error is enough */
        walk_expr(r, stmt->value);
        r->in_test = in_test;
        break;
    case ZC_STMT_ASSERT:
        walk_expr(r, stmt->value);
        break;
    }
}

static void walk_block(resolver *r, const zc_block *block)
{
    local *outer = r->scope;
    if (block->count > ZC_MAX_STATEMENTS) {
        zc_error(&r->ck->session->diags, ZC_E_TOO_LARGE, block->span,
                 "a block has at most %d statements", (int)ZC_MAX_STATEMENTS);
        return;
    }
    for (size_t i = 0; i < block->count; i++)
        walk_stmt(r, block->stmts[i]);
    if (block->value != NULL)
        walk_expr(r, block->value);
    leave(r, outer);
}

/* ---- declarations ---- */

static void walk_params(resolver *r, const zc_decl *decl, const zc_ast_param_list *params,
                        local *outer)
{
    r->signature = decl->kind == ZC_DECL_TABLE ? NULL : decl;
    for (size_t i = 0; i < params->count; i++)
        walk_type(r, params->items[i].type);
    r->signature = NULL;
    for (size_t i = 0; i < params->count; i++)
        declare_among(r, params->items[i].name, outer);
}

static void walk_decl(resolver *r, const zc_decl *decl)
{
    r->in_test = decl->kind == ZC_DECL_TEST;
    local *outer = r->scope;
    switch (decl->kind) {
    case ZC_DECL_USE:
        break;
    case ZC_DECL_TYPE:
        walk_type(r, decl->u.type.type);
        break;
    case ZC_DECL_CONST:
        if (decl->u.constant.type != NULL)
            walk_type(r, decl->u.constant.type);
        walk_expr(r, decl->u.constant.value);
        break;
    case ZC_DECL_TABLE:
        walk_type(r, decl->u.table.result);
        walk_params(r, decl, &decl->u.table.params, outer);
        walk_expr(r, decl->u.table.value);
        break;
    case ZC_DECL_FN:
        for (size_t i = 0; i < decl->u.fn.shape_vars.count; i++)
            declare_among(r, decl->u.fn.shape_vars.items[i], outer);
        walk_params(r, decl, &decl->u.fn.params, outer);
        if (decl->u.fn.result != NULL)
            walk_type(r, decl->u.fn.result);
        if (decl->u.fn.value != NULL)
            walk_expr(r, decl->u.fn.value);
        else
            walk_block(r, decl->u.fn.body);
        break;
    case ZC_DECL_CIRCUIT:
        walk_params(r, decl, &decl->u.circuit.params, outer);
        for (size_t i = 0; i < decl->u.circuit.output_count; i++)
            walk_type(r, decl->u.circuit.outputs[i].type);
        walk_block(r, decl->u.circuit.body);
        break;
    case ZC_DECL_TEST:
        walk_block(r, decl->u.test.body);
        break;
    }
    leave(r, outer);
}

void zc_check_names(zc_checker *ck)
{
    for (size_t u = 0; u < ck->unit_count; u++) {
        const zc_file *file = ck->units[u].file;
        resolver r = {.ck = ck, .file = file};
        for (size_t i = 0; i < file->count; i++) {
            zc_ident name = file->decls[i]->name;
            if (name.name == NULL)
                continue;
            note(&r, name, file->decls[i]);
            const zc_decl *first = zc_find_decl(file, name.name);
            if (first != file->decls[i]) {
                duplicate(&r, name, first->name.span);
            } else if (zc_is_builtin(name.name)) {
                zc_error(&ck->session->diags, ZC_E_NAME_DUPLICATE, name.span,
                         "`%s` is a built-in function", name.name);
            }
        }
        for (size_t i = 0; i < file->count; i++)
            walk_decl(&r, file->decls[i]);
    }
}
