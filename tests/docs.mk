# tests: the documentation
TESTS += tests/docs/tour.sh tests/docs/language.sh
EXTRA_DIST += tests/docs/tour.sh tests/docs/language.sh

# Runs the commands of the tour and of docs/see again and puts what they print into its text.
.PHONY: tour
tour: zkmlc zkml
	$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/docs/tour.sh update
