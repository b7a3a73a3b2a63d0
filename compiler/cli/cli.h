/* cli.h - what the zkmlc subcommands share.
 *
 * A command returns the program's exit code, which is a zkml_status. Results go to standard
 * output, everything else to standard error. Without the name of a command, zkmlc compiles.
 */
#ifndef ZC_CLI_CLI_H
#define ZC_CLI_CLI_H

#include <stdio.h>

#include "compiler/session.h"
#include "runtime/cli/options.h"

typedef struct zc_command {
    const char *name;
    int (*run)(const zk_args *args);
    zk_syntax syntax;
} zc_command;

extern const zc_command zc_command_compile;
extern const zc_command zc_command_explain;
extern const zc_command zc_command_fmt;
extern const zc_command zc_command_new;

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

#endif
