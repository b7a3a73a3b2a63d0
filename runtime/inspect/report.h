/* report.h - what `zkml inspect` tells about a circuit, a key or a proof: text for people, or one
 * JSON object with "v": 1.
 */
#ifndef ZK_INSPECT_REPORT_H
#define ZK_INSPECT_REPORT_H

#include "runtime/inspect/cost.h"
#include "runtime/proof/envelope.h"
#include "runtime/proof/key.h"
#include "runtime/proof/opening.h"
#include "runtime/witness/input.h"

/* What circuits and keys have in common, and the one of the two that it was taken from. */
typedef struct zk_subject {
    const char *path;
    size_t bytes;
    const char *name;
    const uint8_t *digest; /* of the circuit */
    uint32_t k;
    const zk_constraint_system *cs;
    const uint32_t *instance_counts;
    const zk_field_schema *params, *results;
    size_t param_count, result_count;
    const zk_circuit *circuit; /* or NULL */
    const zk_key *key;         /* or NULL */
    zk_cost cost;              /* of a circuit */
    zk_proof_size size;
} zk_subject;

/* The circuit or key must outlive the subject. zk_subject_free in every case. */
zkml_status zk_subject_of_circuit(zk_subject *subject, const zk_circuit *circuit, const char *path,
                                  size_t bytes, zkml_error *err) ZKML_NODISCARD;
zkml_status zk_subject_of_key(zk_subject *subject, const zk_key *key, const char *path,
                              size_t bytes, zkml_error *err) ZKML_NODISCARD;
void zk_subject_free(zk_subject *subject);

void zk_report_text(zk_buf *out, const zk_subject *subject);
zkml_status zk_report_json(zk_buf *out, const zk_subject *subject, zkml_error *err) ZKML_NODISCARD;

void zk_report_proof_text(zk_buf *out, const zk_envelope *envelope, const char *path, size_t bytes);
zkml_status zk_report_proof_json(zk_buf *out, const zk_envelope *envelope, const char *path,
                                 size_t bytes, zkml_error *err) ZKML_NODISCARD;

/* Blocks and digests; of an opening no value and no blind. */
void zk_report_commitment(zk_buf *out, const zk_commitment *commitment, const char *path);
void zk_report_commitment_json(zk_buf *out, const zk_commitment *commitment, const char *path);
void zk_report_opening(zk_buf *out, const zk_opening *opening, const char *path, size_t bytes);
void zk_report_opening_json(zk_buf *out, const zk_opening *opening, const char *path, size_t bytes);

#endif
