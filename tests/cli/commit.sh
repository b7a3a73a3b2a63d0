#!/bin/sh
# zkml commit, and proofs about published commitments: data that is committed to once and used in
# several proofs, and a result that is the next proof's input.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?}"

cat >mean.zt <<'END'
type Sample = fix(8, 4)[12];

circuit mean(committed data: Sample, public least: fix(8, 4)) -> committed fix(8, 4) {
    let m = round sum[i](data[i]) / 12 to fix(8, 4);
    assert m >= least, "the mean is too small";
    m
}
END
cat >peak.zt <<'END'
circuit peak(private shift: int(0 .. 1), committed data: fix(8, 4)[12], committed mean: fix(8, 4))
    -> public bool
{
    max[i](data[i]) + shift > mean + 1
}
END
for name in mean peak; do
    run 0 "$ZKMLC" $name.zt -q -o $name.bin --k=8
    run 0 "$ZKML" setup $name.bin -q -o $name.vk
done

# A commitment: public file, secret opening, a digest to be published.
echo '{ "data": [1, 2, 3, 1.6875, 2, 3, 1, 2, 3, 1, 2, 3] }' >data.json
run 0 "$ZKML" commit mean.bin --value data -i data.json -o data.com
says out "commitment digest: "
digest=$(sed 's/.*: //' out)
says err "opening, to be kept secret -> data.opening"
! grep -E '1\.6875' out err || fail "a secret value was printed"
[ "$(stat -c %a data.opening)" = 600 ] || fail "data.opening can be read by others"
[ "$(wc -c <data.com)" -eq 60 ] || fail "data.com has another size"
run 0 "$ZKML" commit mean.bin --value=data -i data.json -o again.com --opening=again.open -q
is_empty out
is_empty err
! cmp -s data.com again.com || fail "two commitments to one value are equal"

# Proofs about it; the input has what the opening does not have.
echo '{ "least": 1.5 }' >rest.json
run 0 "$ZKML" prove mean.bin -k mean.vk -i rest.json --opening=data=data.opening -o mean.proof
says out "committed input: data = commitment $digest"
says out "committed output: result, bound to no commitment file"
run 0 "$ZKML" verify -k mean.vk --commitment=data=data.com mean.proof
{
    printf 'proof: valid\ncommitted input: data = commitment %s\npublic input: least = 1.5\n' "$digest"
    printf 'committed output: result, bound to no commitment file\n'
} >expected
same out expected
run 0 "$ZKML" verify -k mean.vk --commitment=data=data.com --json mean.proof
says out "\"committed_inputs\": {\"data\": \"$digest\"}, \"committed_outputs\": {\"result\": null}"
run 1 "$ZKML" verify -k mean.vk mean.proof
says err "the proof is about 1 commitment file, and 0 are given"
is_empty out
run 1 "$ZKML" verify -k mean.vk --commitment=data=again.com mean.proof
says err "another commitment to data"
is_empty out

# Several proofs about one commitment, at once.
cp mean.proof second.proof
run 0 "$ZKML" batch-verify -k mean.vk --commitment=data=data.com mean.proof second.proof
printf 'mean.proof: valid\nsecond.proof: valid\n' >expected
same out expected
run 1 "$ZKML" batch-verify -k mean.vk --commitment=data=again.com mean.proof second.proof
run 1 "$ZKML" batch-verify -k mean.vk mean.proof
says err "the proof is about 1 commitment file, and 0 are given"
sed 's/\[/[ 1.25,/; s/, 3\]/]/' data.json >other.json
sed 's/}/, "least": 0}/' other.json >wrong.json
run 1 "$ZKML" prove mean.bin -k mean.vk -i wrong.json --opening=data=data.opening -o wrong.proof
says err "data: the input is not the value of the opening"
absent wrong.proof

# What the files hold, and nothing of the secret.
run 0 "$ZKML" inspect data.com
says out "  digest         $digest"
says out "  for circuits   of 256 rows (k = 8)"
says out "  block 0        a value of 12 elements, 1 point"
run 0 "$ZKML" inspect --json data.com
says out "\"digest\":\"$digest\",\"k\":8,\"blocks\":[{\"kind\":\"vector\",\"elements\":12,\"points\":1}]}"
run 0 "$ZKML" inspect data.opening
says out "opening of a commitment file, which is secret"
says out "  digest         $digest"
! grep -wE '27|1\.6875' out || fail "inspect shows an opening's values"
run 0 "$ZKML" inspect --json data.opening
says out '"kind":"opening"'
run 3 "$ZKML" inspect --layout=svg data.com
run 0 "$ZKML" inspect mean.proof
says out "  about file     $digest"
run 0 "$ZKML" inspect --json mean.proof
says out "\"files\":[\"$digest\"]"
head -c 50 data.com >short.com
run 2 "$ZKML" inspect short.com

