#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/field/inline.h"
#include "runtime/halo2/program.h"
#include "runtime/halo2/program_ifma.h"

zkml_status zk_frame_init(zk_frame *frame, const zk_program *p, zkml_error *err)
{
    memset(frame, 0, sizeof *frame);
    frame->bytes_registers = p->n_registers * ZK_STRIP * sizeof(zk_fp);
    frame->bytes_wrapped = p->n_leaves * ZK_STRIP * sizeof(zk_fp);
    frame->operands = calloc(p->n_leaves + p->n_registers + 1, sizeof *frame->operands);
    frame->registers = malloc(frame->bytes_registers + 1);
    frame->wrapped = malloc(frame->bytes_wrapped + 1);
    bool ifma = zk_ifma_frame_wanted();
    frame->ifma = ifma ? zk_ifma_frame_new(p) : NULL;
    if (frame->operands == NULL || frame->registers == NULL || frame->wrapped == NULL ||
        (ifma && frame->ifma == NULL)) {
        frame->bytes_registers = frame->bytes_wrapped = 0;
        zk_frame_free(frame);
        return zk_fail(err, ZKML_LIMIT, "out of memory for the constraint program");
    }
    for (size_t i = 0; i < p->n_registers; i++)
        frame->operands[p->n_leaves + i] = frame->registers + i * ZK_STRIP;
    return ZKML_OK;
}

void zk_frame_free(zk_frame *frame)
{
    if (frame->registers != NULL)
        sodium_memzero(frame->registers, frame->bytes_registers);
    if (frame->wrapped != NULL)
        sodium_memzero(frame->wrapped, frame->bytes_wrapped);
    free(frame->operands);
    free(frame->registers);
    free(frame->wrapped);
    zk_ifma_frame_free(frame->ifma);
    memset(frame, 0, sizeof *frame);
}

static void place_leaves(const zk_program *p, zk_frame *frame, const zk_fp *const *columns,
                         size_t n, size_t row, size_t count)
{
    for (size_t i = 0; i < p->n_leaves; i++) {
        int64_t shift = (int64_t)p->leaves[i].rotation % (int64_t)n;
        size_t start = (row + (size_t)(shift < 0 ? shift + (int64_t)n : shift)) % n;
        if (start + count <= n) {
            frame->operands[i] = columns[i] + start;
            continue;
        }
        zk_fp *copy = frame->wrapped + i * ZK_STRIP;
        for (size_t r = 0; r < count; r++)
            copy[r] = columns[i][(start + r) % n];
        frame->operands[i] = copy;
    }
}

static void run_one(const zk_instruction *in, zk_fp *target, const zk_fp *a, const zk_fp *b,
                    const zk_fp *constants, size_t count)
{
    zk_fp c = constants[in->c], t;
    switch (in->op) {
    case ZK_OP_LEAF:
        break;
    case ZK_OP_CONSTANT:
        for (size_t r = 0; r < count; r++)
            target[r] = c;
        break;
    case ZK_OP_NEG:
        for (size_t r = 0; r < count; r++)
            fp_neg(&target[r], &a[r]);
        break;
    case ZK_OP_ADD:
        for (size_t r = 0; r < count; r++)
            fp_add(&target[r], &a[r], &b[r]);
        break;
    case ZK_OP_SUB:
        for (size_t r = 0; r < count; r++)
            fp_sub(&target[r], &a[r], &b[r]);
        break;
    case ZK_OP_MUL:
        for (size_t r = 0; r < count; r++)
            fp_mul(&target[r], &a[r], &b[r]);
        break;
    case ZK_OP_SCALE:
        for (size_t r = 0; r < count; r++)
            fp_mul(&target[r], &a[r], &c);
        break;
    case ZK_OP_OFFSET:
        for (size_t r = 0; r < count; r++)
            fp_add(&target[r], &a[r], &c);
        break;
    case ZK_OP_HORNER:
        for (size_t r = 0; r < count; r++) {
            fp_mul(&t, &a[r], &c);
            fp_add(&target[r], &t, &b[r]);
        }
        break;
    }
}

void zk_program_run(const zk_program *p, zk_frame *frame, const zk_fp *const *columns, size_t n,
                    size_t row, size_t count, zk_fp *const *outputs)
{
    place_leaves(p, frame, columns, n, row, count);
    if (frame->ifma != NULL && count % 8 == 0) {
        zk_ifma_run(p, frame->ifma, frame->operands, count / 8, outputs);
        return;
    }
    /* instructions without a constant still index one */
    const zk_fp *constants = p->n_constants > 0 ? p->constants : &zk_fp_zero;
    for (size_t i = 0; i < p->n_code; i++) {
        const zk_instruction *in = &p->code[i];
        zk_fp *target = frame->registers + (in->target - p->n_leaves) * ZK_STRIP;
        run_one(in, target, frame->operands[in->a], frame->operands[in->b], constants, count);
    }
    for (size_t i = 0; i < p->n_outputs; i++)
        memcpy(outputs[i], frame->operands[p->outputs[i]], count * sizeof(zk_fp));
}

/* The strips of one thread. */
static void run_strips(const zk_program *p, zk_frame *frame, const zk_fp *const *columns, size_t n,
                       zk_fp *const *outputs)
{
    zk_fp *strip[ZK_PROGRAM_OUTPUTS];
#pragma omp for schedule(static)
    for (size_t row = 0; row < n; row += ZK_STRIP) {
        size_t count = n - row < ZK_STRIP ? n - row : ZK_STRIP;
        for (size_t i = 0; i < p->n_outputs; i++)
            strip[i] = outputs[i] + row;
        zk_program_run(p, frame, columns, n, row, count, strip);
    }
}

zkml_status zk_program_run_all(const zk_program *p, const zk_fp *const *columns, size_t n,
                               zk_fp *const *outputs, zkml_error *err)
{
    zkml_status status = ZKML_OK;
    ZK_CHECK(p->n_outputs <= ZK_PROGRAM_OUTPUTS);
#pragma omp parallel
    {
        zk_frame frame;
        zkml_error local = {ZKML_OK, ""};
        zkml_status mine = zk_frame_init(&frame, p, &local);
        if (mine != ZKML_OK) {
#pragma omp critical
            status = zk_fail(err, mine, "%s", local.text);
        }
#pragma omp barrier
        if (status == ZKML_OK)
            run_strips(p, &frame, columns, n, outputs);
        if (mine == ZKML_OK)
            zk_frame_free(&frame);
    }
    return status;
}
