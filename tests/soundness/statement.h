/* statement.h - an example of the tree, compiled, set up and proved; its proof file taken apart.
 *
 * Everything happens in the test's process but the compilation, which zkmlc does.
 */
#ifndef TESTS_SOUNDNESS_STATEMENT_H
#define TESTS_SOUNDNESS_STATEMENT_H

#include "runtime/proof/prove.h"

typedef struct statement {
    const char *name; /* "00-five-lines", or "01-fashion-mlp+prover" for zkmlc -Oprover */
    zk_circuit circuit;
    zk_params params;
    zk_key key;
    zk_buf file; /* a valid proof file, of the example's input */
} statement;

/* Fails the test when anything goes wrong. `file` is an input of the example, which is not read: its
 * values stand in statement.c, so that proofs do not depend on the reader. */
void statement_open(statement *s, const char *name, const char *file);
void statement_close(statement *s);

/* The witness of an input of the example; zk_witness_free in every case. */
zkml_status statement_witness(zk_witness *witness, const statement *s, const char *file,
                              zk_witness_mode mode, zkml_error *err);

/* What `zkml verify` says of these bytes. */
zkml_status statement_check(const statement *s, const uint8_t *bytes, size_t length,
                            zkml_error *err);

/* Where the parts of a proof file begin. */
typedef struct file_layout {
    size_t values;       /* of the first instance column */
    size_t value_count;
    size_t halo2, slots; /* the Halo2 proof: slots of 32 bytes */
    size_t trailer;
} file_layout;

file_layout statement_layout(const zk_buf *file);
/* Makes the digest at the end that of the changed bytes before it. */
void statement_seal(uint8_t *bytes, size_t length);
/* bytes[0 .. 32) += modulus; false when the sum needs more than 256 bits. */
bool statement_add_modulus(uint8_t *bytes, const uint64_t modulus[4]);

#endif
