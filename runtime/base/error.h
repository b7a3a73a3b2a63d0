/* error.h - one error message per failed call, and aborting on our own bugs. */
#ifndef ZK_BASE_ERROR_H
#define ZK_BASE_ERROR_H

#include "runtime/include/zkml.h"

/* Writes the message into err (err may be NULL) and returns status, so that a function can
 * `return zk_fail(err, ZKML_MALFORMED, "%s: offset %zu: ...", ...)`. */
zkml_status zk_fail(zkml_error *err, zkml_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " in front of the message that err already holds; returns err's status. */
zkml_status zk_fail_context(zkml_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For the impossible: prints file, line and "please report", then aborts. */
_Noreturn void zk_bug(const char *file, int line, const char *what);

#define ZK_CHECK(condition)                                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            zk_bug(__FILE__, __LINE__, #condition);                                                \
    } while (0)

/* For a branch that no correct caller reaches. */
#define ZK_UNREACHABLE(what) zk_bug(__FILE__, __LINE__, (what))

/* Returns early with the status of a failed call. */
#define ZK_TRY(call)                                                                               \
    do {                                                                                           \
        zkml_status zk_try_status_ = (call);                                                       \
        if (zk_try_status_ != ZKML_OK)                                                             \
            return zk_try_status_;                                                                 \
    } while (0)

#endif
