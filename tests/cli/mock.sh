#!/bin/sh
# zkml mock: satisfied circuits, inputs that an assertion refuses, changed cells, and refusals.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
credit=$top_srcdir/examples/02-credit-score
five=$top_srcdir/examples/00-five-lines

cp "$credit/model.zt" credit.zt
run 0 "$ZKMLC" -q credit.zt -o credit.bin
run 0 "$ZKMLC" -q "$five/model.zt" -o five.bin

# Everything holds.
run 0 "$ZKML" mock five.bin -i "$five/input.json"
says out 'all constraints hold: 32 gate equations'
is_empty err
run 0 "$ZKML" mock credit.bin -i "$credit/strong.json"
says out 'all constraints hold: '
is_empty err
run 0 "$ZKML" mock -q credit.bin -i "$credit/strong.json"
is_empty out
run 0 "$ZKML" mock --json credit.bin -i "$credit/strong.json"
says out '"kind":"summary","failures":0,'

# An assertion fails: its text, its place, its values.
line=$(grep -n 'assert score' credit.zt | cut -d: -f1)
run 1 "$ZKML" mock credit.bin -i "$credit/weak.json"
says out 'mock: constraint not satisfied: "score is below the threshold"'
says out "--> credit.zt:$line:5"
says out 'threshold = 700 must be at most score(profile) = 300'
says err 'private values'
run 1 "$ZKML" mock --json credit.bin -i "$credit/weak.json"
says out '"kind":"assertion","message":"constraint not satisfied: \"score is below'
says out "\"line\":$line,"

# A changed cell is found and its source line named.
line=$(grep -n 'round a \* b' "$five/model.zt" | cut -d: -f1)
run 1 "$ZKML" mock five.bin -i "$five/input.json" --set a0:0=3
says err 'zkml: --set: cell a0:0 holds '
says err '; now it is 3'
says out 'mock: constraint not satisfied: '
says out "model.zt:$line:"
says out ', must be 0'
says out ', where the program computes '
run 1 "$ZKML" mock five.bin -i "$five/input.json" --set a0:0=3,a1:1=-4
says err '; now it is -4'

# A change to what stands there already is none.
run 1 "$ZKML" mock five.bin -i "$five/input.json" --set a0:0=99
code=$(sed -n 's/.*(code \([0-9]*\)).*/\1/p' err | head -n 1)
run 0 "$ZKML" mock five.bin -i "$five/input.json" --set "a0:0=$code"

# Usage and files.
for list in '' a0:0 b0:0=1 a0:0=1, a0:0=x a0=1 a99:0=1 a0:30=1 a0:0=99999999999999999999; do
    run 3 "$ZKML" mock five.bin -i "$five/input.json" "--set=$list"
    is_empty out
done
run 3 "$ZKML" mock five.bin
says err 'say where the input is'
run 3 "$ZKML" mock
run 4 "$ZKML" mock --max-mem=1M five.bin -i "$five/input.json"
run 5 "$ZKML" mock none.bin -i "$five/input.json"
run 5 "$ZKML" mock five.bin -i none.json
run 2 "$ZKML" mock five.bin -i "$credit/strong.json"
run 2 "$ZKML" mock "$five/input.json" -i "$five/input.json"
head -c 200 five.bin >short.bin
run 2 "$ZKML" mock short.bin -i "$five/input.json"
finish
