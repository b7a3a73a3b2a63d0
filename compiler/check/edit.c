/* Edits of help lines: an expression gets a verb, or something behind it. */
#include <ctype.h>
#include <string.h>

#include "compiler/check/elab.h"

/* The character beside a span that is no white space, '\0' at the ends of the text. */
static char neighbour(const zc_source_file *file, size_t at, int step)
{
    const char *text = (const char *)file->text.data;
    for (; at < file->text.length; at += (size_t)step)
        if (strchr(" \t\r\n", text[at]) == NULL || text[at] == '\0')
            return text[at];
    return '\0';
}

/* No operator or word stands before or behind the span: a verb there means all of it. */
static bool is_whole(zc_checker *ck, zc_span span)
{
    const zc_source_file *file = zc_source_get(&ck->session->sources, span.file);
    if (file == NULL || span.start == 0)
        return false;
    const char *text = (const char *)file->text.data;
    char before = neighbour(file, span.start - 1, -1), behind = neighbour(file, span.end, 1);
    if (before == '=') {
        size_t at = span.start - 1;
        while (text[at] != '=')
            at--;
        if (at > 0 && strchr("=<>!", text[at - 1]) != NULL)
            return false;
    }
    return before != '\0' && behind != '\0' && strchr("=([{,;", before) != NULL &&
           strchr(";),]}", behind) != NULL;
}

/* The value of the constant at hand, which takes a verb without a type. */
static bool is_constant(const zc_checker *ck, zc_span span)
{
    const zc_decl *decl = ck->frame != NULL ? ck->frame->decl : NULL;
    if (decl == NULL || decl->kind != ZC_DECL_CONST || decl->u.constant.verb != ZC_VERB_NONE)
        return false;
    zc_span value = decl->u.constant.value->span;
    return value.file == span.file && value.start == span.start && value.end == span.end;
}

void zc_edit_verb(zc_checker *ck, zc_diag *diag, zc_span span, const char *verb, const char *type)
{
    if (is_constant(ck, span))
        zc_diag_edit(diag, (zc_span){span.file, span.start, span.start}, zc_text(ck, "%s ", verb));
    else if (is_whole(ck, span))
        zc_diag_wrap(diag, span, zc_text(ck, "%s ", verb), zc_text(ck, " to %s", type));
    else
        zc_diag_wrap(diag, span, zc_text(ck, "(%s ", verb), zc_text(ck, " to %s)", type));
}

void zc_edit_behind(zc_checker *ck, zc_diag *diag, zc_span span, const char *behind)
{
    bool simple = true;
    const char *text = zc_source_text(ck, span);
    for (const char *at = text; *at != '\0'; at++)
        simple = simple && (isalnum((unsigned char)*at) || strchr("_.,[]()+-* ", *at) != NULL);
    if (simple && strstr(text, " to ") == NULL && strchr(text, ' ') != text)
        zc_diag_wrap(diag, span, "", behind);
    else
        zc_diag_wrap(diag, span, "(", zc_text(ck, ")%s", behind));
}

void zc_edit_brackets(zc_checker *ck, zc_diag *diag, zc_span whole, uint32_t from, const char *open,
                      const char *close)
{
    const zc_source_file *file = zc_source_get(&ck->session->sources, whole.file);
    const char *text = (const char *)file->text.data;
    while (from < whole.end && strchr(" \t\r\n", text[from]) != NULL)
        from++;
    if (from + 1 >= whole.end || strchr("([", text[from]) == NULL || text[from] == '\0')
        return;
    zc_diag_edit(diag, (zc_span){whole.file, from, from + 1}, open);
    zc_diag_edit(diag, (zc_span){whole.file, whole.end - 1, whole.end}, close);
}

zc_span zc_place_of_use(zc_checker *ck, const zc_file *file, const char **behind)
{
    zc_span place = {file->source, 0, 0};
    *behind = "\n";
    if (file->count == 0)
        return place;
    const zc_source_file *source = zc_source_get(&ck->session->sources, file->source);
    const char *text = (const char *)source->text.data;
    for (size_t i = 0; i < file->count; i++)
        if (file->decls[i]->kind == ZC_DECL_USE)
            place.start = file->decls[i]->span.end;
    if (place.start > 0) {
        place.end = place.start;
        *behind = "";
        return place;
    }
    uint32_t at = file->decls[0]->span.start;
    for (uint32_t line = at; line > 0; line = at) { /* doc comments belong to the declaration */
        uint32_t start = line - 1;
        while (start > 0 && text[start - 1] != '\n')
            start--;
        if (text[line - 1] != '\n' || line - start < 4 || memcmp(text + start, "///", 3) != 0)
            break;
        at = start;
    }
    *behind = "\n\n";
    return (zc_span){file->source, at, at};
}
