#include "runtime/halo2/transcript.h"

#include <string.h>

static const unsigned char personal[16] = {'H', 'a', 'l', 'o', '2', '-', 'T', 'r',
                                           'a', 'n', 's', 'c', 'r', 'i', 'p', 't'};

enum { PREFIX_CHALLENGE = 0, PREFIX_POINT = 1, PREFIX_SCALAR = 2 };

void zk_transcript_init(zk_transcript *t, zk_buf *out, zk_reader *in)
{
    memset(t, 0, sizeof *t);
    t->out = out;
    t->in = in;
    ZK_CHECK(
        crypto_generichash_blake2b_init_salt_personal(&t->state, NULL, 0, 64, NULL, personal) == 0);
}

static void absorb(zk_transcript *t, uint8_t prefix, const uint8_t *bytes, size_t length)
{
    (void)crypto_generichash_blake2b_update(&t->state, &prefix, 1);
    if (length > 0)
        (void)crypto_generichash_blake2b_update(&t->state, bytes, length);
}

static void notify(zk_transcript *t, zk_message_kind kind, const zk_vesta_affine *point,
                   zk_fp *scalar)
{
    if (t->hook != NULL)
        t->hook(t->hook_context, kind, point, scalar);
}

static void absorb_point(zk_transcript *t, const zk_vesta_affine *point)
{
    uint8_t bytes[64];
    zk_fq_to_bytes(bytes, &point->x);
    zk_fq_to_bytes(bytes + 32, &point->y);
    absorb(t, PREFIX_POINT, bytes, sizeof bytes);
}

static void absorb_scalar(zk_transcript *t, const zk_fp *scalar)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, scalar);
    absorb(t, PREFIX_SCALAR, bytes, sizeof bytes);
}

zkml_status zk_transcript_common_point(zk_transcript *t, const zk_vesta_affine *point,
                                       zkml_error *err)
{
    if (zk_vesta_affine_is_identity(point))
        return zk_fail(err, ZKML_INVALID, "a commitment is the identity point");
    absorb_point(t, point);
    notify(t, ZK_MESSAGE_COMMON_POINT, point, NULL);
    return ZKML_OK;
}

void zk_transcript_common_scalar(zk_transcript *t, const zk_fp *scalar)
{
    zk_fp copy = *scalar;
    absorb_scalar(t, scalar);
    notify(t, ZK_MESSAGE_COMMON_SCALAR, NULL, &copy);
}

zkml_status zk_transcript_write_point(zk_transcript *t, const zk_vesta_affine *point,
                                      zkml_error *err)
{
    if (zk_vesta_affine_is_identity(point))
        return zk_fail(err, ZKML_INVALID, "a commitment is the identity point");
    uint8_t bytes[32];
    zk_vesta_to_bytes(bytes, point);
    zk_buf_bytes(t->out, bytes, sizeof bytes);
    absorb_point(t, point);
    notify(t, ZK_MESSAGE_POINT, point, NULL);
    return ZKML_OK;
}

void zk_transcript_write_scalar(zk_transcript *t, const zk_fp *scalar)
{
    uint8_t bytes[32];
    zk_fp_to_bytes(bytes, scalar);
    zk_buf_bytes(t->out, bytes, sizeof bytes);
    absorb(t, PREFIX_SCALAR, bytes, sizeof bytes);
    zk_fp copy = *scalar;
    notify(t, ZK_MESSAGE_SCALAR, NULL, &copy);
}

static zkml_status refuse(zk_transcript *t, size_t offset, const char *reason, zkml_error *err)
{
    zk_reader_fail(t->in, offset, reason);
    return zk_fail(err, ZKML_MALFORMED, "%s: offset %zu: %s", t->in->name, t->in->bad_offset,
                   t->in->reason);
}

zkml_status zk_transcript_read_point(zk_transcript *t, zk_vesta_affine *point, zkml_error *err)
{
    size_t offset = t->in->offset;
    const uint8_t *bytes = zk_read_bytes(t->in, 32);
    if (bytes == NULL)
        return refuse(t, offset, "the proof ends here", err);
    if (!zk_vesta_from_bytes(point, bytes))
        return refuse(t, offset, "not the encoding of a point", err);
    if (zk_vesta_affine_is_identity(point))
        return refuse(t, offset, "a commitment is the identity point", err);
    absorb_point(t, point);
    notify(t, ZK_MESSAGE_POINT, point, NULL);
    return ZKML_OK;
}

zkml_status zk_transcript_read_scalar(zk_transcript *t, zk_fp *scalar, zkml_error *err)
{
    size_t offset = t->in->offset;
    const uint8_t *bytes = zk_read_bytes(t->in, 32);
    if (bytes == NULL)
        return refuse(t, offset, "the proof ends here", err);
    if (!zk_fp_from_bytes(scalar, bytes))
        return refuse(t, offset, "not the canonical encoding of a scalar", err);
    absorb(t, PREFIX_SCALAR, bytes, 32);
    zk_fp copy = *scalar;
    notify(t, ZK_MESSAGE_SCALAR, NULL, &copy);
    return ZKML_OK;
}

void zk_transcript_challenge(zk_transcript *t, zk_fp *challenge)
{
    absorb(t, PREFIX_CHALLENGE, NULL, 0);
    crypto_generichash_blake2b_state copy = t->state;
    uint8_t digest[64];
    (void)crypto_generichash_blake2b_final(&copy, digest, sizeof digest);
    zk_fp_from_uniform_bytes(challenge, digest);
    notify(t, ZK_MESSAGE_CHALLENGE, NULL, challenge);
}
