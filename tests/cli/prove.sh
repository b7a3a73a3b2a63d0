#!/bin/sh
# zkml setup, prove and verify on the examples: results, exit codes, and what is left behind.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?}"
five=$top_srcdir/examples/00-five-lines
credit=$top_srcdir/examples/02-credit-score

run 0 "$ZKMLC" "$five/model.zt" -q -o five.bin
run 0 "$ZKMLC" "$credit/model.zt" -q -o credit.bin

# Keys: the same from everyone, with the digests that are needed to compare them.
for name in five credit; do
    run 0 "$ZKML" setup $name.bin -o $name.vk
    says out "circuit: "
    says out "circuit digest: "
    says out "key digest: "
    says err "parameters for 2^"
    cp out first
    run 0 "$ZKML" setup $name.bin -o again.vk
    same $name.vk again.vk
    same first out
done
run 0 "$ZKML" setup five.bin -o -
same out five.vk
says err "key digest: "
run 0 "$ZKML" setup five.bin -q -o again.vk
is_empty out
is_empty err

# Proofs, with the key made again or given.
run 0 "$ZKML" prove five.bin -i "$five/input.json" -o five.proof
says out "public output: result = 0.5"
says err "-> five.proof"
run 0 "$ZKML" verify -k five.vk five.proof
printf 'proof: valid\npublic output: result = 0.5\n' >expected
same out expected
run 0 "$ZKML" prove credit.bin -i "$credit/strong.json" -k credit.vk -o credit.proof
run 0 "$ZKML" verify -k credit.vk credit.proof
printf 'proof: valid\npublic input: threshold = 700\n' >expected
same out expected
run 0 "$ZKML" verify -k credit.vk --json credit.proof
says out '"proof": "valid"'
says out '"inputs": {"threshold": 700}, "outputs": {}'
run 0 "$ZKML" verify -q -k credit.vk credit.proof
is_empty out
is_empty err

# Nothing private anywhere, neither when it works nor when it does not.
echo '{ "a": 0.8125, "b": 0.4375 }' >secret.json
run 0 "$ZKML" prove five.bin -i secret.json -o secret.proof
! grep -E '8125|4375|0\.81|0\.43' out err || fail "a private value was printed"
echo '{ "a": 0.8125, "b": 0.3217 }' >secret.json
run 2 "$ZKML" prove five.bin -i secret.json -o bad.proof
! grep -E '8125|3217' out err || fail "a private value was printed"
absent bad.proof

# What is false is not proved, and leaves nothing behind.
run 1 "$ZKML" prove credit.bin -i "$credit/weak.json" -o weak.proof
says err "score is below the threshold"
says err "model.zt:"
is_empty out
absent weak.proof
cp credit.proof older.proof
run 1 "$ZKML" prove credit.bin -i "$credit/weak.json" -o older.proof
same credit.proof older.proof

# A place that cannot be written to is told before the work.
run 5 "$ZKML" prove credit.bin -i "$credit/weak.json" -o missing/weak.proof
run 5 "$ZKML" setup five.proof -o missing/five.vk

# Tensors, truth values and negative numbers; long tensors are for --json.
cat >wide.zt <<'END'
circuit wide(public many: int(-200 .. 200)[150], public grid: fix(8, 4)[2, 2],
             private x: int(0 .. 9)) -> (public bool, public int(-200 .. 209)) {
    (x >= 5, many[3] + x)
}
END
awk 'BEGIN {
    printf "{ \"many\": [-100"
    for (i = 1; i < 150; i++) printf ", %d", i - 100
    print "], \"grid\": [[-8, -0.0625], [0.5, 7.9375]], \"x\": 7 }"
}' >wide.json
run 0 "$ZKMLC" wide.zt -q -o wide.bin
run 0 "$ZKML" setup wide.bin -o wide.vk
run 0 "$ZKML" prove wide.bin -i wide.json -o wide.proof
run 0 "$ZKML" verify -k wide.vk wide.proof
cat >expected <<'END'
proof: valid
public input: many = (150 values, shape [150]; --json prints them)
public input: grid = [[-8, -0.0625], [0.5, 7.9375]]
public output: result0 = true
public output: result1 = -90
END
same out expected
run 0 "$ZKML" verify -k wide.vk --json wide.proof
says out '"many": [-100, -99, -98'
says out '"outputs": {"result0": true, "result1": -90}}'
sed 's/"x": 7/"result0": true, "result1": -90/' wide.json >public.json
run 0 "$ZKML" verify -k wide.vk -i public.json wide.proof
sed 's/ 49/ 48/' public.json >other.json
run 1 "$ZKML" verify -k wide.vk -i other.json wide.proof
says err "from element 149 on"
sed 's/true/false/' public.json >other.json
run 1 "$ZKML" verify -k wide.vk -i other.json wide.proof
says err "another \`result0\`"

