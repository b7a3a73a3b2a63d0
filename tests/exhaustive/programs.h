/* programs.h - small tensor programs that between them use every operation that is lowered. */
#ifndef TESTS_EXHAUSTIVE_PROGRAMS_H
#define TESTS_EXHAUSTIVE_PROGRAMS_H

#include "compiler/tir/build.h"

typedef struct program {
    zk_arena arena;
    zc_tir *tir;
    mpq_t one;
} program;

typedef struct program_case {
    const char *name;
    void (*make)(program *p);
} program_case;

extern const program_case program_cases[];
extern const size_t program_case_count;

const program_case *program_find(const char *name);
void program_open(program *p, const program_case *c); /* made and verified */
void program_close(program *p);

/* For programs that a test makes itself. */
void program_begin(program *p);
zc_space program_shape(uint32_t rank, uint32_t a, uint32_t b, uint32_t c);
zc_space program_reducing(zc_space space, uint32_t extent);
zc_node_id program_param(program *p, const char *name, zc_space space, int64_t lo, int64_t hi);
zc_node_id program_public(program *p, const char *name, zc_space space, int64_t lo, int64_t hi);
zc_node_id program_committed(program *p, const char *name, zc_space space, int64_t lo, int64_t hi);
zc_node_id program_constant(program *p, zc_space space, const int64_t *codes);
void program_result(program *p, zc_node_id node); /* public */
void program_committed_result(program *p, zc_node_id node);
zc_operand program_same(const program *p, zc_node_id node);

#endif
