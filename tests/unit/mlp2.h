/* mlp2.h - the example of the proof layer's vectors, as a circuit with a layer, its key, its files
 * and its witness; and ways to change it before it is proved. */
#ifndef TESTS_UNIT_MLP2_H
#define TESTS_UNIT_MLP2_H

#include "runtime/proof/prove.h"
#include "tests/unit/proof_values.h"

enum {
    MLP2_X, MLP2_Q, MLP2_R, MLP2_ACT, MLP2_M1, MLP2_M2,
    MLP2_RHO, MLP2_ALPHA, MLP2_ALPHA2, MLP2_BETA,
    MLP2_F1, MLP2_F2, MLP2_H1, MLP2_H2, MLP2_G1, MLP2_G2, MLP2_PHI, MLP2_L, MLP2_H,
    MLP2_COLUMNS
};
enum { MLP2_PHASE0 = 6, MLP2_CHALLENGES = 4, MLP2_PHASE1 = 9, MLP2_BASE = 3 };
enum { MLP2_FILES = 3, MLP2_FILLS = 8, MLP2_PUBLIC = 22 };

typedef struct mlp2_owned {
    int64_t values[15];
    zk_run runs[5];
    zk_fp blinds[3];
    zk_owned_block block;
} mlp2_owned;

/* Does not move in memory. */
typedef struct mlp2 {
    vectors v;
    zk_params params;
    zk_circuit circuit;
    zk_layer layer;
    zk_layer_fold folds[2];
    zk_layer_matrix masked[2], bare[1];
    zk_fill fills[MLP2_FILLS];
    zk_field_schema input, output;
    zk_key key;
    int64_t cells[MLP2_PHASE0][MLP2_N];
    zk_column advice[MLP2_COLUMNS];
    zk_fp instance[MLP2_PUBLIC];
    zk_instance_values instances;
    zk_witness witness;
    mlp2_owned owned[MLP2_FILES];
    zk_opening openings[MLP2_FILES];
    zk_buf file_bytes[MLP2_FILES];
    zk_commitment published[MLP2_FILES];
    const zk_opening *shared_openings[2], *value_openings[2];
    const zk_commitment *shared[2], *values[2];
    zk_files files, public; /* the prover's and the verifier's */
} mlp2;

void mlp2_init(mlp2 *m);
void mlp2_free(mlp2 *m);
/* A file of tests/vectors, without "mlp2." in front. */
zk_buf mlp2_load(const char *suffix);
/* New commitment files for what `owned` has now. */
void mlp2_publish(mlp2 *m, uint64_t seed);
/* The proof file, with the randomness of the vector. */
zkml_status mlp2_prove(mlp2 *m, zk_buf *file, zkml_error *err);
/* Opens and verifies a proof file. */
zkml_status mlp2_verify(const mlp2 *m, const uint8_t *bytes, size_t length, zkml_error *err);
/* Puts the right digest at the end. */
void mlp2_reseal(zk_buf *file);

#endif
