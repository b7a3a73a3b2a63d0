/* zkmlc explain: a diagnostic's code, or a module of the standard library. */
#include "compiler/cli/cli.h"
#include "compiler/front/front.h"

static int explain(const zk_args *args)
{
    const char *name = args->operands[0];
    size_t length;
    const char *text = zc_stdlib_text(name, &length);
    if (text != NULL) {
        (void)fwrite(text, 1, length, stdout); /* zc_cli_finish reports what went wrong */
        return ZKML_OK;
    }
    zc_code code = zc_code_find(name);
    if (code != ZC_CODE_COUNT) {
        char buffer[8];
        const zc_code_info *info = zc_code_lookup(code);
        printf("%s (%s): %s\n", zc_code_name(code, buffer), info->slug, info->summary);
        return ZKML_OK;
    }
    fprintf(stderr, "zkmlc: `%s` is neither a diagnostic's code nor a module of the standard "
                    "library\n", name);
    return ZKML_USAGE;
}

static const zk_option options[] = {{0}};

const zc_command zc_command_explain = {
    .name = "explain",
    .run = explain,
    .syntax = {"zkmlc explain", "E0417|nn",
               "Explains a diagnostic's code, or prints a module of the standard library.",
               options, 1, 1},
};
