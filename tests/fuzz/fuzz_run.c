/* Circuits that the reader accepts, however strange, are run, checked and described without harm:
 * what zk_circuit_verify demands is enough. Only small ones, or the fuzzer would get nowhere. */
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/inspect/report.h"
#include "runtime/mock/mock.h"
#include "tests/fuzz/fuzz.h"

static bool is_small(const zk_circuit *circuit)
{
    uint64_t points = 0;
    for (uint32_t i = 0; i < circuit->program.instr_count; i++) {
        points += circuit->program.instrs[i].count * circuit->program.instrs[i].reduce_count;
        if (points > 1 << 16)
            return false;
    }
    return circuit->k <= 8 && circuit->cs.n_advice <= 64;
}

/* Codes from one end of the range to the other. */
static bool make_inputs(zk_inputs *inputs, const zk_circuit *circuit)
{
    memset(inputs, 0, sizeof *inputs);
    zk_arena_init(&inputs->arena, 0);
    inputs->count = circuit->param_count;
    inputs->codes = ZK_ARENA_NEW(&inputs->arena, int64_t *, inputs->count);
    for (size_t i = 0; inputs->codes != NULL && i < inputs->count; i++) {
        const zk_field_schema *field = &circuit->params[i];
        uint64_t range = (uint64_t)field->hi - (uint64_t)field->lo;
        int64_t *codes = ZK_ARENA_NEW(&inputs->arena, int64_t, (size_t)field->count);
        inputs->codes[i] = codes;
        if (codes == NULL)
            return false;
        for (uint64_t e = 0; e < field->count; e++) {
            uint64_t part = e % 4 == 0 ? 0 : e % 4 == 1 ? range : range / (e + 1);
            codes[e] = (int64_t)((uint64_t)field->lo + part);
        }
    }
    return inputs->codes != NULL;
}

static void check(const zk_witness *witness)
{
    zk_mock_report report;
    zk_buf text = {0};
    zkml_error err = {0};
    if (zk_mock_check(&report, witness, &err) == ZKML_OK) {
        zk_mock_print(&text, &report, witness);
        ZK_CHECK(zk_mock_print_json(&text, &report, witness, &err) == ZKML_OK);
    }
    zk_mock_report_free(&report);
    zk_buf_free(&text);
}

static void run(const zk_circuit *circuit, const zk_inputs *inputs, zk_witness_mode mode)
{
    zk_witness witness;
    zkml_error err = {0};
    if (zk_witness_run(&witness, circuit, inputs, mode, &err) == ZKML_OK &&
        zk_witness_assign(&witness, &err) == ZKML_OK && mode == ZK_WITNESS_LENIENT)
        check(&witness);
    zk_witness_free(&witness);
}

static void describe(const zk_circuit *circuit, size_t bytes)
{
    zk_subject subject;
    zk_buf text = {0};
    zkml_error err = {0};
    if (zk_subject_of_circuit(&subject, circuit, "circuit.bin", bytes, &err) == ZKML_OK) {
        zk_report_text(&text, &subject);
        ZK_CHECK(zk_report_json(&text, &subject, &err) == ZKML_OK);
    }
    zk_subject_free(&subject);
    zk_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_circuit circuit;
    zk_inputs inputs;
    zk_buf file = {0};
    zkml_error err = {0};
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-circuitbin", data, size);
    zk_buf_bytes(&file, data, size);
    zk_buf_bytes(&file, digest, sizeof digest);
    if (zk_circuit_read(&circuit, "circuit.bin", file.data, file.length, &err) == ZKML_OK &&
        is_small(&circuit)) {
        if (make_inputs(&inputs, &circuit)) {
            run(&circuit, &inputs, ZK_WITNESS_STRICT);
            run(&circuit, &inputs, ZK_WITNESS_LENIENT);
        }
        zk_inputs_free(&inputs);
        describe(&circuit, file.length);
    }
    zk_circuit_free(&circuit);
    zk_buf_free(&file);
    return 0;
}
