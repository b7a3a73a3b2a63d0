/* Loading a program: the root file and everything it uses, each file once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/front/front.h"
#include "compiler/spelling.h"

/* A file that is being loaded, and who wants it: the chain is the path of imports. */
typedef struct zc_loading {
    const struct zc_loading *user;
    uint32_t source;
    zc_span use_span;
    unsigned depth;
} zc_loading;

enum { MAX_IMPORT_DEPTH = 100 };

typedef struct zc_loader {
    zc_session *session;
    zc_file **files; /* finished, in order */
    size_t count, capacity;
    zkml_error *err;
} zc_loader;

static zkml_status load_file(zc_loader *loader, const zc_loading *loading, zc_file **file);

static zc_file *find_loaded(const zc_loader *loader, const char *path)
{
    for (size_t i = 0; i < loader->count; i++)
        if (strcmp(zc_source_path(&loader->session->sources, loader->files[i]->source), path) == 0)
            return loader->files[i];
    return NULL;
}

/* True when `path` is among the files being loaded; reports the circle. */
static bool is_cycle(zc_loader *loader, const zc_loading *loading, const char *path,
                     const zc_use *use)
{
    const zc_loading *at = loading;
    while (at != NULL &&
           strcmp(zc_source_path(&loader->session->sources, at->source), path) != 0)
        at = at->user;
    if (at == NULL)
        return false;
    zc_diag *d = zc_error(&loader->session->diags, ZC_E_MODULE_CYCLE, use->path_span,
                          "`%s` uses itself", path);
    for (const zc_loading *step = loading; step != at; step = step->user)
        zc_diag_label(d, step->use_span, "by way of this import");
    zc_diag_help(d, "move what both files need into a third one");
    return true;
}

static void suggest_module(zc_diag *diag, zc_ident name)
{
    zk_buf names = {0};
    zc_spelling spelling = {.name = name.name};
    for (const char *const *known = zc_stdlib_names(); *known != NULL; known++) {
        zk_buf_printf(&names, "%s`%s`", names.length > 0 ? ", " : "", *known);
        zc_spelling_try(&spelling, *known);
    }
    if (names.length > 0 && !names.failed)
        zc_diag_note(diag, "the standard library has %s", (const char *)names.data);
    if (spelling.best != NULL)
        zc_diag_fix(diag, name.span, spelling.best, "did you mean `%s`?", spelling.best);
    else
        zc_diag_help(diag, "a file is used with `use \"./file.zt\" as name;`");
    zk_buf_free(&names);
}

static zkml_status load_source(zc_loader *loader, const zc_loading *user, uint32_t source,
                               zc_span span, zc_file **file)
{
    const zc_loading loading = {user, source, span, user == NULL ? 0 : user->depth + 1};
    return load_file(loader, &loading, file);
}

static zkml_status use_stdlib(zc_loader *loader, const zc_loading *loading, zc_decl *decl)
{
    size_t length;
    const char *text = zc_stdlib_text(decl->name.name, &length);
    if (text == NULL) {
        suggest_module(zc_error(&loader->session->diags, ZC_E_MODULE_UNKNOWN, decl->name.span,
                                "there is no module `%s` in the standard library",
                                decl->name.name),
                       decl->name);
        return ZKML_OK;
    }
    char path[64];
    if ((size_t)snprintf(path, sizeof path, "<%s>", decl->name.name) >= sizeof path)
        return zk_fail(loader->err, ZKML_INTERNAL, "a module's name is too long");
    decl->u.use.target = find_loaded(loader, path);
    if (decl->u.use.target != NULL)
        return ZKML_OK;
    uint32_t source;
    ZK_TRY(zc_source_add(&loader->session->sources, path, text, length, &source, loader->err));
    return load_source(loader, loading, source, decl->name.span, &decl->u.use.target);
}

