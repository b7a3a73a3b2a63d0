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
run 0 "$ZKML" run -q five.bin --batch a=a.npy -i b.json --expect right.npy
is_empty out
says err '3 of 4 as expected (75.00 %)'

# Refusals.
run 3 "$ZKML" run five.bin
says err 'say where the input is'
run 3 "$ZKML" run five.bin -i b.json --expect right.npy
says err '--expect goes with --batch'
run 3 "$ZKML" run five.bin --batch a.npy -i b.json
says err '--batch wants NAME=FILE.npy'
run 3 "$ZKML" run five.bin --batch c=a.npy -i b.json
says err 'no parameter `c`'
run 2 "$ZKML" run five.bin --batch a=a.npy
says err 'b is missing'
run 2 "$ZKML" run five.bin --batch a=a.npy -i "$five/input.json"
says err 'no parameter `a`'
run 5 "$ZKML" run five.bin --batch a=none.npy -i b.json
array wide.npy '|u1' '(2, 2)' '\000\001\002\003'
run 2 "$ZKML" run five.bin --batch a=wide.npy -i b.json
says err 'one dimension more'
array large.npy '|u1' '(2,)' '\001\020'
run 2 "$ZKML" run five.bin --batch a=large.npy -i b.json
says err 'element 1 of the batch: large.npy: a must be a code in 0 .. 15'
array short.npy '|i1' '(3,)' '\000\001\010'
run 2 "$ZKML" run five.bin --batch a=a.npy -i b.json --expect short.npy
says err 'expected 4 integers'
run 2 "$ZKML" run b.json -i b.json
finish
