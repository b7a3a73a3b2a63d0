/* plk_write.h - a compiled circuit as a `.plk` file (plk.h).
 *
 * Columns stand in order, calls in the order of the circuit's script, then fixed values, copies in
 * order, and the public values when there are any; never a witness. Comments name the circuit, its
 * gates and its public values. zk_plk_read gives back a system with the circuit's verifying key.
 *
 * A fixed column that nothing but look-ups read is a `table` column with a `fill` line; the others
 * are `fixed` columns with a `set` line for each value that is not 0.
 */
#ifndef ZK_CIRCUIT_PLK_WRITE_H
#define ZK_CIRCUIT_PLK_WRITE_H

#include "runtime/circuit/circuit.h"
#include "runtime/halo2/verifier.h"

/* `instances` has cs.n_instance entries of instance_counts values each, or is NULL. ZKML_LIMIT: the
 * circuit exceeds what the text form can say (plk.h), or memory. */
zkml_status zk_plk_write(zk_buf *out, const zk_circuit *circuit,
                         const zk_instance_values *instances, zkml_error *err) ZKML_NODISCARD;

#endif
