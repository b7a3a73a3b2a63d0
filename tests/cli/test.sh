#!/bin/sh
# zkmlc test: what passes, what fails and how that is told.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
golden=$top_srcdir/tests/golden/test
cp "$golden"/*.zt .

# UPDATE_GOLDEN=1 writes what is printed; read the difference before committing it.
for name in pass warn fail misuse broken; do
    status=1
    case $name in pass | warn) status=0 ;; esac
    run "$status" "$ZKMLC" test "$name.zt"
    [ -z "${UPDATE_GOLDEN-}" ] || cp out "$golden/$name.txt"
    same out "$golden/$name.txt"
    cmp -s out "$golden/$name.txt" || diff "$golden/$name.txt" out >&2 || :
    case $name in
    fail | misuse) says err 'shows private values' ;;
    *) is_empty err ;;
    esac
    run 0 "$ZKMLC" fmt --check "$name.zt"
done

run 0 "$ZKMLC" test --filter 'assertion in' pass.zt
says out '  ok      an assertion in a function fails'
says out '2 passed, 0 failed, 12 skipped'
run 0 "$ZKMLC" test -q --filter nothing pass.zt
[ "$(cat out)" = '1 passed, 0 failed, 13 skipped' ] || fail "-q prints $(cat out)"
run 0 "$ZKMLC" test --filter 'no such title' pass.zt
says out '0 passed, 0 failed, 14 skipped'
run 0 "$ZKMLC" test model.zt
says out '0 passed, 0 failed'
is_empty err

run 1 "$ZKMLC" test --json --filter equal fail.zt
is_empty err
says out '{"v":1,"kind":"test","file":"fail.zt","name":"equal","line":13,"result":"failed"}'
says out '"code":"E0620"'
says out '"message":"left is 6, right is 7"'
says out '{"v":1,"kind":"summary","passed":0,"failed":1,"skipped":9,"broken_files":0}'
[ "$(wc -l <out)" -eq 3 ] || fail "$(wc -l <out) objects"

# Directories: sorted, hidden files and other names left out, links to directories not followed.
mkdir -p all/b/c all/.hidden all/a
cp pass.zt model.zt all/b/c
cp fail.zt all/.hidden
cp fail.zt all/a/fail.txt
ln -s .. all/a/up
printf 'test "one" {\n    assert 1 == 1;\n}\n' >all/a/z.zt
run 0 "$ZKMLC" test all
says out '15 passed, 0 failed'
grep -v '^ ' out >files
printf 'all/a/z.zt\nall/b/c/pass.zt\n\n15 passed, 0 failed\n' | cmp -s - files ||
    fail "the files are $(cat files)"
(cd all && run 0 "$ZKMLC" test && says out '15 passed')
run 1 "$ZKMLC" test all broken.zt
says out '15 passed, 0 failed, 1 file with errors'
run 5 "$ZKMLC" test missing.zt
says err 'missing.zt'
run 3 "$ZKMLC" test --no-such-option
if [ "$(id -u)" -ne 0 ]; then
    chmod 0 all/b
    run 5 "$ZKMLC" test all
    chmod 755 all/b
fi

# Examples pass the tests that they hold.
run 0 "$ZKMLC" test "$top_srcdir/examples"
finish
