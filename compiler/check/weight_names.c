/* Names of tensors in messages about the files that hold them. */
#include <string.h>

#include "compiler/check/weights.h"

void zc_tensor_name(zk_buf *out, const char *name)
{
    enum { LONGEST = 80 };
    size_t length = strlen(name);
    zk_buf_text(out, "`");
    for (size_t i = 0; i < length && i < LONGEST; i++) {
        unsigned char c = (unsigned char)name[i];
        zk_buf_u8(out, c < 0x20 || c == 0x7f ? '?' : c);
    }
    zk_buf_text(out, length > LONGEST ? "...`" : "`");
}

/* Edit distance, or a large number for long names. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 100 };
    size_t m = strlen(a), n = strlen(b), row[LONGEST + 1];
    if (m > LONGEST || n > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

zkml_status zc_tensor_missing(const char *path, const char *tensor, const char *const *names,
                              size_t count, zkml_error *err)
{
    enum { SHOWN = 12 };
    zk_buf list = {0};
    const char *nearest = NULL;
    size_t least = tensor != NULL ? strlen(tensor) / 3 + 1 : 0;
    for (size_t i = 0; i < count; i++) {
        if (i < SHOWN) {
            zk_buf_text(&list, i ? ", " : "");
            zc_tensor_name(&list, names[i]);
        }
        size_t d = tensor != NULL ? distance(tensor, names[i]) : SIZE_MAX;
        if (d <= least && (nearest == NULL || d < least)) {
            least = d;
            nearest = names[i];
        }
    }
    if (count > SHOWN)
        zk_buf_printf(&list, " and %zu more", count - SHOWN);
    if (nearest != NULL) {
        zk_buf_text(&list, "; did you mean ");
        zc_tensor_name(&list, nearest);
        zk_buf_text(&list, "?");
    }
    int length = (int)list.length;
    const char *text = list.data != NULL ? (const char *)list.data : "";
    zkml_status status =
        tensor != NULL
            ? zk_fail(err, ZKML_USAGE, "%s has no tensor `%s`; it holds %.*s", path, tensor, length,
                      text)
            : zk_fail(err, ZKML_USAGE,
                      "%s holds several tensors, so load needs a name: one of %.*s", path, length,
                      text);
    zk_buf_free(&list);
    return status;
}
