/* cli.h - what the zkmlc subcommands share.
 *
 * A command returns the program's exit code, which is a zkml_status. Results go to standard
 * output, everything else to standard error. Without the name of a command, zkmlc compiles.
 */
#ifndef ZC_CLI_CLI_H
#define ZC_CLI_CLI_H

#include <stdio.h>

#include "compiler/driver.h"
#include "runtime/cli/options.h"

typedef struct zc_command {
    const char *name;
    int (*run)(const zk_args *args);
    zk_syntax syntax;
} zc_command;

extern const zc_command zc_command_compile;
extern const zc_command zc_command_explain;
extern const zc_command zc_command_fmt;
extern const zc_command zc_command_lsp;
extern const zc_command zc_command_new;
extern const zc_command zc_command_run;
extern const zc_command zc_command_test;

/* The commands that are called by name, ended by NULL. */
extern const zc_command *const zc_commands[];

/* The files of compiler/cli/template, by their names without suffix; all names, ended by NULL. */
const char *zc_template_text(const char *name, size_t *length);
const char *const *zc_template_names(void);

/* Prints "zkmlc: message" (and for our own bugs "please report") and returns err's status. */
int zc_cli_fail(const zkml_error *err);
/* Flushes standard output and reports a failed write (a full disk, a closed pipe). */
int zc_cli_finish(int code);
/* The diagnostics on standard error, as text or JSON; `color` is the value of --color or NULL. */
void zc_cli_diagnostics(const zc_diags *diags, bool json, const char *color);
/* Replaces the text of a program. The file behind a symbolic link is replaced, and its permissions
 * are kept. */
zkml_status zc_cli_rewrite(const char *path, const zk_buf *text, zkml_error *err) ZKML_NODISCARD;
/* zkmlc --fix: makes the edits of help lines in options->input, or shows them if `check`. The exit
 * code is that of the fixed program; with `check` 1 if there is anything to fix. */
int zc_cli_fix(const zc_options *options, bool quiet, bool check, bool json,
               const char *color);
/* The lines that differ, as `diff -u` writes them, on standard output. */
void zc_cli_diff(const char *path, const zk_buf *before, const zk_buf *after);

#endif
