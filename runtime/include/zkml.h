/* zkml.h - the runtime's public interface.
 *
 * A circuit compiled by zkmlc is loaded, set up, proved and verified here:
 *
 *     zkml_circuit_load    circuit.bin        prover, and whoever makes the key
 *     zkml_setup           circuit -> key     no trusted setup: anyone gets the same key
 *     zkml_prove           circuit, key, JSON -> the bytes of a proof file
 *     zkml_verify          key, proof -> the public values, if the proof is valid
 *
 * The library never prints and never exits. Every function that can fail returns a zkml_status and
 * fills `err` (which may be NULL) with one message that names the file and the position. Objects
 * that are made are returned through the first argument, NULL on failure; freeing NULL is allowed.
 * Objects do not change after they were made, and may be used by several threads at once.
 *
 * Parameters that depend on the number of rows only are computed once and kept in
 * ${XDG_CACHE_HOME:-$HOME/.cache}/zkml/.
 */
#ifndef ZKML_H
#define ZKML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ZKML_API __attribute__((visibility("default")))
#define ZKML_NODISCARD __attribute__((warn_unused_result))
#else
#define ZKML_API
#define ZKML_NODISCARD
#endif

/* The values are the programs' exit codes too. */
typedef enum zkml_status {
    ZKML_OK = 0,
    ZKML_INVALID = 1,   /* a proof that does not verify, a witness that breaks a constraint */
    ZKML_MALFORMED = 2, /* a file or value that is not in its format */
    ZKML_USAGE = 3,     /* the caller asked for something that does not exist */
    ZKML_LIMIT = 4,     /* memory or another resource limit */
    ZKML_IO = 5,        /* reading or writing failed */
    ZKML_INTERNAL = 70, /* a bug in zkml: please report it */
} zkml_status;

/* Filled by the function that fails; text is always NUL-terminated. */
typedef struct zkml_error {
    zkml_status status;
    char text[1024];
} zkml_error;

/* A short constant name such as "malformed input". */
ZKML_API const char *zkml_status_name(zkml_status status);
/* The library's version, such as "0.1.0". */
ZKML_API const char *zkml_version(void);

/* ---- circuits ---- */

typedef struct zkml_circuit zkml_circuit;

/* Reads the bytes of a circuit file; `name` is for messages. ZKML_MALFORMED, ZKML_LIMIT. */
ZKML_API zkml_status zkml_circuit_read(zkml_circuit **circuit, const char *name, const void *bytes,
                                       size_t length, zkml_error *err) ZKML_NODISCARD;
/* The same from the file at `path`. Also ZKML_IO. */
ZKML_API zkml_status zkml_circuit_load(zkml_circuit **circuit, const char *path,
                                       zkml_error *err) ZKML_NODISCARD;
ZKML_API void zkml_circuit_free(zkml_circuit *circuit);
/* The name that the circuit has in its source. Belongs to the circuit. */
ZKML_API const char *zkml_circuit_name(const zkml_circuit *circuit);
/* Identifies the circuit: BLAKE2b-256 of the file, 32 bytes. */
ZKML_API const uint8_t *zkml_circuit_digest(const zkml_circuit *circuit);

/* ---- keys ---- */

typedef struct zkml_key zkml_key;

/* Bytes made by the library, to be released with zkml_bytes_free. */
typedef struct zkml_bytes {
    uint8_t *data;
    size_t length;
} zkml_bytes;

ZKML_API void zkml_bytes_free(zkml_bytes *bytes);

/* The verifying key of a circuit; the circuit is not needed afterwards. ZKML_LIMIT. */
ZKML_API zkml_status zkml_setup(zkml_key **key, const zkml_circuit *circuit,
                                zkml_error *err) ZKML_NODISCARD;
/* Reads the bytes of a key file. A key must come from a source that the verifier trusts: whoever
 * makes the key decides what a proof means. ZKML_MALFORMED, ZKML_LIMIT. */
ZKML_API zkml_status zkml_key_read(zkml_key **key, const char *name, const void *bytes,
                                   size_t length, zkml_error *err) ZKML_NODISCARD;
/* The same from the file at `path`. Also ZKML_IO. */
ZKML_API zkml_status zkml_key_load(zkml_key **key, const char *path,
                                   zkml_error *err) ZKML_NODISCARD;
/* The bytes of the key file, as `zkml setup` writes them. ZKML_LIMIT. */
ZKML_API zkml_status zkml_key_write(zkml_bytes *bytes, const zkml_key *key,
                                    zkml_error *err) ZKML_NODISCARD;
ZKML_API void zkml_key_free(zkml_key *key);
/* The name of the key's circuit. Belongs to the key. */
ZKML_API const char *zkml_key_name(const zkml_key *key);
/* Digest of the key's circuit, to be compared with zkml_circuit_digest; 32 bytes. */
ZKML_API const uint8_t *zkml_key_circuit_digest(const zkml_key *key);
/* Identifies the key: BLAKE2b-256 of the key file, 32 bytes. */
ZKML_API const uint8_t *zkml_key_digest(const zkml_key *key);

