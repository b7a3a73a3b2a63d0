/* load and load_raw. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/elab.h"
#include "compiler/spelling.h"

/* The path as seen from the source file, in the arena. */
static const char *resolved_path(zc_checker *ck, const zc_expr *call, const char *path)
{
    char *resolved = zc_source_resolve(&ck->session->sources, call->span.file, path);
    if (resolved == NULL)
        zc_check_no_memory(ck);
    char *copy = zk_arena_strndup(ck->arena, resolved, strlen(resolved));
    free(resolved);
    if (copy == NULL)
        zc_check_no_memory(ck);
    return copy;
}

/* One or two strings; false: reported. */
static bool string_arguments(zc_checker *ck, const zc_expr *call, const char *texts[2])
{
    bool ok = call->u.call.count >= 1 && call->u.call.count <= 2;
    for (size_t i = 0; ok && i < call->u.call.count; i++) {
        const zc_arg *arg = &call->u.call.args[i];
        ok = arg->name.name == NULL && arg->value->kind == ZC_EXPR_STRING;
        if (ok)
            texts[i] = arg->value->u.string;
    }
    if (ok)
        return true;
    const char *name = call->u.call.callee->u.name.name;
    zc_diag *diag = zc_complain(ck, ZC_E_LOAD, call->span,
                                "`%s` takes a path and the name of a tensor, both as strings", name);
    zc_diag_help(diag, "`%s(\"weights.safetensors\", \"fc1.weight\")`", name);
    return false;
}

static zc_data *new_data(zc_checker *ck, const zc_weights *weights, zc_span span)
{
    zc_data *data = zc_check_alloc(ck, 1, sizeof *data);
    zc_weights *copy = zc_check_alloc(ck, 1, sizeof *copy);
    *copy = *weights;
    data->name = weights->name;
    data->weights = copy;
    data->rank = weights->rank;
    data->count = weights->count;
    for (uint32_t d = 0; d < weights->rank; d++) {
        if (weights->shape[d] > INT32_MAX) {
            zc_complain(ck, ZC_E_TOO_LARGE, span, "%s: dimension %u is too large", weights->name,
                        d);
            return NULL;
        }
        data->extent[d] = (uint32_t)weights->shape[d];
    }
    return data;
}

static bool integer_codes(zc_checker *ck, zc_data *data, zc_span span)
{
    data->codes = zc_check_alloc(ck, (size_t)data->count, sizeof *data->codes);
    for (uint64_t i = 0; i < data->count; i++) {
        if (!zc_weights_integer(&data->codes[i], data->weights, i)) {
            zc_complain(ck, ZC_E_DATA_VALUE, span, "%s: element %llu needs more than 63 bits",
                        data->name, (unsigned long long)i);
            return false;
        }
    }
    return true;
}

/* Codes: an integer tensor of a container, or a file of nothing but elements. */
static bool load_codes(zc_checker *ck, const zc_expr *call, const char *path, const char *second,
                       const zc_ctype *declared, zc_weights *weights, zkml_status *status,
                       zkml_error *err)
{
    uint64_t shape[ZC_MAX_RANK] = {0};
    if (zc_weights_is_container(path)) {
        *status = zc_weights_load(weights, &ck->weights, path, second, err);
        if (*status != ZKML_OK || zc_dtype_is_integer(weights->dtype))
            return true;
        zc_diag *diag = zc_complain(ck, ZC_E_LOAD, call->span, "load_raw takes integers, %s has %s",
                                    weights->name, zc_dtype_name(weights->dtype));
        zc_diag_help(diag, "real numbers are rounded to codes: `clamp load(...)`");
        return false;
    }
    if (declared == NULL || second == NULL) {
        zc_diag *diag = zc_complain(ck, ZC_E_LOAD, call->span,
                                    "raw binary data needs an element type and a declared shape");
        zc_diag_help(diag, "`const W: fix(8, 7)[10, 64] = load_raw(\"w.bin\", \"i8\");`");
        return false;
    }
    for (uint32_t d = 0; d < declared->rank; d++)
        shape[d] = declared->extent[d];
    *status = zc_weights_load_raw(weights, &ck->weights, path, second, declared->rank, shape, err);
    if (*status != ZKML_OK || zc_dtype_is_integer(weights->dtype))
        return true;
    zc_complain(ck, ZC_E_LOAD, call->span, "load_raw takes integers, not %s",
                zc_dtype_name(weights->dtype));
    return false;
}

