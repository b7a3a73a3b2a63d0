#include "runtime/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/arena.h"

static zkml_status fail_errno(zkml_error *err, const char *path, const char *what)
{
    return zk_fail(err, errno == ENOMEM ? ZKML_LIMIT : ZKML_IO, "%s: %s: %s", path, what,
                   strerror(errno));
}

static zkml_status read_all(int fd, const char *path, size_t max_bytes, zk_buf *out,
                            zkml_error *err)
{
    for (;;) {
        if (!zk_grow((void **)&out->data, &out->capacity, out->length + 65537, 1))
            return zk_fail(err, ZKML_LIMIT, "%s: out of memory", path);
        ssize_t got = read(fd, out->data + out->length, 65536);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return fail_errno(err, path, "cannot read");
        }
        if (got == 0)
            break;
        out->length += (size_t)got;
        if (out->length > max_bytes)
            return zk_fail(err, ZKML_LIMIT, "%s: longer than the limit of %zu bytes", path,
                           max_bytes);
    }
    out->data[out->length] = 0;
    return ZKML_OK;
}

zkml_status zk_file_read(const char *path, size_t max_bytes, zk_buf *out, zkml_error *err)
{
    *out = (zk_buf){0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, path, "cannot open");
    struct stat info;
    zkml_status status = ZKML_OK;
    if (fstat(fd, &info) != 0)
        status = fail_errno(err, path, "cannot read");
    else if (S_ISDIR(info.st_mode))
        status = zk_fail(err, ZKML_IO, "%s: is a directory", path);
    else if (S_ISREG(info.st_mode) && (uint64_t)info.st_size > max_bytes)
        status = zk_fail(err, ZKML_LIMIT, "%s: longer than the limit of %zu bytes", path, max_bytes);
    else {
        if (S_ISREG(info.st_mode)) /* what is read may be secret: it stays where it is */
            zk_buf_reserve(out, (size_t)info.st_size + 65538);
        status = read_all(fd, path, max_bytes, out, err);
    }
    if (!is_stdin)
        (void)close(fd); /* nothing was written: a failing close loses nothing */
    if (status != ZKML_OK)
        zk_buf_free(out);
    return status;
}

static bool write_all(int fd, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length > (1U << 30) ? (1U << 30) : length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            if (put == 0)
                errno = ENOSPC;
            return false;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

/* Creates DIR/.NAME.XXXXXXXX.tmp exclusively; the name is returned in *temp, to be freed. */
static int open_temporary(const char *path, mode_t mode, char **temp)
{
    const char *slash = strrchr(path, '/');
    size_t dir_length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    size_t size = strlen(path) + 32;
    *temp = malloc(size);
    if (*temp == NULL)
        return -1;
    for (int attempt = 0; attempt < 16; attempt++) {
        (void)snprintf(*temp, size, "%.*s.%s.%08x.tmp", (int)dir_length, path, path + dir_length,
                       (unsigned)randombytes_random());
        int fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static zkml_status replace_file(const char *path, const void *bytes, size_t length, mode_t mode,
                                zkml_error *err)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return zk_fail(err, ZKML_IO, "%s: is a directory", path);
    char *temp = NULL;
    int fd = open_temporary(path, mode, &temp);
    zkml_status status = ZKML_OK;
    if (fd < 0) {
        status = fail_errno(err, path, "cannot create");
        free(temp);
        return status;
    }
    if (!write_all(fd, bytes, length) || fsync(fd) != 0)
        status = fail_errno(err, path, "cannot write");
    if (close(fd) != 0 && status == ZKML_OK)
        status = fail_errno(err, path, "cannot write");
    if (status == ZKML_OK && rename(temp, path) != 0)
        status = fail_errno(err, path, "cannot rename");
    if (status != ZKML_OK)
        (void)unlink(temp);
    free(temp);
    return status;
}

zkml_status zk_file_check_writable(const char *path, zkml_error *err)
{
    struct stat info;
    if (strcmp(path, "-") == 0)
        return ZKML_OK;
    bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode))
        return zk_fail(err, ZKML_IO, "%s: is a directory", path);
    if (exists && !S_ISREG(info.st_mode))
        return access(path, W_OK) == 0 ? ZKML_OK : fail_errno(err, path, "cannot write");
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 1 : (size_t)(slash - path) + 1;
    char *directory = strndup(slash == NULL ? "." : path, length);
    if (directory == NULL)
        return fail_errno(err, path, "cannot create");
    zkml_status status = ZKML_OK;
    if (access(directory, W_OK | X_OK) != 0)
        status = fail_errno(err, path, "cannot create");
    free(directory);
    return status;
}

zkml_status zk_file_write(const char *path, const void *bytes, size_t length, zk_file_mode mode,
                          zkml_error *err)
{
    struct stat info;
    bool special = stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
    if (strcmp(path, "-") == 0) {
        if (!write_all(STDOUT_FILENO, bytes, length))
            return fail_errno(err, "standard output", "cannot write");
        return ZKML_OK;
    }
    if (special) { /* /dev/null, a pipe: written through, there is nothing to replace */
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
            return fail_errno(err, path, "cannot open");
        zkml_status status = ZKML_OK;
        if (!write_all(fd, bytes, length))
            status = fail_errno(err, path, "cannot write");
        if (close(fd) != 0 && status == ZKML_OK)
            status = fail_errno(err, path, "cannot write");
        return status;
    }
    return replace_file(path, bytes, length, mode == ZK_FILE_PRIVATE ? 0600 : 0666, err);
}
