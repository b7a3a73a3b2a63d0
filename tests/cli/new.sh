#!/bin/sh
# zkmlc new: the commands of its README work; nothing that exists is overwritten.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
zkmlc()
{
    "$ZKMLC" "$@"
}
zkml()
{
    "$ZKML" "$@"
}

run 0 zkmlc new first
says out first
is_empty err
cd first
run 0 zkmlc --check model.zt
case $(cat err) in
*warning*) fail "the model has warnings" ;;
esac
sed -n 's/^    \(zkml.*\)/\1/p' README.md >commands
[ "$(wc -l <commands)" -ge 8 ] || fail "README.md has no commands"
while read -r line; do
    eval "run 0 $line"
    case $line in 'zkml verify'*) says out 'proof: valid' && says out 'result = 2' ;; esac
done <commands
cd ..

cp -r first kept
run 5 zkmlc new first
says err 'not an empty directory'
is_empty out
diff -r first kept || fail "a file changed"
mkdir empty
run 0 zkmlc new empty
same empty/model.zt "$top_srcdir/compiler/cli/template/model.zt"
echo mine >file
run 5 zkmlc new file
run 5 zkmlc new missing/dir
run 3 zkmlc new
run 3 zkmlc new a b
absent a b missing
finish
