/* same_circuit.h - whether two circuits are one, part by part. */
#ifndef TESTS_FORMATS_SAME_CIRCUIT_H
#define TESTS_FORMATS_SAME_CIRCUIT_H

#include "runtime/circuit/circuit.h"

/* Expects equality of everything that is stored. */
void expect_same_circuit(const zk_circuit *a, const zk_circuit *b);

#endif
