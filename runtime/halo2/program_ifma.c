#include "runtime/halo2/program_ifma.h"

#include <sodium.h>
#include <stdlib.h>

#include "runtime/field/bulk.h"

#if ZK_BULK_HAS_IFMA

#include "runtime/field/ifma.h"

enum { VECTORS = ZK_STRIP / 8 };

/* What the arithmetic of an instruction has to know: its second operand is below raise p, and its
 * result has to be shrunk. */
typedef struct hint {
    uint32_t raise;
    bool shrink;
} hint;

/* Values in registers and constants carry the factor 2^260. */
struct zk_ifma_frame {
    zk_v8 *registers; /* VECTORS each */
    zk_fp *constants;
    hint *hints; /* per instruction */
    size_t n_registers;
};

bool zk_ifma_frame_wanted(void)
{
    return zk_bulk() == &zk_bulk_ifma;
}

/* Bounds, as multiples of p. A leaf is unpacked shifted by four bits. Factors of products stay
 * below LARGEST, so that products are below LARGEST^2 / 64 + 2. */
enum { LEAF = 16, CONSTANT = 1, LARGEST = 32, SHRUNK = 3 };

static uint32_t product_bound(uint32_t a, uint32_t b)
{
    return a * b / 64 + 2;
}

static uint32_t result_bound(const zk_instruction *in, uint32_t a, uint32_t b)
{
    switch (in->op) {
    case ZK_OP_LEAF:
        break;
    case ZK_OP_CONSTANT:
        return CONSTANT;
    case ZK_OP_NEG:
        return a;
    case ZK_OP_ADD:
    case ZK_OP_SUB:
        return a + b;
    case ZK_OP_MUL:
        return product_bound(a, b);
    case ZK_OP_SCALE:
        return product_bound(a, CONSTANT);
    case ZK_OP_OFFSET:
        return a + CONSTANT;
    case ZK_OP_HORNER:
        return product_bound(a, CONSTANT) + b;
    }
    return a;
}

static bool find_hints(const zk_program *p, hint *hints)
{
    uint32_t *bounds = calloc(p->n_leaves + p->n_registers + 1, sizeof *bounds);
    if (bounds == NULL)
        return false;
    for (size_t i = 0; i < p->n_leaves; i++)
        bounds[i] = LEAF;
    for (size_t i = 0; i < p->n_code; i++) {
        const zk_instruction *in = &p->code[i];
        uint32_t a = bounds[in->a], b = bounds[in->b], bound = result_bound(in, a, b);
        hints[i].raise = in->op == ZK_OP_NEG ? a : b;
        hints[i].shrink = bound > LARGEST;
        bounds[in->target] = hints[i].shrink ? SHRUNK : bound;
    }
    free(bounds);
    return true;
}

zk_ifma_frame *zk_ifma_frame_new(const zk_program *p)
{
    zk_ifma_frame *frame = calloc(1, sizeof *frame);
    if (frame == NULL)
        return NULL;
    frame->n_registers = p->n_registers;
    frame->registers = aligned_alloc(64, (p->n_registers * VECTORS + 1) * sizeof(zk_v8));
    frame->constants = malloc((p->n_constants + 1) * sizeof *frame->constants);
    frame->hints = calloc(p->n_code + 1, sizeof *frame->hints);
    if (frame->registers == NULL || frame->constants == NULL || frame->hints == NULL ||
        !find_hints(p, frame->hints)) {
        zk_ifma_frame_free(frame);
        return NULL;
    }
    frame->constants[0] = zk_fp_zero; /* for instructions without one */
    for (size_t i = 0; i < p->n_constants; i++) {
        frame->constants[i] = p->constants[i];
        for (int bit = 0; bit < 4; bit++)
            fp_double(&frame->constants[i], &frame->constants[i]);
    }
    return frame;
}

void zk_ifma_frame_free(zk_ifma_frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->registers != NULL)
        sodium_memzero(frame->registers, frame->n_registers * VECTORS * sizeof(zk_v8));
    free(frame->registers);
    free(frame->constants);
    free(frame->hints);
    free(frame);
}

/* An operand's strip: in memory's form for a leaf, else a register. */
typedef struct strip {
    const zk_fp *leaf;
    const zk_v8 *vectors;
} strip;

static strip find_strip(const zk_program *p, const zk_ifma_frame *frame,
                        const zk_fp *const *leaves, uint32_t operand)
{
    if (operand < p->n_leaves)
        return (strip){.leaf = leaves[operand]};
    return (strip){.vectors = frame->registers + (operand - p->n_leaves) * VECTORS};
}

ZK_IFMA_INLINE zk_v8 fetch(const strip *s, size_t v)
{
    return s->leaf != NULL ? v8_load_shifted(s->leaf + 8 * v) : s->vectors[v];
}

