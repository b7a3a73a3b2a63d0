#!/bin/sh
# zkml run: results as JSON, batches from .npy files, and refusals.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
five=$top_srcdir/examples/00-five-lines
credit=$top_srcdir/examples/02-credit-score
fashion=$top_srcdir/examples/01-fashion-mlp
for example in five credit fashion; do
    eval "model=\$$example/model.zt"
    run 0 "$ZKMLC" -q "$model" -o $example.bin
done

# array FILE DESCR SHAPE OCTAL: a .npy file with these bytes as its data.
array()
{
    header="{'descr': '$2', 'fortran_order': False, 'shape': $3, }"
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$header"; printf "$4"; } >"$1"
}

run 0 "$ZKML" run five.bin -i "$five/input.json"
printf '{"result": 0.5}\n' >wanted
same out wanted
run 0 "$ZKML" run five.bin -i "$five/input.json" -o result.json
is_empty out
same result.json wanted
run 0 "$ZKML" run fashion.bin -i "$fashion/input.json"
says out '{"result": 9}'

# An assertion stops it, without telling a value.
run 1 "$ZKML" run credit.bin -i "$credit/weak.json"
says err 'score is below the threshold'
is_empty out

# Four values of a, b = 8/16 for all: 0, 1/16 (1/32 rounds up), 1/2 (15/32 rounds up), 1/4.
array a.npy '|u1' '(4,)' '\000\001\017\010'
array right.npy '|i1' '(4,)' '\000\001\010\005'
printf '{"b": 0.5}' >b.json
run 0 "$ZKML" run five.bin --batch a=a.npy -i b.json
printf '{"result": %s}\n' 0 0.0625 0.5 0.25 >wanted
same out wanted
run 0 "$ZKML" run five.bin --batch a=a.npy -i b.json -o lines.json
is_empty out
same lines.json wanted
for expect in right.npy result=right.npy; do
    run 0 "$ZKML" run -q five.bin --batch a=a.npy -i b.json --expect $expect
    is_empty out
    says err '3 of 4 as expected (75.00 %)'
done
array real.npy '<f4' '(4,)' '\000\000\000\000\000\000\200\075\000\000\000\077\000\000\200\076'
run 0 "$ZKML" run -q five.bin --batch a=a.npy -i b.json --expect real.npy
says err '4 of 4 as expected (100.00 %)'

# The only parameter needs no name and no -i; a batch may be empty, or longer than one block.
cat >square.zt <<'END'
circuit square(private x: int(-128 .. 127)[2]) ->
        (public int(-256 .. 254), public int(0 .. 16384)[2]) {
    let squares[i] = x[i] * x[i];
    (sum[i](x[i]), squares)
}
END
run 0 "$ZKMLC" -q square.zt -o square.bin
array x.npy '|i1' '(2, 2)' '\001\002\200\177'
run 0 "$ZKML" run square.bin --batch x.npy
printf '{"result0": 3, "result1": [1, 4]}\n{"result0": -1, "result1": [16384, 16129]}\n' >wanted
same out wanted
array none.npy '|i1' '(0, 2)' ''
run 0 "$ZKML" run square.bin --batch x=none.npy
is_empty out
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "\\%03o\\%03o", i % 100, 1 }' >long
array x.npy '|i1' '(3000, 2)' "$(cat long)"
run 0 "$ZKML" run square.bin --batch x.npy
awk 'BEGIN { for (i = 0; i < 3000; i++)
    printf "{\"result0\": %d, \"result1\": [%d, 1]}\n", i % 100 + 1, (i % 100) * (i % 100) }' >wanted
same out wanted

# In a batch, an assertion that does not hold is a result: the run goes on, and ends with 1.
cat >limit.zt <<'END'
circuit limit(private x: int(0 .. 9)) -> public int(1 .. 10) {
    assert x <= 5, "x is too \"large\"";
    x + 1
}
END
run 0 "$ZKMLC" -q limit.zt -o limit.bin
array v.npy '|u1' '(3,)' '\001\007\005'
array right.npy '|u1' '(3,)' '\002\010\007'
run 1 "$ZKML" run limit.bin --batch v.npy --expect right.npy
says err '1 of 3 as expected (33.33 %)'
says err '1 inputs of the batch do not satisfy an assertion'
printf '%s\n' '{"result": 2}' \
    '{"error": "assertion failed: x is too \"large\" (limit.zt:2:5)"}' '{"result": 6}' >wanted
same out wanted

# Refusals.
run 3 "$ZKML" run five.bin
says err 'say where the input is'
run 3 "$ZKML" run five.bin -i b.json --expect right.npy
says err '--expect goes with --batch'
run 3 "$ZKML" run five.bin --batch a.npy -i b.json
says err '--batch wants NAME=FILE.npy'
run 3 "$ZKML" run five.bin --batch c=a.npy -i b.json
says err 'no parameter `c`'
run 3 "$ZKML" run five.bin --batch a=a.npy
says err 'say where the other parameters are with -i'
printf '{}' >empty.json
run 2 "$ZKML" run five.bin --batch a=a.npy -i empty.json
says err 'empty.json: b is missing; the circuit'
run 2 "$ZKML" run five.bin --batch a=a.npy -i "$five/input.json"
says err 'no parameter `a`'
run 5 "$ZKML" run five.bin --batch a=missing.npy -i b.json
array wide.npy '|u1' '(2, 2)' '\000\001\002\003'
run 2 "$ZKML" run five.bin --batch a=wide.npy -i b.json
says err 'one dimension more'
array large.npy '|u1' '(2,)' '\001\020'
run 2 "$ZKML" run five.bin --batch a=large.npy -i b.json
says err 'element 1 of the batch: large.npy: a must be a code in 0 .. 15'
array short.npy '|i1' '(3,)' '\000\001\010'
run 2 "$ZKML" run five.bin --batch a=a.npy -i b.json --expect short.npy
says err 'short.npy has 3 values, a.npy has 4'
array large.npy '|i1' '(4,)' '\000\001\177\000'
run 2 "$ZKML" run five.bin --batch a=a.npy -i b.json --expect large.npy
says err 'element 2 of what is expected: large.npy: result must be a code in '
run 3 "$ZKML" run five.bin --batch a=a.npy -i b.json --expect other=right.npy
says err 'no result `other`'
run 3 "$ZKML" run square.bin --batch x.npy --expect right.npy
says err '--expect wants NAME=FILE.npy, not `right.npy`'
run 4 "$ZKML" run five.bin --max-mem=1K -i "$five/input.json"
run 2 "$ZKML" run b.json -i b.json
finish