/* A file of the same directory with nearly the same name. */
static void suggest_file(zc_checker *ck, zc_diag *diag, zc_span span, const char *written,
                         const char *path)
{
    enum { MOST_FILES = 10000 };
    const char *slash = strrchr(path, '/'), *last = strrchr(written, '/');
    last = last != NULL ? last + 1 : written;
    zc_spelling spelling = {.name = last};
    const char *beside = slash == NULL ? "." : zc_text(ck, "%.*s/", (int)(slash - path), path);
    DIR *directory = opendir(beside);
    struct dirent *entry = directory != NULL ? readdir(directory) : NULL;
    for (int i = 0; entry != NULL && i < MOST_FILES; i++) {
        if (entry->d_name[0] != '.')
            zc_spelling_try(&spelling, zc_text(ck, "%s", entry->d_name));
        entry = readdir(directory);
    }
    if (directory != NULL)
        (void)closedir(directory);
    const char *best = spelling.best;
    if (best != NULL && strpbrk(best, "\"\\") == NULL)
        zc_diag_fix(diag, span, zc_text(ck, "\"%.*s%s\"", (int)(last - written), written, best),
                    "did you mean `%s`?", best);
    else
        zc_diag_note(diag, "paths are relative to the file that has the `load`");
}

static void explain_kind(zc_diag *diag, const zc_expr *call, const char *path)
{
    const char *dot = strrchr(path, '.');
    static const char *const torch[] = {".pt", ".pth", ".bin", ".ckpt", ".h5", ".pkl"};
    for (size_t i = 0; dot != NULL && i < sizeof torch / sizeof *torch; i++)
        if (strcmp(dot, torch[i]) == 0)
            zc_diag_help(diag, "write the weights with `safetensors.torch.save_file(model."
                               "state_dict(), \"weights.safetensors\")`, or tensors one by one "
                               "with `numpy.save`");
    if (dot != NULL && strcmp(dot, ".npy") == 0 && call->u.call.count == 2) {
        zc_span first = call->u.call.args[0].span, second = call->u.call.args[1].span;
        zc_diag_fix(diag, (zc_span){first.file, first.end, second.end}, "",
                    "leave out the name: `load(\"%s\")`", call->u.call.args[0].value->u.string);
    }
}

const zc_value *zc_load(zc_checker *ck, const zc_expr *call, const zc_ctype *declared)
{
    bool raw = strcmp(call->u.call.callee->u.name.name, "load_raw") == 0;
    const char *texts[2] = {NULL, NULL};
    if (!string_arguments(ck, call, texts))
        return &zc_poison;
    const char *path = resolved_path(ck, call, texts[0]);
    zc_weights weights = {0};
    zkml_error err = {0};
    zkml_status status;
    if (!raw)
        status = zc_weights_load(&weights, &ck->weights, path, texts[1], &err);
    else if (!load_codes(ck, call, path, texts[1], declared, &weights, &status, &err))
        return &zc_poison;
    if (status != ZKML_OK) {
        zc_diag *diag = zc_complain(ck, status == ZKML_INVALID ? ZC_E_DATA_SHAPE : ZC_E_DATA_FILE,
                                    call->span, "%s", err.text);
        if (status == ZKML_IO)
            suggest_file(ck, diag, call->u.call.args[0].value->span, texts[0], path);
        else if (!raw)
            explain_kind(diag, call, path);
        return &zc_poison;
    }
    zc_data *data = new_data(ck, &weights, call->span);
    if (data == NULL || (raw && !integer_codes(ck, data, call->span)))
        return &zc_poison;
    return zc_data_value(ck, data);
}

static bool is_load(zc_checker *ck, const zc_expr *e)
{
    if (e->kind != ZC_EXPR_CALL || e->u.call.callee->kind != ZC_EXPR_NAME)
        return false;
    const char *name = e->u.call.callee->u.name.name;
    return strcmp(name, "load_raw") == 0 && zc_find_binding(ck->frame, name) == NULL;
}

const zc_value *zc_eval_declared(zc_checker *ck, const zc_expr *e, const zc_ctype *declared)
{
    return is_load(ck, e) ? zc_load(ck, e, declared) : zc_eval(ck, e);
}
