/* zkml.h, used as a program that links libzkml would: nothing else of the tree is included. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zkml.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    cr_assert_not_null(value, "%s is not set: run this through `make check`", name);
    return value;
}

static void compile_file(zkml_circuit **circuit, const char *source)
{
    char output[] = "/tmp/zkml-test-XXXXXX", command[4096];
    zkml_error err = {0};
    int fd = mkstemp(output);
    cr_assert_geq(fd, 0);
    (void)close(fd);
    (void)snprintf(command, sizeof command, "'%s' '%s' -q -o '%s'", variable("ZKMLC"), source,
                   output);
    int code = system(command);
    zkml_status status = zkml_circuit_load(circuit, output, &err);
    (void)unlink(output);
    cr_assert_eq(code, 0, "%s", command);
    cr_assert_eq(status, ZKML_OK, "%s", err.text);
}

static void compile(zkml_circuit **circuit, const char *example)
{
    char source[1024];
    (void)snprintf(source, sizeof source, "%s/examples/%s/model.zt", variable("top_srcdir"),
                   example);
    compile_file(circuit, source);
}

static zkml_status prove(zkml_bytes *proof, const zkml_circuit *circuit, const zkml_key *key,
                         const char *json, zkml_error *err)
{
    return zkml_prove(proof, circuit, key, json, strlen(json), NULL, err);
}

Test(api, a_proof_is_made_and_verified)
{
    zkml_circuit *circuit;
    zkml_key *key;
    zkml_bytes proof;
    zkml_values *values;
    zkml_error err = {0};
    compile(&circuit, "00-five-lines");
    cr_expect_str_eq(zkml_circuit_name(circuit), "mix");
    cr_assert_eq(zkml_setup(&key, circuit, &err), ZKML_OK, "%s", err.text);
    cr_expect_str_eq(zkml_key_name(key), "mix");
    cr_expect_eq(memcmp(zkml_key_circuit_digest(key), zkml_circuit_digest(circuit), 32), 0);
    cr_assert_eq(prove(&proof, circuit, key, "{\"a\": 0.75, \"b\": 0.6875}", &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zkml_verify(&values, key, proof.data, proof.length, &err), ZKML_OK, "%s",
                 err.text);
    cr_assert_eq(zkml_values_count(values), 1u);
    const zkml_value *value = zkml_values_at(values, 0);
    cr_expect_eq(zkml_values_at(values, 1), NULL);
    cr_expect_eq(zkml_values_find(values, ZKML_OUTPUT, "result"), value);
    cr_expect_eq(zkml_values_find(values, ZKML_INPUT, "result"), NULL);
    cr_expect_eq(zkml_values_find(values, ZKML_OUTPUT, "a"), NULL);
    cr_expect_eq(value->role, ZKML_OUTPUT);
    cr_expect_eq(value->type, ZKML_TYPE_UFIX);
    cr_expect_eq(value->rank, 0u);
    cr_expect_eq(value->count, 1u);
    cr_expect_eq(value->codes[0], 8);
    cr_expect_eq(value->scale_num, 1u);
    cr_expect_eq(value->scale_den, 16u);
    cr_expect_str_eq(value->json, "0.5");
    zkml_values_free(values);
    cr_expect_eq(zkml_verify(NULL, key, proof.data, proof.length, NULL), ZKML_OK);
    zkml_bytes_free(&proof);
    cr_expect_eq(proof.data, NULL);
    zkml_key_free(key);
    zkml_circuit_free(circuit);
}

Test(api, a_key_is_written_and_read)
{
    zkml_circuit *circuit;
    zkml_key *key, *other;
    zkml_bytes bytes, again, proof;
    zkml_error err = {0};
    compile(&circuit, "00-five-lines");
    cr_assert_eq(zkml_setup(&key, circuit, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zkml_key_write(&bytes, key, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zkml_key_read(&other, "key", bytes.data, bytes.length, &err), ZKML_OK, "%s",
                 err.text);
    cr_expect_eq(memcmp(zkml_key_digest(key), zkml_key_digest(other), 32), 0);
    cr_assert_eq(zkml_key_write(&again, other, &err), ZKML_OK);
    cr_expect_eq(again.length, bytes.length);
    cr_expect_eq(memcmp(again.data, bytes.data, bytes.length), 0);
    cr_assert_eq(prove(&proof, circuit, other, "{\"a\": 0.5, \"b\": 0.5}", &err), ZKML_OK, "%s",
                 err.text);
    cr_expect_eq(zkml_verify(NULL, key, proof.data, proof.length, &err), ZKML_OK, "%s", err.text);
    zkml_bytes_free(&proof);
    zkml_bytes_free(&again);
    zkml_key_free(other);
    bytes.data[bytes.length / 2] ^= 1;
    cr_expect_eq(zkml_key_read(&other, "the key", bytes.data, bytes.length, &err), ZKML_MALFORMED);
    cr_expect_eq(other, NULL);
    cr_expect_eq(strncmp(err.text, "the key: ", 9), 0, "%s", err.text);
    zkml_bytes_free(&bytes);
    zkml_key_free(key);
    zkml_circuit_free(circuit);
}

Test(api, failures_have_their_status_and_leave_nothing)
{
    zkml_circuit *circuit, *credit;
    zkml_key *key;
    zkml_bytes proof;
    zkml_values *values;
    zkml_error err = {0};
    compile(&circuit, "00-five-lines");
    compile(&credit, "02-credit-score");
    cr_assert_eq(zkml_setup(&key, credit, &err), ZKML_OK, "%s", err.text);
    const char strong[] = "{\"threshold\": 700, \"profile\": [2, -2, 1, 0, -1, 2]}";
    const char weak[] = "{\"threshold\": 700, \"profile\": [-2, 2, -1, 0, 1, -2]}";
    cr_expect_eq(prove(&proof, credit, key, weak, &err), ZKML_INVALID);
    cr_expect(strstr(err.text, "score is below the threshold") != NULL, "%s", err.text);
    cr_expect_eq(proof.data, NULL);
    cr_expect_eq(prove(&proof, credit, key, "{\"threshold\": 700}", &err), ZKML_MALFORMED);
    cr_expect_eq(prove(&proof, circuit, key, "{\"a\": 0.5, \"b\": 0.5}", &err), ZKML_INVALID);
    cr_expect_str_eq(err.text, "the key belongs to another circuit");
    cr_assert_eq(prove(&proof, credit, key, strong, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(zkml_verify(&values, key, proof.data, proof.length, &err), ZKML_OK);
    cr_expect_str_eq(zkml_values_find(values, ZKML_INPUT, "threshold")->json, "700");
    zkml_values_free(values);
    proof.data[proof.length - 50] ^= 1;
    cr_expect_eq(zkml_verify(&values, key, proof.data, proof.length, &err), ZKML_INVALID);
    cr_expect_eq(err.status, ZKML_INVALID);
    cr_expect_eq(values, NULL);
    cr_expect_eq(zkml_verify(&values, key, "nonsense", 8, &err), ZKML_MALFORMED);
    cr_expect_eq(zkml_verify(&values, key, proof.data, 0, &err), ZKML_MALFORMED);
    zkml_bytes_free(&proof);
    zkml_key_free(key);
    zkml_circuit_free(credit);
    zkml_circuit_free(circuit);
    cr_expect_eq(zkml_circuit_load(&circuit, "/nonexistent", &err), ZKML_IO);
    cr_expect_eq(circuit, NULL);
    cr_expect_eq(zkml_circuit_read(&circuit, "x", "nonsense", 8, &err), ZKML_MALFORMED);
    cr_expect_eq(circuit, NULL);
    cr_expect_eq(zkml_key_load(&key, "/nonexistent", &err), ZKML_IO);
    cr_expect_eq(key, NULL);
    zkml_circuit_free(NULL);
    zkml_key_free(NULL);
    zkml_values_free(NULL);
    zkml_bytes_free(NULL);
}

/* ---- published commitments ---- */

