/* Proof files of the examples: honest ones are accepted; changed, forged and moved ones and second
 * encodings are not. Each rejection is preceded by the acceptance of what was changed. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/halo2/opening.h"
#include "runtime/halo2/verifier.h"
#include "tests/soundness/statement.h"

typedef struct example {
    const char *name, *input;
} example;

static const example examples[] = {
    {"00-five-lines", "input.json"},
    {"01-fashion-mlp", "input.json"},
    {"02-credit-score", "strong.json"},
    {"01-fashion-mlp+prover", "input.json"},
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static void expect(const statement *s, const uint8_t *bytes, size_t length, zkml_status wanted,
                   const char *what, size_t at)
{
    zkml_error err = {0};
    zkml_status status = statement_check(s, bytes, length, &err);
    cr_expect_eq(status, wanted, "%s: %s %zu: %s instead of %s (%s)", s->name, what, at,
                 zkml_status_name(status), zkml_status_name(wanted), err.text);
}

/* The changed file, with the digest at its end made right. A change may change nothing, such as a
 * zero that becomes zero. */
static void expect_refused(const statement *s, zk_buf *copy, const char *what, size_t at)
{
    statement_seal(copy->data, copy->length);
    bool same = copy->length == s->file.length &&
                memcmp(copy->data, s->file.data, copy->length) == 0;
    expect(s, copy->data, copy->length, same ? ZKML_OK : ZKML_INVALID, what, at);
}

static zk_buf copy_of(const zk_buf *file)
{
    zk_buf copy = {0};
    zk_buf_bytes(&copy, file->data, file->length);
    cr_assert(!copy.failed);
    return copy;
}

static void restore(zk_buf *copy, const zk_buf *file)
{
    memcpy(copy->data, file->data, file->length);
}

/* Honest proofs ------------------------------------------------------------------------------- */

Test(proof, honest_proofs_are_accepted_and_say_what_was_computed)
{
    static const struct {
        const char *name;
        bool result;
        int64_t code;
    } wanted[EXAMPLES] = {{"result", true, 8},
                        {"result", true, 9},
                        {"threshold", false, 700},
                        {"result", true, 9}};
    for (int i = 0; i < EXAMPLES; i++) {
        statement s;
        zk_envelope envelope;
        zkml_error err = {0};
        int64_t code = -1;
        statement_open(&s, examples[i].name, examples[i].input);
        expect(&s, s.file.data, s.file.length, ZKML_OK, "honest", 0);
        cr_assert_eq(zk_proof_open(&envelope, "proof", s.file.data, s.file.length, &err), ZKML_OK);
        const zk_field_schema *field = wanted[i].result ? s.key.results : s.key.params;
        cr_assert_eq(s.key.result_count, wanted[i].result ? 1u : 0u);
        cr_assert_eq(s.key.param_count, wanted[i].result ? 0u : 1u);
        cr_expect_str_eq(field->name, wanted[i].name);
        zk_envelope_codes(&envelope, field, &code);
        cr_expect_eq(code, wanted[i].code);
        zk_envelope_free(&envelope);
        statement_close(&s);
    }
}

/* Changed files ------------------------------------------------------------------------------- */

static void change_every_byte(const statement *s)
{
    zk_buf copy = copy_of(&s->file);
    for (size_t at = 0; at < copy.length; at++) {
        copy.data[at] ^= (uint8_t)(1 << (at + at / 8) % 8);
        expect(s, copy.data, copy.length, at < 8 ? ZKML_MALFORMED : ZKML_INVALID, "byte", at);
        restore(&copy, &s->file);
    }
    expect(s, copy.data, copy.length, ZKML_OK, "restored", 0);
    zk_buf_free(&copy);
}

