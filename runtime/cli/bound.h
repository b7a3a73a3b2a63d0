/* bound.h - values named on the command line, with a file for each: [NAME=]FILE.
 *
 *   zkml prove  --opening=NAME=FILE      openings of committed values
 *   zkml verify --commitment=NAME=FILE   the commitment files that a proof has to be about
 *
 * NAME= may be left out where there is only one committed value. Lists are by parameters, then
 * results, of the circuit or key: bind.h.
 */
#ifndef ZK_CLI_BOUND_H
#define ZK_CLI_BOUND_H

#include "runtime/circuit/codec.h"
#include "runtime/cli/cli.h"
#include "runtime/proof/bind.h"

/* The committed value `name`, or the only one if name is NULL; parameters come first. ZKML_USAGE
 * else. `command` is for the message. */
zkml_status zk_cli_committed(size_t *number, const zk_schema *schema, const char *command,
                             const char *name, zkml_error *err) ZKML_NODISCARD;

typedef struct zk_bound_openings {
    zk_opening *openings;
    const zk_opening **list;
    size_t count; /* values */
} zk_bound_openings;

/* Reads the file of every `option`. zk_bound_openings_free in every case. */
zkml_status zk_bound_openings_load(zk_bound_openings *bound, const zk_schema *schema,
                                   const zk_args *args, int option, zkml_error *err) ZKML_NODISCARD;
void zk_bound_openings_free(zk_bound_openings *bound); /* wipes */

typedef struct zk_bound_files {
    zk_commitment *files;
    zk_buf *bytes;
    const zk_commitment **list;
    size_t count;
} zk_bound_files;

/* The same for commitment files, whose support proofs are not checked. */
zkml_status zk_bound_files_load(zk_bound_files *bound, const zk_schema *schema, const zk_args *args,
                                int option, zkml_error *err) ZKML_NODISCARD;
void zk_bound_files_free(zk_bound_files *bound);

#endif
