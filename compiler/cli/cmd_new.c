/* zkmlc new: a directory with a small program, an input and the commands to prove it. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/cli/cli.h"
#include "runtime/base/file.h"

static const struct {
    const char *file;
    const char *template;
} files[] = {{"model.zt", "model"}, {"input.json", "input"}, {"README.md", "README"}};

static bool is_empty_directory(const char *path)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return false;
    bool empty = true;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = false;
    (void)closedir(dir);
    return empty;
}

static zkml_status make_directory(const char *path, zkml_error *err)
{
    if (mkdir(path, 0777) == 0)
        return ZKML_OK;
    if (errno != EEXIST)
        return zk_fail(err, ZKML_IO, "%s: cannot make the directory: %s", path, strerror(errno));
    if (!is_empty_directory(path))
        return zk_fail(err, ZKML_IO, "%s: exists and is not an empty directory", path);
    return ZKML_OK;
}

static zkml_status write_file(const char *dir, const char *name, const char *template,
                              zkml_error *err)
{
    zk_buf path = {0};
    size_t length;
    const char *text = zc_template_text(template, &length);
    ZK_CHECK(text != NULL);
    zk_buf_printf(&path, "%s/%s", dir, name);
    zk_buf_u8(&path, 0);
    zkml_status status = ZKML_LIMIT;
    if (path.failed)
        zk_fail(err, status, "out of memory");
    else
        status = zk_file_write((const char *)path.data, text, length, ZK_FILE_PUBLIC, err);
    zk_buf_free(&path);
    return status;
}

static int new_project(const zk_args *args)
{
    const char *dir = args->operands[0];
    zkml_error err = {0};
    zkml_status status = make_directory(dir, &err);
    for (size_t i = 0; status == ZKML_OK && i < sizeof files / sizeof files[0]; i++)
        status = write_file(dir, files[i].file, files[i].template, &err);
    if (status != ZKML_OK)
        return zc_cli_fail(&err);
    printf("%s: a model, an input, and a README that tells what to do with them\n", dir);
    return ZKML_OK;
}

static const zk_option options[] = {{0}};

const zc_command zc_command_new = {
    .name = "new",
    .run = new_project,
    .syntax = {"zkmlc new", "DIR",
               "Starts a project: a small model, an input, the commands to prove it.", options, 1,
               1},
};
