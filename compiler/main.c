/* zkmlc: compile a .zt program to a circuit. */
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "compiler/driver.h"
#include "compiler/front/front.h"
#include "runtime/base/file.h"
#include "runtime/base/term.h"
#include "runtime/cli/options.h"

enum { OPT_CHECK = 1000, OPT_EMIT, OPT_COLOR, OPT_JSON, OPT_CIRCUIT, OPT_QUIET };

static const zk_option compile_options[] = {
    {'o', "output", "FILE", "write the stage to FILE (- is standard output)"},
    {OPT_CHECK, "check", NULL, "check the program, write nothing"},
    {OPT_EMIT, "emit", "STAGE", "print a stage: tokens, ast, tir or circuit"},
    {OPT_CIRCUIT, "circuit", "NAME", "compile this circuit of the file (needed if it has several)"},
    {OPT_JSON, "json", NULL, "print diagnostics as JSON, one object a line"},
    {OPT_COLOR, "color", "WHEN", "colour diagnostics: auto, always or never"},
    {'q', "quiet", NULL, "print nothing but diagnostics"},
    {0},
};

static const zk_syntax compile_syntax = {
    "zkmlc", "FILE.zt --check|--emit=STAGE\n       zkmlc explain CODE|MODULE",
    "Compiles a fixed-point tensor program to a circuit that zkml proves.", compile_options, 1, 1};

static const zk_option no_options[] = {{0}};
static const zk_syntax explain_syntax = {
    "zkmlc explain", "E0417|nn",
    "Explains a diagnostic's code, or prints a module of the standard library.", no_options, 1, 1};

static int fail(const zkml_error *err)
{
    fprintf(stderr, "zkmlc: %s\n", err->text);
    if (err->status == ZKML_INTERNAL)
        fprintf(stderr, "zkmlc: this is a bug in zkmlc: please report it\n");
    return (int)err->status;
}

static int finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "zkmlc: standard output: cannot write: %s\n", strerror(errno));
        return code == ZKML_OK ? ZKML_IO : code;
    }
    return code;
}

/* True when it was --help or --version, and that has been answered. */
static bool answered(const zk_args *args)
{
    if (args->version)
        printf("zkmlc %s\n", zkml_version());
    else if (args->help)
        zk_args_help(args->syntax, stdout);
    return args->version || args->help;
}

static zkml_status choose_stage(const zk_args *args, zc_stage *stage, zkml_error *err)
{
    static const struct {
        const char *name;
        zc_stage stage;
    } stages[] = {{"tokens", ZC_STAGE_TOKENS}, {"ast", ZC_STAGE_AST}, {"tir", ZC_STAGE_TIR},
                  {"circuit", ZC_STAGE_CIRCUIT}};
    const char *emit = zk_args_get(args, OPT_EMIT);
    bool check = zk_args_has(args, OPT_CHECK);
    const char *output = zk_args_get(args, 'o');
    if ((emit != NULL || output != NULL) && check)
        return zk_fail(err, ZKML_USAGE, "--check writes nothing: leave out --emit and --output");
    *stage = ZC_STAGE_CHECK;
    if (emit == NULL && !check)
        return zk_fail(err, ZKML_USAGE, "say what to do with %s: --check or --emit=STAGE",
                       args->operands[0]);
    if (emit == NULL)
        return ZKML_OK;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (strcmp(emit, stages[i].name) == 0) {
            *stage = stages[i].stage;
            return ZKML_OK;
        }
    return zk_fail(err, ZKML_USAGE, "--emit wants tokens, ast, tir or circuit, not `%s`", emit);
}

static void print_diagnostics(const zc_session *session, const zk_args *args)
{
    unsigned style = ZC_DIAG_PLAIN;
    if (zk_args_has(args, OPT_JSON)) {
        (void)zc_diags_print_json(&session->diags, stderr);
        return;
    }
    if (zk_term_colour(STDERR_FILENO, zk_args_get(args, OPT_COLOR)))
        style |= ZC_DIAG_COLOUR;
    if (isatty(STDERR_FILENO) == 1)
        style |= ZC_DIAG_EXPLAIN;
    zc_diags_print(&session->diags, stderr, style);
}

static zkml_status write_result(const zk_args *args, const zc_options *options, const zk_buf *out,
                                zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    if (options->stage == ZC_STAGE_CHECK)
        return ZKML_OK;
    return zk_file_write(path != NULL ? path : "-", out->data, out->length, ZK_FILE_PUBLIC, err);
}

static void print_summary(const zc_summary *summary, double seconds)
{
    fprintf(stderr,
            "circuit `%s`: k = %u (%llu rows used), %u advice and %u fixed columns, %u look-ups, "
            "%llu copies, %.2f s\n",
            summary->circuit, summary->k, (unsigned long long)summary->rows, summary->advice,
            summary->fixed, summary->lookups, (unsigned long long)summary->copies, seconds);
}

static int compile(const zk_args *args)
{
    zkml_error err = {0};
    zc_options options = {.input = args->operands[0], .circuit = zk_args_get(args, OPT_CIRCUIT)};
    if (choose_stage(args, &options.stage, &err) != ZKML_OK)
        return fail(&err);
    zc_session session;
    zc_summary summary = {0};
    zk_buf out = {0};
    double start = zk_seconds();
    zc_session_init(&session, 0);
    zkml_status status = zc_compile(&session, &options, &out, &summary, &err);
    print_diagnostics(&session, args);
    if (status == ZKML_OK)
        status = write_result(args, &options, &out, &err);
    if (status == ZKML_OK && options.stage == ZC_STAGE_CHECK && !zk_args_has(args, 'q'))
        print_summary(&summary, zk_seconds() - start);
    if (status != ZKML_OK && session.diags.error_count == 0)
        (void)fail(&err);
    zk_buf_free(&out);
    zc_session_free(&session);
    return (int)status;
}

static int explain(const zk_args *args)
{
    const char *name = args->operands[0];
    size_t length;
    const char *text = zc_stdlib_text(name, &length);
    if (text != NULL) {
        (void)fwrite(text, 1, length, stdout); /* finish() reports what went wrong */
        return ZKML_OK;
    }
    zc_code code = zc_code_find(name);
    if (code != ZC_CODE_COUNT) {
        char buffer[8];
        const zc_code_info *info = zc_code_lookup(code);
        printf("%s (%s): %s\n", zc_code_name(code, buffer), info->slug, info->summary);
        return ZKML_OK;
    }
    fprintf(stderr, "zkmlc: `%s` is neither a diagnostic's code nor a module of the standard "
                    "library\n", name);
    return ZKML_USAGE;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) {
        fprintf(stderr, "zkmlc: the system's source of randomness is not available\n");
        return ZKML_INTERNAL;
    }
    bool is_explain = argc > 1 && strcmp(argv[1], "explain") == 0;
    int skip = is_explain ? 1 : 0;
    zkml_error err = {0};
    zk_args args;
    if (zk_args_parse(&args, is_explain ? &explain_syntax : &compile_syntax, argc - skip,
                      argv + skip, &err) != ZKML_OK)
        return fail(&err);
    if (answered(&args))
        return finish(ZKML_OK);
    return finish(is_explain ? explain(&args) : compile(&args));
}
