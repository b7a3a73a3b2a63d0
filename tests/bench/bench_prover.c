/* bench_prover - the whole prover on the reference shape (shape.h), stage by stage.
 *   bench_prover [K...]      default: 12 14
 * Every figure is the least of several runs by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/shape.h"

/* A stage ends with a challenge of the transcript, but for the marked ones. */
enum {
    ADVICE,       /* ends when the columns are committed */
    COEFFICIENTS, /* theta */
    LOOKUPS,      /* beta */
    PRODUCTS,     /* the first commitment after gamma */
    RANDOM,       /* y */
    QUOTIENT,     /* x */
    EVALUATIONS,  /* x1 */
    MULTIOPEN,    /* x3 */
    MASK,         /* xi */
    ROUNDS,       /* the end */
    STAGES,
};

static const char *const stage_names[STAGES] = {
    "  advice commitments",  "  advice to coefficients",   "  look-ups permuted",
    "  products",            "  random polynomial",        "  quotient",
    "  evaluations",         "  multi-point opening",      "  mask of the opening",
    "  inner product rounds",
};

typedef struct timeline {
    bench_time last, stage[STAGES], total;
    unsigned challenges;
    bool products_done;
} timeline;

static void end_stage(timeline *t, int stage)
{
    bench_time took = bench_since(t->last);
    t->stage[stage].wall += took.wall;
    t->stage[stage].cpu += took.cpu;
    t->last = bench_now();
}

static void committed(void *context)
{
    end_stage(context, ADVICE);
}

static void message(void *context, zk_message_kind kind, const zk_vesta_affine *point,
                    zk_fp *scalar)
{
    static const int ended[] = {COEFFICIENTS, LOOKUPS,   PRODUCTS,  RANDOM, QUOTIENT,
                                EVALUATIONS,  MULTIOPEN, MULTIOPEN, MASK,   MASK};
    enum { AFTER_GAMMA = 3 };
    timeline *t = context;
    (void)point, (void)scalar;
    if (kind == ZK_MESSAGE_POINT && t->challenges == AFTER_GAMMA && !t->products_done) {
        end_stage(t, PRODUCTS);
        t->products_done = true;
    }
    if (kind != ZK_MESSAGE_CHALLENGE)
        return;
    if (t->challenges < sizeof ended / sizeof ended[0])
        end_stage(t, ended[t->challenges]);
    t->challenges++;
}

typedef struct subject {
    shape shape;
    zk_params params;
    zk_vk vk;
    zk_pk pk;
    zk_buf proof;
} subject;

static void bench_params(subject *s, uint32_t k)
{
    zkml_error err;
    bench_time start = bench_now();
    bench_require(zk_params_load(&s->params, k, NULL, NULL, &err), &err);
    bench_time_line("parameters, first time", bench_since(start));
    zk_params_free(&s->params);
    start = bench_now();
    bench_require(zk_params_load(&s->params, k, NULL, NULL, &err), &err);
    bench_time_line("parameters, from the cache", bench_since(start));
}

static void bench_keys(subject *s)
{
    zkml_error err;
    bench_time start = bench_now();
    bench_require(zk_vk_generate(&s->vk, &s->shape.cs, &s->params, &s->shape.contents, &err),
                  &err);
    bench_time_line("verifying key", bench_since(start));
    start = bench_now();
    bench_require(zk_pk_generate(&s->pk, &s->vk, &s->shape.contents, &err), &err);
    bench_time_line("proving key", bench_since(start));
}

static timeline prove_once(subject *s)
{
    timeline t = {.last = bench_now()};
    bench_time start = t.last;
    zk_rng rng;
    zkml_error err;
    zk_buf_free(&s->proof);
    bench_require(zk_rng_init_secure(&rng, (const uint8_t *)"bench", 5, &err), &err);
    bench_require(shape_prove(&s->shape, &s->pk, &s->params, &rng, &s->proof, committed, message,
                              &t, &err),
                  &err);
    end_stage(&t, ROUNDS);
    t.total = bench_since(start);
    return t;
}

static void bench_prove(subject *s, int runs)
{
    timeline best = {0};
    bench_memory_reset();
    for (int run = 0; run < runs; run++) {
        timeline t = prove_once(s);
        bench_keep_least(&best.total, t.total, run == 0);
        for (int i = 0; i < STAGES; i++)
            bench_keep_least(&best.stage[i], t.stage[i], run == 0);
    }
    double memory = bench_memory_peak();
    bench_time_line("proof", best.total);
    for (int i = 0; i < STAGES; i++)
        bench_time_line(stage_names[i], best.stage[i]);
    if (memory > 0)
        bench_line("peak memory", memory / 1e6, "MB");
}

static void bench_verify(subject *s, int runs)
{
    bench_time best = {0};
    zkml_error err;
    for (int run = 0; run < runs; run++) {
        bench_time start = bench_now();
        bench_require(zk_verify(&s->vk, &s->params, 1, &s->shape.instance, s->proof.data,
                                s->proof.length, NULL, NULL, &err),
                      &err);
        bench_keep_least(&best, bench_since(start), run == 0);
    }
    bench_time_line("verification", best);
    bench_line("proof length", (double)s->proof.length / 1e3, "kB");
}

static void bench_shape(uint32_t k)
{
    subject s = {0};
    int runs = k <= 12 ? 7 : k <= 14 ? 5 : k <= 16 ? 3 : 1;
    printf("\nreference shape, k = %u\n", (unsigned)k);
    bench_params(&s, k);
    shape_make(&s.shape, k, k);
    bench_keys(&s);
    bench_prove(&s, runs);
    bench_verify(&s, 2 * runs);
    zk_buf_free(&s.proof);
    zk_pk_free(&s.pk);
    zk_vk_free(&s.vk);
    zk_params_free(&s.params);
    shape_free(&s.shape);
}

/* The parameters go to a cache of their own, so that the first computation can be seen. */
static void make_cache(char directory[])
{
    if (mkdtemp(directory) == NULL || setenv("XDG_CACHE_HOME", directory, 1) != 0) {
        (void)fputs("bench_prover: no temporary directory\n", stderr);
        exit(ZKML_IO);
    }
}

static void remove_cache(const char *directory)
{
    char path[128];
    for (unsigned k = 7; k <= 20; k++) {
        (void)snprintf(path, sizeof path, "%s/zkml/params-k%02u.bin", directory, k);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/zkml", directory);
    (void)rmdir(path);
    (void)rmdir(directory);
}

static uint32_t parse_k(const char *text)
{
    char *end;
    long k = strtol(text, &end, 10);
    if (*end != 0 || k < 7 || k > 20) {
        (void)fputs("usage: bench_prover [K...], K from 7 to 20\n", stderr);
        exit(ZKML_USAGE);
    }
    return (uint32_t)k;
}

int main(int argc, char **argv)
{
    char directory[] = "/tmp/zkml-bench-XXXXXX";
    for (int i = 1; i < argc; i++)
        (void)parse_k(argv[i]);
    make_cache(directory);
    bench_machine();
    for (int i = 1; i < argc; i++)
        bench_shape(parse_k(argv[i]));
    if (argc == 1) {
        bench_shape(12);
        bench_shape(14);
    }
    remove_cache(directory);
    return 0;
}
