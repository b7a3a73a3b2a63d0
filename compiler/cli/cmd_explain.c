/* zkmlc explain: a diagnostic's page, a module of the standard library, or one of its members. */
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/front/front.h"

/* zc_cli_finish reports what goes wrong on standard output. */
static void print_text(const char *text, size_t length)
{
    (void)fwrite(text, 1, length, stdout);
}

static int list_everything(void)
{
    char buffer[8];
    for (zc_code code = 0; code < ZC_CODE_COUNT; code++)
        printf("%s %s\n", zc_code_name(code, buffer), zc_code_lookup(code)->summary);
    printf("\nModules of the standard library:");
    for (const char *const *name = zc_stdlib_names(); *name != NULL; name++)
        printf(" %s", *name);
    printf("\n");
    return ZKML_OK;
}

static int print_page(zc_code code)
{
    char buffer[8];
    size_t length;
    const char *text = zc_page_text(zc_code_name(code, buffer), &length);
    ZK_CHECK(text != NULL);
    print_text(text, length);
    return ZKML_OK;
}

static void print_member(const zc_session *session, const zc_file *file, const zc_decl *decl)
{
    const char *text = (const char *)zc_source_get(&session->sources, file->source)->text.data;
    for (const char *line = decl->doc; line != NULL;) {
        const char *end = strchr(line, '\n');
        size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
        printf("///%s%.*s\n", length > 0 ? " " : "", (int)length, line);
        line = end != NULL ? end + 1 : NULL;
    }
    print_text(text + decl->span.start, decl->span.end - decl->span.start);
    printf("\n");
}

static int find_member(const zc_session *session, const zc_file *file, const char *module,
                       const char *member)
{
    for (size_t i = 0; i < file->count; i++)
        if (file->decls[i]->name.name != NULL && strcmp(file->decls[i]->name.name, member) == 0) {
            print_member(session, file, file->decls[i]);
            return ZKML_OK;
        }
    fprintf(stderr, "zkmlc: module `%s` has no `%s`, but:", module, member);
    for (size_t i = 0; i < file->count; i++)
        if (file->decls[i]->name.name != NULL)
            fprintf(stderr, " %s", file->decls[i]->name.name);
    fprintf(stderr, "\n");
    return ZKML_USAGE;
}

static int explain_member(const char *module, const char *text, size_t length, const char *member)
{
    zc_session session;
    zc_file *file = NULL;
    zkml_error err = {0};
    uint32_t source;
    int code;
    zc_session_init(&session, 0);
    zkml_status status = zc_source_add(&session.sources, module, text, length, &source, &err);
    if (status == ZKML_OK)
        status = zc_parse_file(&session, source, &file, &err);
    if (status == ZKML_OK)
        code = find_member(&session, file, module, member);
    else
        code = zc_cli_fail(&err);
    zc_session_free(&session);
    return code;
}

static int explain(const zk_args *args)
{
    if (args->operand_count == 0)
        return list_everything();
    const char *name = args->operands[0];
    const char *dot = strchr(name, '.');
    char module[64];
    size_t length;
    (void)snprintf(module, sizeof module, "%.*s", dot != NULL ? (int)(dot - name) : 63, name);
    const char *text = zc_stdlib_text(module, &length);
    if (text != NULL && dot != NULL)
        return explain_member(module, text, length, dot + 1);
    if (text != NULL) {
        print_text(text, length);
        return ZKML_OK;
    }
    zc_code code = zc_code_find(name);
    if (code != ZC_CODE_COUNT)
        return print_page(code);
    const char *home = zc_stdlib_module_of(name);
    if (home != NULL) {
        fprintf(stderr, "zkmlc: `%s` is in a module: zkmlc explain %s.%s\n", name, home, name);
        return ZKML_USAGE;
    }
    fprintf(stderr, "zkmlc: `%s` is neither the code of a diagnostic nor in the standard library "
                    "(`zkmlc explain` lists them)\n", name);
    return ZKML_USAGE;
}

static const zk_option options[] = {{0}};

const zc_command zc_command_explain = {
    .name = "explain",
    .run = explain,
    .syntax = {"zkmlc explain", "[E0417|nn|nn.dense]",
               "Explains the code of a diagnostic, or prints a part of the standard library.",
               options, 0, 1},
};