/* ---- proofs ---- */

/* Runs the circuit on the inputs and proves that the public outputs are right. `json` holds one
 * object with all parameters, as docs/file-formats.md tells; files that it names are looked for
 * beside `path`, which is also its name in messages (NULL: "input"). The proof was verified before
 * it is returned. ZKML_INVALID: an assertion of the circuit does not hold (the message names it,
 * with file and line and without any value), or the key is of another circuit. ZKML_MALFORMED:
 * the inputs do not fit the circuit's parameters. ZKML_LIMIT. ZKML_IO: a file of the inputs. */
ZKML_API zkml_status zkml_prove(zkml_bytes *proof, const zkml_circuit *circuit,
                                const zkml_key *key, const char *json, size_t length,
                                const char *path, zkml_error *err) ZKML_NODISCARD;

typedef struct zkml_values zkml_values;

/* Checks the bytes of a proof file. ZKML_OK: it is valid, and *values (unless `values` is NULL)
 * holds the public values that it speaks about. ZKML_INVALID: it is damaged, forged, or for another
 * key. ZKML_MALFORMED: this is no proof file. ZKML_LIMIT. */
ZKML_API zkml_status zkml_verify(zkml_values **values, const zkml_key *key, const void *proof,
                                 size_t length, zkml_error *err) ZKML_NODISCARD;

/* ---- proofs about published commitments ---- */

/* A file for one committed parameter or result; `value` may be NULL where there is only one. */
typedef struct zkml_file {
    const char *value;
    const void *bytes;
    size_t length;
} zkml_file;

/* Commits to a committed parameter or result of the circuit (`value` may be NULL where there is
 * only one). `json` has the parameter, or for a result all parameters; see zkml_prove. The
 * commitment is for everyone; the opening is secret: whoever has it knows the value, and whoever
 * loses it cannot prove anything about the commitment. ZKML_USAGE: no such value. */
ZKML_API zkml_status zkml_commit(zkml_bytes *commitment, zkml_bytes *opening,
                                 const zkml_circuit *circuit, const char *value, const char *json,
                                 size_t length, const char *path, zkml_error *err) ZKML_NODISCARD;
/* zkml_prove, about published commitments: `openings` has their openings. Parameters that they hold
 * need not be in `json`. ZKML_INVALID: an opening holds another value, or is for other circuits. */
ZKML_API zkml_status zkml_prove_about(zkml_bytes *proof, const zkml_circuit *circuit,
                                      const zkml_key *key, const char *json, size_t length,
                                      const char *path, const zkml_file *openings, size_t count,
                                      zkml_error *err) ZKML_NODISCARD;
/* zkml_verify for such a proof: valid if it is about exactly these commitments, which come from
 * someone whom the verifier trusts and not from the prover. */
ZKML_API zkml_status zkml_verify_about(zkml_values **values, const zkml_key *key,
                                       const void *proof, size_t length,
                                       const zkml_file *commitments, size_t count,
                                       zkml_error *err) ZKML_NODISCARD;

/* ---- public values ---- */

typedef enum zkml_role { ZKML_INPUT, ZKML_OUTPUT } zkml_role;

typedef enum zkml_type {
    ZKML_TYPE_INT,
    ZKML_TYPE_FIX,   /* fixed point with a sign */
    ZKML_TYPE_UFIX,  /* fixed point without */
    ZKML_TYPE_QUANT, /* any other step */
    ZKML_TYPE_BOOL,  /* codes 0 and 1 */
} zkml_type;

/* One public parameter or result. An element's real value is code * scale_num / scale_den. */
typedef struct zkml_value {
    const char *name;
    zkml_role role;
    zkml_type type;
    uint32_t rank;          /* 0 for a single number */
    const uint32_t *extent; /* the shape: `rank` sizes, outermost first */
    size_t count;           /* elements, the product of the shape */
    const int64_t *codes;   /* `count` of them, row-major */
    uint64_t scale_num, scale_den;
    const char *json;       /* the real values as JSON, exact: "9", "[0.25, 0.5]", "true" */
} zkml_value;

/* Inputs first, then outputs, each in the order of the circuit. What is returned belongs to
 * `values`; NULL when there is no such value. */
ZKML_API size_t zkml_values_count(const zkml_values *values);
ZKML_API const zkml_value *zkml_values_at(const zkml_values *values, size_t index);
ZKML_API const zkml_value *zkml_values_find(const zkml_values *values, zkml_role role,
                                            const char *name);
ZKML_API void zkml_values_free(zkml_values *values);

#ifdef __cplusplus
}
#endif
#endif
