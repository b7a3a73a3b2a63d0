/* prover_steps.h - the parts of the prover, between its files only. */
#ifndef ZK_HALO2_PROVER_STEPS_H
#define ZK_HALO2_PROVER_STEPS_H

#include "runtime/halo2/constraints.h"
#include "runtime/halo2/prover.h"

/* Commits and writes `count` columns. */
zkml_status zk_prover_write_commitments(zk_prover *prover, zk_transcript *t,
                                        const zk_commit_item *items, size_t count,
                                        zkml_error *err) ZKML_NODISCARD;
/* count elements of zeroed memory from the prover's arena. */
zkml_status zk_prover_alloc(zk_prover *prover, zk_fp **array, size_t count,
                            zkml_error *err) ZKML_NODISCARD;

/* n values, the last n_tail of which are blind. */
zk_commit_item zk_prover_blinded(const zk_prover *prover, const zk_fp *values, size_t n_tail,
                                 const zk_fp *blind);
/* The n values of a column. */
const zk_fp *zk_prover_values(const zk_prover *prover, zk_column_ref column);

/* lookups.c: permuted and committed. */
zkml_status zk_prover_permute_lookups(zk_prover *prover, const zk_challenges *challenges,
                                      zk_transcript *t, zkml_error *err) ZKML_NODISCARD;
/* products.c: the running products of copies and look-ups. */
zkml_status zk_prover_products(zk_prover *prover, const zk_challenges *challenges,
                               zk_transcript *t, zkml_error *err) ZKML_NODISCARD;

/* quotient.c: fills prover->quotient. */
zkml_status zk_prover_quotient(zk_prover *prover, const zk_challenges *challenges,
                               zkml_error *err) ZKML_NODISCARD;

/* multiopen.c: from the evaluations to the end of the proof. */
zkml_status zk_prover_open(zk_prover *prover, const zk_fp *x, zk_transcript *t,
                           zkml_error *err) ZKML_NODISCARD;

/* ipa.c: opens the n coefficients f (changed) with blind `blind` at x. */
zkml_status zk_ipa_prove(zk_prover *prover, zk_fp *f, const zk_fp *blind, const zk_fp *x,
                         zk_transcript *t, zkml_error *err) ZKML_NODISCARD;

#endif
