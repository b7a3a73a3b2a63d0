/* zkmlc fmt: the house style. */
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/front/front.h"

enum { OPT_CHECK = 1000, OPT_COLOR };

static const zk_option options[] = {
    {'i', "in-place", NULL, "write the result back to the files"},
    {OPT_CHECK, "check", NULL, "write nothing; name the files that would change, exit 1 if any"},
    {OPT_COLOR, "color", "WHEN", "colour diagnostics: auto, always or never"},
    {0},
};

static zkml_status put_result(const zk_args *args, const char *path, const zk_buf *before,
                              const zk_buf *after, zkml_error *err)
{
    bool same = before->length == after->length &&
                (after->length == 0 || memcmp(before->data, after->data, after->length) == 0);
    if (zk_args_has(args, OPT_CHECK)) {
        if (!same)
            printf("%s\n", path);
        return same ? ZKML_OK : ZKML_INVALID;
    }
    if (!zk_args_has(args, 'i')) {
        if (after->length > 0) /* zc_cli_finish reports failures */
            (void)fwrite(after->data, 1, after->length, stdout);
        return ZKML_OK;
    }
    return same ? ZKML_OK : zc_cli_rewrite(path, after, err);
}

static zkml_status format_file(const zk_args *args, const char *path)
{
    zc_session session;
    zk_buf text = {0};
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    zkml_status status = zc_source_load(&session.sources, path, &source, &err);
    if (status == ZKML_OK)
        status = zc_format(&session, source, &text, &err);
    zc_cli_diagnostics(&session.diags, false, zk_args_get(args, OPT_COLOR));
    bool wrong = session.diags.error_count > 0;
    if (status == ZKML_OK && !wrong)
        status = put_result(args, path, &zc_source_get(&session.sources, source)->text, &text,
                            &err);
    if (status != ZKML_OK && err.text[0] != '\0')
        (void)zc_cli_fail(&err);
    zk_buf_free(&text);
    zc_session_free(&session);
    return status == ZKML_OK && wrong ? ZKML_INVALID : status;
}

static int fmt(const zk_args *args)
{
    zkml_error err = {0};
    zkml_status worst = ZKML_OK;
    if (zk_args_has(args, 'i') && zk_args_has(args, OPT_CHECK)) {
        zk_fail(&err, ZKML_USAGE, "--check writes nothing: leave out --in-place");
        return zc_cli_fail(&err);
    }
    for (int i = 0; i < args->operand_count; i++)
        if (strcmp(args->operands[i], "-") == 0 && zk_args_has(args, 'i')) {
            zk_fail(&err, ZKML_USAGE, "standard input cannot be changed in place");
            return zc_cli_fail(&err);
        }
    for (int i = 0; i < args->operand_count; i++) {
        zkml_status status = format_file(args, args->operands[i]);
        worst = status > worst ? status : worst;
    }
    return (int)worst;
}

const zc_command zc_command_fmt = {
    .name = "fmt",
    .run = fmt,
    .syntax = {"zkmlc fmt", "[-i|--check] FILE.zt...",
               "Prints programs in the house style; - is standard input.", options, 1, 1 << 20},
};
