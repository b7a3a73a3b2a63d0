/* zkmlc lsp: the language server for editors, on standard input and output. */
#include <unistd.h>

#include "compiler/cli/cli.h"
#include "compiler/lsp/lsp.h"

static int serve(const zk_args *args)
{
    zkml_error err = {0};
    (void)args;
    zkml_status status = zc_lsp_serve(STDIN_FILENO, stdout, &err);
    return status == ZKML_OK ? ZKML_OK : zc_cli_fail(&err);
}

static const zk_option options[] = {
    {1000, "stdio", NULL, "speak on standard input and output, which it does in any case"},
    {0},
};

const zc_command zc_command_lsp = {
    .name = "lsp",
    .run = serve,
    .syntax = {"zkmlc lsp", "", "The language server: an editor starts it.", options, 0, 0},
};
