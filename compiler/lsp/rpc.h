/* rpc.h - messages of the Language Server Protocol: JSON behind a header with its length.
 *
 * Input is hostile: headers and messages have a largest size, and a header that does not tell the
 * length ends the connection, since nothing behind it can be found. A message that is no JSON does
 * not.
 */
#ifndef ZC_LSP_RPC_H
#define ZC_LSP_RPC_H

#include <jansson.h>
#include <stdio.h>

#include "runtime/base/buf.h"

#define ZC_RPC_MAX_HEADER ((size_t)4096)
#define ZC_RPC_MAX_MESSAGE ((size_t)128 << 20)

typedef struct zc_rpc {
    int in;
    FILE *out;
    zk_buf input; /* bytes that were read; those before `done` belong to earlier messages */
    size_t done;
    bool ended; /* end of file */
} zc_rpc;

typedef enum zc_rpc_event {
    ZC_RPC_MESSAGE, /* *message is new */
    ZC_RPC_NO_JSON, /* a message that cannot be read */
    ZC_RPC_IDLE,    /* nothing came in time */
    ZC_RPC_END,     /* end of input */
    ZC_RPC_FAILED,  /* err tells: input or memory */
} zc_rpc_event;

void zc_rpc_init(zc_rpc *rpc, int in, FILE *out);
void zc_rpc_free(zc_rpc *rpc);
/* Waits at most timeout milliseconds for input, -1: without end. */
zc_rpc_event zc_rpc_next(zc_rpc *rpc, int timeout, json_t **message, zkml_error *err);
/* Takes the message, which may be NULL (no memory). False: it cannot be written. */
bool zc_rpc_send(zc_rpc *rpc, json_t *message);

#endif
