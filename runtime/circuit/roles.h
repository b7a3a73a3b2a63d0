/* roles.h - which columns gates, look-ups, tables and copies read. */
#ifndef ZK_CIRCUIT_ROLES_H
#define ZK_CIRCUIT_ROLES_H

#include "runtime/base/arena.h"
#include "runtime/halo2/constraint_system.h"

enum {
    ZK_ROLE_GATE = 1,
    ZK_ROLE_LOOKUP = 2, /* in the inputs of a look-up */
    ZK_ROLE_TABLE = 4,
    ZK_ROLE_COPY = 8,
};

typedef struct zk_roles {
    zk_arena arena;
    uint8_t *columns[3]; /* by zk_column_kind: a set of roles for each column */
} zk_roles;

/* zk_roles_free in every case. */
zkml_status zk_roles_find(zk_roles *roles, const zk_constraint_system *cs,
                          zkml_error *err) ZKML_NODISCARD;
void zk_roles_free(zk_roles *roles);

#endif
