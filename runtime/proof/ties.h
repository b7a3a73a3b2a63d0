/* ties.h - which columns of a circuit are tied to commitment files, and to which.
 *
 * A masked folded column differs from the fold of published row commitments on blind rows only, a
 * committed column from a published commitment. The differences, P_f, stand in this order: for each
 * input of a proof, the masked folded columns by column, then the committed columns by column. One
 * link proof (link.h) speaks about all of them.
 *
 * Files stand in this order: the layer's own, which all inputs share, then for each input one for
 * every committed parameter and result that is bound to a file; the others are private values.
 */
#ifndef ZK_PROOF_TIES_H
#define ZK_PROOF_TIES_H

#include "runtime/circuit/codec.h"
#include "runtime/proof/link.h"
#include "runtime/proof/opening.h"

/* The files of a proof. Lists of values have an entry for each parameter and then for each result
 * of the key or circuit, for one input after the other: NULL for what is bound to nothing, the same
 * for every input. A list may itself be NULL. */
typedef struct zk_files {
    const zk_commitment *const *shared;       /* the layer's */
    const zk_opening *const *shared_openings; /* the prover's */
    const zk_commitment *const *values;
    const zk_opening *const *value_openings;  /* the prover's */
} zk_files;

/* One column of a committed value. */
typedef struct zk_committed_column {
    uint32_t column;
    uint32_t file; /* among the input's own files */
    uint32_t part; /* which of the vector's points */
    const zk_field_schema *field;
} zk_committed_column;

typedef struct zk_ties {
    const zk_layer *layer;      /* never NULL */
    zk_layer plain;             /* of a circuit without a layer */
    uint32_t k, usable;
    uint32_t columns;               /* advice */
    uint32_t inputs;
    uint32_t own_files;             /* of each input */
    uint32_t masked;                /* folded columns */
    uint32_t committed_count;
    zk_committed_column *committed; /* those that are bound, by column */
    size_t file_count;              /* of all inputs */
    const zk_commitment **published;
    const zk_opening **openings;    /* of the same files; NULL for a verifier */
    const char **names;
} zk_ties;

/* `layer` and `files` may be NULL. Circuit or key were verified; all must outlive the ties, which
 * do not move. Checks that each file has the k and the blocks that the circuit says, and that
 * openings belong to the files: ZKML_INVALID, naming it. zk_ties_free in every case. */
zkml_status zk_ties_init(zk_ties *ties, const zk_layer *layer, const zk_schema *schema,
                         const zk_constraint_system *cs, uint32_t k, uint32_t inputs,
                         const zk_files *files, zkml_error *err) ZKML_NODISCARD;
void zk_ties_free(zk_ties *ties);

/* Differences P_f, and bytes of the link proof. */
size_t zk_ties_linked(const zk_ties *ties);
size_t zk_ties_link_length(const zk_ties *ties);
/* The number, among all files, of file `file` of input `input`'s own. */
size_t zk_ties_own_file(const zk_ties *ties, uint32_t input, uint32_t file);

/* That an opening has the weights of a matrix of the layer. ZKML_INVALID. */
zkml_status zk_ties_check_opening(const zk_ties *ties, const zk_layer_matrix *matrix,
                                  const zk_opening *opening, zkml_error *err) ZKML_NODISCARD;

/* The statement of the link proof about the points P_f. */
void zk_ties_link(zk_link *link, const zk_ties *ties, const zk_params *params,
                  const uint8_t *seed, const zk_vesta_affine *points, size_t count);

/* The value of challenge column number b of part B, and the coefficients c_i of a matrix, from the
 * base challenges. */
void zk_ties_challenge(zk_fp *value, const zk_ties *ties, const zk_fp *chi, uint32_t b);
void zk_ties_coefficients(zk_fp *coefficients, const zk_ties *ties,
                          const zk_layer_matrix *matrix, const zk_fp *chi);

#endif