/* The same, whatever the digest says: one bit in each `step` bytes. */
static void change_and_seal_bytes(const statement *s, size_t step)
{
    zk_buf copy = copy_of(&s->file);
    for (size_t at = 8; at < copy.length - 32; at += step) {
        copy.data[at] ^= (uint8_t)(1 << (at * 5 + at / 8) % 8);
        expect_refused(s, &copy, "sealed byte", at);
        restore(&copy, &s->file);
    }
    expect(s, copy.data, copy.length, ZKML_OK, "restored", 0);
    zk_buf_free(&copy);
}

static void change_length(const statement *s)
{
    static const uint8_t zeros[64];
    zk_buf longer = copy_of(&s->file), sealed;
    zk_buf_bytes(&longer, zeros, sizeof zeros);
    sealed = copy_of(&longer);
    for (size_t length = 0; length <= longer.length; length++) {
        if (length == s->file.length)
            continue;
        expect(s, longer.data, length, length < 8 ? ZKML_MALFORMED : ZKML_INVALID, "length",
               length);
        if (length < 8 + 32)
            continue;
        restore(&sealed, &longer);
        sealed.length = length;
        expect_refused(s, &sealed, "sealed at length", length);
        sealed.length = longer.length;
    }
    expect(s, longer.data, s->file.length, ZKML_OK, "restored", 0);
    zk_buf_free(&sealed);
    zk_buf_free(&longer);
}

/* The declared length of the Halo2 proof changed along with the file. */
static void insert_and_remove_slots(const statement *s)
{
    file_layout at = statement_layout(&s->file);
    for (size_t slot = 0; slot < at.slots; slot++)
        for (int more = 0; more < 2; more++) {
            size_t place = at.halo2 + 32 * slot, rest = place + (more ? 0 : 32);
            zk_buf file = {0};
            zk_buf_bytes(&file, s->file.data, place + (more ? 32 : 0));
            zk_buf_bytes(&file, s->file.data + rest, s->file.length - rest);
            uint64_t bytes = 32 * (at.slots + (more ? 1 : 0) - (more ? 0 : 1));
            for (size_t b = 0; b < 8; b++)
                file.data[at.halo2 - 8 + b] = (uint8_t)(bytes >> (8 * b));
            expect_refused(s, &file, more ? "slot doubled" : "slot removed", slot);
            zk_buf_free(&file);
        }
}

/* Slots of the Halo2 proof -------------------------------------------------------------------- */

static void put_impossible_slots(const statement *s, size_t step)
{
    file_layout at = statement_layout(&s->file);
    zk_buf copy = copy_of(&s->file);
    for (size_t slot = 0; slot < at.slots; slot += step) {
        uint8_t *bytes = copy.data + at.halo2 + 32 * slot;
        if (statement_add_modulus(bytes, zk_fp_modulus))
            expect_refused(s, &copy, "+ p in slot", slot);
        restore(&copy, &s->file);
        if (statement_add_modulus(bytes, zk_fq_modulus))
            expect_refused(s, &copy, "+ q in slot", slot);
        restore(&copy, &s->file);
        memset(bytes, 0, 32);
        expect_refused(s, &copy, "zero in slot", slot);
        bytes[31] = 0x80;
        expect_refused(s, &copy, "zero with a sign in slot", slot);
        memset(bytes, 0xff, 32);
        expect_refused(s, &copy, "all ones in slot", slot);
        restore(&copy, &s->file);
        bytes[31] ^= 0x80; /* -P, or a scalar that is too large */
        expect_refused(s, &copy, "sign of slot", slot);
        restore(&copy, &s->file);
    }
    expect(s, copy.data, copy.length, ZKML_OK, "restored", 0);
    zk_buf_free(&copy);
}

static void swap_slots(const statement *s)
{
    size_t swaps = 0;
    file_layout at = statement_layout(&s->file);
    zk_buf copy = copy_of(&s->file);
    for (size_t a = 0; a < at.slots; a++)
        for (size_t b = a + 1; b < at.slots; b += b < a + 3 ? 1 : 11) {
            uint8_t *x = copy.data + at.halo2 + 32 * a, *y = copy.data + at.halo2 + 32 * b;
            uint8_t saved[32];
            memcpy(saved, x, 32);
            memcpy(x, y, 32);
            memcpy(y, saved, 32);
            swaps += memcmp(x, y, 32) != 0;
            expect_refused(s, &copy, "swapped slot", a);
            restore(&copy, &s->file);
        }
    cr_expect_gt(swaps, at.slots);
    expect(s, copy.data, copy.length, ZKML_OK, "restored", 0);
    zk_buf_free(&copy);
}

