#!/bin/sh
# Committed parameters and results: compiled, run, mocked, proved and verified; never printed.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?}"

cat >score.zt <<'END'
circuit score(public limit: int(0 .. 100), committed profile: fix(16, 8, -8.0 .. 8.0)[50],
              private shift: int(0 .. 3)) -> (public bool, committed fix(16, 8, -8.0 .. 8.0)[50]) {
    let moved[i] = clamp profile[i] + shift to fix(16, 8, -8.0 .. 8.0);
    (sum[i](moved[i]) <= limit, moved)
}
END
awk 'BEGIN {
    printf "{ \"limit\": 60, \"shift\": 1, \"profile\": [-7.12890625"
    for (i = 1; i < 50; i++) printf ", %s", i % 3 - 1
    print "] }"
}' >score.json
run 0 "$ZKMLC" score.zt -q -o score.bin
run 0 "$ZKML" run score.bin -i score.json
says out '"result0": true, "result1": [-6.12890625, 1, 2, 0'
run 0 "$ZKML" mock score.bin -i score.json
run 0 "$ZKML" inspect score.bin
says out "committed input profile: fix(16, 8)[50], codes -2048..2048, in A"
says out "committed output result1: fix(16, 8)[50], codes -2048..2048, in A"
run 0 "$ZKML" inspect score.bin --json
says out '"visibility":"committed"'
says out '"first_column":'
run 0 "$ZKML" inspect score.bin --layout=svg
says out "<title>committed profile"
run 0 "$ZKML" export score.bin --plk score.plk
grep -q '^# a[0-9]*\.\. is committed profile' score.plk || fail "no comment in score.plk"

run 0 "$ZKML" setup score.bin -q -o score.vk
run 0 "$ZKML" inspect score.vk
says out "committed input profile"
run 0 "$ZKML" prove score.bin -i score.json -k score.vk -o score.proof
! grep -E '7\.128|6\.128' out err || fail "a committed value was printed"
run 0 "$ZKML" verify -k score.vk score.proof
cat >expected <<'END'
proof: valid
public input: limit = 60
committed input: profile, bound to no commitment file
public output: result0 = true
committed output: result1, bound to no commitment file
END
same out expected
run 0 "$ZKML" verify -k score.vk --json score.proof
says out '"inputs": {"limit": 60}, "outputs": {"result0": true}, "committed_inputs": {"profile": null}'
echo '{ "limit": 60, "result0": true }' >public.json
run 0 "$ZKML" verify -k score.vk -i public.json score.proof

# Out of range: refused, and the value is not shown.
sed 's/-7.12890625/-8.12890625/' score.json >wrong.json
run 2 "$ZKML" prove score.bin -i wrong.json -o wrong.proof
says err "profile[0] must be in -8 .. 8"
! grep -E '8\.128' out err || fail "a committed value was printed"

# A changed committed cell is a copy that differs.
column=$("$ZKML" inspect score.bin | sed -n 's/.*committed output result1:.* in A\([0-9]*\)$/\1/p')
run 1 "$ZKML" mock score.bin -i score.json --set "a$column:3=9"
says out "committed as result1"

finish
