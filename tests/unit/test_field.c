/* The field functions against GMP and against the vectors of pasta_curves. */
#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

#include "runtime/field/field.h"
#include "runtime/field/inline.h"
#include "tests/unit/vectors.h"

#define F fp
#define FNAME "Fp"
#define MODULUS "40000000000000000000000000000000224698fc094cf91b992d30ed00000001"
#include "tests/unit/test_field_cases.h"
#undef F
#undef FNAME
#undef MODULUS

#define F fq
#define FNAME "Fq"
#define MODULUS "40000000000000000000000000000000224698fc0994a8dd8c46eb2100000001"
#include "tests/unit/test_field_cases.h"