static zkml_status use_path(zc_loader *loader, const zc_loading *loading, zc_decl *decl,
                            const char *path)
{
    zc_use *use = &decl->u.use;
    if (is_cycle(loader, loading, path, use))
        return ZKML_OK;
    use->target = find_loaded(loader, path);
    if (use->target != NULL)
        return ZKML_OK;
    uint32_t source;
    zkml_error problem = {0};
    zkml_status status = zc_source_load(&loader->session->sources, path, &source, &problem);
    if (status != ZKML_OK) {
        zc_code code = status == ZKML_LIMIT ? ZC_E_MODULE_LIMIT : ZC_E_MODULE_FILE;
        zc_diag *d = zc_error(&loader->session->diags, code, use->path_span, "%s", problem.text);
        zc_diag_note(d, "paths are relative to the file that has the `use`");
        return ZKML_OK;
    }
    return load_source(loader, loading, source, use->path_span, &use->target);
}

static zkml_status use_file(zc_loader *loader, const zc_loading *loading, zc_decl *decl)
{
    char *path = zc_source_resolve(&loader->session->sources, loading->source, decl->u.use.path);
    if (path == NULL)
        return zk_fail(loader->err, ZKML_LIMIT, "out of memory");
    zkml_status status = use_path(loader, loading, decl, path);
    free(path);
    return status;
}

static zkml_status follow_use(zc_loader *loader, const zc_loading *loading, zc_decl *decl)
{
    if (loading->depth >= MAX_IMPORT_DEPTH) {
        (void)zc_error(&loader->session->diags, ZC_E_MODULE_LIMIT, decl->span,
                       "imports are nested more than %d files deep", MAX_IMPORT_DEPTH);
        return ZKML_OK;
    }
    switch (decl->u.use.kind) {
    case ZC_USE_STDLIB:
        return use_stdlib(loader, loading, decl);
    case ZC_USE_FILE:
        return use_file(loader, loading, decl);
    case ZC_USE_FOREIGN:
        zc_diag_help(zc_error(&loader->session->diags, ZC_E_IMPORT_FORMAT,
                              decl->u.use.format.span, "importing `%s` models is not supported yet",
                              decl->u.use.format.name),
                     "write the model in .zt and `load` its weights");
        return ZKML_OK;
    }
    return ZKML_OK;
}

static zkml_status load_file(zc_loader *loader, const zc_loading *loading, zc_file **file)
{
    ZK_TRY(zc_parse_file(loader->session, loading->source, file, loader->err));
    for (size_t i = 0; i < (*file)->count; i++)
        if ((*file)->decls[i]->kind == ZC_DECL_USE)
            ZK_TRY(follow_use(loader, loading, (*file)->decls[i]));
    if (!ZK_GROW(loader->files, loader->capacity, loader->count + 1))
        return zk_fail(loader->err, ZKML_LIMIT, "out of memory");
    loader->files[loader->count++] = *file;
    return ZKML_OK;
}

static zkml_status make_program(zc_loader *loader, zc_file *root, zc_program **program)
{
    zc_program *made = ZK_ARENA_NEW(&loader->session->arena, zc_program, 1);
    zc_file **files = ZK_ARENA_NEW(&loader->session->arena, zc_file *, loader->count);
    if (made == NULL || files == NULL)
        return zk_fail(loader->err, ZKML_LIMIT, "out of memory");
    memcpy(files, loader->files, loader->count * sizeof *files);
    *made = (zc_program){.files = files, .count = loader->count, .root = root};
    *program = made;
    return ZKML_OK;
}

zkml_status zc_module_load(zc_session *session, uint32_t source, zc_program **program,
                           zkml_error *err)
{
    zc_loader loader = {.session = session, .err = err};
    zc_file *root = NULL;
    *program = NULL;
    zkml_status status = load_source(&loader, NULL, source, ZC_NO_SPAN, &root);
    if (status == ZKML_OK)
        status = make_program(&loader, root, program);
    free(loader.files);
    return status;
}

static bool module_has(const char *module, const char *name)
{
    size_t length;
    char wanted[80];
    const char *text = zc_stdlib_text(module, &length);
    if ((size_t)snprintf(wanted, sizeof wanted, "\nfn %s", name) >= sizeof wanted)
        return false;
    for (const char *at = text; (at = strstr(at, wanted)) != NULL; at++) {
        char next = at[strlen(wanted)];
        if (next == '(' || next == '[')
            return true;
    }
    return false;
}

const char *zc_stdlib_module_of(const char *function)
{
    for (const char *const *module = zc_stdlib_names(); *module != NULL; module++)
        if (module_has(*module, function))
            return *module;
    return NULL;
}
