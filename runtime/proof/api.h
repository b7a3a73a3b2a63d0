/* api.h - the objects behind the handles of zkml.h. */
#ifndef ZK_PROOF_API_H
#define ZK_PROOF_API_H

#include "runtime/proof/prove.h"

struct zkml_circuit {
    zk_circuit circuit;
};

/* A key with the parameters for its number of rows. */
struct zkml_key {
    zk_key key;
    zk_params params;
    zk_buf bytes;
};

/* Moves the buffer's bytes. */
void zk_api_give(zkml_bytes *bytes, zk_buf *buf);
/* zkml_prove and zkml_verify with lists of openings and files (ties.h). */
zkml_status zk_api_prove(zkml_bytes *proof, const zkml_circuit *circuit, const zkml_key *key,
                         const char *json, size_t length, const char *path,
                         const zk_opening *const *openings, zkml_error *err) ZKML_NODISCARD;
zkml_status zk_api_verify(zkml_values **values, const zkml_key *key, const void *proof,
                          size_t length, const zk_commitment *const *files,
                          zkml_error *err) ZKML_NODISCARD;

#endif
