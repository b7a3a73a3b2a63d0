/* zkml: set up, prove, verify and examine compiled circuits. */
#include <string.h>
#include <sodium.h>

#include "runtime/cli/cli.h"

static const zk_command *const commands[] = {
    &zk_command_setup,
    &zk_command_commit,
    &zk_command_prove,
    &zk_command_verify,
    &zk_command_batch_verify,
    &zk_command_inspect,
    &zk_command_export,
    &zk_command_mock,
    &zk_command_run,
    &zk_command_plk,
    &zk_command_params,
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(FILE *out)
{
    fprintf(out, "Usage: zkml COMMAND [ARGUMENTS]\n\n"
                 "Proves and verifies circuits compiled by zkmlc.\n\nCommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->syntax.summary);
    fprintf(out, "\n`zkml COMMAND --help` tells more about a command. Exit codes: 0 success, "
                 "1 invalid proof or\nunsatisfied circuit, 2 malformed input, 3 usage, 4 resource "
                 "limit, 5 input/output, 70 a bug.\n");
}

static int run_command(const zk_command *command, int argc, char **argv)
{
    zkml_error err = {0};
    zk_args args;
    if (zk_args_parse(&args, &command->syntax, argc, argv, &err) != ZKML_OK)
        return zk_cli_fail(&err);
    if (args.version) {
        printf("zkml %s\n", zkml_version());
        return ZKML_OK;
    }
    if (args.help) {
        zk_args_help(&command->syntax, stdout);
        return ZKML_OK;
    }
    return command->run(&args);
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "zkml: the system's source of randomness is not available\n");
        return ZKML_INTERNAL;
    }
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        printf("zkml %s\n", zkml_version());
        return zk_cli_finish(ZKML_OK);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(stdout);
        return zk_cli_finish(ZKML_OK);
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(name, commands[i]->name) == 0)
            return zk_cli_finish(run_command(commands[i], argc - 1, argv + 1));
    if (*name == '\0')
        print_help(stderr);
    else
        fprintf(stderr, "zkml: unknown command `%s` (see zkml --help)\n", name);
    return ZKML_USAGE;
}
