#include "compiler/lsp/rpc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

void zc_rpc_init(zc_rpc *rpc, int in, FILE *out)
{
    *rpc = (zc_rpc){.in = in, .out = out};
}

void zc_rpc_free(zc_rpc *rpc)
{
    zk_buf_free(&rpc->input);
}

/* What is left of the input. */
static const char *pending(const zc_rpc *rpc, size_t *length)
{
    *length = rpc->input.length - rpc->done;
    return *length > 0 ? (const char *)rpc->input.data + rpc->done : "";
}

/* Appends what there is to read; drops what is done. */
static zc_rpc_event fill(zc_rpc *rpc, int timeout, zkml_error *err)
{
    char bytes[1 << 16];
    struct pollfd wait = {.fd = rpc->in, .events = POLLIN};
    int ready = poll(&wait, 1, timeout);
    if (ready == 0)
        return ZC_RPC_IDLE;
    ssize_t got = ready < 0 ? -1 : read(rpc->in, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
        return ZC_RPC_MESSAGE;
    if (got < 0) {
        zk_fail(err, ZKML_IO, "standard input: cannot read: %s", strerror(errno));
        return ZC_RPC_FAILED;
    }
    rpc->ended = got == 0;
    if (rpc->done > 0) {
        memmove(rpc->input.data, rpc->input.data + rpc->done, rpc->input.length - rpc->done);
        rpc->input.length -= rpc->done;
        rpc->done = 0;
    }
    zk_buf_bytes(&rpc->input, bytes, (size_t)got);
    if (rpc->input.failed) {
        zk_fail(err, ZKML_LIMIT, "out of memory");
        return ZC_RPC_FAILED;
    }
    return ZC_RPC_MESSAGE;
}

/* The first place of a text among the bytes, NULL: none. */
static const char *find(const char *bytes, size_t length, const char *text)
{
    size_t size = strlen(text);
    for (; length >= size; bytes++, length--)
        if (memcmp(bytes, text, size) == 0)
            return bytes;
    return NULL;
}

static bool parse_length(const char *text, const char *end, size_t *length)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    *length = 0;
    if (text == end)
        return false;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9' || *length > ZC_RPC_MAX_MESSAGE)
            return false;
        *length = 10 * *length + (size_t)(*text - '0');
    }
    return *length <= ZC_RPC_MAX_MESSAGE;
}

/* The length in the header lines up to `end`; false: none, two, or one that is no number. */
static bool content_length(const char *header, const char *end, size_t *length)
{
    static const char name[] = "Content-Length:";
    bool found = false;
    while (header < end) {
        const char *line_end = find(header, (size_t)(end - header), "\r\n");
        if (line_end == NULL)
            line_end = end;
        if ((size_t)(line_end - header) >= strlen(name) &&
            strncasecmp(header, name, strlen(name)) == 0) {
            if (found || !parse_length(header + strlen(name), line_end, length))
                return false;
            found = true;
        }
        header = line_end + 2;
    }
    return found;
}

typedef enum extent { EXTENT_KNOWN, EXTENT_MORE, EXTENT_BAD } extent;

/* Where the first message begins and how long it is. */
static extent find_message(const zc_rpc *rpc, size_t *start, size_t *length)
{
    size_t available;
    const char *input = pending(rpc, &available);
    size_t searched = available < ZC_RPC_MAX_HEADER ? available : ZC_RPC_MAX_HEADER;
    const char *end = find(input, searched, "\r\n\r\n");
    if (end == NULL)
        return searched < ZC_RPC_MAX_HEADER ? EXTENT_MORE : EXTENT_BAD;
    if (!content_length(input, end, length))
        return EXTENT_BAD;
    *start = rpc->done + (size_t)(end + 4 - input);
    return rpc->input.length - *start >= *length ? EXTENT_KNOWN : EXTENT_MORE;
}

static zc_rpc_event take(zc_rpc *rpc, size_t start, size_t length, json_t **message)
{
    json_error_t problem;
    *message = json_loadb((const char *)rpc->input.data + start, length, JSON_ALLOW_NUL, &problem);
    rpc->done = start + length;
    return *message != NULL ? ZC_RPC_MESSAGE : ZC_RPC_NO_JSON;
}

zc_rpc_event zc_rpc_next(zc_rpc *rpc, int timeout, json_t **message, zkml_error *err)
{
    *message = NULL;
    for (;;) {
        size_t start, length, left;
        switch (find_message(rpc, &start, &length)) {
        case EXTENT_KNOWN:
            return take(rpc, start, length, message);
        case EXTENT_BAD:
            zk_fail(err, ZKML_MALFORMED,
                    "standard input: a message without a valid Content-Length");
            return ZC_RPC_FAILED;
        case EXTENT_MORE:
            break;
        }
        (void)pending(rpc, &left);
        if (rpc->ended && left == 0)
            return ZC_RPC_END;
        if (rpc->ended) {
            zk_fail(err, ZKML_MALFORMED, "standard input: ends inside a message");
            return ZC_RPC_FAILED;
        }
        zc_rpc_event event = fill(rpc, timeout, err);
        if (event != ZC_RPC_MESSAGE)
            return event;
    }
}

bool zc_rpc_send(zc_rpc *rpc, json_t *message)
{
    char *text = message == NULL ? NULL : json_dumps(message, JSON_COMPACT);
    json_decref(message);
    if (text == NULL)
        return false;
    bool sent = fprintf(rpc->out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text) >= 0 &&
                fflush(rpc->out) == 0;
    free(text);
    return sent;
}
