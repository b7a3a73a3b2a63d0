/* schema.h - parameters and results of a program as the runtime describes them: names, types,
 * shapes. Where they stand in a circuit is for the emitter to add.
 */
#ifndef ZC_CIRCUIT_SCHEMA_H
#define ZC_CIRCUIT_SCHEMA_H

#include "compiler/tir/tir.h"
#include "runtime/circuit/circuit.h"

/* tir->param_count and tir->result_count entries, in the arena. */
zkml_status zc_schema_of(zk_arena *arena, const zc_tir *tir, zk_field_schema **params,
                         zk_field_schema **results, zkml_error *err) ZKML_NODISCARD;

/* False when the scale does not fit. */
bool zc_schema_scale(const mpq_t scale, uint64_t *num, uint64_t *den);

#endif
