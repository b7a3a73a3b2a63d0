/* program.h - the witness program: from input codes to advice cells.
 *
 * A list of tensor instructions in single-assignment form: instruction i defines register i, a
 * tensor of integers, row-major over its shape. Registers are small (int64) or wide (an integer of
 * absolute value below 2^252, held as a field element, negative v as p - |v|). As in the compiler's
 * tensor IR, an instruction has an iteration space `extent` (shape, then reduction) and reads its
 * operands through views. After the last instruction, places put register elements into advice
 * cells, and chains compute the accumulator cells of the universal gate.
 *
 * The program is untrusted input: arithmetic on small registers is checked for overflow, views are
 * checked when the circuit is read, a bad program gives an error and never undefined behaviour. It
 * has no influence on soundness: constraints alone decide.
 */
#ifndef ZK_CIRCUIT_PROGRAM_H
#define ZK_CIRCUIT_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/field/field.h"

enum {
    ZK_PROGRAM_MAX_RANK = 12,
    ZK_PROGRAM_MAX_ELEMENTS = 1 << 28, /* of one register, and of all registers of a kind together */
    ZK_PROGRAM_MAX_STACKED = 1 << 17,  /* operands of all STACKs together */
    ZK_PROGRAM_MAX_CHAINS = 16,
};

/* The numbers are those of circuit.bin. */
typedef enum zk_wop {
    ZK_W_INPUT,  /* parameter `index` */
    ZK_W_CONST,  /* codes[] */
    ZK_W_VIEW,   /* a */
    ZK_W_STACK,  /* the operands' elements one after another, flat */
    ZK_W_ADD,    /* a + b */
    ZK_W_SUB,    /* a - b */
    ZK_W_MUL,    /* a * b */
    ZK_W_SCALE,  /* c0 * a + c1 */
    ZK_W_SUM,    /* sum over the reduction of a */
    ZK_W_DOT,    /* sum over the reduction of a * b */
    ZK_W_FLOOR,  /* floor((c0 * a + c1) / c2), c2 > 0 */
    ZK_W_MOD,    /* (c0 * a + c1) mod c2, in 0 .. c2-1 */
    ZK_W_FLOORV, /* floor(a / b), b > 0 */
    ZK_W_MODV,   /* a mod b, b > 0 */
    ZK_W_LIMB,   /* floor(a / 2^shift) mod 2^width, a >= 0 */
    ZK_W_MAX,
    ZK_W_MIN,
    ZK_W_RMAX,   /* over the reduction */
    ZK_W_RMIN,
    ZK_W_ARGMAX, /* lowest flat index of the maximum */
    ZK_W_LE,     /* a <= b, 0 or 1 */
    ZK_W_EQ,
    ZK_W_SELECT, /* a != 0 ? b : c */
    ZK_W_TABLE,  /* codes[a - c0]; outside of the table is an error that names it */
    ZK_W_ASSERT, /* every element of a is != 0, else the prover stops with `message` */
    ZK_W_RANGE,  /* a, and every element is in c0 .. c1, else the prover stops with `message` */
} zk_wop;

/* Element offset of an operand at iteration point i: base + sum stride[d] i_d, or, when `table` is
 * not NULL, table[flat number of the iteration point]. */
typedef struct zk_wview {
    int64_t base;
    int64_t stride[ZK_PROGRAM_MAX_RANK];
    uint32_t *table;
} zk_wview;

typedef struct zk_woperand {
    uint32_t reg;
    zk_wview view;
} zk_woperand;

typedef struct zk_winstr {
    zk_wop op;
    bool wide; /* the result register holds field elements */
    uint32_t rank, reduce_rank;
    uint32_t extent[ZK_PROGRAM_MAX_RANK];
    uint64_t count, reduce_count;
    uint32_t operand_count;
    zk_woperand *operands;
    uint32_t index;        /* INPUT */
    uint32_t shift, width; /* LIMB: width <= 32 */
    zk_fp c0, c1, c2;      /* signed constants as field elements */
    int64_t *codes;        /* CONST, TABLE */
    uint64_t code_count;
    const char *message;   /* ASSERT, RANGE, TABLE: what to tell; never NULL for these */
    uint32_t span;         /* index into the circuit's spans, UINT32_MAX: none */
    const char *name;      /* for messages: variable, source text or hint; NULL or "": none */
    uint64_t scale_num, scale_den; /* a code c stands for c * num / den; 0, 0: for nothing */
} zk_winstr;

/* `count` elements of a register into advice cells: element first + j * step stands at
 * (column + j * column_step, row + j * row_step). The steps of a single element are 0. */
typedef struct zk_wplace {
    uint32_t reg;
    uint32_t count;
    uint64_t first;
    int64_t step;
    uint32_t column, row;
    int32_t column_step, row_step;
} zk_wplace;

/* The universal gate (see docs/lowering.md), on rows 0 .. rows-1:
 *
 *   sum_t f_t a_t  +  sum_j g_j a_2j a_2j+1  +  cont acc  +  constant  -  out acc(next row)  =  0
 *
 * with lanes a_t = advice column lane + t (t < lanes), acc = advice column acc, and fixed columns
 * f_t = linear + t, g_j = product + j (j < products), cont, constant, out. After all places are
 * done, going down the rows, acc(row+1) is set from the equation where out(row) is 1; out is 0
 * or 1; elsewhere acc stays as it was placed (0). */
typedef struct zk_wchain {
    uint32_t rows;
    uint32_t lane, lanes, acc;
    uint32_t linear, product, products, cont, constant, out;
} zk_wchain;

typedef struct zk_witness_program {
    zk_winstr *instrs;
    uint32_t instr_count;
    zk_wplace *places;
    uint32_t place_count;
    zk_wchain *chains;
    uint32_t chain_count;
} zk_witness_program;

#endif
