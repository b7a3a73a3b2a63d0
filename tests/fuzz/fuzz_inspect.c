/* Arbitrary bytes under a right digest: what the reader of circuit.bin accepts is reported and
 * drawn in every form, and its text form can be read back. */
#include "runtime/circuit/codec.h"
#include "runtime/circuit/plk.h"
#include "runtime/circuit/plk_write.h"
#include "runtime/inspect/layout.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_K = 10 };

static void expect_report(zkml_status status, zk_buf *out)
{
    ZK_CHECK(status == ZKML_OK || status == ZKML_LIMIT);
    zk_buf_free(out);
}

static void report(const zk_circuit *circuit)
{
    zk_subject subject;
    zk_buf out = {0};
    zkml_error err = {0};
    ZK_CHECK(zk_subject_of_circuit(&subject, circuit, "circuit.bin", 1, &err) == ZKML_OK);
    zk_report_text(&out, &subject);
    expect_report(ZKML_OK, &out);
    expect_report(zk_report_json(&out, &subject, &err), &out);
    expect_report(zk_layout_svg(&out, &subject, &err), &out);
    expect_report(zk_flame_folded(&out, &subject, &err), &out);
    zk_subject_free(&subject);
}

static void write_and_read(const zk_circuit *circuit)
{
    zk_buf text = {0};
    zk_plk plk;
    zkml_error err = {0};
    zkml_status status = zk_plk_write(&text, circuit, NULL, &err);
    ZK_CHECK(status == ZKML_OK || status == ZKML_LIMIT);
    if (status == ZKML_OK && circuit->k <= MAX_K) {
        status = zk_plk_read(&plk, "text", (const char *)text.data, text.length, &err);
        ZK_CHECK(status == ZKML_OK);
        ZK_CHECK(plk.cs.n_calls == circuit->cs.n_calls && plk.copy_count == circuit->copy_count);
        zk_plk_free(&plk);
    }
    zk_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zk_circuit circuit;
    zk_buf file = {0};
    zkml_error err = {0};
    uint8_t digest[32];
    zk_digest(digest, "zkmlc-circuitbin", data, size);
    zk_buf_bytes(&file, data, size);
    zk_buf_bytes(&file, digest, sizeof digest);
    if (zk_circuit_read(&circuit, "circuit.bin", file.data, file.length, &err) == ZKML_OK) {
        report(&circuit);
        write_and_read(&circuit);
        zk_circuit_free(&circuit);
    }
    zk_buf_free(&file);
    return 0;
}
