# tests: bench; `make bench` prints the tables of docs/benchmarks.md
bench_programs = tests/bench/bench_arith tests/bench/bench_prover tests/bench/bench_models
bench_common = tests/bench/bench.h tests/bench/bench.c
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
tests_bench_bench_arith_SOURCES = tests/bench/bench_arith.c $(bench_common)
tests_bench_bench_arith_LDADD = libzkmlcore.la
tests_bench_bench_prover_SOURCES = tests/bench/bench_prover.c \
  tests/bench/shape.h tests/bench/shape.c $(bench_common)
tests_bench_bench_prover_LDADD = libzkmlcore.la
tests_bench_bench_models_SOURCES = tests/bench/bench_models.c $(bench_common)
tests_bench_bench_models_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS)

bench_classifiers = $(srcdir)/examples/01-fashion-mlp input.json \
  $(srcdir)/examples/03-lenet input.json
bench: $(bench_programs)
	@tests/bench/bench_arith && echo && tests/bench/bench_prover && echo && \
	  tests/bench/bench_models $(srcdir)/examples/02-credit-score strong.json \
	    $(bench_classifiers) && echo && \
	  tests/bench/bench_models -Oprover $(bench_classifiers)
.PHONY: bench
