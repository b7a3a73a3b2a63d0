#!/bin/sh
# zkml export: text and bare proof of an example verify without circuit, key and envelope.
. "${top_srcdir:?}/tests/cli/lib.sh"
examples=$top_srcdir/examples

# export_and_verify EXAMPLE INPUT: leaves bin, plk, proof and halo2 behind.
export_and_verify()
{
    run 0 "${ZKMLC:?}" "$examples/$1/model.zt" -qo bin
    run 0 "$ZKML" setup bin -o vk
    run 0 "$ZKML" prove bin -i "$examples/$1/$2" -o proof
    run 0 "$ZKML" export bin --plk plk --public proof
    run 0 "$ZKML" export proof --halo2 halo2
    rm vk
    run 0 "$ZKML" plk verify plk halo2
    says out "proof: valid"
}

export_and_verify 01-fashion-mlp input.json
export_and_verify 02-credit-score strong.json
mv bin credit.bin
export_and_verify 00-five-lines input.json

# The text gives the key that setup makes.
run 0 "$ZKML" setup bin -o vk
run 0 "$ZKML" inspect vk
sed -n 's/^  Halo2 key hash *//p' out >hash
run 0 "$ZKML" plk key plk
says out "key: $(cat hash)"
run 0 "$ZKML" inspect vk --json
says out '"kind":"key"'
run 0 "$ZKML" inspect proof
says out "  I0             1 value: 8"
run 0 "$ZKML" inspect proof --json
says out '"claimed_codes":[[8]]'
run 3 "$ZKML" inspect vk --layout=svg
run 3 "$ZKML" inspect proof --flame=folded

# Sizes are as predicted, to the byte.
run 0 "$ZKML" inspect bin
says out "$(wc -c <halo2 | sed 's/\([0-9]\)\([0-9]\{3\}\)$/\1,\2/') bytes"
says out "$(wc -c <proof | sed 's/\([0-9]\)\([0-9]\{3\}\)$/\1,\2/') bytes"

# Another public value, another constant of the circuit, no public value, a changed proof.
sed 's/^set i0:0 8$/set i0:0 9/' plk >other
! cmp -s plk other || fail "the public value was not changed"
run 1 "$ZKML" plk verify other halo2
sed 's/^set f4:0 8$/set f4:0 7/' plk >other
! cmp -s plk other || fail "the constant was not changed"
run 1 "$ZKML" plk verify other halo2
run 0 "$ZKML" export bin --plk other
! grep -q '^set i' other || fail "public values where none were asked for"
run 1 "$ZKML" plk verify other halo2
cp halo2 bad
flip bad $(($(wc -c <bad) - 1))
run 1 "$ZKML" plk verify plk bad

# The public values of a proof of another circuit; a proof with a changed envelope; other files.
run 1 "$ZKML" export credit.bin --plk out.plk --public proof
says err "is not a proof of this circuit"
cp proof bad
flip bad 100
run 2 "$ZKML" export bad --halo2 out.halo2
run 2 "$ZKML" export vk --halo2 out.halo2
run 2 "$ZKML" export vk --plk out.plk
absent out.plk out.halo2
finish
