/* Vesta and Pallas: group law, encodings, hash to curve, the vectors of pasta_curves. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

#include "runtime/curve/point.h"
#include "runtime/field/inline.h"
#include "tests/unit/vectors.h"

#define C vesta
#define CNAME "Vesta"
#define S fp
#define B fq
#define ORDER "40000000000000000000000000000000224698fc094cf91b992d30ed00000001"
#include "tests/unit/test_curve_cases.h"
#undef C
#undef CNAME
#undef S
#undef B
#undef ORDER

#define C pallas
#define CNAME "Pallas"
#define S fq
#define B fp
#define ORDER "40000000000000000000000000000000224698fc0994a8dd8c46eb2100000001"
#include "tests/unit/test_curve_cases.h"
