#include "runtime/proof/prove.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/circuit/codec.h"
#include "runtime/proof/bind.h"
#include "runtime/proof/phases.h"

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
    const zk_ties *ties;
    zk_files public;       /* the files as a verifier has them, by the key's values */
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

static zkml_status unsatisfied(zkml_status status, zkml_error *err)
{
    if (status == ZKML_INVALID)
        (void)zk_fail_context(err, "the witness does not satisfy the circuit");
    return status;
}

static zkml_status run_prover(job *j, const zk_pk *pk, zk_buf *proof, zk_buf *link,
                              zkml_error *err)
{
    zk_prover prover;
    zkml_status status = zk_prover_init(&prover, pk, j->params, j->rng, err);
    if (status == ZKML_OK) {
        report(j, "proving: witness");
        status = zk_phases_commit(&prover, j->witness, j->ties, j->key->circuit_digest, link, err);
    }
    if (status == ZKML_OK)
        status = unsatisfied(
            zk_prover_finish(&prover, j->witness->instances, proof, follow, j, err), err);
    zk_prover_free(&prover);
    return status;
}

static zkml_status make_proof(job *j, zk_buf *proof, zk_buf *link, zkml_error *err)
{
    zk_contents contents;
    zk_pk pk;
    report(j, "proving: key");
    ZK_TRY(zk_contents_init(&contents, j->witness->circuit, err));
    zkml_status status = zk_pk_generate(&pk, &j->key->vk, &contents.input, err);
    zk_contents_free(&contents);
    if (status != ZKML_OK)
        return status;
    status = run_prover(j, &pk, proof, link, err);
    zk_pk_free(&pk);
    return status;
}

/* Verifies what will be handed out: the bytes, not what they were made from. */
static zkml_status verify_bytes(const job *j, const zk_buf *file, zkml_error *err)
{
    zk_envelope envelope;
    report(j, "proving: check");
    zkml_status status = zk_envelope_read(&envelope, "proof", file->data, file->length, err);
    ZK_CHECK(status != ZKML_MALFORMED);
    if (status == ZKML_OK)
        status = zk_envelope_verify(&envelope, j->key, j->params, &j->public, err);
    zk_envelope_free(&envelope);
    return status;
}

/* The proof file, verified. */
static zkml_status make_file(job *j, zk_buf *file, zkml_error *err)
{
    zk_buf proof = {0}, link = {0}, digests = {0};
    zkml_status status = make_proof(j, &proof, &link, err);
    if (status == ZKML_OK) {
        for (size_t f = 0; f < j->ties->file_count; f++)
            zk_buf_bytes(&digests, j->ties->published[f]->digest,
                         sizeof j->ties->published[f]->digest);
        zk_envelope envelope = {.transcript_repr = j->key->vk.transcript_repr,
                                .inputs = 1,
                                .instance_columns = j->key->cs.n_instance,
                                .instances = j->witness->instances,
                                .file_count = (uint32_t)j->ties->file_count,
                                .file_digests = digests.data,
                                .proof = proof.data,
                                .proof_length = proof.length,
                                .link = link.data,
                                .link_length = link.length};
        memcpy(envelope.circuit_digest, j->key->circuit_digest, sizeof envelope.circuit_digest);
        zk_envelope_write(&envelope, file);
        status = file->failed || digests.failed
                     ? zk_fail(err, ZKML_LIMIT, "out of memory for the proof")
                     : unsatisfied(verify_bytes(j, file, err), err);
    }
    zk_buf_wipe(&proof);
    zk_buf_wipe(&link);
    zk_buf_free(&digests);
    return status;
}

static zkml_status prove(job *j, zk_buf *out, zkml_error *err)
{
    zk_buf file = {0};
    zkml_status status = make_file(j, &file, err);
    if (status == ZKML_OK) {
        zk_buf_bytes(out, file.data, file.length);
        if (out->failed)
            status = zk_fail(err, ZKML_LIMIT, "out of memory for the proof");
    }
    zk_buf_wipe(&file);
    return status;
}

/* Commitment files ---------------------------------------------------------------------------- */

/* The files that openings of committed values belong to, made again. */
typedef struct published {
    zk_commitment *files;
    zk_buf *bytes;
    const zk_commitment **of_circuit, **of_key; /* by value */
    size_t count;                               /* values of the circuit */
} published;

