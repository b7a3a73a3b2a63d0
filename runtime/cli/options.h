/* options.h - one table per command: parsing, --help and the usage line all come from it.
 *
 * GNU conventions through getopt_long: options and operands mix, "--" ends options. Every command
 * has --help besides its own table.
 */
#ifndef ZK_CLI_OPTIONS_H
#define ZK_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "runtime/base/error.h"

typedef struct zk_option {
    int id;               /* > 0, unique in the table; a printable character is the short form;
                           * from ZK_OPTION_REPEATED on, it may be given several times */
    const char *name;     /* long name */
    const char *argument; /* "FILE": takes a value; NULL: a flag */
    const char *help;
} zk_option;

enum {
    ZK_MAX_OPTIONS = 40,
    ZK_MAX_REPEATED = 64,
    ZK_OPTION_HELP = 900,
    ZK_OPTION_VERSION = 901,
    ZK_OPTION_REPEATED = 2000
};

typedef struct zk_syntax {
    const char *program; /* "zkml prove" */
    const char *operands; /* "CIRCUIT -i INPUT -o PROOF", for the usage line */
    const char *summary;
    const zk_option *options; /* ended by id 0 */
    int min_operands, max_operands;
} zk_syntax;

typedef struct zk_given {
    int id;
    const char *value;
} zk_given;

typedef struct zk_args {
    const zk_syntax *syntax;
    const char *values[ZK_MAX_OPTIONS]; /* by position in the table; "" for a given flag */
    zk_given repeated[ZK_MAX_REPEATED]; /* options that may be given several times */
    int repeated_count;
    int operand_count;
    char **operands;
    bool help, version;
} zk_args;

/* argv[0] is skipped. On ZKML_USAGE err says what is wrong. */
zkml_status zk_args_parse(zk_args *args, const zk_syntax *syntax, int argc, char **argv,
                          zkml_error *err) ZKML_NODISCARD;
/* The value given for an option, "" for a flag, NULL if it was not given. */
const char *zk_args_get(const zk_args *args, int id);
bool zk_args_has(const zk_args *args, int id);
/* The values of an option that may be given several times, in order: starts with *at = 0; NULL
 * after the last. */
const char *zk_args_next(const zk_args *args, int id, int *at);
/* A decimal integer option within lo..hi, or fallback when it was not given. */
zkml_status zk_args_integer(const zk_args *args, int id, long lo, long hi, long fallback,
                            long *value, zkml_error *err) ZKML_NODISCARD;
void zk_args_help(const zk_syntax *syntax, FILE *out);

#endif
