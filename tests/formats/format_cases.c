#include "tests/formats/format_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/check.h"
#include "compiler/circuit/lower.h"
#include "compiler/front/front.h"
#include "compiler/tir/build.h"
#include "compiler/tir/passes.h"
#include "runtime/base/file.h"
#include "runtime/circuit/codec.h"

enum { SEAL = 32 };

void format_reseal(const format *f, uint8_t *bytes, size_t length)
{
    uint8_t digest[SEAL];
    if (length < SEAL)
        return;
    zk_digest(digest, f->personal, bytes, length - SEAL);
    memcpy(bytes + length - SEAL, digest, SEAL);
}

void format_expect_canonical(const format *f, const zk_buf *file)
{
    zkml_error err = {0};
    zk_buf again = {0};
    cr_assert_eq(f->round_trip(file->data, file->length, &again, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(again.length, file->length);
    cr_assert_arr_eq(again.data, file->data, file->length);
    zk_buf_free(&again);
}

static bool refused(zkml_status status)
{
    return status == ZKML_MALFORMED || status == ZKML_LIMIT;
}

static bool names_file(const format *f, const zkml_error *err)
{
    size_t length = strlen(f->name);
    return strncmp(err->text, f->name, length) == 0 && strncmp(err->text + length, ": ", 2) == 0;
}

void format_expect_refused(const format *f, const uint8_t *bytes, size_t length,
                           zkml_status status, const char *reason)
{
    zkml_error err = {0};
    zk_buf again = {0};
    zkml_status result = f->round_trip(bytes, length, &again, &err);
    cr_expect_eq(result, status, "status %d instead of %d: %s (%s)", (int)result, (int)status,
                 err.text, reason);
    cr_expect(names_file(f, &err) && strstr(err.text, reason) != NULL, "'%s' lacks '%s'", err.text,
              reason);
    zk_buf_free(&again);
}

void format_expect_exact_length(const format *f, const zk_buf *file)
{
    format_expect_canonical(f, file);
    uint8_t *bytes = calloc(file->length + 1, 1);
    cr_assert(bytes != NULL);
    for (size_t length = 0; length <= file->length + 1; length++) {
        /* of the file's own size, so that the sanitizer sees a read behind the end */
        uint8_t *copy = malloc(length + 1);
        zkml_error err = {0};
        zk_buf again = {0};
        cr_assert(copy != NULL);
        memcpy(bytes, file->data, file->length);
        for (int sealed = 0; sealed < 2 && length != file->length; sealed++) {
            memcpy(copy, bytes, length);
            if (sealed)
                format_reseal(f, copy, length);
            zkml_status status = f->round_trip(copy, length, &again, &err);
            cr_expect(refused(status) && names_file(f, &err), "length %zu: status %d: %s", length,
                      (int)status, err.text);
        }
        zk_buf_free(&again);
        free(copy);
    }
    free(bytes);
}

/* 1 when the changed file is accepted. */
static size_t expect_change_noticed(const format *f, const uint8_t *bytes, size_t length,
                                    size_t at)
{
    zkml_error err = {0};
    zk_buf again = {0};
    zkml_status status = f->round_trip(bytes, length, &again, &err);
    if (status == ZKML_OK)
        cr_expect(again.length == length && memcmp(again.data, bytes, length) == 0,
                  "byte %zu is now %u: accepted, but written again as other bytes", at,
                  (unsigned)bytes[at]);
    else
        cr_expect(refused(status) && names_file(f, &err), "byte %zu: status %d: %s", at,
                  (int)status, err.text);
    zk_buf_free(&again);
    return status == ZKML_OK;
}

size_t format_expect_changes_noticed(const format *f, const zk_buf *file, size_t step)
{
    static const uint8_t flips[] = {0x01, 0x02, 0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x7f, 0x80,
                                    0xff};
    format_expect_canonical(f, file);
    size_t accepted = 0;
    uint8_t *bytes = malloc(file->length);
    cr_assert(bytes != NULL);
    for (size_t at = 0; at < file->length; at += step)
        for (size_t i = 0; i < sizeof flips; i++) {
            memcpy(bytes, file->data, file->length);
            bytes[at] ^= flips[i];
            zkml_error err = {0};
            zk_buf again = {0};
            zkml_status status = f->round_trip(bytes, file->length, &again, &err);
            cr_expect_eq(status, ZKML_MALFORMED, "byte %zu ^ %u: status %d", at,
                         (unsigned)flips[i], (int)status);
            zk_buf_free(&again);
            if (at + SEAL >= file->length)
                continue;
            format_reseal(f, bytes, file->length);
            accepted += expect_change_noticed(f, bytes, file->length, at);
        }
    free(bytes);
    return accepted;
}

void format_keep_for_fuzzing(const zk_buf *file, const char *kind, const char *name)
{
    const char *corpus = getenv("FUZZ_CORPUS");
    char path[512];
    zkml_error err = {0};
    if (corpus == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s/%s", corpus, kind, name);
    cr_assert_eq(zk_file_write(path, file->data, file->length - SEAL, ZK_FILE_PUBLIC, &err),
                 ZKML_OK, "%s", err.text);
}

void format_lower(const program *p, zk_circuit *circuit)
{
    zc_sources sources;
    zc_diags diags;
    zkml_error err = {0};
    zc_sources_init(&sources);
    zc_diags_init(&diags, &sources);
    zc_lower_options options = {0};
    cr_assert_eq(zc_lower(p->tir, &sources, &diags, &options, circuit, &err), ZKML_OK, "%s",
                 err.text);
    zc_diags_free(&diags);
    zc_sources_free(&sources);
}

void format_compile(const char *text, zk_circuit *circuit)
{
    zc_session session;
    zc_program *parsed;
    zc_checker *checker;
    zc_tir *tir;
    uint32_t source;
    zkml_error err = {0};
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, "m.zt", text, strlen(text), &source, &err),
                 ZKML_OK);
    cr_assert_eq(zc_module_load(&session, source, &parsed, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_checker_new(&checker, &session, parsed, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_elaborate_circuit(checker, NULL, &tir, &err), ZKML_OK, "%s", err.text);
    zk_buf rendered = {0};
    zc_diags_render(&session.diags, &rendered, ZC_DIAG_PLAIN);
    cr_assert(tir != NULL && session.diags.error_count == 0, "%.*s", (int)rendered.length,
              (const char *)rendered.data);
    zk_buf_free(&rendered);
    cr_assert_eq(zc_tir_optimize(tir, &err), ZKML_OK, "%s", err.text);
    zc_lower_options options = {0};
    cr_assert_eq(zc_lower(tir, &session.sources, &session.diags, &options, circuit, &err), ZKML_OK,
                 "%s", err.text);
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
}
