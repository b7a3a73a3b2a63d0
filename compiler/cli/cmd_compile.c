/* zkmlc FILE.zt: compile a program to a circuit, or print a stage on the way. */
#include <string.h>

#include "compiler/circuit/layout.h"
#include "compiler/circuit/lower.h"
#include "compiler/cli/cli.h"
#include "compiler/driver.h"
#include "runtime/base/file.h"
#include "runtime/base/term.h"

enum { OPT_CHECK = 1000, OPT_EMIT, OPT_COLOR, OPT_JSON, OPT_CIRCUIT, OPT_FIX, OPT_COST, OPT_K };

static const zk_option options[] = {
    {'o', "output", "FILE", "write the circuit, or the stage, to FILE (- is standard output)"},
    {OPT_CHECK, "check", NULL, "check the program, write nothing"},
    {OPT_COST, "cost", NULL, "with --check: print what each expression costs"},
    {OPT_FIX, "fix", NULL, "make the edits that messages offer; with --check show them only"},
    {OPT_EMIT, "emit", "STAGE",
     "print a stage instead: tokens, ast, tir, circuit, report, svg or html"},
    {OPT_CIRCUIT, "circuit", "NAME", "compile this circuit of the file (needed if it has several)"},
    {OPT_K, "k", "K", "make a circuit of 2^K rows, to use commitments from others of that size"},
    {'O', "optimize", "LEVEL",
     "2 (the default); 0: look-ups are not merged; prover: faster proofs, larger keys"},
    {OPT_JSON, "json", NULL, "print diagnostics as JSON, one object a line"},
    {OPT_COLOR, "color", "WHEN", "colour diagnostics: auto, always or never"},
    {'q', "quiet", NULL, "print nothing but diagnostics"},
    {0},
};

static zkml_status choose_stage(const zk_args *args, zc_stage *stage, zkml_error *err)
{
    static const struct {
        const char *name;
        zc_stage stage;
    } stages[] = {{"tokens", ZC_STAGE_TOKENS}, {"ast", ZC_STAGE_AST}, {"tir", ZC_STAGE_TIR},
                  {"circuit", ZC_STAGE_CIRCUIT}, {"report", ZC_STAGE_REPORT},
                  {"html", ZC_STAGE_PAGE}, {"svg", ZC_STAGE_PICTURE}};
    const char *emit = zk_args_get(args, OPT_EMIT);
    bool check = zk_args_has(args, OPT_CHECK);
    const char *output = zk_args_get(args, 'o');
    if ((emit != NULL || output != NULL) && (check || zk_args_has(args, OPT_FIX)))
        return zk_fail(err, ZKML_USAGE, "%s writes no circuit: leave out --emit and --output",
                       check ? "--check" : "--fix");
    if (zk_args_has(args, OPT_FIX)) {
        *stage = ZC_STAGE_CHECK;
        if (strcmp(args->operands[0], "-") == 0)
            return zk_fail(err, ZKML_USAGE, "standard input cannot be changed in place");
        return ZKML_OK;
    }
    if (zk_args_has(args, OPT_COST) && !check)
        return zk_fail(err, ZKML_USAGE, "--cost goes with --check");
    *stage = check ? ZC_STAGE_CHECK : ZC_STAGE_BINARY;
    if (emit == NULL && !check && output == NULL)
        return zk_fail(err, ZKML_USAGE,
                       "say where the circuit goes: zkmlc %s -o circuit.bin (or use --check)",
                       args->operands[0]);
    if (emit == NULL)
        return ZKML_OK;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (strcmp(emit, stages[i].name) == 0) {
            *stage = stages[i].stage;
            return ZKML_OK;
        }
    return zk_fail(err, ZKML_USAGE,
                   "--emit wants tokens, ast, tir, circuit, report, svg or html, not `%s`", emit);
}

static zkml_status choose_level(const zk_args *args, zc_options *wanted, zkml_error *err)
{
    static const struct {
        const char *name;
        bool unoptimised;
        zc_goal goal;
    } levels[] = {{"0", true, ZC_GOAL_DEFAULT},
                  {"2", false, ZC_GOAL_DEFAULT},
                  {"prover", false, ZC_GOAL_PROVER}};
    const char *level = zk_args_get(args, 'O');
    for (size_t i = 0; level != NULL && i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(level, levels[i].name) == 0) {
            bool rows = wanted->stage == ZC_STAGE_REPORT || wanted->stage == ZC_STAGE_PAGE;
            if (rows && levels[i].goal != ZC_GOAL_DEFAULT)
                return zk_fail(err, ZKML_USAGE, "--emit=report and --emit=html show circuits in "
                                                "rows: leave out -O%s", level);
            wanted->unoptimised = levels[i].unoptimised;
            wanted->goal = levels[i].goal;
            return ZKML_OK;
        }
    return level == NULL
               ? ZKML_OK
               : zk_fail(err, ZKML_USAGE, "-O wants 0, 2 or prover, not `%s`", level);
}

static zkml_status write_result(const zk_args *args, const zc_options *wanted, const zk_buf *out,
                                zkml_error *err)
{
    const char *path = zk_args_get(args, 'o');
    if (wanted->stage == ZC_STAGE_CHECK && !wanted->cost)
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
    zc_options wanted = {.input = args->operands[0], .circuit = zk_args_get(args, OPT_CIRCUIT)};
    long k;
    if (choose_stage(args, &wanted.stage, &err) != ZKML_OK ||
        choose_level(args, &wanted, &err) != ZKML_OK ||
        zk_args_integer(args, OPT_K, ZC_MIN_K, ZC_LOWER_MAX_K, 0, &k, &err) != ZKML_OK)
        return zc_cli_fail(&err);
    if (zk_args_has(args, OPT_FIX))
        return zc_cli_fix(&wanted, zk_args_has(args, 'q'), zk_args_has(args, OPT_CHECK),
                          zk_args_has(args, OPT_JSON), zk_args_get(args, OPT_COLOR));
    wanted.k = (uint32_t)k;
    wanted.cost = zk_args_has(args, OPT_COST);
    wanted.json = zk_args_has(args, OPT_JSON);
    zc_session session;
    zc_summary summary = {0};
    zk_buf out = {0};
    double start = zk_seconds();
    zc_session_init(&session, 0);
    zkml_status status = zc_compile(&session, &wanted, &out, &summary, &err);
    zc_cli_diagnostics(&session.diags, zk_args_has(args, OPT_JSON), zk_args_get(args, OPT_COLOR));
    if (status == ZKML_OK)
        status = write_result(args, &wanted, &out, &err);
    bool summarised = wanted.stage == ZC_STAGE_CHECK || wanted.stage == ZC_STAGE_BINARY;
    if (status == ZKML_OK && summarised && !zk_args_has(args, 'q'))
        print_summary(&summary, zk_seconds() - start);
    if (status != ZKML_OK && session.diags.error_count == 0)
        (void)zc_cli_fail(&err);
    zk_buf_free(&out);
    zc_session_free(&session);
    return (int)status;
}

const zc_command zc_command_compile = {
    .name = "zkmlc",
    .run = compile,
    .syntax = {"zkmlc", "FILE.zt -o CIRCUIT.bin\n       zkmlc COMMAND ...",
               "Compiles a fixed-point tensor program to a circuit that zkml proves.", options, 1,
               1},
};
