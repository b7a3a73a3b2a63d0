/* transcript.h - the Fiat-Shamir transcript of halo2: one running BLAKE2b-512.
 *
 *   point      absorb 01, x, y (affine, 32 bytes each); the identity is refused
 *   scalar     absorb 02, value
 *   challenge  absorb 00, then reduce the digest of a copy of the state; the state goes on
 *
 * A prover's transcript appends what it writes to `out` (points compressed); a verifier's takes
 * what it reads from `in`, canonical encodings only. Reading is the only access to a proof's
 * bytes, and everything read is absorbed.
 *
 * The hook sees every message and may replace a challenge. It is there for tests.
 */
#ifndef ZK_HALO2_TRANSCRIPT_H
#define ZK_HALO2_TRANSCRIPT_H

#include <sodium.h>

#include "runtime/base/buf.h"
#include "runtime/curve/point.h"

typedef enum zk_message_kind {
    ZK_MESSAGE_COMMON_POINT,
    ZK_MESSAGE_COMMON_SCALAR,
    ZK_MESSAGE_POINT, /* written or read */
    ZK_MESSAGE_SCALAR,
    ZK_MESSAGE_CHALLENGE,
} zk_message_kind;

/* `point` or `scalar` is set according to the kind; a challenge may be changed in place. */
typedef void (*zk_transcript_hook)(void *context, zk_message_kind kind,
                                   const zk_vesta_affine *point, zk_fp *scalar);

typedef struct zk_transcript {
    crypto_generichash_blake2b_state state;
    zk_buf *out;   /* prover */
    zk_reader *in; /* verifier */
    zk_transcript_hook hook;
    void *hook_context;
} zk_transcript;

/* Exactly one of out and in is not NULL; both outlive the transcript. */
void zk_transcript_init(zk_transcript *t, zk_buf *out, zk_reader *in);

zkml_status zk_transcript_common_point(zk_transcript *t, const zk_vesta_affine *point,
                                       zkml_error *err) ZKML_NODISCARD;
void zk_transcript_common_scalar(zk_transcript *t, const zk_fp *scalar);
zkml_status zk_transcript_write_point(zk_transcript *t, const zk_vesta_affine *point,
                                      zkml_error *err) ZKML_NODISCARD;
void zk_transcript_write_scalar(zk_transcript *t, const zk_fp *scalar);
/* ZKML_MALFORMED with the offset: not canonical, not on the curve, the identity, or no bytes. */
zkml_status zk_transcript_read_point(zk_transcript *t, zk_vesta_affine *point,
                                     zkml_error *err) ZKML_NODISCARD;
zkml_status zk_transcript_read_scalar(zk_transcript *t, zk_fp *scalar,
                                      zkml_error *err) ZKML_NODISCARD;
void zk_transcript_challenge(zk_transcript *t, zk_fp *challenge);

#endif
