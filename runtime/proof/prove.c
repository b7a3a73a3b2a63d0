#include "runtime/proof/prove.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/halo2/prover.h"

/* The key's circuit --------------------------------------------------------------------------- */

static bool same_bytes(const zk_buf *a, const zk_buf *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static bool same_counts(const zk_key *key, const zk_circuit *circuit)
{
    for (uint32_t c = 0; c < circuit->cs.n_instance; c++)
        if (key->instance_counts[c] != circuit->instance_counts[c])
            return false;
    return true;
}

/* A key with another constraint system would decide how many rows hide the witness. Its commitments
 * need no check: the proof is verified with them before anyone sees it. */
static zkml_status check_key(const zk_key *key, const zk_circuit *circuit, zkml_error *err)
{
    zk_buf theirs = {0}, ours = {0};
    zk_script_put(&theirs, &key->cs);
    zk_script_put(&ours, &circuit->cs);
    bool failed = theirs.failed || ours.failed;
    bool same = memcmp(key->circuit_digest, circuit->digest, sizeof key->circuit_digest) == 0 &&
                key->k == circuit->k && same_bytes(&theirs, &ours) && same_counts(key, circuit);
    zk_buf_free(&theirs);
    zk_buf_free(&ours);
    if (failed)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the key");
    return same ? ZKML_OK : zk_fail(err, ZKML_INVALID, "the key belongs to another circuit");
}

/* Making proofs ------------------------------------------------------------------------------- */

typedef struct job {
    const zk_witness *witness;
    const zk_key *key;
    const zk_params *params;
    const zk_opening **openings; /* by the key's values; NULL: none at all */
    zk_rng *rng;
    zk_progress progress;
    void *context;
    uint32_t challenges; /* seen by the transcript so far */
} job;

static void report(const job *j, const char *stage)
{
    if (j->progress != NULL)
        j->progress(j->context, stage, 0, 0);
}

static zkml_status unsatisfied(zkml_error *err)
{
    return zk_fail_context(err, "the witness does not satisfy the circuit");
}

/* Tells the stages apart by the challenges between them: theta, beta, gamma, y, x. */
static void follow(void *context, zk_message_kind kind, const zk_vesta_affine *point, zk_fp *scalar)
{
    static const char *const stages[] = {"proving: look-ups",  NULL, "proving: products",
                                         "proving: quotient", "proving: evaluations",
                                         "proving: opening"};
    job *j = context;
    (void)point;
    (void)scalar;
    if (kind != ZK_MESSAGE_CHALLENGE)
        return;
    uint32_t seen = j->challenges++;
    if (seen < sizeof stages / sizeof *stages && stages[seen] != NULL)
        report(j, stages[seen]);
}

static zkml_status finish_proof(job *j, zk_prover *prover, zk_buf *proof, zkml_error *err)
{
    zkml_status status = zk_prover_finish(prover, j->witness->instances, proof, follow, j, err);
    return status == ZKML_INVALID ? unsatisfied(err) : status;
}

static zkml_status run_prover(job *j, const zk_pk *pk, zk_bound *bound, zk_buf *proof,
                              zkml_error *err)
{
    const zk_witness *witness = j->witness;
    uint32_t columns = witness->circuit->cs.n_advice;
    zk_prover prover;
    zkml_status status = zk_prover_init(&prover, pk, j->params, j->rng, err);
    if (status == ZKML_OK) {
        report(j, "proving: witness");
        zk_prover_draw_advice(&prover, columns, witness->advice);
        status = zk_prover_commit_advice(&prover, 0, columns, witness->advice, err);
    }
    if (status == ZKML_OK)
        status = zk_bind_prove(bound, &prover, j->key, j->openings, witness->instances, err);
    if (status == ZKML_OK)
        status = finish_proof(j, &prover, proof, err);
    zk_prover_free(&prover);
    return status;
}

static zkml_status make_proof(job *j, zk_bound *bound, zk_buf *proof, zkml_error *err)
{
    zk_contents contents;
    zk_pk pk;
    report(j, "proving: key");
    ZK_TRY(zk_contents_init(&contents, j->witness->circuit, err));
    zkml_status status = zk_pk_generate(&pk, &j->key->vk, &contents.input, err);
    zk_contents_free(&contents);
    if (status != ZKML_OK)
        return status;
    status = run_prover(j, &pk, bound, proof, err);
    zk_pk_free(&pk);
    return status;
}

/* Verifies what will be handed out: the bytes, not what they were made from. */
static zkml_status verify_bytes(const job *j, const zk_bound *bound, const zk_buf *file,
                                zkml_error *err)
{
    zk_envelope envelope;
    report(j, "proving: check");
    zkml_status status = zk_envelope_read(&envelope, "proof", file->data, file->length, err);
    ZK_CHECK(status != ZKML_MALFORMED);
    if (status == ZKML_OK)
        status = zk_envelope_verify_bound(&envelope, j->key, bound->list, j->params, err);
    zk_envelope_free(&envelope);
    return status;
}

/* The same values as the witness: what is proved about a commitment is about what it holds. */
static zkml_status check_opening(const zk_witness *witness, const zk_field_schema *field,
                                 const zk_opening *opening, zkml_error *err)
{
    bool same = opening->block_count == 1 && opening->blocks[0].shape.kind == ZK_BLOCK_VECTOR &&
                opening->blocks[0].shape.elements == field->count;
    for (uint64_t e = 0; same && e < field->count; e++) {
        int64_t code;
        same =
            zk_witness_code(witness, field->reg, e, &code) && code == opening->blocks[0].values[e];
    }
    return same ? ZKML_OK
                : zk_fail(err, ZKML_INVALID, "%s: the opening holds another value", field->name);
}

/* From the circuit's parameters and results to those of the key, which has no private ones. */
static zkml_status take_openings(job *j, const zk_opening *const *openings, zkml_error *err)
{
    const zk_circuit *c = j->witness->circuit;
    const zk_schema schema = {c->params, c->results, c->param_count, c->result_count,
                              c->instance_counts};
    size_t known = 0;
    j->openings = calloc(zk_bind_count(j->key) + 1, sizeof(zk_opening *));
    if (j->openings == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the openings");
    for (size_t i = 0; i < c->param_count + c->result_count; i++) {
        const zk_field_schema *field = zk_schema_field(&schema, i);
        if (openings[i] != NULL && field->visibility != ZK_COMMITTED)
            return zk_fail(err, ZKML_INVALID, "%s is not committed: no opening goes with it",
                           field->name);
        if (openings[i] != NULL)
            ZK_TRY(check_opening(j->witness, field, openings[i], err));
        if (field->visibility != ZK_PRIVATE && known < zk_bind_count(j->key))
            j->openings[known++] = openings[i];
    }
    return ZKML_OK;
}

static void put_envelope(zk_buf *file, const job *j, const zk_bound *bound, const zk_buf *proof)
{
    zk_envelope envelope = {.transcript_repr = j->key->vk.transcript_repr,
                            .instance_columns = j->key->cs.n_instance,
                            .instances = j->witness->instances,
                            .file_count = bound->file_count,
                            .file_digests = bound->digests,
                            .proof = proof->data,
                            .proof_length = proof->length,
                            .link = bound->link,
                            .link_length = bound->link_length};
    memcpy(envelope.circuit_digest, j->key->circuit_digest, sizeof envelope.circuit_digest);
    zk_envelope_write(&envelope, file);
}

static zkml_status prove(job *j, zk_buf *out, zkml_error *err)
{
    zk_buf proof = {0}, file = {0};
    zk_bound bound = {0};
    zkml_status status = make_proof(j, &bound, &proof, err);
    if (status == ZKML_OK) {
        put_envelope(&file, j, &bound, &proof);
        status = file.failed ? zk_fail(err, ZKML_LIMIT, "out of memory for the proof")
                             : verify_bytes(j, &bound, &file, err);
        if (status == ZKML_INVALID)
            status = unsatisfied(err);
    }
    if (status == ZKML_OK) {
        zk_buf_bytes(out, file.data, file.length);
        if (out->failed)
            status = zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    }
    zk_bound_free(&bound);
    zk_buf_wipe(&proof);
    zk_buf_wipe(&file);
    return status;
}

zkml_status zk_prove_with(zk_buf *out, const zk_witness *witness, const zk_key *key,
                          const zk_params *params, zk_rng *rng, zk_progress progress, void *context,
                          zkml_error *err)
{
    job j = {.witness = witness,
             .key = key,
             .params = params,
             .rng = rng,
             .progress = progress,
             .context = context};
    ZK_TRY(check_key(key, witness->circuit, err));
    return prove(&j, out, err);
}

static void absorb(crypto_generichash_blake2b_state *state, const void *bytes, size_t length)
{
    (void)crypto_generichash_blake2b_update(state, bytes, length);
}

static void absorb_column(crypto_generichash_blake2b_state *state, const zk_column *column)
{
    const uint64_t header[2] = {(uint64_t)column->type, column->length};
    absorb(state, header, sizeof header);
    switch (column->type) {
    case ZK_COLUMN_I64:
        absorb(state, column->u.i64, column->length * sizeof *column->u.i64);
        return;
    case ZK_COLUMN_FP:
        absorb(state, column->u.fp, column->length * sizeof *column->u.fp);
        return;
    case ZK_COLUMN_CONSTANT:
        absorb(state, &column->u.constant, sizeof column->u.constant);
        return;
    }
}

/* Digest of key, instance and witness, in whatever form they have in memory: it is compared with
 * nothing. */
static void hedge(uint8_t digest[32], const zk_witness *witness, const zk_key *key)
{
    static const unsigned char personal[16] = {'z', 'k', 'm', 'l', 'c', '-', 'h', 'e',
                                               'd', 'g', 'e', '-', 'v', '1', 0,   0};
    const zk_constraint_system *cs = &witness->circuit->cs;
    crypto_generichash_blake2b_state state;
    (void)crypto_generichash_blake2b_init_salt_personal(&state, NULL, 0, 32, NULL, personal);
    absorb(&state, key->circuit_digest, sizeof key->circuit_digest);
    absorb(&state, &key->vk.transcript_repr, sizeof key->vk.transcript_repr);
    for (uint32_t c = 0; c < cs->n_instance; c++) {
        const zk_instance_values *column = &witness->instances[c];
        absorb(&state, &column->count, sizeof column->count);
        absorb(&state, column->values, column->count * sizeof *column->values);
    }
    for (uint32_t c = 0; c < cs->n_advice; c++)
        absorb_column(&state, &witness->advice[c]);
    (void)crypto_generichash_blake2b_final(&state, digest, 32);
    sodium_memzero(&state, sizeof state);
}

zkml_status zk_prove_bound(zk_buf *out, const zk_witness *witness, const zk_key *key,
                           const zk_opening *const *openings, const zk_params *params,
                           zk_progress progress, void *context, zkml_error *err)
{
    uint8_t digest[32];
    zk_rng rng;
    job j = {.witness = witness,
             .key = key,
             .params = params,
             .rng = &rng,
             .progress = progress,
             .context = context};
    ZK_TRY(check_key(key, witness->circuit, err));
    hedge(digest, witness, key);
    zkml_status status = zk_rng_init_secure(&rng, digest, sizeof digest, err);
    sodium_memzero(digest, sizeof digest);
    if (status == ZKML_OK && openings != NULL)
        status = take_openings(&j, openings, err);
    if (status == ZKML_OK)
        status = prove(&j, out, err);
    free(j.openings);
    zk_rng_wipe(&rng);
    return status;
}

zkml_status zk_prove(zk_buf *out, const zk_witness *witness, const zk_key *key,
                     const zk_params *params, zk_progress progress, void *context, zkml_error *err)
{
    return zk_prove_bound(out, witness, key, NULL, params, progress, context, err);
}
