/* compile.h - source files to circuits, for tests that run them. */
#ifndef TESTS_SOUNDNESS_COMPILE_H
#define TESTS_SOUNDNESS_COMPILE_H

#include "compiler/circuit/lower.h"

/* The only circuit of the file; the test fails when there are errors. zk_circuit_free it. */
void compile_file(zk_circuit *circuit, const char *path, const zc_lower_options *options);

#endif
