#include "compiler/fix.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 20 };

void zc_fixes_init(zc_fixes *fixes)
{
    *fixes = (zc_fixes){0};
    zk_arena_init(&fixes->arena, 0);
}

void zc_fixes_free(zc_fixes *fixes)
{
    free(fixes->list);
    zk_arena_free(&fixes->arena);
    *fixes = (zc_fixes){0};
}

/* The edits of one round. */
typedef struct edits {
    const zc_edit **list;
    size_t count, capacity;
} edits;

static bool same(const zc_edit *a, const zc_edit *b)
{
    return a->span.start == b->span.start && a->span.end == b->span.end &&
           strcmp(a->text, b->text) == 0;
}

static bool overlap(const zc_edit *a, const zc_edit *b)
{
    bool insertions = a->span.start == b->span.start;
    return insertions || (a->span.start < b->span.end && b->span.start < a->span.end);
}

/* Whether all edits of the help line can be made beside those of this round. */
static bool fits(const edits *made, const zc_diag_part *help, uint32_t source)
{
    for (const zc_edit *edit = help->edits; edit != NULL; edit = edit->next) {
        if (edit->span.file != source)
            return false;
        for (size_t i = 0; i < made->count; i++)
            if (overlap(edit, made->list[i]) && !same(edit, made->list[i]))
                return false;
    }
    return true;
}

/* False: no memory. */
static bool make(edits *made, const zc_diag_part *help)
{
    for (const zc_edit *edit = help->edits; edit != NULL; edit = edit->next) {
        bool known = false;
        for (size_t i = 0; i < made->count && !known; i++)
            known = same(edit, made->list[i]);
        if (known)
            continue;
        if (!ZK_GROW(made->list, made->capacity, made->count + 1))
            return false;
        made->list[made->count++] = edit;
    }
    return true;
}

static bool note(zc_fixes *fixes, const zc_diag *diag, const char *title)
{
    const char *copy = zk_arena_strndup(&fixes->arena, title, strlen(title));
    if (copy == NULL || !ZK_GROW(fixes->list, fixes->capacity, fixes->count + 1))
        return false;
    zc_position position =
        zc_source_position(diag->owner->sources, diag->span.file, diag->span.start);
    fixes->list[fixes->count++] = (zc_fix){diag->code, position, copy};
    return true;
}

/* Every error before any warning: an edit for a warning must not stand in the way of one. */
static bool choose(const zc_diags *diags, uint32_t source, edits *made, zc_fixes *fixes)
{
    zc_diag **sorted = zc_diags_sorted(diags);
    bool ok = sorted != NULL || diags->count == 0;
    for (size_t i = 0; i < 2 * diags->count && ok; i++) {
        const zc_diag *diag = sorted[i % diags->count];
        if ((zc_code_lookup(diag->code)->letter == 'E') != (i < diags->count))
            continue;
        const zc_diag_part *help = diag->helps;
        while (help != NULL && (help->edits == NULL || help->guess))
            help = help->next;
        if (help == NULL || !fits(made, help, source))
            continue;
        size_t before = made->count; /* the same edit may serve several */
        ok = make(made, help) && (made->count == before || note(fixes, diag, help->text));
    }
    free(sorted);
    return ok;
}

static int compare_edits(const void *a, const void *b)
{
    const zc_edit *x = *(const zc_edit *const *)a, *y = *(const zc_edit *const *)b;
    return x->span.start < y->span.start ? -1 : 1;
}

bool zc_fix_round(const zc_diags *diags, uint32_t source, zk_buf *out, zc_fixes *fixes)
{
    edits made = {0};
    const zc_source_file *file = zc_source_get(diags->sources, source);
    bool ok = choose(diags, source, &made, fixes);
    if (ok && made.count > 0) {
        size_t at = 0;
        qsort(made.list, made.count, sizeof *made.list, compare_edits);
        for (size_t i = 0; i < made.count; i++) {
            zc_span span = made.list[i]->span;
            zk_buf_bytes(out, file->text.data + at, span.start - at);
            zk_buf_text(out, made.list[i]->text);
            at = span.end;
        }
        if (at < file->text.length)
            zk_buf_bytes(out, file->text.data + at, file->text.length - at);
    }
    out->failed = out->failed || !ok;
    ok = made.count > 0 && !out->failed;
    free(made.list);
    return ok;
}

/* Errors that keep the program from being checked: those of characters and of the grammar. */
static bool parses(const zc_diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        const zc_code_info *info = zc_code_lookup(diags->list[i]->code);
        if (info->letter == 'E' && info->number < zc_code_lookup(ZC_E_MODULE_UNKNOWN)->number)
            return false;
    }
    return true;
}

/* Checks *text, and puts the text of the next round into *next (empty: nothing to do). */
static zkml_status one_round(const zc_options *options, const zk_buf *text, bool *parsed,
                             zk_buf *next, zc_fixes *fixes, zkml_error *err)
{
    zc_session session;
    zc_summary summary;
    zk_buf unused = {0};
    zc_options check = *options;
    uint32_t source;
    check.stage = ZC_STAGE_CHECK;
    zc_session_init(&session, 0);
    zkml_status status = zc_source_add(&session.sources, options->input, (const char *)text->data,
                                       text->length, &source, err);
    if (status == ZKML_OK)
        status = zc_compile_source(&session, source, &check, &unused, &summary, err);
    if (status == ZKML_INVALID)
        status = ZKML_OK;
    *parsed = parses(&session.diags);
    if (status == ZKML_OK && !zc_fix_round(&session.diags, source, next, fixes) && next->failed)
        status = zk_fail(err, ZKML_LIMIT, "out of memory");
    zk_buf_free(&unused);
    zc_session_free(&session);
    return status;
}

zkml_status zc_fix_text(const zc_options *options, zk_buf *text, zc_fixes *fixes, zkml_error *err)
{
    zk_buf previous = {0};
    bool was_parsed = false;
    size_t before = 0; /* fixes that lead to `previous` */
    zkml_status status = ZKML_OK;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        zk_buf next = {0};
        bool parsed;
        size_t count = fixes->count;
        status = one_round(options, text, &parsed, &next, fixes, err);
        if (status == ZKML_OK && was_parsed && !parsed) {
            zk_buf_free(&next);
            zk_buf_free(text);
            *text = previous;
            fixes->count = before;
            return ZKML_OK;
        }
        if (status != ZKML_OK || next.length == 0) {
            zk_buf_free(&next);
            break;
        }
        zk_buf_free(&previous);
        previous = *text;
        before = count;
        *text = next;
        was_parsed = parsed;
    }
    zk_buf_free(&previous);
    return status;
}
