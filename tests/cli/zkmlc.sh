#!/bin/sh
# zkmlc as a user meets it: exit codes, streams, stages.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}" "${ZKML:?is set by make check}"
five=$top_srcdir/examples/00-five-lines/model.zt

for model in "$top_srcdir"/examples/0*/model.zt; do
    run 0 "$ZKMLC" --check "$model"
    is_empty out
    says err 'circuit `'
    run 0 "$ZKMLC" "$model" -o circuit.bin
    is_empty out
    says err 'circuit `'
    run 0 "$ZKMLC" -q "$model" -o again.bin
    is_empty err
    same circuit.bin again.bin
    for stage in tokens ast tir circuit; do
        run 0 "$ZKMLC" "--emit=$stage" "$model"
        is_empty err
        [ -s out ] || fail "--emit=$stage $model prints nothing"
    done
done
run 0 "$ZKMLC" -q --check "$five"
is_empty err
run 0 "$ZKMLC" --emit=tir "$five"
mv out mix.tir
run 0 "$ZKMLC" --emit=tir -o written "$five"
same written mix.tir

credit=$top_srcdir/examples/02-credit-score
run 0 "$ZKMLC" --emit=circuit -O0 "$credit/model.zt"
says out 'table sigmoid on -2048..2048'
run 0 "$ZKMLC" --emit=circuit -O2 "$credit/model.zt"
says out 'fused sigmoid on 0..1952'
mv out fused.txt
run 0 "$ZKMLC" --emit=circuit "$credit/model.zt"
same out fused.txt
run 0 "$ZKMLC" --emit=report "$credit/model.zt"
is_empty err
grep -Eq '^  k \(2\^k rows\) +13 .* 11 +0\.25$' out || fail 'no saved rows in the report'
says out '1 element: round, clamp and sigmoid'
says out 'one look-up among 1953 rows for rounded values in 0..1952, beyond it a comparison'
grep -Eq '^ +15 +11 +10 +5  model.zt:16  let p = sigmoid' out || fail 'no costs by line'
grep -Eq '^ +17 +15 +12 +9  model.zt:21  assert score' out || fail 'no costs by call'
for level in 1 00 x provers ''; do
    run 3 "$ZKMLC" "-O$level" -o none "$five"
    absent none
done
sed 's/^    assert.*/    score(profile)/; s/^circuit credit(.*/circuit credit(private profile: Feature[N]) -> public int(300 .. 850) {/; /^test/,$d' \
    "$credit/model.zt" >score.zt
run 3 "$ZKMLC" -Oprover --emit=report score.zt
says err 'leave out -Oprover'
for level in 0 2 prover; do
    run 0 "$ZKMLC" -q -O$level -o score.$level.bin score.zt
    for profile in '[2, -2, 1, 0, -1, 2]' '[-8, 8, -8, -8, 8, -8]' '[0, 0, 0, 0, 0, 0]' '[0.5, 0, 1, -3, 2.25, 8]'; do
        printf '{"profile": %s}' "$profile" >profile.json
        run 0 "$ZKML" run score.$level.bin -i profile.json
        cat out >>score.$level.txt
        run 0 "$ZKML" mock score.$level.bin -i profile.json
    done
done
for level in 2 prover; do
    same score.0.txt score.$level.txt
done

printf 'circuit c(private x: int(0 .. 9)) -> public int(0 .. 9) { x + y }\n' >wrong.zt
run 1 "$ZKMLC" --check wrong.zt
is_empty out
says err 'error[E0220]'
run 1 "$ZKMLC" --json --check wrong.zt
says err '"code":"E0220"'
run 1 "$ZKMLC" --color=always --check wrong.zt
says err "$(printf '\033[')"
run 1 "$ZKMLC" -o none wrong.zt
absent none

run 3 "$ZKMLC"
run 3 "$ZKMLC" wrong.zt
says err '-o circuit.bin'
run 3 "$ZKMLC" --emit=magic wrong.zt
says err 'tokens, ast, tir, circuit, report, svg or html'
run 3 "$ZKMLC" --check --emit=tir wrong.zt
run 3 "$ZKMLC" --unknown wrong.zt
run 3 "$ZKMLC" --check wrong.zt more
run 5 "$ZKMLC" --check missing.zt
says err missing.zt
run 5 "$ZKMLC" --check .
run 5 "$ZKMLC" --emit=tir -o no/such/directory "$five"
[ ! -c /dev/full ] || run 5 sh -c '"$ZKMLC" --help >/dev/full'

run 0 "$ZKMLC" --help
says out --emit
is_empty err
run 0 "$ZKMLC" --version
says out zkmlc
run 0 "$ZKMLC" explain E0402
says out E0402
run 0 "$ZKMLC" explain nn
says out 'fn dense'
run 0 "$ZKMLC" explain table-domain
says out 'E0417'
run 0 "$ZKMLC" explain act.relu
printf '%s\n' '/// The larger of x and 0. The range'"'"'s lower end becomes 0 where it was negative.' \
    'fn relu(x: num) -> num = max(x, 0);' >relu
same out relu
run 3 "$ZKMLC" explain nn.densse
says err 'dense'
run 3 "$ZKMLC" explain E9999

# Words that are no commands, files that are no programs.
run 3 "$ZKMLC" check model.zt
says err 'zkmlc: there is no command `check`, but `zkmlc --check FILE.zt`'
run 3 "$ZKMLC" tset
says err 'zkmlc: there is no command `tset`; did you mean `test`?'
run 3 "$ZKMLC" frobnicate
says err '(see zkmlc --help)'
run 3 "$ZKMLC" run
says err 'zkmlc run: too few arguments'
! grep -q 'zkmlc: zkmlc' err || fail "the program's name stands twice"
printf 'ZKMLCIR1\001\002' >circuit.bin
run 2 "$ZKMLC" --check circuit.bin
says err 'circuit.bin: a file of zkml, not the text of a program'
run 3 "$ZKMLC" explain relu
says err 'zkmlc explain act.relu'
finish
