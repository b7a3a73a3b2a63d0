/* cli.h - what the zkml subcommands share.
 *
 * A command returns the program's exit code, which is a zkml_status. Results go to standard
 * output, everything else to standard error.
 */
#ifndef ZK_CLI_CLI_H
#define ZK_CLI_CLI_H

#include <stdio.h>

#include "runtime/base/file.h"
#include "runtime/base/term.h"
#include "runtime/circuit/circuit.h"
#include "runtime/cli/options.h"
#include "runtime/proof/key.h"

typedef struct zk_command {
    const char *name;
    int (*run)(const zk_args *args);
    zk_syntax syntax;
} zk_command;

extern const zk_command zk_command_setup;
extern const zk_command zk_command_commit;
extern const zk_command zk_command_prove;
extern const zk_command zk_command_verify;
extern const zk_command zk_command_batch_verify;
extern const zk_command zk_command_inspect;
extern const zk_command zk_command_export;
extern const zk_command zk_command_mock;
extern const zk_command zk_command_run;
extern const zk_command zk_command_plk;
extern const zk_command zk_command_params;

/* Limits on what is read from outside, in bytes. */
enum { ZK_MAX_PROOF_BYTES = 1 << 26 };
#define ZK_MAX_CIRCUIT_BYTES ((size_t)4 << 30)
#define ZK_MAX_KEY_BYTES ((size_t)1 << 30)
#define ZK_MAX_COMMITMENT_BYTES ((size_t)1 << 30)

/* Prints "zkml: message" (and for our own bugs "please report") and returns err's status. */
int zk_cli_fail(const zkml_error *err);
/* One warning line on standard error. */
void zk_cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Bytes for people: "2.1 kB". */
const char *zk_cli_size(char text[32], size_t bytes);
/* 64 hex digits and a NUL. */
const char *zk_cli_hex(char text[65], const uint8_t digest[32]);

/* Reads and checks a circuit file. zk_circuit_free in every case. */
zkml_status zk_cli_load_circuit(zk_circuit *circuit, const char *path, zkml_error *err)
    ZKML_NODISCARD;
/* Reads and checks a key file. zk_key_free in every case. */
zkml_status zk_cli_load_key(zk_key *key, const char *path, zkml_error *err) ZKML_NODISCARD;
/* Flushes standard output and reports a failed write (a full disk, a closed pipe). */
int zk_cli_finish(int code);

#endif
