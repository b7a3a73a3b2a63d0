#!/bin/sh
# zkml plk: keys and proofs of the test vectors, byte for byte; refusals and their exit codes.
. "${top_srcdir:?}/tests/cli/lib.sh"
vectors=$top_srcdir/tests/vectors

for vector in tiny:1 tinysel:2 zcash_ext:5; do
    name=${vector%:*} seed=${vector#*:}
    plk=$vectors/$name.plk
    run 0 "$ZKML" plk key "$plk"
    says out "key: $(sed -n 's/^000 .* | //p' "$vectors/$name.transcript.txt")"
    run 0 "$ZKML" plk key --pinned "$plk"
    printf '%s\n' "$(cat "$vectors/$name.pinned.txt")" >pinned
    same out pinned
    run 0 "$ZKML" plk prove "$plk" --seed "$seed" -o proof
    says err "NOT PRIVATE"
    same proof "$vectors/$name.proof.bin"
    run 0 "$ZKML" plk verify "$plk" "$vectors/$name.proof.bin"
    says out "proof: valid"
done

# Without a seed, blinds are fresh.
run 0 "$ZKML" plk prove "$vectors/tiny.plk" -o proof
run 0 "$ZKML" plk verify "$vectors/tiny.plk" proof
! cmp -s proof "$vectors/tiny.proof.bin" || fail "two proofs are the same"

# A changed scalar; a point that is none; a proof that is cut; the proof of another system.
cp "$vectors/tiny.proof.bin" proof
flip proof $(($(wc -c <proof) - 64))
run 1 "$ZKML" plk verify "$vectors/tiny.plk" proof
is_empty out
cp "$vectors/tiny.proof.bin" proof
dd if=/dev/zero of=proof bs=32 count=1 conv=notrunc 2>/dev/null
run 2 "$ZKML" plk verify "$vectors/tiny.plk" proof
head -c 1000 "$vectors/tiny.proof.bin" >proof
run 2 "$ZKML" plk verify "$vectors/tiny.plk" proof
run 2 "$ZKML" plk verify "$vectors/tinysel.plk" "$vectors/tiny.proof.bin"

# A witness that breaks a constraint gives no file.
rm -f proof
sed '0,/^set a1:0 /s/^set a1:0 .*/set a1:0 77/' "$vectors/tiny.plk" >false.plk
! cmp -s false.plk "$vectors/tiny.plk" || fail "the witness was not changed"
run 1 "$ZKML" plk prove false.plk -o proof
says err "does not satisfy the constraints"
absent proof

# Usage and files.
run 3 "$ZKML" plk prove "$vectors/tiny.plk"
run 3 "$ZKML" plk frobnicate "$vectors/tiny.plk"
run 3 "$ZKML" plk verify "$vectors/tiny.plk"
run 3 "$ZKML" plk key
run 3 "$ZKML" plk key a.plk b.plk
run 3 "$ZKML" plk prove "$vectors/tiny.plk" -o proof --seed -1
run 3 "$ZKML" plk prove "$vectors/tiny.plk" -o proof -o proof
run 5 "$ZKML" plk key missing.plk
run 5 "$ZKML" plk key "$work"
run 2 "$ZKML" plk key "$vectors/tiny.proof.bin"
run 5 "$ZKML" plk prove "$vectors/tiny.plk" -o missing/proof
[ ! -e /dev/full ] || run 5 sh -c '"$0" plk key "$1" >/dev/full' "$ZKML" "$vectors/tiny.plk"

# Limits, silence, and the progress line, which is for terminals only.
run 4 "$ZKML" plk key "$vectors/tiny.plk" --max-mem=1M
says err "2^5 rows need about"
run 4 "$ZKML" params 24 --max-mem=500M
run 3 "$ZKML" params 4 --max-mem=1X
run 3 "$ZKML" params 4 --max-mem=99999999999999999999
run 0 "$ZKML" plk verify -q "$vectors/tiny.plk" "$vectors/tiny.proof.bin"
is_empty out
is_empty err
progress='\(generators\|Lagrange basis\): [0-9]* %'
if command -v script >/dev/null && script -qc true /dev/null >/dev/null 2>&1; then
    export XDG_CACHE_HOME="$work/cache"
    script -qc "'$ZKML' params 14" screen >/dev/null </dev/null
    slow=$(sed -n 's/.*are ready (\([0-9]*\).*/\1/p' screen)
    [ "$slow" -lt 2 ] || grep -q "$progress" screen || fail "no progress on a terminal"
    rm -rf cache
    script -qc "'$ZKML' params 14 --no-progress" screen >/dev/null </dev/null
    ! grep -q "$progress" screen || fail "progress in spite of --no-progress"
fi

# The program itself.
run 0 "$ZKML" --version
says out "zkml "
run 0 "$ZKML" --help
says out "Usage: zkml COMMAND"
run 0 "$ZKML" plk --help
says out "--pinned"
run 3 "$ZKML"
run 3 "$ZKML" frobnicate
says err "unknown command"
run 0 "$ZKML" params 4
says out "2^4 rows"
for k in 0 25 4x '' -1; do
    run 3 "$ZKML" params -- "$k"
done
finish
