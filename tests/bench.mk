# tests: bench; `make bench` prints the tables of docs/benchmarks.md
bench_programs = tests/bench/bench_arith tests/bench/bench_prover
bench_common = tests/bench/bench.h tests/bench/bench.c
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
tests_bench_bench_arith_SOURCES = tests/bench/bench_arith.c $(bench_common)
tests_bench_bench_arith_LDADD = libzkmlcore.la
tests_bench_bench_prover_SOURCES = tests/bench/bench_prover.c \
  tests/bench/shape.h tests/bench/shape.c $(bench_common)
tests_bench_bench_prover_LDADD = libzkmlcore.la

bench: $(bench_programs)
	@for program in $(bench_programs); do $$program || exit; echo; done
.PHONY: bench
