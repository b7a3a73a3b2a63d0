/* Small programs, each named after the rule it exercises, against the tensor program (.tir, with
 * the warnings before it) or the diagnostics (.err) that they give. Set UPDATE_GOLDEN=1 to write
 * the expected files anew, and read the difference before committing it. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/check/check.h"
#include "compiler/fix.h"
#include "compiler/tir/build.h"
#include "compiler/tir/print.h"
#include "runtime/base/file.h"

enum { MOST_PROGRAMS = 512, LEAST_PROGRAMS = 150 };

/* Compiles a loaded text up to the tensor program, or until there are errors. */
static zc_tir *compile(zc_session *session, zc_checker **checker, uint32_t source, const char *path)
{
    zc_program *program;
    zc_tir *tir = NULL;
    zkml_error err = {0};
    *checker = NULL;
    cr_assert_eq(zc_module_load(session, source, &program, &err), ZKML_OK, "%s", err.text);
    if (session->diags.error_count > 0)
        return NULL;
    cr_assert_eq(zc_checker_new(checker, session, program, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_elaborate_circuit(*checker, NULL, &tir, &err), ZKML_OK, "%s: %s", path,
                 err.text);
    cr_assert_eq(tir == NULL, session->diags.error_count > 0);
    return tir;
}

/* The text of the program's warnings and tensor program, or of its errors, of syntax too. */
static bool elaborate(const char *path, zk_buf *out)
{
    zc_session session;
    zc_checker *checker;
    zkml_error err = {0};
    uint32_t source;
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_load(&session.sources, path, &source, &err), ZKML_OK, "%s", err.text);
    zc_tir *tir = compile(&session, &checker, source, path);
    zc_diags_render(&session.diags, out, ZC_DIAG_PLAIN);
    if (tir != NULL)
        zc_tir_print(out, tir, &session.sources);
    bool ok = tir != NULL;
    zc_tir_free(tir);
    zc_checker_free(checker);
    zc_session_free(&session);
    return ok;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static size_t list_programs(char names[MOST_PROGRAMS][64])
{
    size_t count = 0;
    DIR *directory = opendir(".");
    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || length > 60 || strcmp(entry->d_name + length - 3, ".zt") != 0 ||
            entry->d_name[0] == '_')
            continue;
        cr_assert_lt(count, (size_t)MOST_PROGRAMS);
        memcpy(names[count], entry->d_name, length - 3);
        names[count++][length - 3] = '\0';
    }
    (void)closedir(directory);
    return count;
}

Test(check, every_rule_gives_what_its_golden_file_says)
{
    static char names[MOST_PROGRAMS][64];
    const char *top = getenv("top_srcdir");
    char path[1024];
    size_t wrong = 0;
    (void)snprintf(path, sizeof path, "%s/tests/golden/check", top != NULL ? top : ".");
    cr_assert_eq(chdir(path), 0);
    size_t count = list_programs(names);
    for (size_t i = 0; i < count; i++) {
        zk_buf got = {0}, want = {0};
        zkml_error err = {0};
        (void)snprintf(path, sizeof path, "%s.zt", names[i]);
        const char *suffix = elaborate(path, &got) ? "tir" : "err";
        (void)snprintf(path, sizeof path, "%s.%s", names[i], suffix);
        if (getenv("UPDATE_GOLDEN") != NULL) {
            cr_assert_eq(zk_file_write(path, got.data, got.length, ZK_FILE_PUBLIC, &err), ZKML_OK);
            (void)snprintf(path, sizeof path, "%s.%s", names[i],
                           suffix[0] == 't' ? "err" : "tir");
            (void)unlink(path);
        } else if (!exists(path) || zk_file_read(path, 1 << 20, &want, &err) != ZKML_OK ||
                   want.length != got.length || memcmp(want.data, got.data, got.length) != 0) {
            fprintf(stderr, "%s differs; got:\n%.*s\n", path, (int)got.length, (char *)got.data);
            wrong++;
        }
        zk_buf_free(&got);
        zk_buf_free(&want);
    }
    cr_assert_eq(wrong, 0u, "%zu of %zu programs differ", wrong, count);
    cr_assert_geq(count, (size_t)LEAST_PROGRAMS);
}

static size_t count_like(const zc_diags *diags, const zc_diag *one)
{
    size_t count = 0;
    for (size_t i = 0; i < diags->count; i++)
        count += diags->list[i]->code == one->code &&
                 strcmp(diags->list[i]->message, one->message) == 0;
    return count;
}

