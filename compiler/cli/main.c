/* zkmlc: the compiler and the tools around the language. */
#include <gmp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/cli.h"
#include "compiler/spelling.h"

const zc_command *const zc_commands[] = {
    &zc_command_explain,
    &zc_command_fmt,
    &zc_command_lsp,
    &zc_command_new,
    &zc_command_run,
    &zc_command_test,
    NULL,
};

static void print_help(const zc_command *command)
{
    zk_args_help(&command->syntax, stdout);
    if (command != &zc_command_compile)
        return;
    printf("\nCommands:\n");
    for (size_t i = 0; zc_commands[i] != NULL; i++)
        printf("  %-10s %s\n", zc_commands[i]->name, zc_commands[i]->syntax.summary);
    printf("\n`zkmlc COMMAND --help` tells more about a command. Exit codes: 0 success, 1 the "
           "program has\nmistakes, 2 malformed input, 3 usage, 4 resource limit, 5 input/output, "
           "70 a bug.\n");
}

static int run_command(const zc_command *command, int argc, char **argv)
{
    zkml_error err = {0};
    zk_args args;
    if (zk_args_parse(&args, &command->syntax, argc, argv, &err) != ZKML_OK)
        return zc_cli_fail(&err);
    if (args.version) {
        printf("zkmlc %s\n", zkml_version());
        return ZKML_OK;
    }
    if (args.help) {
        print_help(command);
        return ZKML_OK;
    }
    return command->run(&args);
}

/* GMP cannot report that memory ran out; by itself it would abort. */
static void *checked(void *memory)
{
    if (memory == NULL) {
        fputs("zkmlc: out of memory\n", stderr);
        _exit(ZKML_LIMIT);
    }
    return memory;
}

static void *gmp_allocate(size_t size)
{
    return checked(malloc(size));
}

static void *gmp_reallocate(void *memory, size_t old_size, size_t size)
{
    (void)old_size;
    return checked(realloc(memory, size));
}

static void gmp_free(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

/* A word that is neither a command nor a file; reported. */
static bool is_unknown_command(const char *word)
{
    static const char *const options[][2] = {{"check", "--check FILE.zt"},
                                             {"fix", "--fix FILE.zt"},
                                             {"emit", "--emit=tir FILE.zt"},
                                             {"compile", "FILE.zt -o CIRCUIT.bin"},
                                             {"build", "FILE.zt -o CIRCUIT.bin"}};
    if (strpbrk(word, "./-") != NULL || access(word, F_OK) == 0)
        return false;
    fprintf(stderr, "zkmlc: there is no command `%s`", word);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(word, options[i][0]) == 0) {
            fprintf(stderr, ", but `zkmlc %s`\n", options[i][1]);
            return true;
        }
    zc_spelling spelling = {.name = word};
    for (size_t i = 0; zc_commands[i] != NULL; i++)
        zc_spelling_try(&spelling, zc_commands[i]->name);
    if (spelling.best != NULL)
        fprintf(stderr, "; did you mean `%s`?\n", spelling.best);
    else
        fprintf(stderr, " (see zkmlc --help)\n");
    return true;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "zkmlc: the system's source of randomness is not available\n");
        return ZKML_INTERNAL;
    }
    mp_set_memory_functions(gmp_allocate, gmp_reallocate, gmp_free);
    for (size_t i = 0; argc > 1 && zc_commands[i] != NULL; i++)
        if (strcmp(argv[1], zc_commands[i]->name) == 0)
            return zc_cli_finish(run_command(zc_commands[i], argc - 1, argv + 1));
    if (argc > 1 && is_unknown_command(argv[1]))
        return ZKML_USAGE;
    return zc_cli_finish(run_command(&zc_command_compile, argc, argv));
}
