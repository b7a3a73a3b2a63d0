# tests: fuzz targets. Every build makes them as programs that run the files they are given; with
#   configure --enable-fuzzing --disable-shared CC=clang
# they are libFuzzer programs, and `make fuzz FUZZ_SECONDS=120` runs each of them for that long,
# beginning with the programs in the tree and with files that the format tests write.
fuzz_targets = tests/fuzz/fuzz_parser tests/fuzz/fuzz_format tests/fuzz/fuzz_fix \
  tests/fuzz/fuzz_lsp tests/fuzz/fuzz_circuit tests/fuzz/fuzz_run tests/fuzz/fuzz_inspect \
  tests/fuzz/fuzz_key \
  tests/fuzz/fuzz_proof tests/fuzz/fuzz_input tests/fuzz/fuzz_commitment tests/fuzz/fuzz_opening \
  tests/fuzz/fuzz_weights
check_PROGRAMS += $(fuzz_targets)
if FUZZING
fuzz_main =
fuzz_link = -fsanitize=fuzzer
else
fuzz_main = tests/fuzz/standalone.c
fuzz_link =
endif
tests_fuzz_fuzz_parser_SOURCES = tests/fuzz/fuzz_parser.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_parser_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS)
tests_fuzz_fuzz_parser_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_format_SOURCES = tests/fuzz/fuzz_format.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_format_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS)
tests_fuzz_fuzz_format_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_fix_SOURCES = tests/fuzz/fuzz_fix.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_fix_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS)
tests_fuzz_fuzz_fix_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_lsp_SOURCES = tests/fuzz/fuzz_lsp.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_lsp_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS) $(JANSSON_LIBS)
tests_fuzz_fuzz_lsp_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_circuit_SOURCES = tests/fuzz/fuzz_circuit.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_circuit_LDADD = libzkmlcore.la
tests_fuzz_fuzz_circuit_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_run_SOURCES = tests/fuzz/fuzz_run.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_run_LDADD = libzkmlcore.la
tests_fuzz_fuzz_run_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_inspect_SOURCES = tests/fuzz/fuzz_inspect.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_inspect_LDADD = libzkmlcore.la
tests_fuzz_fuzz_inspect_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_key_SOURCES = tests/fuzz/fuzz_key.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_key_LDADD = libzkmlcore.la
tests_fuzz_fuzz_key_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_proof_SOURCES = tests/fuzz/fuzz_proof.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_proof_LDADD = libzkmlcore.la
tests_fuzz_fuzz_proof_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_input_SOURCES = tests/fuzz/fuzz_input.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_input_LDADD = libzkmlcore.la
tests_fuzz_fuzz_input_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_commitment_SOURCES = tests/fuzz/fuzz_commitment.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_commitment_LDADD = libzkmlcore.la
tests_fuzz_fuzz_commitment_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_opening_SOURCES = tests/fuzz/fuzz_opening.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_opening_LDADD = libzkmlcore.la
tests_fuzz_fuzz_opening_LDFLAGS = $(fuzz_link)
tests_fuzz_fuzz_weights_SOURCES = tests/fuzz/fuzz_weights.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_weights_LDADD = libzkmlc.la libzkmlcore.la $(MPFR_LIBS) $(GMP_LIBS) $(JANSSON_LIBS)
tests_fuzz_fuzz_weights_LDFLAGS = $(fuzz_link)
EXTRA_DIST += tests/fuzz/lsp tests/fuzz/standalone.c

FUZZ_SECONDS = 60
fuzz_writers = tests/formats/test_circuit tests/formats/test_key tests/formats/test_envelope \
  tests/formats/test_opening tests/formats/test_layer_file
.PHONY: fuzz
if FUZZING
fuzz: $(fuzz_targets) $(fuzz_writers)
	@for target in $(fuzz_targets); do $(MKDIR_P) fuzz-corpus/$${target##*_} || exit 1; done
	@for writer in $(fuzz_writers); do FUZZ_CORPUS=fuzz-corpus $$writer || exit 1; done
	@for target in $(fuzz_targets); do \
	  name=$${target##*_}; seeds=; \
	  case $$name in \
	    parser | format | fix) seeds='$(srcdir)/stdlib $(srcdir)/tests/golden' ;; \
	    run | inspect) seeds=fuzz-corpus/circuit ;; \
	    weights) seeds='$(srcdir)/examples/03-lenet $(srcdir)/tests/golden/check' ;; \
	    lsp) seeds='$(srcdir)/tests/fuzz/lsp' ;; \
	  esac; \
	  echo "$$target: $(FUZZ_SECONDS) s"; \
	  $$target -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 fuzz-corpus/$$name $$seeds >fuzz-corpus/$$name.log 2>&1 || \
	    { tail -n 40 fuzz-corpus/$$name.log; exit 1; }; \
	  grep -e DONE -e number_of_executed -e peak_rss fuzz-corpus/$$name.log; \
	done
else
fuzz:
	@echo 'configure --enable-fuzzing --disable-shared CC=clang' >&2; exit 1
endif
CLEANFILES += fuzz-corpus/*.log
