#!/bin/sh
# zkmlc run: the interpreter's results are the circuit's; --trace tells ranges; --check --cost rows.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
examples=$top_srcdir/examples

# array FILE DESCR SHAPE OCTAL: a .npy file with these bytes as its data.
array()
{
    header="{'descr': '$2', 'fortran_order': False, 'shape': $3, }"
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$header"; printf "$4"; } >"$1"
}

# rows FILE: rows and look-ups of a list of JSON objects, added up.
rows()
{
    grep -o '"rows":[0-9]*,"lookups":[0-9]*' "$1" | tr ':,' '  ' |
        awk '{ rows += $2; lookups += $4 } END { print rows, lookups }'
}

# The same results as the circuit's witness, and the same costs as the circuit's regions.
for model in "$examples"/*/model.zt; do
    input=$(dirname "$model")/input.json
    run 0 "$ZKMLC" -q "$model" -o model.bin
    run 0 "$ZKMLC" --check -q --cost --json "$model"
    rows out >costs
    run 0 "$ZKML" inspect --json model.bin
    sed 's/.*"gadgets":\[{"gadget"//; s/"cells":.*//' out >gadgets
    rows gadgets >wanted
    same costs wanted
    grep -q '^[1-9]' costs || fail "$model has no rows"
    [ -f "$input" ] || continue
    run 0 "$ZKML" run model.bin -i "$input"
    cp out wanted
    run 0 "$ZKMLC" run "$model" -i "$input"
    same out wanted
    is_empty err
done

cat >layers.zt <<'END'
type Act = fix(8, 4);

fn dense[N](w: num[N], x: num[N]) -> num = sum[n](w[n] * x[n]);

circuit c(private x: Act[2], public w: Act[2]) -> public Act {
    let z = dense(w, x) + dense(w, w);
    let y = loop h = z for l < 3 {
        clamp h * 0.5 to Act
    };
    assert y >= -1, "too low";
    y
}
END
printf '{"x": [1, -0.5], "w": [0.25, 2]}' >input.json
run 0 "$ZKMLC" run layers.zt -i input.json --trace
echo '{"result": 0.4375}' >wanted
same out wanted
cat >wanted <<'END'
layers.zt:3:44  sum[n](w[n] * x[n])  (called at layers.zt:6:13)
    declared  -127 .. 128, codes -32512 .. 32768, 17 bits, step 2^-8
    seen      -0.75 .. -0.75, codes -192 .. -192, 9 bits, 8 unused
layers.zt:3:44  sum[n](w[n] * x[n])  (called at layers.zt:6:27)
    declared  0 .. 128, codes 0 .. 32768, 16 bits, step 2^-8
    seen      4.0625 .. 4.0625, codes 1040 .. 1040, 11 bits, 5 unused
layers.zt:5:11  private x: Act[2]
    declared  -8 .. 7.9375, codes -128 .. 127, 8 bits, step 2^-4
    seen      -0.5 .. 1, codes -8 .. 16, 6 bits, 2 unused
layers.zt:5:30  public w: Act[2]
    declared  -8 .. 7.9375, codes -128 .. 127, 8 bits, step 2^-4
    seen      0.25 .. 2, codes 4 .. 32, 6 bits, 1 unused
layers.zt:6:13  dense(w, x) + dense(w, w)
    declared  -127 .. 256, codes -32512 .. 65536, 18 bits, step 2^-8
    seen      3.3125 .. 3.3125, codes 848 .. 848, 10 bits, 7 unused
layers.zt:8:9  clamp h * 0.5
    declared  -8 .. 7.9375, codes -128 .. 127, 8 bits, step 2^-4
    seen      0.4375 .. 1.6875, codes 7 .. 27, 5 bits, 2 unused
layers.zt:10:12  y >= -1
    declared  0 .. 1, 1 bit
    seen      1 .. 1, 1 bit
END
same err wanted