/* The result of one instruction on one vector, raw. */
ZK_IFMA_INLINE zk_v8 apply(zk_op op, const strip *a, const strip *b, const zk_v8 *c,
                           const zk_v8 *raise, size_t v)
{
    zk_v8 x, y;
    if (op == ZK_OP_CONSTANT)
        return *c;
    x = fetch(a, v);
    if (op == ZK_OP_NEG)
        return v8_sub(raise, &x);
    if (op == ZK_OP_OFFSET)
        return v8_add(&x, c);
    if (op == ZK_OP_SCALE)
        return v8_fp_mul_raw(&x, c);
    y = fetch(b, v);
    if (op == ZK_OP_ADD)
        return v8_add(&x, &y);
    if (op == ZK_OP_MUL)
        return v8_fp_mul_raw(&x, &y);
    if (op == ZK_OP_SUB) {
        x = v8_add(&x, raise);
        return v8_sub(&x, &y);
    }
    x = v8_fp_mul_raw(&x, c); /* HORNER */
    return v8_add(&x, &y);
}

ZK_IFMA_INLINE void run_loop(zk_op op, zk_v8 *target, strip a, strip b, const zk_fp *constant,
                             const hint *h, size_t vectors)
{
    const zk_v8 c = v8_splat(constant->l), raise = v8_fp_multiple(h->raise);
    for (size_t v = 0; v < vectors; v++) {
        zk_v8 r = apply(op, &a, &b, &c, &raise, v);
        target[v] = h->shrink ? v8_fp_shrink_wide(r) : v8_carry(r);
    }
}

ZK_IFMA_TARGET static void run_one(const zk_instruction *in, zk_v8 *target, strip a, strip b,
                                   const zk_fp *constants, const hint *h, size_t vectors)
{
    const zk_fp *c = &constants[in->c];
    switch (in->op) {
    case ZK_OP_LEAF:
        break;
    case ZK_OP_CONSTANT:
        run_loop(ZK_OP_CONSTANT, target, a, b, c, h, vectors);
        break;
    case ZK_OP_NEG:
        run_loop(ZK_OP_NEG, target, a, b, c, h, vectors);
        break;
    case ZK_OP_ADD:
        run_loop(ZK_OP_ADD, target, a, b, c, h, vectors);
        break;
    case ZK_OP_SUB:
        run_loop(ZK_OP_SUB, target, a, b, c, h, vectors);
        break;
    case ZK_OP_MUL:
        run_loop(ZK_OP_MUL, target, a, b, c, h, vectors);
        break;
    case ZK_OP_SCALE:
        run_loop(ZK_OP_SCALE, target, a, b, c, h, vectors);
        break;
    case ZK_OP_OFFSET:
        run_loop(ZK_OP_OFFSET, target, a, b, c, h, vectors);
        break;
    case ZK_OP_HORNER:
        run_loop(ZK_OP_HORNER, target, a, b, c, h, vectors);
        break;
    }
}

/* A product with 2^256 takes the factor 2^4 away. */
ZK_IFMA_TARGET static void store_output(zk_fp *output, strip s, size_t vectors)
{
    const zk_v8 one = v8_splat(zk_fp_one.l);
    for (size_t v = 0; v < vectors; v++) {
        zk_v8 x = fetch(&s, v);
        x = v8_fp_reduce(v8_fp_mul_raw(&x, &one));
        v8_store(output + 8 * v, &x);
    }
}

void zk_ifma_run(const zk_program *p, zk_ifma_frame *frame, const zk_fp *const *leaves,
                 size_t vectors, zk_fp *const *outputs)
{
    for (size_t i = 0; i < p->n_code; i++) {
        const zk_instruction *in = &p->code[i];
        zk_v8 *target = frame->registers + (in->target - p->n_leaves) * VECTORS;
        run_one(in, target, find_strip(p, frame, leaves, in->a),
                find_strip(p, frame, leaves, in->b), frame->constants, &frame->hints[i], vectors);
    }
    for (size_t i = 0; i < p->n_outputs; i++)
        store_output(outputs[i], find_strip(p, frame, leaves, p->outputs[i]), vectors);
}

#else

bool zk_ifma_frame_wanted(void)
{
    return false;
}

zk_ifma_frame *zk_ifma_frame_new(const zk_program *p)
{
    (void)p;
    return NULL;
}

void zk_ifma_frame_free(zk_ifma_frame *frame)
{
    (void)frame;
}

void zk_ifma_run(const zk_program *p, zk_ifma_frame *frame, const zk_fp *const *leaves,
                 size_t vectors, zk_fp *const *outputs)
{
    (void)p, (void)frame, (void)leaves, (void)vectors, (void)outputs;
    ZK_UNREACHABLE("no IFMA frame is made");
}

#endif
