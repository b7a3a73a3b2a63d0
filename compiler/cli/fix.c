#include "compiler/fix.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/cli/cli.h"
#include "runtime/base/file.h"

static bool equal(const zk_buf *a, const zk_buf *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* What was edited, a line each, on standard error. */
static void report(const char *path, const zc_fixes *fixes, bool json)
{
    for (size_t i = 0; i < fixes->count; i++) {
        const zc_fix *fix = &fixes->list[i];
        char code[8];
        if (!json) {
            fprintf(stderr, "fixed[%s] %s:%u:%u: %s\n", zc_code_name(fix->code, code), path,
                    fix->position.line, fix->position.column, fix->title);
            continue;
        }
        json_t *object =
            json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:I}", "v", 1, "severity", "fixed", "code",
                      zc_code_name(fix->code, code), "file", path, "message", fix->title, "line",
                      (json_int_t)fix->position.line, "col", (json_int_t)fix->position.column);
        char *line = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
        if (line != NULL)
            fprintf(stderr, "%s\n", line);
        free(line);
        json_decref(object);
    }
}

/* The messages about the fixed text; the status of the program. */
static zkml_status check_again(const zc_options *options, const zk_buf *text, bool json,
                               const char *color, zkml_error *err)
{
    zc_session session;
    zc_summary summary;
    zk_buf unused = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    zkml_status status = zc_source_add(&session.sources, options->input, (const char *)text->data,
                                       text->length, &source, err);
    if (status == ZKML_OK)
        status = zc_compile_source(&session, source, options, &unused, &summary, err);
    zc_cli_diagnostics(&session.diags, json, color);
    if (status != ZKML_OK && session.diags.error_count == 0)
        (void)zc_cli_fail(err);
    zk_buf_free(&unused);
    zc_session_free(&session);
    return status;
}

int zc_cli_fix(const zc_options *options, bool quiet, bool check, bool json, const char *color)
{
    zkml_error err = {0};
    zk_buf before = {0}, after = {0};
    zc_fixes fixes;
    const char *path = options->input;
    zc_fixes_init(&fixes);
    zkml_status status = zk_file_read(path, ZC_SOURCE_MAX_BYTES, &before, &err);
    zk_buf_bytes(&after, before.data, before.length);
    if (status == ZKML_OK && after.failed)
        status = zk_fail(&err, ZKML_LIMIT, "out of memory");
    if (status == ZKML_OK)
        status = zc_fix_text(options, &after, &fixes, &err);
    bool same = equal(&before, &after);
    if (status == ZKML_OK && !same && !check)
        status = zc_cli_rewrite(path, &after, &err);
    if (status != ZKML_OK) {
        (void)zc_cli_fail(&err);
    } else {
        if (check)
            zc_cli_diff(path, &before, &after);
        if (!quiet || json)
            report(path, &fixes, json);
        status = check_again(options, &after, json, color, &err);
        if (!quiet && !json)
            fprintf(stderr, "%s: %zu edit%s %s\n", path, fixes.count, fixes.count == 1 ? "" : "s",
                    check ? "to make" : "made");
        status = status == ZKML_OK && check && !same ? ZKML_INVALID : status;
    }
    zc_fixes_free(&fixes);
    zk_buf_free(&before);
    zk_buf_free(&after);
    return (int)status;
}