# The result of one proof is the input of the next.
sed 's/}/, "least": 1.5}/' data.json >full.json
run 0 "$ZKML" commit mean.bin --value=result -i full.json -o mean.com
mean_digest=$(sed 's/.*: //' out)
run 0 "$ZKML" prove mean.bin -k mean.vk -i full.json --opening=data=data.opening \
    --opening=result=mean.opening -o mean.proof
run 0 "$ZKML" verify -k mean.vk --commitment=data=data.com --commitment=result=mean.com mean.proof
says out "committed output: result = commitment $mean_digest"
echo '{ "shift": 0 }' >shift.json
run 0 "$ZKML" prove peak.bin -k peak.vk -i shift.json --opening=data=data.opening \
    --opening=mean=mean.opening -o peak.proof
run 0 "$ZKML" verify -k peak.vk --commitment=mean=mean.com --commitment=data=data.com peak.proof
says out "committed input: data = commitment $digest"
says out "committed input: mean = commitment $mean_digest"
run 1 "$ZKML" verify -k peak.vk --commitment=mean=mean.com --commitment=data=again.com peak.proof
run 1 "$ZKML" verify -k peak.vk --commitment=mean=data.com --commitment=data=data.com peak.proof
says err "mean: the commitment file holds 12 elements, the value has 1"

# No input file is needed when openings have all parameters.
cat >sum.zt <<'END'
circuit sums(committed a: int(0 .. 9)[3]) -> public int(0 .. 27) {
    sum[i](a[i])
}
END
run 0 "$ZKMLC" sum.zt -q -o sum.bin
run 0 "$ZKML" setup sum.bin -q -o sum.vk
echo '{ "a": [2, 3, 4] }' >a.json
run 0 "$ZKML" commit sum.bin -i a.json -o a.com
run 0 "$ZKML" prove sum.bin --opening a.opening -o sum.proof
run 0 "$ZKML" verify -k sum.vk --commitment a.com sum.proof
says out "public output: result = 9"
says out "committed input: a = commitment"
run 1 "$ZKML" prove peak.bin -i shift.json --opening=data=a.opening --opening=mean=mean.opening -o x.proof
says err "data: the opening"
absent x.proof

# An opening is never overwritten.
cp a.opening kept
run 3 "$ZKML" commit sum.bin -i a.json -o a.com
says err "a.opening exists"
same a.opening kept

# Results are computed: what the circuit refuses is not committed to.
sed 's/1\.5/2.5/' full.json >high.json
run 1 "$ZKML" commit mean.bin --value=result -i high.json -o high.com
says err "the mean is too small"
absent high.com high.opening

# Usage.
run 3 "$ZKML" commit mean.bin -i data.json -o x.com
says err "several committed values"
run 3 "$ZKML" commit mean.bin --value=least -i data.json -o x.com
says err "no committed value \`least\`"
run 3 "$ZKML" commit sum.bin -o x.com
run 3 "$ZKML" commit sum.bin -i a.json
run 3 "$ZKML" commit sum.bin -i a.json -o -
says err "--opening FILE"
run 3 "$ZKML" prove mean.bin -i rest.json --opening=nothing=data.opening -o x.proof
run 3 "$ZKML" prove mean.bin -i rest.json --opening=data=data.opening --opening=data=again.open -o x.proof
says err "two files for data"
run 3 "$ZKML" prove mean.bin --opening=data=data.opening -o x.proof
says err "say where the input is"
run 2 "$ZKML" prove mean.bin -i rest.json --opening=data=data.com -o x.proof
run 2 "$ZKML" verify -k mean.vk --commitment=data=data.opening mean.proof
run 5 "$ZKML" verify -k mean.vk --commitment=data=missing.com mean.proof
run 2 "$ZKML" commit sum.bin -i data.json -o x.com
run 5 "$ZKML" commit sum.bin -i a.json -o missing/x.com
echo '{ "a": [2, 3, 10] }' >b.json
run 2 "$ZKML" commit sum.bin -i b.json -o x.com
says err "a[2] must be in 0 .. 9"
absent x.com x.opening x.proof

# Damaged files: refused, never used.
for at in 0 8 12 16 20 30 59; do
    cp data.com bad.com
    flip bad.com $at
    code=0
    "$ZKML" verify -k mean.vk --commitment=data=bad.com mean.proof >out 2>err || code=$?
    [ "$code" -eq 1 ] || [ "$code" -eq 2 ] || fail "bad.com, byte $at: exit code $code"
    is_empty out
done
for at in 0 8 20 50 60 100; do
    cp data.opening bad.opening
    flip bad.opening $at
    run 2 "$ZKML" prove mean.bin -i rest.json --opening=data=bad.opening -o x.proof
    absent x.proof
done

finish
