#!/bin/sh
# zkml inspect and zkml export: what they say about a circuit, and how they refuse.
. "${top_srcdir:?}/tests/cli/lib.sh"
cp "$top_srcdir/examples/00-five-lines/model.zt" .
run 0 "${ZKMLC:?}" model.zt -o mix.bin

# The report.
run 0 "$ZKML" inspect mix.bin
says out "circuit mix"
says out "private   input a: ufix(4, 4), codes 0..15"
says out "public    output result: ufix(4, 4), codes 0..15, in I0 row 0"
says out "rows           32 (k = 5), usable 26"
says out "F0 A0 + F1 A1 + F2 A0 A1 + F3 A2 + F4 - F5 A2@1 = 0"
says out "model.zt:4  round a * b to Unit"
is_empty err
run 0 "$ZKML" inspect mix.bin --json
says out '{"v":1,"kind":"circuit","file":"mix.bin"'
run 0 "$ZKML" inspect --layout=svg mix.bin -o mix.svg
is_empty out
says mix.svg "round a * b"
[ "$(tail -n 1 mix.svg)" = "</svg>" ] || fail "the picture is not complete"
run 0 "$ZKML" inspect --flame=folded mix.bin
says out "mix;rows;model.zt:4 round a * b to Unit;round 2"

# The constraint system as text has a key of its own.
run 0 "$ZKML" export mix.bin --plk mix.plk
is_empty out
run 0 "$ZKML" plk key mix.plk
says out "k = 5, degree 5, 26 usable rows"
run 0 "$ZKML" export mix.bin --plk -
same out mix.plk

# Other files, damaged files, no files.
run 2 "$ZKML" inspect mix.plk
says err "mix.plk: no circuit, key, proof, commitment or opening"
: >empty
run 2 "$ZKML" inspect empty
run 2 "$ZKML" export mix.plk --plk out.plk
run 2 "$ZKML" export mix.bin --halo2 out.halo2
run 2 "$ZKML" export mix.bin --plk out.plk --public mix.bin
absent out.plk out.halo2
size=$(wc -c <mix.bin)
for place in 0 8 9 $((size / 2)) $((size - 1)); do
    cp mix.bin bad.bin
    flip bad.bin "$place"
    run 2 "$ZKML" inspect bad.bin
    is_empty out
    run 2 "$ZKML" export bad.bin --plk out.plk
    absent out.plk
done
head -c $((size - 1)) mix.bin >bad.bin
run 2 "$ZKML" inspect bad.bin
run 5 "$ZKML" inspect missing.bin
run 5 "$ZKML" export missing.bin --plk out.plk
run 5 "$ZKML" export mix.bin --plk missing/out.plk
[ ! -e /dev/full ] || run 5 sh -c '"$0" inspect mix.bin >/dev/full' "$ZKML"

# Usage.
run 3 "$ZKML" inspect
run 3 "$ZKML" inspect mix.bin mix.bin
run 3 "$ZKML" inspect mix.bin --json --layout=svg
run 3 "$ZKML" inspect mix.bin --layout=png
run 3 "$ZKML" inspect mix.bin --flame=svg
run 3 "$ZKML" export mix.bin
run 3 "$ZKML" export mix.bin --plk a --halo2 b
run 3 "$ZKML" export mix.bin --halo2 b --public c
finish
