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
    uint32_t one_reg;       /* batched: a register that holds 1 */
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

/* Of zc_emit_columns: all of a batched layout (emit_batch.c). */
zkml_status zc_emit_batched(zc_emitter *em, zkml_error *err) ZKML_NODISCARD;

/* Shared by both layouts: a fixed column of small integers; the tags and the table; the look-up
 * arguments. `tag` and `table` are the first fixed columns of their kind. */
zkml_status zc_emit_new_column(zc_emitter *em, uint32_t column, uint64_t rows,
                               zkml_error *err) ZKML_NODISCARD;
zkml_status zc_emit_table(zc_emitter *em, uint32_t tag, uint32_t table,
                          zkml_error *err) ZKML_NODISCARD;
void zc_emit_lookups(zc_emitter *em, uint32_t tag, uint32_t table);

zkml_status zc_emit_no_memory(zkml_error *err);

#endif