static void make_edits(zk_buf *edited, const zk_buf *text, const zc_diag_part *help)
{
    size_t at = 0;
    for (const zc_edit *next; at <= text->length;) { /* they need not be in order */
        next = NULL;
        for (const zc_edit *edit = help->edits; edit != NULL; edit = edit->next)
            if (edit->span.start >= at && (next == NULL || edit->span.start < next->span.start))
                next = edit;
        if (next == NULL)
            break;
        zk_buf_bytes(edited, text->data + at, next->span.start - at);
        zk_buf_text(edited, next->text);
        at = next->span.end > next->span.start ? next->span.end : next->span.end + 1;
        if (next->span.end == next->span.start && next->span.end < text->length)
            zk_buf_bytes(edited, text->data + next->span.end, 1);
    }
    if (at < text->length)
        zk_buf_bytes(edited, text->data + at, text->length - at);
}

/* How often the text with the edits is told the same. */
static size_t after_edit(const char *path, const zk_buf *text, const zc_diag_part *help,
                         const zc_diag *one)
{
    zk_buf edited = {0};
    zc_session session;
    zc_checker *checker;
    zkml_error err = {0};
    uint32_t source;
    make_edits(&edited, text, help);
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, path, (const char *)edited.data, edited.length,
                               &source, &err), ZKML_OK);
    zc_tir_free(compile(&session, &checker, source, path));
    size_t count = count_like(&session.diags, one);
    zc_checker_free(checker);
    zc_session_free(&session);
    zk_buf_free(&edited);
    return count;
}

/* The edits that a help line offers, made alone, remove its diagnostic. */
static size_t try_edits(const char *path)
{
    zc_session session;
    zc_checker *checker;
    zkml_error err = {0};
    uint32_t source;
    zk_buf text = {0};
    size_t edits = 0;
    zc_session_init(&session, 0);
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_source_load(&session.sources, path, &source, &err), ZKML_OK, "%s", err.text);
    zc_tir_free(compile(&session, &checker, source, path));
    for (size_t i = 0; i < session.diags.count; i++) {
        const zc_diag *diag = session.diags.list[i];
        for (const zc_diag_part *help = diag->helps; help != NULL; help = help->next) {
            if (help->edits == NULL || help->edits->span.file != source)
                continue;
            size_t before = count_like(&session.diags, diag);
            cr_expect_lt(after_edit(path, &text, help, diag), before,
                         "%s: the edit \"%s\" does not remove: %s", path, help->text,
                         diag->message);
            edits++;
        }
    }
    zc_checker_free(checker);
    zc_session_free(&session);
    zk_buf_free(&text);
    return edits;
}

/* `zkmlc --fix` ends, and leaves nothing that it would do. */
static size_t fix(const char *path)
{
    const zc_options options = {.input = path};
    zc_fixes fixes;
    zk_buf text = {0}, next = {0};
    zkml_error err = {0};
    zc_session session;
    uint32_t source;
    zc_fixes_init(&fixes);
    cr_assert_eq(zk_file_read(path, 1 << 20, &text, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zc_fix_text(&options, &text, &fixes, &err), ZKML_OK, "%s", err.text);
    zc_session_init(&session, 0);
    cr_assert_eq(zc_source_add(&session.sources, path, (const char *)text.data, text.length,
                               &source, &err), ZKML_OK);
    zc_checker *checker;
    zc_tir_free(compile(&session, &checker, source, path));
    size_t count = fixes.count;
    cr_expect_not(zc_fix_round(&session.diags, source, &next, &fixes),
                  "%s: there is more to fix: %s", path, fixes.list[count].title);
    zc_checker_free(checker);
    zc_session_free(&session);
    zc_fixes_free(&fixes);
    zk_buf_free(&text);
    zk_buf_free(&next);
    return count;
}

Test(check, fixes_come_to_an_end)
{
    static char names[MOST_PROGRAMS][64];
    const char *top = getenv("top_srcdir");
    char path[1024];
    size_t fixes = 0;
    (void)snprintf(path, sizeof path, "%s/tests/golden/check", top != NULL ? top : ".");
    cr_assert_eq(chdir(path), 0);
    size_t count = list_programs(names);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s.zt", names[i]);
        fixes += fix(path);
    }
    cr_assert_gt(fixes, 100u, "only %zu fixes", fixes);
}

Test(check, edits_of_help_lines_are_right)
{
    static char names[MOST_PROGRAMS][64];
    const char *top = getenv("top_srcdir");
    char path[1024];
    size_t edits = 0;
    (void)snprintf(path, sizeof path, "%s/tests/golden/check", top != NULL ? top : ".");
    cr_assert_eq(chdir(path), 0);
    size_t count = list_programs(names);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s.zt", names[i]);
        edits += try_edits(path);
    }
    cr_assert_gt(edits, 120u, "only %zu edits", edits);
}