# Over a batch; what an assertion stops is reported and counted, and the others go on.
array x.npy '|i1' '(3, 2)' '\020\370\177\177\000\200'
printf '{"w": [0.25, 2]}' >w.json
run 1 "$ZKMLC" run layers.zt --batch x=x.npy -i w.json --trace
says err 'seen      -8 .. 7.9375, codes -128 .. 127, 8 bits'
says out '{"error": "layers.zt:10:5: too low ('
says err 'zkmlc: 1 inputs of the batch do not satisfy an assertion of the circuit'
[ "$(wc -l <out)" -eq 3 ] || fail "a batch of three gives other lines"
run 0 "$ZKMLC" -q layers.zt -o layers.bin
run 1 "$ZKML" run layers.bin --batch x=x.npy -i w.json
head -n 2 out >wanted
run 1 "$ZKMLC" run layers.zt --batch x=x.npy -i w.json
head -n 2 out >got
same got wanted

# What the assertion that fails has not computed is not reached; a trace is there nevertheless.
cat >stops.zt <<'END'
circuit c(public x: int(0 .. 9)) -> public int(0 .. 81) {
    assert x > 3, "too small";
    x * x
}
END
echo '{"x": 2}' >two.json
run 1 "$ZKMLC" run stops.zt -i two.json --trace
is_empty out
says err 'zkmlc: stops.zt:2:5: too small (3 < 2 does not hold)'
says err '    seen      2 .. 2, 2 bits, 2 unused'
says err '    not reached'
run 1 "$ZKMLC" run stops.zt -i two.json --trace --json
says err '"kind":"trace","span":{"file":"stops.zt","line":2,"col":12,'
says err '"seen":{"lo":"0","hi":"0","codes":["0","0"],"bits":1}'

# Values above 63 bits.
cat >wide.zt <<'END'
circuit c(public x: int(0 .. 9223372036854775807)) -> public int(0 .. 9) {
    clamp x * x to int(0 .. 9)
}
END
echo '{"x": 9223372036854775807}' >most.json
run 0 "$ZKMLC" run wide.zt -i most.json --trace
says err 'seen      85070591730234615847396907784232501249 .. 85070591730234615847396907784232501249'
says out '{"result": 9}'

# Costs, for people: functions with several steps have no range of their own.
cat >mixed.zt <<'END'
fn square(x: num) = x * x;

circuit c(private a: int(0 .. 3), private b: ufix(4, 2)) -> public int(0 .. 30) {
    round square(a) + square(b) to int(0 .. 30)
}
END
run 0 "$ZKMLC" --check --cost mixed.zt
says out '      rows  look-ups  bits  step     codes                      expression'
says out 'several'
says out 'mixed.zt:3:35  private b: ufix(4, 2)'
run 0 "$ZKMLC" --check --cost --json -q mixed.zt
says out '{"v":1,"kind":"other"'

# Misuse.
run 3 "$ZKMLC" --cost mixed.zt -o x.bin
run 3 "$ZKMLC" run mixed.zt
says err 'say where the input is'
run 3 "$ZKMLC" run layers.zt --batch x=x.npy
run 3 "$ZKMLC" run layers.zt --batch z=x.npy -i w.json
run 2 "$ZKMLC" run layers.zt -i w.json
run 2 "$ZKMLC" run layers.zt --batch w=two.json -i w.json
run 5 "$ZKMLC" run layers.zt -i missing.json
run 5 "$ZKMLC" run missing.zt -i input.json
run 1 "$ZKMLC" run layers.zt --circuit d -i input.json
echo 'circuit c() -> public bool { tru }' >wrong.zt
run 1 "$ZKMLC" run wrong.zt
says err 'error[E0220]'
run 1 "$ZKMLC" run --json wrong.zt
says err '"code":"E0220"'
echo 'circuit c() -> public bool { 1 < 2 }' >none.zt
run 0 "$ZKMLC" run none.zt
says out '{"result": true}'
run 5 "$ZKMLC" run layers.zt -i input.json -o missing/x
finish
