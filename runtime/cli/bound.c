#include "runtime/cli/bound.h"

#include <stdlib.h>
#include <string.h>

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
}

zkml_status zk_cli_committed(size_t *number, const zk_schema *schema, const char *command,
                             const char *name, zkml_error *err)
{
    zkml_status status = zk_bind_find(number, schema, name, name != NULL ? strlen(name) : 0, err);
    return status == ZKML_OK ? status : zk_fail_context(err, "%s", command);
}

/* "NAME=FILE" or "FILE" */
static zkml_status split(size_t *number, const char **path, const zk_schema *schema,
                         const zk_args *args, const char *text, zkml_error *err)
{
    const char *equals = strchr(text, '=');
    *path = equals != NULL ? equals + 1 : text;
    zkml_status status = zk_bind_find(number, schema, equals != NULL ? text : NULL,
                                      equals != NULL ? (size_t)(equals - text) : 0, err);
    return status == ZKML_OK ? status : zk_fail_context(err, "%s", args->syntax->program);
}

static zkml_status twice(const zk_schema *schema, size_t number, zkml_error *err)
{
    return zk_fail(err, ZKML_USAGE, "two files for %s", zk_schema_field(schema, number)->name);
}

/* ---- openings ---- */

static zkml_status load_opening(zk_bound_openings *bound, const zk_schema *schema,
                                const zk_args *args, const char *text, zkml_error *err)
{
    size_t number;
    const char *path;
    ZK_TRY(split(&number, &path, schema, args, text, err));
    if (bound->list[number] != NULL)
        return twice(schema, number, err);
    ZK_TRY(zk_opening_load(&bound->openings[number], path, err));
    bound->list[number] = &bound->openings[number];
    return ZKML_OK;
}

zkml_status zk_bound_openings_load(zk_bound_openings *bound, const zk_schema *schema,
                                   const zk_args *args, int option, zkml_error *err)
{
    size_t count = schema->param_count + schema->result_count;
    *bound = (zk_bound_openings){.count = count};
    bound->openings = calloc(count + 1, sizeof *bound->openings);
    bound->list = calloc(count + 1, sizeof(void *));
    if (bound->openings == NULL || bound->list == NULL)
        return no_memory(err);
    int at = 0;
    for (const char *text; (text = zk_args_next(args, option, &at)) != NULL;)
        ZK_TRY(load_opening(bound, schema, args, text, err));
    return ZKML_OK;
}

void zk_bound_openings_free(zk_bound_openings *bound)
{
    for (size_t i = 0; bound->list != NULL && i < bound->count; i++)
        if (bound->list[i] != NULL)
            zk_opening_free(&bound->openings[i]);
    free(bound->openings);
    free(bound->list);
    *bound = (zk_bound_openings){0};
}

/* ---- commitment files ---- */

static zkml_status load_file(zk_bound_files *bound, const zk_schema *schema, const zk_args *args,
                             const char *text, zkml_error *err)
{
    size_t number;
    const char *path;
    ZK_TRY(split(&number, &path, schema, args, text, err));
    if (bound->list[number] != NULL)
        return twice(schema, number, err);
    zk_buf *bytes = &bound->bytes[number];
    ZK_TRY(zk_file_read(path, ZK_MAX_COMMITMENT_BYTES, bytes, err));
    ZK_TRY(zk_commitment_read(&bound->files[number], path, bytes->data, bytes->length, err));
    bound->list[number] = &bound->files[number];
    return ZKML_OK;
}

zkml_status zk_bound_files_load(zk_bound_files *bound, const zk_schema *schema, const zk_args *args,
                                int option, zkml_error *err)
{
    size_t count = schema->param_count + schema->result_count;
    *bound = (zk_bound_files){.count = count};
    bound->files = calloc(count + 1, sizeof *bound->files);
    bound->bytes = calloc(count + 1, sizeof *bound->bytes);
    bound->list = calloc(count + 1, sizeof(void *));
    if (bound->files == NULL || bound->bytes == NULL || bound->list == NULL)
        return no_memory(err);
    int at = 0;
    for (const char *text; (text = zk_args_next(args, option, &at)) != NULL;)
        ZK_TRY(load_file(bound, schema, args, text, err));
    return ZKML_OK;
}

void zk_bound_files_free(zk_bound_files *bound)
{
    for (size_t i = 0; bound->list != NULL && i < bound->count; i++) {
        if (bound->list[i] != NULL)
            zk_commitment_free(&bound->files[i]);
        zk_buf_free(&bound->bytes[i]);
    }
    free(bound->files);
    free(bound->bytes);
    free(bound->list);
    *bound = (zk_bound_files){0};
}