# Expected public values.
echo '{ "threshold": 700 }' >public.json
run 0 "$ZKML" verify -k credit.vk -i public.json credit.proof
says out "proof: valid"
echo '{ "threshold": 701 }' >public.json
run 1 "$ZKML" verify -k credit.vk -i public.json credit.proof
says err "threshold"
is_empty out
echo '{ "result": 0.5 }' >public.json
run 0 "$ZKML" verify -k five.vk -i public.json five.proof
echo '{ "result": 0.4375 }' >public.json
run 1 "$ZKML" verify -k five.vk -i public.json five.proof
for text in '{}' '{ "result": 0.3 }' '{ "result": 0.5, "x": 1 }' '[' ''; do
    printf '%s' "$text" >public.json
    run 2 "$ZKML" verify -k five.vk -i public.json five.proof
    is_empty out
done

# Damaged, forged and misplaced files. In each part of the proof file, one byte.
length=$(wc -c <five.proof)
for place in 8 40 72 76 $((length / 2)) $((length - 33)) $((length - 1)); do
    cp five.proof changed
    flip changed "$place"
    run 1 "$ZKML" verify -k five.vk changed
    is_empty out
done
cp five.proof changed
flip changed 3
run 2 "$ZKML" verify -k five.vk changed
for cut in 0 7; do
    head -c $cut five.proof >changed
    run 2 "$ZKML" verify -k five.vk changed
done
for cut in 8 100 $((length - 1)); do
    head -c "$cut" five.proof >changed
    run 1 "$ZKML" verify -k five.vk changed
done
cp five.proof changed
echo >>changed
run 1 "$ZKML" verify -k five.vk changed
run 1 "$ZKML" verify -k credit.vk five.proof
run 1 "$ZKML" prove five.bin -k credit.vk -i "$five/input.json" -o bad.proof
says err "another circuit"
absent bad.proof
cp five.vk changed
flip changed 50
run 2 "$ZKML" verify -k changed five.proof
run 2 "$ZKML" verify -k five.bin five.proof
run 2 "$ZKML" verify -k five.proof five.proof
run 2 "$ZKML" verify -k five.vk five.vk
run 2 "$ZKML" setup five.vk -o bad.vk
run 2 "$ZKML" prove five.proof -i "$five/input.json" -o bad.proof
run 2 "$ZKML" prove five.bin -i five.bin -o bad.proof
absent bad.vk bad.proof

# Usage, limits, input and output.
run 3 "$ZKML" setup five.bin
run 3 "$ZKML" prove five.bin -o bad.proof
run 3 "$ZKML" prove five.bin -i "$five/input.json"
run 3 "$ZKML" verify five.proof
run 3 "$ZKML" verify -k five.vk
run 4 "$ZKML" setup credit.bin -o bad.vk --max-mem=1M
says err "model.zt:"
run 4 "$ZKML" prove credit.bin -i "$credit/strong.json" -o bad.proof --max-mem=1M
run 4 "$ZKML" verify -k credit.vk credit.proof --max-mem=1M
run 5 "$ZKML" setup missing.bin -o bad.vk
run 5 "$ZKML" setup five.bin -o missing/five.vk
run 5 "$ZKML" prove five.bin -i missing.json -o bad.proof
run 5 "$ZKML" prove five.bin -i "$five/input.json" -o missing/five.proof
run 5 "$ZKML" verify -k missing.vk five.proof
run 5 "$ZKML" verify -k five.vk missing.proof
absent bad.vk bad.proof
[ ! -e /dev/full ] || {
    run 5 sh -c '"$0" verify -k five.vk five.proof >/dev/full' "$ZKML"
    run 5 sh -c '"$0" prove five.bin -i "$1" -o /dev/full' "$ZKML" "$five/input.json"
}

# Pipes.
"$ZKML" prove five.bin -i - -o - <"$five/input.json" 2>/dev/null | "$ZKML" verify -k five.vk - \
    >out 2>err || fail "verify of a pipe"
says out "proof: valid"
finish
