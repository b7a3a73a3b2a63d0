/* small_field.h - all assignments that a plan accepts over a small prime field.
 *
 * The solver assigns the variables of parameters, then every other variable in all ways that the
 * forms and look-ups of the plan allow, modulo the prime. A value that a constraint leaves only
 * one choice for is set by that constraint; all others are enumerated, so nothing is missed.
 *
 * Outputs are the public results, then all committed values, those of parameters included.
 */
#ifndef TESTS_EXHAUSTIVE_SMALL_FIELD_H
#define TESTS_EXHAUSTIVE_SMALL_FIELD_H

#include "compiler/circuit/build.h"

enum { SMALL_MAX_OUTPUTS = 16 };

typedef struct small_result {
    uint64_t witnesses;               /* accepted assignments */
    uint64_t outputs;                 /* different values of the outputs among them */
    int64_t first[SMALL_MAX_OUTPUTS]; /* the outputs in the first one, 0 .. p-1 */
} small_result;

size_t small_output_count(const zc_plan *plan);

/* `inputs` holds the values of all parameters' elements, in order, in 0 .. p-1. `without_form`
 * and `without_lookup` leave out one constraint; SIZE_MAX: none. Stops after two different
 * outputs. */
void small_solve(small_result *result, const zc_build *build, int64_t prime, const int64_t *inputs,
                 size_t without_form, size_t without_lookup);

#endif
