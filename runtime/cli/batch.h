/* batch.h - plain runs of a circuit, one for each value of one parameter.
 *
 * The values come from a .npy file of shape [N, ...shape of the parameter]; all other parameters
 * are the same in every run. Runs are shared out among threads, in blocks.
 */
#ifndef ZK_CLI_BATCH_H
#define ZK_CLI_BATCH_H

#include "runtime/base/npy.h"
#include "runtime/poly/params.h"
#include "runtime/witness/witness.h"

/* Many values of one parameter or result; may be secret. */
typedef struct zk_batch_array {
    const zk_field_schema *field;
    const char *path;
    zk_buf bytes;
    zk_npy npy;
} zk_batch_array;

/* `text` is "NAME=FILE.npy" with the name of one of the fields, or only the file if there is but
 * one field. For messages: `option` is "--batch", `what` is "parameter". zk_batch_array_close in
 * every case. */
zkml_status zk_batch_array_open(zk_batch_array *array, const char *text, const char *option,
                                const char *what, const zk_field_schema *fields, size_t count,
                                zkml_error *err) ZKML_NODISCARD;
void zk_batch_array_close(zk_batch_array *array);

typedef struct zk_batch {
    const zk_circuit *circuit;
    zk_batch_array values;
    uint64_t runs;    /* N */
    size_t param;     /* that changes */
    zk_inputs others; /* all other parameters */
    int64_t **codes;  /* of all parameters; NULL for the one that changes */
} zk_batch;

/* `input` is the JSON file with the other parameters, NULL if there is none. zk_batch_close in
 * every case. */
zkml_status zk_batch_open(zk_batch *batch, const zk_circuit *circuit, const char *values,
                          const char *input, zkml_error *err) ZKML_NODISCARD;
void zk_batch_close(zk_batch *batch);

/* Gets the codes of all results of a run, one after another, or why an assertion stopped it (and
 * no codes). Runs come in order. */
typedef zkml_status (*zk_batch_take)(void *context, uint64_t run, const int64_t *codes,
                                     const char *stopped, zkml_error *err);
/* Ends with the first failure that is not an assertion, check or table. */
zkml_status zk_batch_run(const zk_batch *batch, zk_batch_take take, void *context,
                         zk_progress progress, void *progress_context,
                         zkml_error *err) ZKML_NODISCARD;

/* The codes of all results, one after another, and how many they are. */
zkml_status zk_batch_results(int64_t *codes, const zk_witness *witness,
                             zkml_error *err) ZKML_NODISCARD;
uint64_t zk_batch_result_count(const zk_circuit *circuit);

#endif
