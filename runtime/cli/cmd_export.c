/* zkml export: constraint systems as text and bare Halo2 proofs, for other implementations. */
#include <string.h>

#include "runtime/circuit/plk_write.h"
#include "runtime/cli/cli.h"
#include "runtime/proof/envelope.h"

enum { OPT_PLK = 1000, OPT_HALO2, OPT_PUBLIC };

static const zk_option options[] = {
    {OPT_PLK, "plk", "FILE", "write the circuit's constraint system to FILE as text"},
    {OPT_PUBLIC, "public", "PROOF", "with --plk: add the public values of a proof of the circuit"},
    {OPT_HALO2, "halo2", "FILE", "write the proof's bare Halo2 bytes to FILE"},
    {0},
};

/* Also keeps the file's bytes, which the envelope refers to. */
static zkml_status load_proof(zk_envelope *envelope, zk_buf *bytes, const char *path,
                              zkml_error *err)
{
    ZK_TRY(zk_file_read(path, ZK_MAX_PROOF_BYTES, bytes, err));
    zkml_status status = zk_envelope_read(envelope, path, bytes->data, bytes->length, err);
    if (status != ZKML_OK)
        zk_buf_free(bytes);
    return status;
}

/* The proof is of this circuit, and has as many public values. */
static zkml_status check_public(const zk_circuit *circuit, const zk_envelope *envelope,
                                const char *path, zkml_error *err)
{
    bool same = memcmp(circuit->digest, envelope->circuit_digest, sizeof circuit->digest) == 0 &&
                envelope->instance_columns == circuit->cs.n_instance;
    for (uint32_t i = 0; same && i < circuit->cs.n_instance; i++)
        same = envelope->instances[i].count == circuit->instance_counts[i];
    return same ? ZKML_OK : zk_fail(err, ZKML_INVALID, "%s: is not a proof of this circuit", path);
}

static zkml_status write_text(const zk_circuit *circuit, const char *proof_path, zk_buf *text,
                              zkml_error *err)
{
    zk_envelope envelope;
    zk_buf bytes;
    if (proof_path == NULL)
        return zk_plk_write(text, circuit, NULL, err);
    ZK_TRY(load_proof(&envelope, &bytes, proof_path, err));
    zkml_status status = check_public(circuit, &envelope, proof_path, err);
    if (status == ZKML_OK)
        status = zk_plk_write(text, circuit, envelope.instances, err);
    zk_envelope_free(&envelope);
    zk_buf_free(&bytes);
    return status;
}

static zkml_status export_plk(const char *path, const char *proof_path, const char *target,
                              zkml_error *err)
{
    zk_circuit circuit;
    zk_buf bytes, text = {0};
    ZK_TRY(zk_file_read(path, ZK_MAX_CIRCUIT_BYTES, &bytes, err));
    zkml_status status = zk_circuit_read(&circuit, path, bytes.data, bytes.length, err);
    zk_buf_free(&bytes);
    ZK_TRY(status);
    status = write_text(&circuit, proof_path, &text, err);
    if (status == ZKML_OK)
        status = zk_file_write(target, text.data, text.length, ZK_FILE_PUBLIC, err);
    zk_circuit_free(&circuit);
    zk_buf_free(&text);
    return status;
}

static zkml_status export_halo2(const char *path, const char *target, zkml_error *err)
{
    zk_envelope envelope;
    zk_buf bytes;
    ZK_TRY(load_proof(&envelope, &bytes, path, err));
    zkml_status status =
        zk_file_write(target, envelope.proof, envelope.proof_length, ZK_FILE_PUBLIC, err);
    zk_envelope_free(&envelope);
    zk_buf_free(&bytes);
    return status;
}

static int run(const zk_args *args)
{
    zkml_error err = {0};
    const char *plk = zk_args_get(args, OPT_PLK), *halo2 = zk_args_get(args, OPT_HALO2);
    const char *proof = zk_args_get(args, OPT_PUBLIC), *path = args->operands[0];
    zkml_status status;
    if ((plk != NULL) == (halo2 != NULL))
        status = zk_fail(&err, ZKML_USAGE, "export: say either --plk FILE or --halo2 FILE");
    else if (halo2 != NULL && proof != NULL)
        status = zk_fail(&err, ZKML_USAGE, "export: --public belongs to --plk");
    else if (plk != NULL)
        status = export_plk(path, proof, plk, &err);
    else
        status = export_halo2(path, halo2, &err);
    return status == ZKML_OK ? ZKML_OK : zk_cli_fail(&err);
}

const zk_command zk_command_export = {
    "export",
    run,
    {"zkml export", "CIRCUIT --plk FILE [--public PROOF]\n       zkml export PROOF --halo2 FILE",
     "Constraint system as text, or the bare Halo2 proof, for other implementations.", options, 1,
     1}};