/* Public values ------------------------------------------------------------------------------- */

static void put_value(uint8_t *bytes, int64_t code)
{
    zk_fp value;
    zk_fp_from_i64(&value, code);
    zk_fp_to_bytes(bytes, &value);
}

/* Codes inside the declared range are refused by the Halo2 verification alone, or, where challenges
 * follow from public values, because of those. */
static void forge_values(const statement *s, int64_t step)
{
    const char *reason = s->key.layer == NULL ? "the proof does not verify" : "folded column";
    file_layout at = statement_layout(&s->file);
    zk_buf copy = copy_of(&s->file);
    const zk_field_schema *field = s->key.result_count > 0 ? s->key.results : s->key.params;
    uint8_t *value = copy.data + at.values + 32 * (size_t)field->first_row;
    const int64_t outside[] = {field->lo - 1, field->hi + 1, -field->hi - 2, INT64_MAX, -INT64_MAX};
    for (int64_t code = field->lo; code <= field->hi; code += step) {
        zkml_error err = {0};
        put_value(value, code);
        statement_seal(copy.data, copy.length);
        bool same = memcmp(copy.data, s->file.data, copy.length) == 0;
        zkml_status status = statement_check(s, copy.data, copy.length, &err);
        cr_expect_eq(status, same ? ZKML_OK : ZKML_INVALID, "%s: code %d", s->name, (int)code);
        if (!same)
            cr_expect_not_null(strstr(err.text, reason), "%s", err.text);
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        zkml_error err = {0};
        put_value(value, outside[i]);
        statement_seal(copy.data, copy.length);
        cr_expect_eq(statement_check(s, copy.data, copy.length, &err), ZKML_INVALID);
        cr_expect(strstr(err.text, "outside of its declared range") != NULL, "%s", err.text);
    }
    restore(&copy, &s->file);
    if (statement_add_modulus(value, zk_fp_modulus))
        expect_refused(s, &copy, "value + p", 0);
    memset(value, 0xff, 32);
    expect_refused(s, &copy, "value of all ones", 0);
    zk_buf_free(&copy);
}

/* A value with its count: [x] against [x, 0] and []. */
static void change_count(const statement *s)
{
    static const uint8_t zero[32];
    file_layout at = statement_layout(&s->file);
    size_t end = at.values + 32 * at.value_count;
    for (int more = 0; more < 2; more++) {
        zk_buf file = {0};
        size_t count = at.value_count + (more ? 1 : 0) - (more ? 0 : 1);
        zk_buf_bytes(&file, s->file.data, at.values - 8);
        zk_buf_u64(&file, count);
        zk_buf_bytes(&file, s->file.data + at.values, end - at.values - (more ? 0 : 32));
        zk_buf_bytes(&file, zero, more ? 32 : 0);
        zk_buf_bytes(&file, s->file.data + end, s->file.length - end);
        expect_refused(s, &file, "number of values", count);
        zk_buf_free(&file);
    }
}

/* A row of the instance column that no parameter or result has. */
Test(proof, an_unnamed_public_value_must_be_zero)
{
    statement s;
    zk_envelope envelope;
    zkml_error err = {0};
    statement_open(&s, examples[0].name, examples[0].input);
    cr_assert_eq(zk_proof_open(&envelope, "proof", s.file.data, s.file.length, &err), ZKML_OK);
    cr_assert_eq(s.key.result_count, 1u);
    cr_assert(!zk_fp_is_zero(&envelope.instances[0].values[s.key.results->first_row]));
    s.key.result_count = 0;
    cr_expect_eq(zk_envelope_verify(&envelope, &s.key, &s.params, NULL, &err), ZKML_INVALID);
    cr_expect(strstr(err.text, "has no name") != NULL, "%s", err.text);
    s.key.result_count = 1;
    cr_expect_eq(zk_envelope_verify(&envelope, &s.key, &s.params, NULL, &err), ZKML_OK);
    zk_envelope_free(&envelope);
    statement_close(&s);
}

