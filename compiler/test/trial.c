#include "compiler/test/trial.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/range.h"
#include "compiler/circuit/lower.h"
#include "runtime/mock/describe.h"
#include "runtime/proof/memory.h"

typedef struct zc_compiled {
    struct zc_compiled *next;
    const zc_tir *tir;
    bool good;
    zk_circuit circuit;
} zc_compiled;

void zc_trials_init(zc_trials *trials, zc_session *session)
{
    *trials = (zc_trials){.session = session};
}

void zc_trials_free(zc_trials *trials)
{
    while (trials->compiled != NULL) {
        zc_compiled *next = trials->compiled->next;
        if (trials->compiled->good)
            zk_circuit_free(&trials->compiled->circuit);
        free(trials->compiled);
        trials->compiled = next;
    }
}

/* ---- circuits ---- */

/* By way of the file's bytes, so that what is tried is what a user gets. */
static zkml_status compile(zc_trials *trials, const zc_tir *tir, zk_circuit *circuit,
                           zkml_error *err)
{
    zk_circuit made;
    zk_buf bytes = {0};
    const zc_lower_options options = {0};
    ZK_TRY(zc_lower(tir, &trials->session->sources, &trials->session->diags, &options, &made, err));
    zkml_status status = zk_circuit_write(&made, &bytes, err);
    zk_circuit_free(&made);
    if (status == ZKML_OK)
        status = zk_circuit_read(circuit, tir->name, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    return status;
}

static zkml_status find(zc_trials *trials, const zc_tir *tir, const zk_circuit **circuit,
                        zkml_error *err)
{
    zkml_status status = ZKML_INVALID; /* told before */
    zc_compiled *compiled = trials->compiled;
    while (compiled != NULL && compiled->tir != tir)
        compiled = compiled->next;
    if (compiled == NULL) {
        compiled = calloc(1, sizeof *compiled);
        if (compiled == NULL)
            return zk_fail(err, ZKML_LIMIT, "out of memory");
        *compiled = (zc_compiled){.next = trials->compiled, .tir = tir};
        trials->compiled = compiled;
        status = compile(trials, tir, &compiled->circuit, err);
        compiled->good = status == ZKML_OK;
    }
    *circuit = compiled->good ? &compiled->circuit : NULL;
    return compiled->good ? ZKML_OK : status;
}

/* ---- agreement ---- */

static zkml_status disagree(const zc_tir *tir, const char *what, zkml_error *err)
{
    return zk_fail(err, ZKML_INTERNAL, "circuit `%s`: %s", tir->name, what);
}

static zkml_status no_memory(zkml_error *err)
{
    return zk_fail(err, ZKML_LIMIT, "out of memory for a test");
}

/* Codes of the results by the interpreter, which the circuit has to give as well. */
static zkml_status compare_results(const zc_run *run, const zk_witness *witness, zc_trial *trial,
                                   zkml_error *err)
{
    const zc_tir *tir = run->tir;
    trial->results = ZK_ARENA_NEW(trial->arena, int64_t *, tir->result_count + 1);
    if (trial->results == NULL)
        return no_memory(err);
    if (witness->circuit->result_count != tir->result_count)
        return disagree(tir, "it has another number of results than its program", err);
    mpz_t value;
    mpz_init(value);
    zkml_status status = ZKML_OK;
    for (size_t i = 0; i < tir->result_count && status == ZKML_OK; i++) {
        const zk_field_schema *field = &witness->circuit->results[i];
        uint64_t count = tir->nodes[tir->results[i].node]->count;
        int64_t *codes = ZK_ARENA_NEW(trial->arena, int64_t, count);
        trial->results[i] = codes;
        if (codes == NULL)
            status = no_memory(err);
        else if (field->count != count)
            status = disagree(tir, "a result has another shape than in its program", err);
        for (uint64_t e = 0; e < count && status == ZKML_OK; e++) {
            int64_t other;
            zc_run_value(value, run, tir->results[i].node, e);
            ZK_CHECK(zc_mpz_get_i64(&codes[e], value));
            if (!zk_witness_code(witness, field->reg, e, &other) || other != codes[e])
                status = disagree(tir, "the witness program gives another result than the "
                                       "reference interpreter", err);
        }
    }
    mpz_clear(value);
    return status;
}

/* What the mock prover tells about the first statement that fails. */
static zkml_status take_notes(const zk_mock_report *report, const zk_witness *witness,
                              zc_trial *trial, zkml_error *err)
{
    zk_mock_view view;
    zk_mock_text text;
    ZK_TRY(zk_mock_view_init(&view, witness, err));
    zk_mock_describe(&text, &view, &report->failures[0]);
    size_t length = text.notes.length;
    bool failed = text.notes.failed;
    if (!failed && length > 0) {
        trial->notes =
            zk_arena_strndup(trial->arena, (const char *)text.notes.data, length - 1);
        failed = trial->notes == NULL;
    }
    zk_mock_text_free(&text);
    zk_mock_view_free(&view);
    return failed ? no_memory(err) : ZKML_OK;
}

static zkml_status compare(const zc_run *run, const zk_witness *witness,
                           const zk_mock_report *report, zc_trial *trial, zkml_error *err)
{
    bool stated = false, refused = false;
    for (size_t i = 0; i < report->failure_count; i++) {
        bool statement = report->failures[i].kind == ZK_MOCK_ASSERTION;
        stated = stated || statement;
        refused = refused || !statement;
    }
    if (run->failure.node == ZC_NO_ID)
        return report->total > 0
                   ? disagree(run->tir, "its constraints refuse what its program accepts", err)
                   : compare_results(run, witness, trial, err);
    if (!stated)
        return disagree(run->tir, "its witness program accepts what fails by the reference "
                                  "interpreter", err);
    if (!refused)
        return disagree(run->tir, "its constraints accept what its program refuses", err);
    trial->node = run->failure.node;
    trial->element = run->failure.element;
    return take_notes(report, witness, trial, err);
}

/* ---- runs ---- */

static zkml_status copy_inputs(zk_inputs *copy, const zc_tir *tir, const zc_input *inputs,
                               zkml_error *err)
{
    *copy = (zk_inputs){.count = tir->param_count};
    zk_arena_init(&copy->arena, 0);
    copy->codes = ZK_ARENA_NEW(&copy->arena, int64_t *, tir->param_count + 1);
    if (copy->codes == NULL)
        return no_memory(err);
    for (size_t i = 0; i < tir->param_count; i++) {
        copy->codes[i] = ZK_ARENA_NEW(&copy->arena, int64_t, inputs[i].count);
        if (copy->codes[i] == NULL)
            return no_memory(err);
        memcpy(copy->codes[i], inputs[i].codes, inputs[i].count * sizeof(int64_t));
    }
    return ZKML_OK;
}

static zkml_status check_circuit(const zk_circuit *circuit, const zc_run *run,
                                 const zk_inputs *inputs, zc_trial *trial, zkml_error *err)
{
    zk_witness witness = {0};
    zk_mock_report report = {0};
    size_t needed = zk_memory_mock(&circuit->cs, circuit->layer, circuit->k);
    if (needed > zk_memory_available())
        return zk_fail(err, ZKML_LIMIT, "testing the circuit `%s` of 2^%u rows needs about %zu MiB "
                                        "of memory", circuit->name, circuit->k, needed >> 20);
    zkml_status status = zk_witness_run(&witness, circuit, inputs, ZK_WITNESS_LENIENT, err);
    if (status == ZKML_MALFORMED)
        status = zk_fail(err, ZKML_INTERNAL, "%s", (const char *)err->text);
    if (status == ZKML_OK)
        status = zk_witness_assign(&witness, err);
    if (status == ZKML_OK) {
        status = zk_mock_check(&report, &witness, err);
        if (status == ZKML_OK)
            status = compare(run, &witness, &report, trial, err);
        zk_mock_report_free(&report);
    }
    zk_witness_free(&witness);
    return status;
}

zkml_status zc_trial_run(const zk_circuit *circuit, const zc_tir *tir, const zc_input *inputs,
                         zc_trial *trial, zkml_error *err)
{
    zc_run run;
    zk_inputs copy = {0};
    zkml_status status = zc_interp(&run, tir, inputs, err);
    if (status == ZKML_OK || status == ZKML_INVALID) {
        status = copy_inputs(&copy, tir, inputs, err);
        if (status == ZKML_OK)
            status = check_circuit(circuit, &run, &copy, trial, err);
        zk_inputs_free(&copy);
    }
    zc_run_free(&run);
    return status;
}

zkml_status zc_trials_try(void *context, const zc_tir *tir, const zc_input *inputs,
                          zc_trial *trial, zkml_error *err)
{
    const zk_circuit *circuit = NULL;
    ZK_TRY(find(context, tir, &circuit, err));
    return zc_trial_run(circuit, tir, inputs, trial, err);
}
