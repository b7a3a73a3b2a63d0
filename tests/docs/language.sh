#!/bin/sh
# The examples of docs/language.md: each is in the house style, and is compiled, or refused with the code that the fence names;
# its tests pass; lines "`INPUT` gives `RESULT`" after an example are compared with zkml run.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

awk '
    /^```zt/  { n++; expected[n] = $2 == "" ? "ok" : $2; file = sprintf("%03d.zt", n); next }
    /^```/    { file = ""; next }
    file != "" { print >file; next }
    /^`\{.*` gives `\{.*`$/ {
        split($0, part, "` gives `")
        m++
        print substr(part[1], 2) >sprintf("%03d-%02d.json", n, m)
        print substr(part[2], 1, length(part[2]) - 1) >sprintf("%03d-%02d.result", n, m)
        next
    }
    /` gives `/ { print "a line that is not understood: " $0 >"bad" }
    END { for (i = 1; i <= n; i++) print expected[i] >sprintf("%03d.expected", i) }
' "$top_srcdir/docs/language.md"
absent bad

examples=0
for file in [0-9]*.zt; do
    name=${file%.zt}
    expected=$(cat "$name.expected")
    examples=$((examples + 1))
    run 0 "$ZKMLC" fmt --check "$file"
    if [ "$expected" != ok ]; then
        run 1 "$ZKMLC" --check "$file"
        says err "error[$expected]"
        continue
    fi
    run 0 "$ZKMLC" -q -o "$name.bin" "$file"
    is_empty err
    run 0 "$ZKMLC" test "$file"
    is_empty err
    for input in "$name"-*.json; do
        [ -e "$input" ] || continue
        run 0 "$ZKML" run "$name.bin" -i "$input"
        mv out got
        same got "${input%.json}.result" || cat "$file" got >&2
        cmp -s got "${input%.json}.result" || cat "$file" got >&2
    done
done
[ "$examples" -gt 25 ] || fail "only $examples examples"
finish
