#!/bin/sh
# count-results.sh BUILD STATUS: print "PASSED FAILED SKIPPED" of the last `make check` in BUILD,
# whose exit status was STATUS.
#
# A Criterion program counts with each of its cases, any other test program as one. A program that
# automake calls failed counts as at least one failure whatever its own summary says; and so does
# a `make check` that failed, or ran nothing at all.
set -eu
build=$1
status=$2
results=$(mktemp)
trap 'rm -f "$results"' EXIT

find "$build/tests" "$build/examples" -name '*.trs' 2>/dev/null | sort | while read -r trs; do
    verdict=$(sed -n 's/^:global-test-result: //p' "$trs")
    cases=$(sed -n 's/.*Synthesis: Tested: .*Passing: \([0-9]*\) .*Failing: \([0-9]*\) .*Crashing: \([0-9]*\).*/\1 \2 \3/p' \
        "${trs%.trs}.log" | tail -n 1)
    set -- $cases
    if [ $# -eq 3 ]; then
        echo "$verdict $1 $(($2 + $3))"
    else
        echo "$verdict 1 0"
    fi
done >"$results"

awk -v status="$status" '
    $1 == "PASS" && $3 == 0 { passed += $2; next }
    $1 == "XFAIL"           { passed += 1; next }
    $1 == "SKIP"            { skipped += 1; next }
    $3 > 0                  { passed += $2; failed += $3; next }
                            { failed += 1 }
    END {
        if (failed == 0 && (status != 0 || passed == 0))
            failed = 1
        print passed + 0, failed + 0, skipped + 0
    }' "$results"
