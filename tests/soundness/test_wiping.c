/* What is left in memory after a proof: no piece of the witness. All writable memory of the process
 * is searched for cells of the advice columns, in both forms that they have. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/soundness/statement.h"

/* Three cells in a row, hidden by a mask so that the search does not find the pattern itself. */
enum { CELLS = 3, MASK = 0x5a, MAX_PATTERNS = 64 };

typedef struct pattern {
    uint8_t bytes[CELLS * sizeof(zk_fp)];
    size_t length;
} pattern;

static pattern patterns[MAX_PATTERNS];
static size_t pattern_count;

static void add_pattern(void *bytes, size_t length)
{
    cr_assert_lt(pattern_count, (size_t)MAX_PATTERNS);
    pattern *p = &patterns[pattern_count++];
    p->length = length;
    for (size_t i = 0; i < length; i++)
        p->bytes[i] = ((uint8_t *)bytes)[i] ^ MASK;
    memset(bytes, 0, length);
}

/* Cells that do not look like anything else. */
static bool is_telling(const int64_t cells[CELLS])
{
    for (size_t i = 0; i < CELLS; i++)
        if (labs(cells[i]) < 100 || cells[i] % 32 == 0)
            return false;
    return cells[1] - cells[0] != cells[2] - cells[1];
}

static void add_column(const zk_column *column, size_t most)
{
    size_t found = 0;
    for (size_t row = 0; row + CELLS <= column->length && found < most; row++) {
        int64_t small[CELLS];
        zk_fp wide[CELLS];
        bool good = true;
        for (size_t i = 0; i < CELLS; i++) {
            if (column->type == ZK_COLUMN_I64)
                zk_fp_from_i64(&wide[i], column->u.i64[row + i]);
            else
                wide[i] = column->u.fp[row + i];
            good = zk_fp_to_i64(&small[i], &wide[i]) && good;
        }
        if (!good || !is_telling(small))
            continue;
        add_pattern(small, sizeof small);
        add_pattern(wide, sizeof wide);
        row += CELLS - 1;
        found++;
    }
}

static bool stands_at(const pattern *p, const uint8_t *bytes)
{
    for (size_t i = 0; i < p->length; i++)
        if ((bytes[i] ^ MASK) != p->bytes[i])
            return false;
    return true;
}

/* Cells are aligned to 8 bytes, and so is `bytes`. */
static size_t count_in(const uint8_t *bytes, size_t length)
{
    size_t hits = 0;
    for (size_t at = 0; at < length; at += 8)
        for (size_t p = 0; p < pattern_count; p++)
            if (patterns[p].length <= length - at && (bytes[at] ^ MASK) == patterns[p].bytes[0])
                hits += stands_at(&patterns[p], bytes + at);
    return hits;
}

/* In all memory that this process can write to, but what is too large to be real (sanitizers). */
static size_t count_in_memory(void)
{
    static uint8_t window[1 << 16];
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    char line[512], access[8];
    unsigned long from, to;
    size_t hits = 0, overlap = sizeof patterns[0].bytes;
    cr_assert(maps != NULL && memory >= 0);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, access) != 3 || access[1] != 'w' ||
            to - from > 1UL << 30)
            continue;
        for (unsigned long at = from; at < to; at += sizeof window - overlap) {
            size_t length = to - at < sizeof window ? (size_t)(to - at) : sizeof window;
            bool mine = at < (uintptr_t)(window + sizeof window) && at + length > (uintptr_t)window;
            ssize_t got = mine ? 0 : pread(memory, window, length, (off_t)at);
            if (got > 0)
                hits += count_in(window, (size_t)got);
        }
    }
    memset(window, 0, sizeof window);
    (void)fclose(maps);
    (void)close(memory);
    return hits;
}

/* A profile of odd numbers, which stand nowhere else. */
static void run_witness(zk_witness *witness, const zk_circuit *circuit)
{
    static const int64_t masked[] = {1931 ^ MASK,  -1777 ^ MASK, 1553 ^ MASK,
                                     1237 ^ MASK, -1409 ^ MASK, 1871 ^ MASK};
    int64_t threshold[] = {711}, profile[6], *codes[] = {threshold, profile};
    zk_inputs inputs = {.count = 2, .codes = codes};
    zkml_error err = {0};
    cr_assert_eq(circuit->param_count, 2u);
    for (size_t i = 0; i < 6; i++)
        profile[i] = masked[i] ^ MASK;
    memset(witness, 0, sizeof *witness);
    cr_assert_eq(zk_witness_run(witness, circuit, &inputs, ZK_WITNESS_STRICT, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zk_witness_assign(witness, &err), ZKML_OK);
    sodium_memzero(profile, sizeof profile);
}

Test(wiping, nothing_of_the_witness_is_left_in_memory)
{
    statement s;
    zk_witness witness;
    zkml_error err = {0};
    zk_buf out = {0};
    if (access("/proc/self/mem", R_OK) != 0)
        cr_skip_test("no /proc");
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 25); /* keep what is freed in sight */
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    statement_open(&s, "02-credit-score", "strong.json");
    run_witness(&witness, &s.circuit);
    for (uint32_t c = 0; c < s.circuit.cs.n_advice; c++)
        add_column(&witness.advice[c], 2);
    cr_assert_gt(pattern_count, 4u);
    cr_expect_gt(count_in_memory(), 0u, "the search finds nothing even where it is");
    cr_assert_eq(zk_prove(&out, &witness, &s.key, &s.params, NULL, NULL, NULL, &err), ZKML_OK);
    zk_witness_free(&witness);
    cr_expect_eq(count_in_memory(), 0u);
    zk_buf_free(&out);
    statement_close(&s);
}
