#include "runtime/inspect/report.h"

#include <string.h>

zkml_status zk_subject_of_circuit(zk_subject *s, const zk_circuit *circuit, const char *path,
                                  size_t bytes, zkml_error *err)
{
    *s = (zk_subject){
        .path = path,
        .bytes = bytes,
        .name = circuit->name,
        .digest = circuit->digest,
        .k = circuit->k,
        .cs = &circuit->cs,
        .instance_counts = circuit->instance_counts,
        .params = circuit->params,
        .param_count = circuit->param_count,
        .results = circuit->results,
        .result_count = circuit->result_count,
        .circuit = circuit,
    };
    ZK_TRY(zk_cost_measure(&s->cost, circuit, err));
    return zk_proof_size_of(&s->size, s->cs, s->k, s->instance_counts, err);
}

zkml_status zk_subject_of_key(zk_subject *s, const zk_key *key, const char *path, size_t bytes,
                              zkml_error *err)
{
    *s = (zk_subject){
        .path = path,
        .bytes = bytes,
        .name = key->name,
        .digest = key->circuit_digest,
        .k = key->k,
        .cs = &key->cs,
        .instance_counts = key->instance_counts,
        .params = key->params,
        .param_count = key->param_count,
        .results = key->results,
        .result_count = key->result_count,
        .key = key,
    };
    return zk_proof_size_of(&s->size, s->cs, s->k, s->instance_counts, err);
}

void zk_subject_free(zk_subject *s)
{
    zk_cost_free(&s->cost);
    memset(s, 0, sizeof *s);
}
