/* file.h - whole files in, whole files out.
 *
 * Reading refuses directories and anything above the caller's limit. Writing goes to a temporary
 * file beside the target, is flushed to disk and renamed: the target is the old file or the
 * complete new one, never something between. Every call's result is checked.
 */
#ifndef ZK_BASE_FILE_H
#define ZK_BASE_FILE_H

#include "runtime/base/buf.h"

typedef enum zk_file_mode {
    ZK_FILE_PUBLIC,  /* rw-r--r-- under the umask */
    ZK_FILE_PRIVATE, /* rw------- */
} zk_file_mode;

/* The file's bytes in *out (a NUL byte follows them, not counted). ZKML_IO when it cannot be
 * read, ZKML_LIMIT when longer than max_bytes. "-" is standard input. */
zkml_status zk_file_read(const char *path, size_t max_bytes, zk_buf *out, zkml_error *err)
    ZKML_NODISCARD;
/* Replaces or creates path with these bytes; a symbolic link at path is replaced, not followed.
 * "-" is standard output. */
zkml_status zk_file_write(const char *path, const void *bytes, size_t length, zk_file_mode mode,
                          zkml_error *err) ZKML_NODISCARD;
/* Whether a file could be written there: told before long work instead of after it. */
zkml_status zk_file_check_writable(const char *path, zkml_error *err) ZKML_NODISCARD;

#endif
