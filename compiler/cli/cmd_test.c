/* zkmlc test: runs the tests of programs. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/cli.h"
#include "compiler/test/runner.h"
#include "runtime/base/term.h"

enum { OPT_FILTER = 1000, OPT_JSON, OPT_COLOR, MOST_DIRECTORIES_DEEP = 64 };

static const zk_option options[] = {
    {OPT_FILTER, "filter", "TEXT", "run the tests whose title holds TEXT"},
    {OPT_JSON, "json", NULL, "print an object for each test, and one with the counts"},
    {OPT_COLOR, "color", "WHEN", "colour results: auto, always or never"},
    {'q', "quiet", NULL, "print nothing but failures and the counts"},
    {0},
};

typedef struct test_job {
    zc_test_options options;
    zc_test_counts counts;
    size_t files;
} test_job;

static zkml_status test_file(test_job *job, const char *path, zkml_error *err)
{
    job->files++;
    return zc_test_file(path, &job->options, stdout, &job->counts, err);
}

/* ---- directories ---- */

typedef struct names {
    char **items;
    size_t count;
} names;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(names *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

static bool add_name(names *list, const char *dir, const char *name)
{
    char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    size_t length = strlen(dir) + strlen(name) + 2;
    char *path = malloc(length);
    if (items != NULL)
        list->items = items;
    if (items == NULL || path == NULL) {
        free(path);
        return false;
    }
    (void)snprintf(path, length, "%s/%s", dir, name);
    items[list->count++] = path;
    return true;
}

/* Paths of everything in it that is not hidden, sorted. */
static zkml_status list_directory(names *list, const char *path, zkml_error *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return zk_fail(err, ZKML_IO, "%s: cannot be read: %s", path, strerror(errno));
    bool ok = true;
    for (const struct dirent *entry; ok && (entry = readdir(dir)) != NULL;)
        ok = entry->d_name[0] == '.' || add_name(list, path, entry->d_name);
    (void)closedir(dir);
    if (!ok)
        return zk_fail(err, ZKML_LIMIT, "out of memory");
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, by_name);
    return ZKML_OK;
}

static bool is_program(const char *path)
{
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".zt") == 0;
}

/* Links to directories are not followed, so this ends. */
static zkml_status test_directory(test_job *job, const char *path, int depth, zkml_error *err)
{
    names list = {0};
    struct stat info;
    if (depth == MOST_DIRECTORIES_DEEP)
        return zk_fail(err, ZKML_LIMIT, "%s: directories are nested too deeply", path);
    zkml_status status = list_directory(&list, path, err);
    for (size_t i = 0; i < list.count && status == ZKML_OK; i++) {
        const char *entry = list.items[i];
        if (lstat(entry, &info) == 0 && S_ISDIR(info.st_mode))
            status = test_directory(job, entry, depth + 1, err);
        else if (is_program(entry) && stat(entry, &info) == 0 && S_ISREG(info.st_mode))
            status = test_file(job, entry, err);
    }
    free_names(&list);
    return status;
}

static zkml_status test_path(test_job *job, const char *path, zkml_error *err)
{
    struct stat info;
    if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return test_directory(job, path, 0, err);
    return test_file(job, path, err);
}

/* ---- the command ---- */

static void put_counts(const test_job *job)
{
    const zc_test_counts *counts = &job->counts;
    if (job->options.json) {
        printf("{\"v\":1,\"kind\":\"summary\",\"passed\":%zu,\"failed\":%zu,\"skipped\":%zu,"
               "\"broken_files\":%zu}\n",
               counts->passed, counts->failed, counts->skipped, counts->broken);
        return;
    }
    if (!counts->spaced && counts->passed > 0 && !job->options.quiet)
        putchar('\n');
    printf("%zu passed, %zu failed", counts->passed, counts->failed);
    if (counts->skipped > 0)
        printf(", %zu skipped", counts->skipped);
    if (counts->broken > 0)
        printf(", %zu file%s with errors", counts->broken, counts->broken == 1 ? "" : "s");
    putchar('\n');
}

static int test(const zk_args *args)
{
    zkml_error err = {0};
    test_job job = {.options = {.filter = zk_args_get(args, OPT_FILTER),
                           .json = zk_args_has(args, OPT_JSON),
                           .quiet = zk_args_has(args, 'q')}};
    const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a core file would hold the witness */
    if (zk_term_colour(STDOUT_FILENO, zk_args_get(args, OPT_COLOR)) && !job.options.json)
        job.options.style = ZC_DIAG_COLOUR;
    zkml_status status = ZKML_OK;
    if (args->operand_count == 0)
        status = test_path(&job, ".", &err);
    for (int i = 0; i < args->operand_count && status == ZKML_OK; i++)
        status = test_path(&job, args->operands[i], &err);
    if (status != ZKML_OK) {
        (void)fflush(stdout);
        return zc_cli_fail(&err);
    }
    put_counts(&job);
    if (job.counts.failed > 0 && !job.options.json) {
        (void)fflush(stdout);
        fprintf(stderr, "zkmlc: note: what is printed about failures shows private values\n");
    }
    return job.counts.failed + job.counts.broken > 0 ? ZKML_INVALID : ZKML_OK;
}

const zc_command zc_command_test = {
    .name = "test",
    .run = test,
    .syntax = {"zkmlc test", "[FILE.zt|DIR...]",
               "Runs the tests in programs: each circuit by the interpreter and against all of its "
               "constraints.", options, 0, 1 << 20},
};
