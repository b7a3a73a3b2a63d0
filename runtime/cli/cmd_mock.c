/* zkml mock: runs a circuit on an input and checks every constraint, without a proof. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "runtime/cli/work.h"
#include "runtime/mock/mock.h"
#include "runtime/proof/complete.h"
#include "runtime/proof/memory.h"

enum { OPT_JSON = 1000, OPT_SET };

static const zk_option options[] = {
    {'i', "input", "FILE", "the circuit's parameters, public and private, as JSON"},
    {OPT_SET, "set", "aC:R=CODE,...",
     "for tests: put CODE into row R of advice column C before checking"},
    {OPT_JSON, "json", NULL, "print one JSON object for each failure, and one with counts"},
    ZK_WORK_OPTIONS,
    {0},
};

/* ---- changed cells ---- */

typedef struct change {
    uint32_t column, row;
    int64_t code;
} change;

/* A number of at most 9 digits, which ends where *text is left. */
static bool read_index(const char **text, uint32_t *value)
{
    const char *digits = *text;
    *value = 0;
    while (**text >= '0' && **text <= '9' && *text - digits < 9)
        *value = 10 * *value + (uint32_t)(*(*text)++ - '0');
    return *text > digits;
}

/* "a3:17=-5" and what follows: *text is left behind it. */
static bool read_change(const char **text, change *c)
{
    char *end;
    if (*(*text)++ != 'a' || !read_index(text, &c->column) || *(*text)++ != ':' ||
        !read_index(text, &c->row) || *(*text)++ != '=' || (**text != '-' && **text < '0'))
        return false;
    long long code = strtoll(*text, &end, 10);
    c->code = code;
    bool good = end > *text && code > INT64_MIN && code < INT64_MAX;
    *text = end;
    return good;
}

static zkml_status change_cell(zk_witness *witness, const change *c, zkml_error *err)
{
    zk_buf before = {0};
    zk_fp value;
    zk_fp_from_i64(&value, c->code);
    if (c->column < witness->circuit->cs.n_advice)
        zk_mock_print_cell(&before, witness, c->column, c->row);
    zkml_status status = zk_mock_set_cell(witness, c->column, c->row, &value, err);
    if (status == ZKML_OK)
        fprintf(stderr, "zkml: --set: cell a%u:%u holds %.*s; now it is %" PRId64 "\n", c->column,
                c->row, (int)before.length, (const char *)before.data, c->code);
    zk_buf_wipe(&before);
    return status;
}

static zkml_status change_cells(zk_witness *witness, const char *list, zkml_error *err)
{
    const char *at = list;
    do {
        change c;
        if (!read_change(&at, &c) || (*at != '\0' && *at != ','))
            return zk_fail(err, ZKML_USAGE, "mock: --set wants a list such as a3:17=5,a4:0=-1");
        ZK_TRY(change_cell(witness, &c, err));
    } while (*at++ == ',');
    return ZKML_OK;
}

/* ---- what is found ---- */

static zkml_status show(const zk_mock_report *report, const zk_witness *witness, bool json,
                        bool quiet, zkml_error *err)
{
    zk_buf out = {0};
    zkml_status status = ZKML_OK;
    if (json) {
        status = zk_mock_print_json(&out, report, witness, err);
    } else if (report->total > 0) {
        zk_mock_print(&out, report, witness);
    } else if (!quiet) {
        zk_buf_text(&out, "all constraints hold: ");
        zk_mock_print_counts(&out, report);
    }
    if (status == ZKML_OK && out.failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory for the report");
    if (status == ZKML_OK && out.length > 0)
        (void)fwrite(out.data, 1, out.length, stdout); /* zk_cli_finish looks for errors */
    if (status == ZKML_OK && report->total > 0 && !quiet)
        fprintf(stderr, "zkml: note: what is printed about failures shows private values\n");
    zk_buf_wipe(&out);
    return status;
}

static zkml_status check(zk_work *work, zk_witness *witness, const zk_args *args, bool *holds,
                         zkml_error *err)
{
    zk_mock_report report;
    if (zk_args_has(args, OPT_SET))
        ZK_TRY(change_cells(witness, zk_args_get(args, OPT_SET), err));
    if (witness->circuit->layer != NULL)
        ZK_TRY(zk_witness_complete(witness, NULL, err));
    zk_meter_update(&work->meter, "constraints", 0, 0);
    zkml_status status = zk_mock_check(&report, witness, err);
    zk_work_finish(work);
    if (status == ZKML_OK)
        status = show(&report, witness, zk_args_has(args, OPT_JSON), work->quiet, err);
    *holds = report.total == 0;
    zk_mock_report_free(&report);
    return status;
}

static zkml_status run_circuit(zk_work *work, const zk_circuit *circuit, const zk_args *args,
                               bool *holds, zkml_error *err)
{
    zk_inputs inputs;
    zk_witness witness = {0};
    const char *path = zk_args_get(args, 'i');
    if (path == NULL)
        return zk_fail(err, ZKML_USAGE, "mock: say where the input is with -i FILE.json");
    ZK_TRY(
        zk_work_reserve(work, zk_memory_mock(&circuit->cs, circuit->layer, circuit->k), circuit->k,
                        circuit, err));
    zkml_status status = zk_inputs_read(&inputs, circuit->params, circuit->param_count, path, err);
    zk_meter_update(&work->meter, "witness", 0, 0);
    if (status == ZKML_OK)
        status = zk_witness_run(&witness, circuit, &inputs, ZK_WITNESS_LENIENT, err);
    zk_inputs_free(&inputs);
    if (status == ZKML_OK)
        status = zk_witness_assign(&witness, err);
    if (status == ZKML_OK)
        status = check(work, &witness, args, holds, err);
    zk_witness_free(&witness);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    zk_work work = {0};
    zk_circuit circuit = {0};
    bool holds = false;
    const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a core file would hold the witness */
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK)
        status = zk_cli_load_circuit(&circuit, args->operands[0], &err);
    if (status == ZKML_OK)
        status = run_circuit(&work, &circuit, args, &holds, &err);
    zk_work_finish(&work);
    zk_circuit_free(&circuit);
    if (status != ZKML_OK)
        return zk_cli_fail(&err);
    return holds ? ZKML_OK : ZKML_INVALID;
}

const zk_command zk_command_mock = {
    "mock",
    run,
    {"zkml mock", "CIRCUIT -i INPUT.json",
     "Checks every constraint and names the source lines of those that fail, with private values.",
     options, 1, 1}};
