# tests: bench
EXTRA_PROGRAMS += tests/bench/bench_arith
tests_bench_bench_arith_SOURCES = tests/bench/bench_arith.c
tests_bench_bench_arith_LDADD = libzkmlcore.la
