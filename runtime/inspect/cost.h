/* cost.h - what a constraint system costs: rows by source line, call and gadget, bytes of a proof.
 *
 * A gate row and a look-up slot are charged to the region that owns them, and through its span to
 * a line of the source. Table rows are shared by everything that looks up the same tag.
 */
#ifndef ZK_INSPECT_COST_H
#define ZK_INSPECT_COST_H

#include "runtime/circuit/circuit.h"

typedef struct zk_cost_item {
    const char *gadget;         /* NULL in a list of lines */
    const zk_source_span *span; /* NULL in a list of gadgets, and for what has no line */
    uint64_t rows, slots, regions;
    size_t first_cell, cells; /* of a line: in zk_cost.cells */
} zk_cost_item;

/* Rows of the table with one tag, for circuits whose look-ups are (tag, in, out), tags fixed. */
typedef struct zk_cost_tag {
    int64_t tag, lo, hi;   /* of `in` */
    const char *name;      /* of the function, such as "range"; "" when the circuit has none */
    uint32_t first_row, rows;
    uint64_t slots;        /* look-ups with this tag */
    const zk_region *user; /* the first region that begins with one, or NULL */
} zk_cost_tag;

typedef struct zk_cost {
    zk_arena arena;
    uint32_t gate_rows, lookup_rows, table_rows, instance_rows; /* of the circuit */
    uint32_t used_rows;                                         /* the most of the four */
    zk_cost_item *lines, *gadgets; /* most rows first, then most slots, then in source order */
    zk_cost_item *cells;           /* by line and gadget, in source order */
    zk_cost_item *layers;          /* by the outermost call, as span; without a call: one item */
    size_t line_count, gadget_count, cell_count, layer_count;
    uint64_t assigned;             /* cells that the witness program fills, without accumulators */
    uint64_t rows, slots;          /* of all regions */
    zk_cost_tag *tags;             /* by tag; none when the look-ups have another form */
    size_t tag_count;
} zk_cost;

/* zk_cost_free in every case; refers to the circuit. */
zkml_status zk_cost_measure(zk_cost *cost, const zk_circuit *circuit,
                            zkml_error *err) ZKML_NODISCARD;
void zk_cost_free(zk_cost *cost);

/* What one bare proof consists of, in items of 32 bytes, in the order of the proof. */
typedef struct zk_proof_part {
    const char *name;
    size_t items;
} zk_proof_part;

enum { ZK_PROOF_PARTS = 13 };

typedef struct zk_proof_size {
    zk_proof_part parts[ZK_PROOF_PARTS];
    size_t proof;    /* bytes of the Halo2 proof */
    size_t envelope; /* bytes of proof.bin */
} zk_proof_size;

zkml_status zk_proof_size_of(zk_proof_size *size, const zk_constraint_system *cs, uint32_t k,
                             const uint32_t *instance_counts, zkml_error *err) ZKML_NODISCARD;

#endif