static zkml_status publish(published *p, const zk_circuit *circuit, const zk_schema *schema,
                           const zk_opening *const *openings, const zk_params *params,
                           zkml_error *err)
{
    size_t known = 0;
    p->count = circuit->param_count + circuit->result_count;
    p->files = calloc(p->count + 1, sizeof *p->files);
    p->bytes = calloc(p->count + 1, sizeof *p->bytes);
    p->of_circuit = calloc(p->count + 1, sizeof *p->of_circuit);
    p->of_key = calloc(p->count + 1, sizeof *p->of_key);
    if (p->files == NULL || p->bytes == NULL || p->of_circuit == NULL || p->of_key == NULL)
        return zk_fail(err, ZKML_LIMIT, "out of memory for the commitments");
    for (size_t i = 0; i < p->count; i++) {
        const zk_field_schema *field = zk_schema_field(schema, i);
        if (openings != NULL && openings[i] != NULL) {
            p->of_circuit[i] = &p->files[i];
            ZK_TRY(zk_bind_publish(&p->files[i], &p->bytes[i], field, openings[i], params, err));
        }
        if (field->visibility != ZK_PRIVATE)
            p->of_key[known++] = p->of_circuit[i];
    }
    return ZKML_OK;
}

static void unpublish(published *p)
{
    for (size_t i = 0; p->files != NULL && p->bytes != NULL && i < p->count; i++) {
        zk_commitment_free(&p->files[i]);
        zk_buf_free(&p->bytes[i]);
    }
    free(p->files);
    free(p->bytes);
    free(p->of_circuit);
    free(p->of_key);
}

zkml_status zk_prove_with(zk_buf *out, const zk_witness *witness, const zk_key *key,
                          const zk_params *params, const zk_files *files, zk_rng *rng,
                          zk_progress progress, void *context, zkml_error *err)
{
    static const zk_files none = {0};
    const zk_circuit *circuit = witness->circuit;
    const zk_schema schema = {circuit->params, circuit->results, circuit->param_count,
                              circuit->result_count, circuit->instance_counts};
    zk_files all = files != NULL ? *files : none;
    published p = {0};
    zk_ties ties = {0};
    job j = {.witness = witness, .key = key, .params = params, .rng = rng, .progress = progress,
             .context = context, .ties = &ties};
    ZK_TRY(check_key(key, circuit, err));
    zkml_status status = publish(&p, circuit, &schema, all.value_openings, params, err);
    all.values = all.value_openings != NULL ? p.of_circuit : NULL;
    j.public = (zk_files){.shared = all.shared, .values = p.of_key};
    if (status == ZKML_OK)
        status = zk_ties_init(&ties, circuit->layer, &schema, &circuit->cs, circuit->k, 1, &all,
                              err);
    if (status == ZKML_OK)
        status = prove(&j, out, err);
    zk_ties_free(&ties);
    unpublish(&p);
    return status;
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

static void absorb_openings(crypto_generichash_blake2b_state *state,
                            const zk_opening *const *openings, size_t count)
{
    for (size_t i = 0; openings != NULL && i < count; i++)
        if (openings[i] != NULL)
            absorb(state, openings[i]->commitment, sizeof openings[i]->commitment);
}

/* Digest of key, instance, witness and files, in whatever form they have in memory: it is compared
 * with nothing. */
static void hedge(uint8_t digest[32], const zk_witness *witness, const zk_key *key,
                  const zk_files *files)
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
    absorb_openings(&state, files != NULL ? files->shared_openings : NULL,
                    witness->circuit->layer != NULL ? witness->circuit->layer->file_count : 0);
    absorb_openings(&state, files != NULL ? files->value_openings : NULL,
                    witness->circuit->param_count + witness->circuit->result_count);
    (void)crypto_generichash_blake2b_final(&state, digest, 32);
    sodium_memzero(&state, sizeof state);
}

zkml_status zk_prove(zk_buf *out, const zk_witness *witness, const zk_key *key,
                     const zk_params *params, const zk_files *files, zk_progress progress,
                     void *context, zkml_error *err)
{
    uint8_t digest[32];
    zk_rng rng;
    hedge(digest, witness, key, files);
    zkml_status status = zk_rng_init_secure(&rng, digest, sizeof digest, err);
    sodium_memzero(digest, sizeof digest);
    if (status == ZKML_OK)
        status = zk_prove_with(out, witness, key, params, files, &rng, progress, context, err);
    zk_rng_wipe(&rng);
    return status;
}
