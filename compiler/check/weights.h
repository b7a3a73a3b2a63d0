/* weights.h - tensors from data files: .npy, .npz, .safetensors and raw binary.
 *
 * A zc_weight_store reads each file once and keeps its bytes; a zc_weights describes one tensor
 * inside, checked against the file: shape, type and size agree, nothing lies outside. Elements
 * are converted on demand and exactly (a float is a dyadic rational). Files are hostile: every
 * error is one message with file, position and reason, and nothing is allocated that is not
 * backed by bytes of the file.
 */
#ifndef ZC_CHECK_WEIGHTS_H
#define ZC_CHECK_WEIGHTS_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "compiler/tir/tir.h"
#include "runtime/base/arena.h"
#include "runtime/base/buf.h"
#include "runtime/base/error.h"

#define ZC_WEIGHTS_MAX_FILE ((size_t)4 << 30)   /* bytes of one data file */
#define ZC_WEIGHTS_MAX_HEADER ((size_t)4 << 20) /* bytes of a .safetensors header */
enum { ZC_WEIGHTS_MAX_RANK = ZC_MAX_RANK };

typedef enum zc_dtype {
    ZC_DTYPE_BOOL,
    ZC_DTYPE_I8,
    ZC_DTYPE_U8,
    ZC_DTYPE_I16,
    ZC_DTYPE_U16,
    ZC_DTYPE_I32,
    ZC_DTYPE_U32,
    ZC_DTYPE_I64,
    ZC_DTYPE_U64,
    ZC_DTYPE_F16,
    ZC_DTYPE_BF16,
    ZC_DTYPE_F32,
    ZC_DTYPE_F64,
} zc_dtype;

typedef struct zc_weights {
    const char *name; /* for messages: the path, and the tensor's name if it has one */
    zc_dtype dtype;
    uint32_t rank;
    uint64_t shape[ZC_WEIGHTS_MAX_RANK]; /* each at least 1 */
    uint64_t count;
    const uint8_t *data; /* count elements, little-endian, row-major, unaligned */
} zc_weights;

typedef struct zc_weight_file zc_weight_file;
struct zc_weight_file {
    zc_weight_file *next;
    char *path;
    zk_buf bytes;
};

typedef struct zc_weight_store {
    zc_weight_file *files; /* list */
    zk_arena names;
} zc_weight_store;

void zc_weight_store_init(zc_weight_store *store);
void zc_weight_store_free(zc_weight_store *store); /* the tensors point into it */

/* load("path", "tensor"): `path` is already resolved against the source file's directory
 * (zc_source_resolve); the format is recognised by content and must agree with the name.
 * `tensor` is NULL or "" for a format with a single tensor. ZKML_IO, ZKML_LIMIT, ZKML_MALFORMED;
 * ZKML_USAGE: an unknown or missing tensor name (the message lists the names that exist), or a
 * format that is not supported. */
zkml_status zc_weights_load(zc_weights *out, zc_weight_store *store, const char *path,
                            const char *tensor, zkml_error *err) ZKML_NODISCARD;
/* load_raw("path", "i8"): a file that holds exactly the declared shape, little-endian, row-major;
 * ZKML_INVALID when it has another size.
 * For a container (zc_weights_is_container) load_raw means zc_weights_load of a tensor whose
 * type must be an integer type. */
zkml_status zc_weights_load_raw(zc_weights *out, zc_weight_store *store, const char *path,
                                const char *dtype, uint32_t rank, const uint64_t *shape,
                                zkml_error *err) ZKML_NODISCARD;

/* The name ends in .npy, .npz, .safetensors or .onnx. */
bool zc_weights_is_container(const char *path);

const char *zc_dtype_name(zc_dtype dtype);            /* "float32", ... */
bool zc_dtype_parse(zc_dtype *out, const char *name); /* "i8", "u8", ..., "f32", "bf16", "bool" */
bool zc_dtype_is_integer(zc_dtype dtype);             /* bool counts as integer */
size_t zc_dtype_bytes(zc_dtype dtype);

/* Element i as an exact rational. ZKML_MALFORMED for NaN and infinities, naming tensor and index.
 */
zkml_status zc_weights_rational(mpq_t out, const zc_weights *w, uint64_t i,
                                zkml_error *err) ZKML_NODISCARD;
/* Element i of an integer tensor; false when a uint64 does not fit. */
bool zc_weights_integer(int64_t *out, const zc_weights *w, uint64_t i);

typedef enum zc_quantise {
    ZC_QUANTISE_EXACT, /* value / step is an integer */
    ZC_QUANTISE_FLOOR,
    ZC_QUANTISE_ROUND, /* ties toward +infinity */
    ZC_QUANTISE_ROUNDEVEN,
    ZC_QUANTISE_CLAMP, /* round, then saturate */
} zc_quantise;

/* codes[i] = verb(value i / step), all in lo .. hi. ZKML_INVALID with the message and *bad = the
 * element: not exact, or out of range (CLAMP never is); ZKML_MALFORMED: NaN or infinity at *bad. */
zkml_status zc_weights_quantise(int64_t *codes, const zc_weights *w, const mpq_t step,
                                zc_quantise verb, int64_t lo, int64_t hi, uint64_t *bad,
                                zkml_error *err) ZKML_NODISCARD;
/* ---- for the readers of containers ---- */

/* A tensor's name from a file, in backquotes: control characters replaced, cut when it is long. */
void zc_tensor_name(zk_buf *out, const char *name);
/* ZKML_USAGE: there is no tensor of this name among those of the file, or (`tensor` is NULL) there
 * are several. The message lists them and says which one is nearly it. */
zkml_status zc_tensor_missing(const char *path, const char *tensor, const char *const *names,
                              size_t count, zkml_error *err);

/* "[3, 0]" of element i, for messages. */
void zc_weights_index_text(zk_buf *out, const zc_weights *w, uint64_t i);

#endif
