#!/bin/sh
# zkml batch-verify: good proofs, bad ones among them, and files that are no proofs.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?}"

cat >sum.zt <<'END'
circuit total(private x: int(0 .. 9)[3], public least: int(0 .. 9)) -> public int(0 .. 27) {
    let s = sum[i](x[i]);
    assert s >= least, "too small";
    s
}
END
run 0 "$ZKMLC" sum.zt -q -o sum.bin
run 0 "$ZKML" setup sum.bin -q -o sum.vk
for i in 1 2 3; do
    echo "{ \"x\": [$i, 2, 3], \"least\": $i }" >in.json
    run 0 "$ZKML" prove sum.bin -k sum.vk -i in.json -q -o $i.proof
    run 0 "$ZKML" verify -k sum.vk -q $i.proof
done

run 0 "$ZKML" batch-verify -k sum.vk 1.proof 2.proof 3.proof
printf '1.proof: valid\n2.proof: valid\n3.proof: valid\n' >expected
same out expected
run 0 "$ZKML" batch-verify -k sum.vk -q 1.proof 2.proof 3.proof
is_empty out

# A byte of one of them is changed.
{ head -c 500 2.proof; printf '\125\252'; tail -c +503 2.proof; } >bad.proof
run 1 "$ZKML" verify -k sum.vk -q bad.proof
run 1 "$ZKML" batch-verify -k sum.vk 1.proof bad.proof 3.proof
printf '1.proof: valid\nbad.proof: NOT VALID\n3.proof: valid\n' >expected
same out expected
says err "1 of 3 proofs are not valid; the first: bad.proof: "

# Another circuit's proof, another key, and no proof at all.
sed 's/9)\[3\]/8)[3]/' sum.zt >other.zt
run 0 "$ZKMLC" other.zt -q -o other.bin
run 0 "$ZKML" prove other.bin -i in.json -q -o other.proof
run 1 "$ZKML" batch-verify -k sum.vk 1.proof other.proof
says out "other.proof: NOT VALID"
says err "the proof is for another circuit than the key"
run 2 "$ZKML" batch-verify -k sum.vk 1.proof sum.vk
says out "sum.vk: NOT VALID"
run 5 "$ZKML" batch-verify -k sum.vk 1.proof missing.proof
run 3 "$ZKML" batch-verify 1.proof
run 3 "$ZKML" batch-verify -k sum.vk

finish
