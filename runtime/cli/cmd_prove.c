/* zkml prove: runs a circuit on an input and proves that the public results are right. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "runtime/cli/bound.h"
#include "runtime/cli/public.h"
#include "runtime/cli/work.h"
#include "runtime/proof/memory.h"

enum { OPT_JSON = 1000, OPT_OPENING = ZK_OPTION_REPEATED };

static const zk_option options[] = {
    {'i', "input", "FILE", "the circuit's parameters, public and private, as JSON"},
    {'o', "output", "PROOF", "write the proof to PROOF"},
    {OPT_OPENING, "opening", "[NAME=]FILE",
     "prove it about the published commitment to NAME that FILE opens"},
    {'k', "key", "KEY", "take the verifying key from KEY instead of making it again"},
    {OPT_JSON, "json", NULL, "print the public values as one JSON object"},
    ZK_WORK_OPTIONS,
    {0},
};

/* What was given. */
typedef struct request {
    const char *circuit, *input, *output, *key;
    bool json;
    zk_bound_openings openings;
} request;

static zkml_status show_values(const request *r, const zk_key *key, const zk_envelope *envelope,
                               const zk_circuit *circuit, zkml_error *err)
{
    const zk_schema schema = {circuit->params, circuit->results, circuit->param_count,
                              circuit->result_count, circuit->instance_counts};
    bool *bound = calloc(zk_bind_count(key) + 1, sizeof *bound);
    size_t known = 0;
    if (bound == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the public values");
    for (size_t i = 0; i < r->openings.count && known < zk_bind_count(key); i++)
        if (zk_schema_field(&schema, i)->visibility != ZK_PRIVATE)
            bound[known++] = r->openings.list[i] != NULL;
    zkml_status status = r->json ? zk_public_print_json(envelope, key, bound, err)
                                 : zk_public_print(envelope, key, bound, err);
    free(bound);
    return status;
}

/* What the verifier will see. Standard output is the proof's when it goes to "-". */
static zkml_status show(const zk_work *work, const request *r, const zk_circuit *circuit,
                        const zk_key *key, const zk_buf *proof, zkml_error *err)
{
    zk_envelope envelope;
    char size[32];
    zkml_status status = ZKML_OK;
    if (strcmp(r->output, "-") != 0 && (r->json || !work->quiet)) {
        status = zk_proof_open(&envelope, r->output, proof->data, proof->length, err);
        if (status == ZKML_OK)
            status = show_values(r, key, &envelope, circuit, err);
        zk_envelope_free(&envelope);
    }
    if (status == ZKML_OK)
        zk_work_say(work, "proof of %s in %.2f s -> %s", zk_cli_size(size, proof->length),
                    zk_seconds() - work->start, r->output);
    return status;
}

static zkml_status prove_witness(zk_work *work, const request *r, const zk_witness *witness,
                                 zkml_error *err)
{
    const zk_circuit *circuit = witness->circuit;
    const zk_files files = {.value_openings = r->openings.list};
    zk_params params;
    zk_key key = {0};
    zk_buf proof = {0};
    ZK_TRY(zk_work_params(work, &params, circuit->k, err));
    zk_meter_update(&work->meter, "verifying key", 0, 0);
    zkml_status status = r->key != NULL ? zk_cli_load_key(&key, r->key, err)
                                        : zk_key_generate(&key, circuit, &params, err);
    if (status == ZKML_OK)
        status = zk_prove(&proof, witness, &key, &params, &files, zk_meter_update, &work->meter,
                          err);
    zk_params_free(&params);
    zk_work_finish(work);
    if (status == ZKML_OK)
        status = zk_file_write(r->output, proof.data, proof.length, ZK_FILE_PUBLIC, err);
    if (status == ZKML_OK)
        status = show(work, r, circuit, &key, &proof, err);
    zk_buf_free(&proof);
    zk_key_free(&key);
    return status;
}

/* Parameters come from the JSON file and from openings. */
static zkml_status read_inputs(zk_inputs *inputs, const request *r, const zk_circuit *circuit,
                               zkml_error *err)
{
    bool missing = false;
    bool *optional = calloc(circuit->param_count + 1, sizeof *optional);
    *inputs = (zk_inputs){0};
    if (optional == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the input");
    for (size_t i = 0; i < circuit->param_count; i++) {
        optional[i] = r->openings.list[i] != NULL;
        missing = missing || !optional[i];
    }
    zkml_status status = ZKML_OK;
    if (r->input != NULL)
        status = zk_inputs_read_some(inputs, circuit->params, circuit->param_count, optional,
                                     r->input, err);
    else if (missing)
        status = zk_fail(err, ZKML_USAGE, "prove: say where the input is with -i FILE.json");
    else
        status = zk_inputs_parse(inputs, circuit->params, circuit->param_count, optional, "input",
                                 "{}", 2, err);
    free(optional);
    return status == ZKML_OK ? zk_bind_inputs(inputs, circuit, r->openings.list, err) : status;
}

static zkml_status load_openings(request *r, const zk_circuit *circuit, const zk_args *args,
                                 zkml_error *err)
{
    const zk_schema schema = {circuit->params, circuit->results, circuit->param_count,
                              circuit->result_count, circuit->instance_counts};
    return zk_bound_openings_load(&r->openings, &schema, args, OPT_OPENING, err);
}

static zkml_status prove_circuit(zk_work *work, const request *r, const zk_circuit *circuit,
                                 zkml_error *err)
{
    zk_inputs inputs;
    zk_witness witness = {0};
    ZK_TRY(zk_work_reserve(work, zk_memory_prove(&circuit->cs, circuit->layer, circuit->k),
                           circuit->k, circuit, err));
    zkml_status status = read_inputs(&inputs, r, circuit, err);
    zk_meter_update(&work->meter, "witness", 0, 0);
    if (status == ZKML_OK)
        status = zk_witness_run(&witness, circuit, &inputs, ZK_WITNESS_STRICT, err);
    zk_inputs_free(&inputs);
    if (status == ZKML_OK)
        status = zk_witness_assign(&witness, err);
    if (status == ZKML_OK)
        status = prove_witness(work, r, &witness, err);
    zk_witness_free(&witness);
    return status;
}

static zkml_status get_request(request *r, const zk_args *args, zkml_error *err)
{
    *r = (request){args->operands[0],      zk_args_get(args, 'i'),      zk_args_get(args, 'o'),
                   zk_args_get(args, 'k'), zk_args_has(args, OPT_JSON), {0}};
    if (r->input == NULL && !zk_args_has(args, OPT_OPENING))
        return zk_fail(err, ZKML_USAGE, "prove: say where the input is with -i FILE.json");
    if (r->output == NULL)
        return zk_fail(err, ZKML_USAGE, "prove: say where the proof goes with -o PROOF");
    return ZKML_OK;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    request r = {0};
    zk_work work;
    zk_circuit circuit = {0};
    const struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a core file would hold the witness */
    zkml_status status = zk_work_start(&work, args, &err);
    if (status == ZKML_OK)
        status = get_request(&r, args, &err);
    if (status == ZKML_OK)
        status = zk_file_check_writable(r.output, &err);
    if (status == ZKML_OK)
        status = zk_cli_load_circuit(&circuit, r.circuit, &err);
    if (status == ZKML_OK)
        status = load_openings(&r, &circuit, args, &err);
    if (status == ZKML_OK)
        status = prove_circuit(&work, &r, &circuit, &err);
    zk_work_finish(&work);
    zk_bound_openings_free(&r.openings);
    zk_circuit_free(&circuit);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_prove = {
    "prove", run,
    {"zkml prove", "CIRCUIT -i INPUT.json -o PROOF",
     "Proves what a circuit computes; the private inputs stay private.", options, 1, 1}};
