/* column.h - the values of one column as its maker has them.
 *
 * Most columns hold small integers; they stay int64_t until a transform needs field elements,
 * because a commitment to small integers costs a fraction of one to field elements. Rows from
 * `length` on are zero. A constant column has its value on every row, blind rows included, and is
 * committed with blind 1: it is public and free. A bare column has nothing to hide: its blind rows
 * are 0 and its blind is 1, so that anyone who knows its values can compute its commitment.
 */
#ifndef ZK_HALO2_COLUMN_H
#define ZK_HALO2_COLUMN_H

#include "runtime/poly/params.h"

typedef enum zk_column_type {
    ZK_COLUMN_I64,
    ZK_COLUMN_FP,
    ZK_COLUMN_CONSTANT,
} zk_column_type;

typedef struct zk_column {
    zk_column_type type;
    bool bare;
    size_t length; /* 0 for a constant */
    union {
        const int64_t *i64;
        const zk_fp *fp;
        zk_fp constant;
    } u;
} zk_column;

/* All n rows as field elements. */
void zk_column_expand(const zk_column *column, zk_fp *values, size_t n);

/* One commitment: <values, bases> + <tail, bases from row n - n_tail> + [blind] W. */
typedef struct zk_commit_item {
    bool lagrange;     /* bases: Lagrange or coefficient */
    zk_column column;  /* not a constant */
    const zk_fp *tail; /* field elements on the last n_tail rows, or NULL; column.length ends
                        * before them */
    size_t n_tail;
    zk_fp blind;
} zk_commit_item;

/* In parallel over the items. Field columns whose values are all small integers are noticed.
 * `points` may contain identities. */
zkml_status zk_commit_batch(zk_vesta_affine *points, const zk_params *params,
                            const zk_commit_item *items, size_t count,
                            zkml_error *err) ZKML_NODISCARD;

#endif
