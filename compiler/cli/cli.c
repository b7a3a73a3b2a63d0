#include "compiler/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/base/term.h"

int zc_cli_fail(const zkml_error *err)
{
    bool named = strncmp(err->text, "zkmlc", 5) == 0 && strchr(" :", err->text[5]) != NULL;
    fprintf(stderr, "%s%s\n", named ? "" : "zkmlc: ", err->text); /* "zkmlc run: ..." */
    if (err->status == ZKML_INTERNAL)
        fprintf(stderr, "zkmlc: this is a bug in zkmlc: please report it\n");
    return (int)err->status;
}

int zc_cli_finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "zkmlc: standard output: cannot write: %s\n", strerror(errno));
        return code == ZKML_OK ? ZKML_IO : code;
    }
    return code;
}

void zc_cli_diagnostics(const zc_diags *diags, bool json, const char *color)
{
    unsigned style = ZC_DIAG_PLAIN;
    if (json) {
        (void)zc_diags_print_json(diags, stderr);
        return;
    }
    if (zk_term_colour(STDERR_FILENO, color))
        style |= ZC_DIAG_COLOUR;
    if (isatty(STDERR_FILENO) == 1)
        style |= ZC_DIAG_EXPLAIN;
    zc_diags_print(diags, stderr, style);
}

zkml_status zc_cli_rewrite(const char *path, const zk_buf *text, zkml_error *err)
{
    struct stat info;
    char *target = realpath(path, NULL);
    if (target == NULL || stat(target, &info) != 0) {
        free(target);
        return zk_fail(err, ZKML_IO, "%s: %s", path, strerror(errno));
    }
    zkml_status status = zk_file_write(target, text->data, text->length, ZK_FILE_PUBLIC, err);
    if (status == ZKML_OK && chmod(target, info.st_mode & 07777) != 0)
        status = zk_fail(err, ZKML_IO, "%s: cannot set permissions: %s", path, strerror(errno));
    free(target);
    return status;
}
