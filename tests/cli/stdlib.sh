#!/bin/sh
# The standard library: each function says what it does, has two tests of its own, which pass, and
# is what zkmlc explain shows.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
library=$top_srcdir/stdlib

run 0 "$ZKMLC" test "$top_srcdir/tests/stdlib"
is_empty err
cp out results
grep -q '^[1-9][0-9]* passed, 0 failed$' results || fail "$(tail -n 1 results)"

functions=0
for file in "$library"/*.zt; do
    module=${file##*/}
    module=${module%.zt}
    run 0 "$ZKMLC" fmt --check "$file"
    run 0 "$ZKMLC" explain "$module"
    same out "$file"
    for name in $(sed -n 's/^fn \([a-z0-9_]*\).*/\1/p' "$file"); do
        functions=$((functions + 1))
        tests=$(grep -c "^  ok      $module\.$name: " results) || :
        [ "$tests" -ge 2 ] || fail "$module.$name has $tests tests"
        grep -q "$module\.$name(" "$top_srcdir/tests/stdlib/$module.zt" || fail "$module.$name is not called"
        run 0 "$ZKMLC" explain "$module.$name"
        head -n 1 out | grep -q '^/// .' || fail "$module.$name is not explained"
        says out "fn $name"
    done
    [ "$(grep -c '^fn ' "$file")" -ge 8 ] || fail "$file has few functions"
done
[ "$functions" -ge 70 ] || fail "only $functions functions"
finish