static const char total[] = "circuit total(committed a: int(0 .. 9)[3], public least: int(0 .. 9)) "
                            "-> committed int(0 .. 27) {\n"
                            "    let t = sum[i](a[i]);\n"
                            "    assert t >= least;\n"
                            "    t\n"
                            "}\n";

static void compile_text(zkml_circuit **circuit, const char *text)
{
    char source[] = "/tmp/zkml-test-XXXXXX.zt";
    int fd = mkstemps(source, 3);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
    compile_file(circuit, source);
    (void)unlink(source);
}

static zkml_status commit(zkml_bytes *commitment, zkml_bytes *opening, const zkml_circuit *circuit,
                          const char *value, const char *json, zkml_error *err)
{
    return zkml_commit(commitment, opening, circuit, value, json, strlen(json), NULL, err);
}

Test(api, proofs_are_about_published_commitments)
{
    static const char rest[] = "{\"least\": 8}", all[] = "{\"a\": [2, 3, 4], \"least\": 8}";
    zkml_circuit *circuit;
    zkml_key *key;
    zkml_bytes files[4], proof;
    zkml_values *values;
    zkml_error err = {0};
    compile_text(&circuit, total);
    cr_assert_eq(zkml_setup(&key, circuit, &err), ZKML_OK, "%s", err.text);
    cr_assert_eq(commit(&files[0], &files[1], circuit, "a", "{\"a\": [2, 3, 4]}", &err), ZKML_OK,
                 "%s", err.text);
    cr_assert_eq(commit(&files[2], &files[3], circuit, "result", all, &err), ZKML_OK, "%s",
                 err.text);
    zkml_file openings[] = {{"a", files[1].data, files[1].length},
                            {"result", files[3].data, files[3].length}};
    zkml_file commitments[] = {{"result", files[2].data, files[2].length},
                               {"a", files[0].data, files[0].length}};
    cr_assert_eq(
        zkml_prove_about(&proof, circuit, key, rest, strlen(rest), NULL, openings, 2, &err),
        ZKML_OK, "%s", err.text);
    cr_assert_eq(zkml_verify_about(&values, key, proof.data, proof.length, commitments, 2, &err),
                 ZKML_OK, "%s", err.text);
    cr_assert_eq(zkml_values_count(values), 1u); /* public ones only */
    cr_expect_str_eq(zkml_values_at(values, 0)->json, "8");
    zkml_values_free(values);
    /* not without the files, not with fewer, not with others */
    cr_expect_eq(zkml_verify(NULL, key, proof.data, proof.length, &err), ZKML_INVALID);
    cr_expect_eq(zkml_verify_about(NULL, key, proof.data, proof.length, commitments, 1, &err),
                 ZKML_INVALID);
    commitments[0] = (zkml_file){"result", files[0].data, files[0].length};
    cr_expect_eq(zkml_verify_about(NULL, key, proof.data, proof.length, commitments, 2, &err),
                 ZKML_INVALID);
    zkml_bytes_free(&proof);
    for (int i = 0; i < 4; i++)
        zkml_bytes_free(&files[i]);
    zkml_key_free(key);
    zkml_circuit_free(circuit);
}

