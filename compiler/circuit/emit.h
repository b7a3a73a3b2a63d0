/* emit.h - from a laid-out plan to the circuit structure that the runtime reads and writes. */
#ifndef ZC_CIRCUIT_EMIT_H
#define ZC_CIRCUIT_EMIT_H

#include "compiler/circuit/build.h"
#include "compiler/circuit/layout.h"
#include "compiler/source.h"
#include "runtime/circuit/circuit.h"

typedef struct zc_emitter {
    const zc_build *build;
    const zc_layout *layout;
    const zc_sources *sources; /* may be NULL: no source map */
    zk_circuit *out;
    uint32_t *span_of_node; /* per node of the program: index into out->spans, UINT32_MAX */
    uint32_t *span_of_call; /* per call of the program, likewise */
    const char **labels;    /* per node of the program, never NULL */
    uint32_t *reg_map;      /* per instruction of the build: its register in the circuit */
} zc_emitter;

/* `out` is initialised here and to be freed by zk_circuit_free in every case. */
zkml_status zc_emit_circuit(const zc_build *build, const zc_layout *layout,
                            const zc_sources *sources, zk_circuit *out,
                            zkml_error *err) ZKML_NODISCARD;

/* The parts, in this order. */
zkml_status zc_emit_columns(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_spans(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_labels(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_program(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_schema(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_tags(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_regions(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;

zkml_status zc_emit_no_memory(zkml_error *err);

#endif
