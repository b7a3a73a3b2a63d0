/* bench_models - whole models: compilation, key, proof stage by stage, verification.
 *   bench_models [-Oprover] DIRECTORY INPUT...   DIRECTORY/model.zt, proved for DIRECTORY/INPUT
 * Several such pairs may follow one another, all compiled for the same goal. Compilation and
 * verifying key are done once, the other times are the least of several runs. "proof" is all that
 * `zkml prove -k` does after reading its files: witness, proving key, Halo2 proof, and the check of
 * what was made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/driver.h"
#include "runtime/proof/prove.h"
#include "tests/bench/bench.h"

enum { RUNS = 7, MAX_STAGES = 16 };

typedef struct stage {
    const char *name;
    bench_time time;
} stage;

/* The stages that zk_prove announces, in order; the last one runs. */
typedef struct stages {
    stage list[MAX_STAGES];
    size_t count;
    bench_time begin;
} stages;

static void end_stage(stages *s)
{
    if (s->count > 0)
        s->list[s->count - 1].time = bench_since(s->begin);
}

static void announce(void *context, const char *name, size_t done, size_t total)
{
    stages *s = context;
    (void)done, (void)total;
    end_stage(s);
    if (s->count < MAX_STAGES)
        s->list[s->count++].name = name;
    s->begin = bench_now();
}

typedef struct model {
    zk_circuit circuit;
    zk_params params;
    zk_key key;
    zk_inputs inputs;
    zk_buf proof;
} model;

static void compile(model *m, const char *path, zc_goal goal)
{
    zkml_error err = {0};
    zc_session session;
    zc_summary summary;
    zk_buf bytes = {0};
    zc_options options = {.input = path, .goal = goal, .stage = ZC_STAGE_BINARY};
    bench_time start = bench_now();
    zc_session_init(&session, 0);
    zkml_status status = zc_compile(&session, &options, &bytes, &summary, &err);
    if (status == ZKML_INVALID)
        (void)zk_fail(&err, status, "%s: see `zkmlc --check`", path);
    bench_require(status, &err);
    bench_time_line("compilation", bench_since(start));
    zc_session_free(&session);
    bench_require(zk_circuit_read(&m->circuit, path, bytes.data, bytes.length, &err), &err);
    printf("k = %u, %llu rows, %u advice and %u fixed columns, %u look-ups, %llu copies\n",
           summary.k, (unsigned long long)summary.rows, summary.advice, summary.fixed,
           summary.lookups, (unsigned long long)summary.copies);
    zk_buf_free(&bytes);
}

static bench_time prove_once(model *m, stages *s)
{
    zkml_error err = {0};
    zk_witness witness;
    bench_time start = bench_now();
    announce(s, "circuit run", 0, 0);
    bench_require(zk_witness_run(&witness, &m->circuit, &m->inputs, ZK_WITNESS_STRICT, &err), &err);
    bench_require(zk_witness_assign(&witness, &err), &err);
    zk_buf_free(&m->proof);
    bench_require(zk_prove(&m->proof, &witness, &m->key, &m->params, NULL, announce, s, &err),
                  &err);
    end_stage(s);
    bench_time took = bench_since(start);
    zk_witness_free(&witness);
    return took;
}

static void prove(model *m)
{
    stages best = {0};
    bench_time total = {0};
    bench_memory_reset();
    for (int run = 0; run < RUNS; run++) {
        stages s = {0};
        bench_time took = prove_once(m, &s);
        bench_keep_least(&total, took, run == 0);
        best.count = s.count;
        for (size_t i = 0; i < s.count; i++) {
            best.list[i].name = s.list[i].name;
            bench_keep_least(&best.list[i].time, s.list[i].time, run == 0);
        }
    }
    double memory = bench_memory_peak();
    bench_time_line("proof", total);
    for (size_t i = 0; i < best.count; i++) {
        char name[64];
        const char *colon = strstr(best.list[i].name, ": ");
        (void)snprintf(name, sizeof name, "  %s",
                       colon == NULL ? best.list[i].name : colon + strlen(": "));
        bench_time_line(name, best.list[i].time);
    }
    if (memory > 0)
        bench_line("peak memory", memory / 1e6, "MB");
    bench_line("proof file", (double)m->proof.length / 1e3, "kB");
}

static void verify(const model *m)
{
    bench_time best = {0};
    for (int run = 0; run < 3 * RUNS; run++) {
        zkml_error err = {0};
        zk_envelope envelope;
        bench_time start = bench_now();
        bench_require(zk_proof_open(&envelope, "proof", m->proof.data, m->proof.length, &err),
                      &err);
        bench_require(zk_envelope_verify(&envelope, &m->key, &m->params, NULL, &err), &err);
        bench_keep_least(&best, bench_since(start), run == 0);
        zk_envelope_free(&envelope);
    }
    bench_time_line("verification", best);
}

static void bench_model(const char *directory, const char *input, zc_goal goal)
{
    model m = {0};
    zkml_error err = {0};
    char path[4096];
    printf("\n%s, %s%s\n", directory, input, goal == ZC_GOAL_PROVER ? ", -Oprover" : "");
    (void)snprintf(path, sizeof path, "%s/model.zt", directory);
    compile(&m, path, goal);
    bench_require(zk_params_load(&m.params, m.circuit.k, NULL, NULL, &err), &err);
    bench_time start = bench_now();
    bench_require(zk_key_generate(&m.key, &m.circuit, &m.params, &err), &err);
    bench_time_line("verifying key", bench_since(start));
    (void)snprintf(path, sizeof path, "%s/%s", directory, input);
    bench_require(
        zk_inputs_read(&m.inputs, m.circuit.params, m.circuit.param_count, path, &err), &err);
    prove(&m);
    verify(&m);
    zk_buf_free(&m.proof);
    zk_inputs_free(&m.inputs);
    zk_key_free(&m.key);
    zk_params_free(&m.params);
    zk_circuit_free(&m.circuit);
}

int main(int argc, char **argv)
{
    int first = argc > 1 && strcmp(argv[1], "-Oprover") == 0 ? 2 : 1;
    zc_goal goal = first == 2 ? ZC_GOAL_PROVER : ZC_GOAL_DEFAULT;
    if (argc < first + 2 || (argc - first) % 2 != 0) {
        (void)fputs("usage: bench_models [-Oprover] DIRECTORY INPUT...\n", stderr);
        return ZKML_USAGE;
    }
    bench_machine();
    for (int i = first; i < argc; i += 2)
        bench_model(argv[i], argv[i + 1], goal);
    return 0;
}
