/* public.h - what a verified proof speaks about, printed or compared: public values, and the
 * commitments to committed ones. `bound` tells, for each parameter and result of the key, whether
 * the proof is about a commitment file; the envelope has their digests. */
#ifndef ZK_CLI_PUBLIC_H
#define ZK_CLI_PUBLIC_H

#include "runtime/cli/cli.h"
#include "runtime/proof/prove.h"

/* One line for each: "public input: threshold = 700", "public output: class = 9", "committed
 * input: profile = commitment 3f..". Long tensors are given by their shape. */
zkml_status zk_public_print(const zk_envelope *envelope, const zk_key *key, const bool *bound,
                            zkml_error *err) ZKML_NODISCARD;
/* All of them as one JSON object:
 *   {"proof": "valid", "circuit": NAME, "digest": HEX, "inputs": {...}, "outputs": {...}}
 * and, when the circuit has committed values, "committed_inputs" and "committed_outputs", with the
 * digests of commitment files, or null. */
zkml_status zk_public_print_json(const zk_envelope *envelope, const zk_key *key, const bool *bound,
                                 zkml_error *err) ZKML_NODISCARD;
/* ZKML_INVALID names the first value that is not as the JSON file at `path` says. The file has a
 * member for every public input and output. */
zkml_status zk_public_expect(const zk_envelope *envelope, const zk_key *key, const char *path,
                             zkml_error *err) ZKML_NODISCARD;
#endif
