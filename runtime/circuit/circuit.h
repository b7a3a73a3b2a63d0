/* circuit.h - a compiled circuit in memory: what circuit.bin holds.
 *
 * Made by the compiler's emitter or by zk_circuit_read; never changed afterwards. It holds all
 * that setup, proving, plain inference and the mock prover need, so that the runtime knows nothing
 * of the language:
 *
 *   script    the constraint system as the list of calls that rebuild it (their order decides the
 *             verifying key), with gates and look-ups named
 *   fixed     fixed columns, rows 0.. ; what is not given is 0
 *   copies    pairs of equal cells, in order
 *   schema    parameters and results: names, types, shapes, and where the public ones stand
 *   layer     phases, challenges, weights outside of the gates, if there are any (layer.h)
 *   program   the witness program (program.h): integers in, cells out
 *   regions   which rows belong to which gadget, spans, names of look-up tables: for messages only
 */
#ifndef ZK_CIRCUIT_CIRCUIT_H
#define ZK_CIRCUIT_CIRCUIT_H

#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/circuit/block.h"
#include "runtime/circuit/layer.h"
#include "runtime/circuit/program.h"
#include "runtime/halo2/constraint_system.h"

enum { ZK_CIRCUIT_MAX_K = 24, ZK_CIRCUIT_MAX_RANK = 12 };

/* ---- cells and copies ---- */

typedef struct zk_cell {
    zk_column_kind kind;
    uint32_t column;
    uint32_t row;
} zk_cell;

typedef struct zk_cell_copy {
    zk_cell a, b;
} zk_cell_copy;

/* A fixed column: small values as integers, or field elements. One of the two is NULL. */
typedef struct zk_fixed_column {
    uint32_t count; /* rows 0 .. count-1; later rows are 0 */
    int64_t *small;
    zk_fp *wide;
} zk_fixed_column;

/* ---- schema ---- */

typedef enum zk_visibility { ZK_PUBLIC, ZK_PRIVATE, ZK_COMMITTED } zk_visibility;
typedef enum zk_type_kind { ZK_TYPE_INT, ZK_TYPE_FIX, ZK_TYPE_UFIX, ZK_TYPE_QUANT, ZK_TYPE_BOOL } zk_type_kind;

/* One parameter or result. A code c stands for the real value c * scale_num / scale_den. */
typedef struct zk_field_schema {
    const char *name;
    zk_visibility visibility;
    zk_type_kind kind;
    uint32_t bits, fraction;       /* FIX and UFIX */
    int64_t lo, hi;                /* codes, inclusive */
    uint64_t scale_num, scale_den; /* lowest terms */
    uint32_t rank;
    uint32_t extent[ZK_CIRCUIT_MAX_RANK];
    uint64_t count;
    uint32_t instance_column;      /* PUBLIC: elements on rows first_row .. first_row+count-1 */
    uint32_t first_row;
    uint32_t first_column;         /* COMMITTED: see zk_committed_cell */
    uint32_t reg;                  /* the program's register that holds its codes */
} zk_field_schema;

/* A committed value has advice columns of its own, from first_column on. With p =
 * 2^k - ZK_COMMITTED_RESERVE, element e of its flattened order stands on row e mod p of column
 * first_column + e div p. Its other rows below p hold 0 in an honest proof, and no constraint may
 * read them: they are the committer's choice. */
zk_cell zk_committed_cell(uint32_t first_column, uint32_t k, uint64_t element);

/* ---- source map ---- */

typedef struct zk_source_span {
    uint32_t file;          /* index into files */
    uint32_t line, column;  /* from 1 */
    uint32_t width;         /* columns marked on that line */
    const char *text;       /* the source line */
    uint32_t caller;        /* the call it was reached by: an earlier span; UINT32_MAX: none */
} zk_source_span;

/* Cells of one gadget instance for one tensor node. Element e of the node uses the rows
 * first_row + e * rows_per_element ...; rows_per_element = 0: not split by element. In a circuit
 * with equations (layer.h), regions that are not of look-ups count equations instead of rows. */
typedef struct zk_region {
    const char *gadget; /* "dot", "round", "range", "max", ... */
    const char *label;  /* source text or variable, such as "score(profile)"; may be "" */
    uint32_t span;      /* index into spans, UINT32_MAX: none */
    bool is_lookup;     /* rows of the look-up columns instead of the gate columns */
    uint32_t first_row; /* look-ups: first slot; slot s is look-up s % L on row s / L */
    uint32_t count;     /* rows or slots */
    uint32_t per_element;
    uint64_t first_element;
    uint32_t rank;
    uint32_t extent[ZK_CIRCUIT_MAX_RANK]; /* the node's shape, to turn elements into indices */
    const char *message;                  /* an assertion's text, or NULL */
} zk_region;

/* ---- circuit ---- */

typedef struct zk_circuit {
    zk_arena arena; /* owns all below */
    const char *name;
    uint32_t k;
    zk_constraint_system cs;
    zk_fixed_column *fixed; /* cs.num_fixed */
    zk_cell_copy *copies;
    size_t copy_count;
    uint32_t *instance_counts; /* values per instance column */
    zk_field_schema *params;
    size_t param_count;
    zk_field_schema *results;
    size_t result_count;
    zk_layer *layer; /* NULL: all advice columns are of one phase */
    zk_witness_program program;
    const char **files;
    size_t file_count;
    zk_source_span *spans;
    size_t span_count;
    zk_region *regions; /* gate regions by first_row, then look-up regions by first slot */
    size_t region_count;
    const char **tag_names; /* tag_names[i]: the function with tag i + 1 in the look-up table */
    size_t tag_count;
    uint8_t digest[32]; /* the last 32 bytes of the file (codec.h); set by writing or reading */
} zk_circuit;

/* Rows up to the last cell of an advice column that the witness program fills. */
uint32_t zk_circuit_placed_rows(const zk_circuit *circuit, uint32_t column);

/* Appends the canonical bytes of the circuit (circuit_file.h) and sets circuit->digest. The limits
 * of the format are checked. */
zkml_status zk_circuit_write(zk_circuit *circuit, zk_buf *out, zkml_error *err) ZKML_NODISCARD;
/* Strict: everything the rest of the runtime relies on is checked here. `name` is for messages:
 * "name: offset N: reason", or "name: reason" where parts contradict each other. Memory: 16 MiB
 * and a small multiple of the length. A circuit that could not be read is empty: zk_circuit_free
 * is not needed. */
zkml_status zk_circuit_read(zk_circuit *circuit, const char *name, const uint8_t *bytes,
                            size_t length, zkml_error *err) ZKML_NODISCARD;
void zk_circuit_free(zk_circuit *circuit);

#endif