Test(api, commitments_are_refused_where_they_do_not_fit)
{
    static const char all[] = "{\"a\": [2, 3, 4], \"least\": 8}";
    zkml_circuit *circuit;
    zkml_key *key;
    zkml_bytes file, opening, proof;
    zkml_error err = {0};
    compile_text(&circuit, total);
    cr_assert_eq(zkml_setup(&key, circuit, &err), ZKML_OK);
    cr_expect_eq(commit(&file, &opening, circuit, NULL, all, &err), ZKML_USAGE);
    cr_expect(file.data == NULL && opening.data == NULL);
    cr_expect_eq(commit(&file, &opening, circuit, "least", all, &err), ZKML_USAGE);
    cr_expect_eq(commit(&file, &opening, circuit, "a", "{}", &err), ZKML_MALFORMED);
    cr_expect_eq(
        commit(&file, &opening, circuit, "result", "{\"a\": [0, 0, 0], \"least\": 8}", &err),
        ZKML_INVALID);
    cr_assert_eq(commit(&file, &opening, circuit, "a", "{\"a\": [9, 9, 9]}", &err), ZKML_OK);
    zkml_file openings[] = {{"a", opening.data, opening.length}, {"a", file.data, file.length}};
    cr_expect_eq(zkml_prove_about(&proof, circuit, key, all, strlen(all), NULL, openings, 1, &err),
                 ZKML_INVALID);
    cr_expect(strstr(err.text, "a: the input is not the value of the opening") != NULL);
    cr_expect_eq(zkml_prove_about(&proof, circuit, key, all, strlen(all), NULL, openings, 2, &err),
                 ZKML_USAGE);
    cr_expect_eq(
        zkml_prove_about(&proof, circuit, key, all, strlen(all), NULL, openings + 1, 1, &err),
        ZKML_MALFORMED);
    cr_expect(proof.data == NULL);
    cr_assert_eq(zkml_prove_about(&proof, circuit, key, all, strlen(all), NULL, NULL, 0, &err),
                 ZKML_OK, "%s", err.text);
    cr_expect_eq(zkml_verify(NULL, key, proof.data, proof.length, &err), ZKML_OK);
    zkml_bytes_free(&proof);
    zkml_bytes_free(&file);
    zkml_bytes_free(&opening);
    zkml_key_free(key);
    zkml_circuit_free(circuit);
}
