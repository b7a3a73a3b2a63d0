/* zkml.h - the runtime's public interface.
 *
 * A circuit compiled by zkmlc is loaded, set up, proved and verified here. The library never
 * prints and never exits; every function that can fail returns a zkml_status and, where it takes
 * a zkml_error, one message that names the file and the position.
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

#ifdef __cplusplus
}
#endif
#endif
