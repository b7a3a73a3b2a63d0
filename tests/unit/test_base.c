/* arena, buffers, strict reader, files. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/arena.h"
#include "runtime/base/file.h"

Test(arena, returns_zeroed_aligned_memory)
{
    zk_arena arena;
    zk_arena_init(&arena, 0);
    for (size_t size = 1; size < 100000; size = size * 3 + 1) {
        unsigned char *bytes = zk_arena_alloc(&arena, size, 1);
        cr_assert_not_null(bytes);
        cr_assert_eq((uintptr_t)bytes % _Alignof(max_align_t), 0u);
        for (size_t i = 0; i < size; i++)
            cr_assert_eq(bytes[i], 0);
        memset(bytes, 0xff, size);
    }
    zk_arena_wipe(&arena);
}

Test(arena, refuses_above_its_limit_and_on_overflow)
{
    zk_arena arena;
    zk_arena_init(&arena, 1 << 20);
    cr_assert_not_null(zk_arena_alloc(&arena, 1000, 100));
    cr_assert_null(zk_arena_alloc(&arena, 1 << 20, 1));
    cr_assert_null(zk_arena_alloc(&arena, SIZE_MAX / 2, 3));
    cr_assert_null(zk_arena_alloc(&arena, SIZE_MAX, 1));
    cr_assert_not_null(zk_arena_alloc(&arena, 100, 1), "a refusal must not spoil the arena");
    zk_arena_free(&arena);
}

Test(buf, integers_are_little_endian_and_read_back)
{
    zk_buf buf = {0};
    zk_buf_u8(&buf, 7);
    zk_buf_u32(&buf, 0x01020304);
    zk_buf_u64(&buf, 0x1122334455667788);
    zk_buf_printf(&buf, "%s-%d", "x", 12);
    cr_assert(!buf.failed);
    cr_assert_eq(buf.length, 1u + 4 + 8 + 4);
    cr_assert_eq(buf.data[1], 4);
    zk_reader reader;
    zkml_error err;
    zk_reader_init(&reader, "mem", buf.data, buf.length);
    cr_assert_eq(zk_read_u8(&reader), 7);
    cr_assert_eq(zk_read_u32(&reader), 0x01020304u);
    cr_assert_eq(zk_read_u64(&reader), 0x1122334455667788u);
    cr_assert_eq(memcmp(zk_read_bytes(&reader, 4), "x-12", 4), 0);
    cr_assert_eq(zk_reader_finish(&reader, &err), ZKML_OK);
    zk_buf_free(&buf);
}

Test(buf, reader_failures_stick_and_name_the_offset)
{
    const uint8_t bytes[6] = {1, 0, 0, 0, 9, 9};
    zk_reader reader;
    zkml_error err;
    zk_reader_init(&reader, "f.bin", bytes, sizeof bytes);
    (void)zk_read_u32(&reader);
    cr_assert_eq(zk_read_u32(&reader), 0u);
    cr_assert_eq(zk_read_u8(&reader), 0, "after a failure everything reads as zero");
    cr_assert_eq(zk_reader_finish(&reader, &err), ZKML_MALFORMED);
    cr_assert_str_eq(err.text, "f.bin: offset 4: the file ends too early");

    zk_reader_init(&reader, "f.bin", bytes, sizeof bytes);
    (void)zk_read_u32(&reader);
    cr_assert_eq(zk_reader_finish(&reader, &err), ZKML_MALFORMED);
    cr_assert_str_eq(err.text, "f.bin: offset 4: unexpected bytes after the end");

    const uint8_t lie[4] = {0xff, 0xff, 0xff, 0xff};
    zk_reader_init(&reader, "f.bin", lie, sizeof lie);
    cr_assert_eq(zk_read_count(&reader, 8), 0u);
    cr_assert(!zk_reader_ok(&reader));
}

static char *temporary_directory(void)
{
    static char path[64];
    strcpy(path, "/tmp/zkml-base-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
    return path;
}

Test(file, writes_atomically_and_reads_back)
{
    char path[128];
    char *dir = temporary_directory();
    (void)snprintf(path, sizeof path, "%s/out.bin", dir);
    zkml_error err = {0};
    cr_assert_eq(zk_file_write(path, "first", 5, ZK_FILE_PUBLIC, &err), ZKML_OK);
    cr_assert_eq(zk_file_write(path, "second!", 7, ZK_FILE_PRIVATE, &err), ZKML_OK);
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600u);
    zk_buf buf;
    cr_assert_eq(zk_file_read(path, 100, &buf, &err), ZKML_OK);
    cr_assert_eq(buf.length, 7u);
    cr_assert_eq(memcmp(buf.data, "second!", 8), 0);
    zk_buf_free(&buf);
    cr_assert_eq(zk_file_read(path, 6, &buf, &err), ZKML_LIMIT);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(rmdir(dir), 0, "no temporary file may stay behind");
}

Test(file, failures_have_status_io_and_leave_nothing)
{
    zkml_error err = {0};
    zk_buf buf;
    cr_assert_eq(zk_file_read("/nonexistent/x", 10, &buf, &err), ZKML_IO);
    cr_assert_eq(zk_file_read("/tmp", 10, &buf, &err), ZKML_IO);
    cr_assert_eq(zk_file_write("/nonexistent/x", "a", 1, ZK_FILE_PUBLIC, &err), ZKML_IO);
    cr_assert_eq(zk_file_write("/tmp", "a", 1, ZK_FILE_PUBLIC, &err), ZKML_IO);
    cr_assert_eq(zk_file_write("/dev/full", "a", 1, ZK_FILE_PUBLIC, &err), ZKML_IO);
}

Test(file, writability_is_told_without_writing)
{
    zkml_error err;
    cr_expect_eq(zk_file_check_writable("-", &err), ZKML_OK);
    cr_expect_eq(zk_file_check_writable("/dev/null", &err), ZKML_OK);
    cr_expect_eq(zk_file_check_writable("/tmp/zkml-not-there", &err), ZKML_OK);
    cr_expect_neq(access("/tmp/zkml-not-there", F_OK), 0);
    cr_expect_eq(zk_file_check_writable("/tmp", &err), ZKML_IO);
    cr_expect_eq(zk_file_check_writable("/nonexistent/x", &err), ZKML_IO);
    cr_expect_str_eq(err.text, "/nonexistent/x: cannot create: No such file or directory");
}

Test(file, a_symbolic_link_is_replaced_and_its_target_untouched)
{
    char target[128], link[128];
    char *dir = temporary_directory();
    (void)snprintf(target, sizeof target, "%s/target", dir);
    (void)snprintf(link, sizeof link, "%s/link", dir);
    zkml_error err = {0};
    cr_assert_eq(zk_file_write(target, "old", 3, ZK_FILE_PUBLIC, &err), ZKML_OK);
    cr_assert_eq(symlink(target, link), 0);
    cr_assert_eq(zk_file_write(link, "new", 3, ZK_FILE_PUBLIC, &err), ZKML_OK);
    zk_buf buf;
    cr_assert_eq(zk_file_read(target, 100, &buf, &err), ZKML_OK);
    cr_assert_eq(memcmp(buf.data, "old", 3), 0);
    zk_buf_free(&buf);
    (void)unlink(link);
    (void)unlink(target);
    (void)rmdir(dir);
}

Test(error, context_goes_in_front)
{
    zkml_error err = {0};
    cr_assert_eq(zk_fail(&err, ZKML_MALFORMED, "bad %d", 3), ZKML_MALFORMED);
    cr_assert_eq(zk_fail_context(&err, "while reading %s", "x"), ZKML_MALFORMED);
    cr_assert_str_eq(err.text, "while reading x: bad 3");
}
