#!/bin/sh
# The examples, from the source to a proof that holds: its public values are those that are said
# here, and it does not hold for another example's key.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# example NAME INPUT PUBLIC...: values that verify prints. COMMITTED names parameters to which the
# commitments are published first.
committed=
example()
{
    name=$1
    input=$top_srcdir/examples/$1/$2
    owner=$top_srcdir/examples/$1/owner.json
    shift 2
    openings= commitments=
    run 0 "$ZKMLC" -q "$top_srcdir/examples/$name/model.zt" -o "$name.bin"
    is_empty err
    run 0 "$ZKML" mock -q "$name.bin" -i "$input"
    run 0 "$ZKML" setup -q "$name.bin" -o "$name.vk"
    for value in $committed; do
        run 0 "$ZKML" commit -q "$name.bin" -i "$owner" --value="$value" -o "$value.com" --opening="$value.open"
        openings="$openings --opening=$value=$value.open"
        commitments="$commitments --commitment=$value=$value.com"
    done
    run 0 "$ZKML" prove -q "$name.bin" -k "$name.vk" -i "$input" $openings -o "$name.proof"
    run 0 "$ZKML" verify -k "$name.vk" $commitments "$name.proof"
    says out 'proof: valid'
    for value; do
        says out "public output: $value"
    done
    [ -z "$previous" ] || run 1 "$ZKML" verify -k "$previous.vk" "$name.proof"
    previous=$name
}

previous=
example 00-five-lines input.json 'result = 0.5'
example 01-fashion-mlp input.json 'result = 9'
example 02-credit-score strong.json
example 03-lenet input.json 'result = 9'
committed='embedding attention'
example 05-attention input.json 'result = 14'
finish
