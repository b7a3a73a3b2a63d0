/* memory.h - how much memory setup, proof, verification and the mock prover take, told before
 * any is asked for.
 *
 * The figures count the arrays of rows, where the memory goes, and a constant for the rest.
 * They saturate at SIZE_MAX.
 */
#ifndef ZK_PROOF_MEMORY_H
#define ZK_PROOF_MEMORY_H

#include "runtime/circuit/layer.h"
#include "runtime/halo2/constraint_system.h"

size_t zk_memory_params(uint32_t k);
size_t zk_memory_setup(const zk_constraint_system *cs, uint32_t k);
/* `layer` is the circuit's; NULL: none. */
size_t zk_memory_prove(const zk_constraint_system *cs, const zk_layer *layer, uint32_t k);
size_t zk_memory_verify(const zk_constraint_system *cs, uint32_t k);
size_t zk_memory_mock(const zk_constraint_system *cs, const zk_layer *layer, uint32_t k);

/* Bytes that this machine can give now, SIZE_MAX when it does not tell. */
size_t zk_memory_available(void);

#endif