/* Keys ---------------------------------------------------------------------------------------- */

static void change_key(statement *s)
{
    zkml_error err = {0};
    zk_buf bytes = {0};
    zk_key key;
    cr_assert_eq(zk_key_write(&s->key, &bytes, &err), ZKML_OK);
    cr_assert_eq(zk_key_read(&key, "key", bytes.data, bytes.length, &err), ZKML_OK, "%s", err.text);
    zk_key_free(&key);
    for (size_t at = 0; at < bytes.length; at++) {
        bytes.data[at] ^= (uint8_t)(1 << at % 8);
        cr_expect_eq(zk_key_read(&key, "key", bytes.data, bytes.length, &err), ZKML_MALFORMED,
                     "%s: byte %zu of the key", s->name, at);
        bytes.data[at] ^= (uint8_t)(1 << at % 8);
        cr_expect_eq(zk_key_read(&key, "key", bytes.data, at, &err), ZKML_MALFORMED,
                     "%s: key cut to %zu", s->name, at);
    }
    cr_expect_eq(zk_key_read(&key, "key", bytes.data, bytes.length, &err), ZKML_OK);
    zk_key_free(&key);
    zk_buf_free(&bytes);
}

/* The changes above, on each example ---------------------------------------------------------- */

static void change_everything(const example *e, size_t step, int64_t code_step)
{
    statement s;
    statement_open(&s, e->name, e->input);
    expect(&s, s.file.data, s.file.length, ZKML_OK, "honest", 0);
    change_every_byte(&s);
    change_and_seal_bytes(&s, step);
    change_length(&s);
    put_impossible_slots(&s, (step + 7) / 8);
    forge_values(&s, code_step);
    change_count(&s);
    change_key(&s);
    statement_close(&s);
}

Test(proof, no_change_of_five_lines_is_accepted)
{
    change_everything(&examples[0], 1, 1);
}

Test(proof, no_change_of_fashion_is_accepted)
{
    change_everything(&examples[1], 101, 1);
}

Test(proof, no_change_of_a_batched_circuit_is_accepted)
{
    change_everything(&examples[3], 101, 1);
}

Test(proof, no_change_of_credit_is_accepted)
{
    change_everything(&examples[2], 53, 37);
}

Test(proof, slots_stay_where_they_are)
{
    statement s;
    statement_open(&s, examples[0].name, examples[0].input);
    insert_and_remove_slots(&s);
    swap_slots(&s);
    statement_close(&s);
}

/* Other circuits ------------------------------------------------------------------------------ */

/* A Halo2 proof in an envelope that claims to be of another circuit. */
static void transplant(zk_buf *out, const statement *body, const statement *head)
{
    zk_envelope envelope;
    zkml_error err = {0};
    cr_assert_eq(zk_proof_open(&envelope, "proof", body->file.data, body->file.length, &err),
                 ZKML_OK);
    memcpy(envelope.circuit_digest, head->key.circuit_digest, sizeof envelope.circuit_digest);
    envelope.transcript_repr = head->key.vk.transcript_repr;
    zk_envelope_write(&envelope, out);
    zk_envelope_free(&envelope);
}

Test(proof, proofs_fit_their_own_circuit_only)
{
    statement s[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++)
        statement_open(&s[i], examples[i].name, examples[i].input);
    for (int i = 0; i < EXAMPLES; i++)
        for (int j = 0; j < EXAMPLES; j++) {
            zk_buf moved = {0};
            zkml_status wanted = i == j ? ZKML_OK : ZKML_INVALID;
            expect(&s[i], s[j].file.data, s[j].file.length, wanted, "the proof of example",
                   (size_t)j);
            transplant(&moved, &s[j], &s[i]);
            expect(&s[i], moved.data, moved.length, wanted, "the body of example", (size_t)j);
            zk_buf_free(&moved);
        }
    for (int i = 0; i < EXAMPLES; i++)
        statement_close(&s[i]);
}

/* Statements that are false ------------------------------------------------------------------- */

Test(proof, a_false_assertion_has_no_witness_and_a_witness_in_spite_of_it_no_proof)
{
    statement s;
    zk_witness witness;
    zkml_error err = {0};
    zk_buf out = {0};
    statement_open(&s, "02-credit-score", "strong.json");
    cr_expect_eq(statement_witness(&witness, &s, "weak.json", ZK_WITNESS_STRICT, &err),
                 ZKML_INVALID);
    cr_expect(strstr(err.text, "score is below the threshold") != NULL, "%s", err.text);
    cr_expect(strstr(err.text, "model.zt:") != NULL, "%s", err.text);
    zk_witness_free(&witness);
    cr_assert_eq(statement_witness(&witness, &s, "weak.json", ZK_WITNESS_LENIENT, &err), ZKML_OK,
                 "%s", err.text);
    cr_expect_eq(zk_prove(&out, &witness, &s.key, &s.params, NULL, NULL, NULL, &err), ZKML_INVALID);
    cr_expect_eq(out.length, 0u);
    zk_witness_free(&witness);
    zk_buf_free(&out);
    statement_close(&s);
}

/* What the prover cannot notice by itself: a copy that does not hold. */
Test(proof, a_proof_that_does_not_verify_is_not_handed_out)
{
    statement s;
    zk_witness witness;
    zkml_error err = {0};
    zk_buf out = {0};
    statement_open(&s, examples[0].name, examples[0].input);
    cr_assert_eq(statement_witness(&witness, &s, examples[0].input, ZK_WITNESS_STRICT, &err),
                 ZKML_OK);
    zk_instance_values honest = witness.instances[0];
    zk_fp forged = honest.values[0];
    zk_fp_sub(&forged, &forged, &zk_fp_one);
    cr_assert_eq(honest.count, 1u);
    witness.instances[0].values = &forged;
    cr_expect_eq(zk_prove(&out, &witness, &s.key, &s.params, NULL, NULL, NULL, &err), ZKML_INVALID);
    cr_expect_str_eq(err.text,
                     "the witness does not satisfy the circuit: the proof does not verify");
    cr_expect_eq(out.length, 0u);
    witness.instances[0] = honest;
    cr_expect_eq(zk_prove(&out, &witness, &s.key, &s.params, NULL, NULL, NULL, &err), ZKML_OK);
    cr_expect_eq(out.length, s.file.length);
    zk_witness_free(&witness);
    zk_buf_free(&out);
    statement_close(&s);
}

Test(proof, a_key_of_another_circuit_is_refused_before_proving)
{
    statement s, other;
    zk_witness witness;
    zkml_error err = {0};
    zk_buf out = {0};
    statement_open(&s, examples[0].name, examples[0].input);
    statement_open(&other, examples[2].name, examples[2].input);
    cr_assert_eq(statement_witness(&witness, &s, examples[0].input, ZK_WITNESS_STRICT, &err),
                 ZKML_OK);
    for (int lie = 0; lie < 2; lie++) {
        cr_expect_eq(zk_prove(&out, &witness, &other.key, &other.params, NULL, NULL, NULL, &err),
                     ZKML_INVALID);
        cr_expect_str_eq(err.text, "the key belongs to another circuit");
        memcpy(other.key.circuit_digest, s.key.circuit_digest, 32);
        other.key.k = s.key.k;
    }
    cr_expect_eq(out.length, 0u);
    zk_witness_free(&witness);
    zk_buf_free(&out);
    statement_close(&other);
    statement_close(&s);
}
