#!/bin/sh
# zkmlc fmt: files, standard input, --in-place, --check; the tree's own programs are formatted.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

run 0 "$ZKMLC" fmt --check "$top_srcdir"/examples/*/*.zt "$top_srcdir"/stdlib/*.zt \
    "$top_srcdir"/compiler/cli/template/*.zt
is_empty out
is_empty err

printf 'type A=bool;  // a remark\n' >ugly.zt
printf 'type A = bool;  // a remark\n' >fair.zt
run 0 "$ZKMLC" fmt ugly.zt
same out fair.zt
is_empty err
run 0 "$ZKMLC" fmt fair.zt fair.zt
cat fair.zt fair.zt >twice
same out twice
run 0 sh -c '"$ZKMLC" fmt - <ugly.zt'
same out fair.zt

run 1 "$ZKMLC" fmt --check fair.zt ugly.zt
echo ugly.zt >names
same out names
run 0 "$ZKMLC" fmt --check fair.zt
is_empty out

# A link stays a link, permissions stay, and a file that would not change is not touched.
cp ugly.zt linked.zt
chmod 640 linked.zt
ln -s linked.zt link.zt
run 0 "$ZKMLC" fmt -i link.zt fair.zt
is_empty out
same linked.zt fair.zt
[ -L link.zt ] || fail "the link was replaced"
[ "$(stat -c %a linked.zt)" = 640 ] || fail "permissions changed"
touch -d 2001-01-01 fair.zt
run 0 "$ZKMLC" fmt -i fair.zt
[ "$(stat -c %y fair.zt | cut -c1-4)" = 2001 ] || fail "an unchanged file was written"

# A file with errors is left alone; the others are formatted all the same.
printf 'type A=bool\n' >wrong.zt
cp wrong.zt copy.zt
cp ugly.zt other.zt
run 1 "$ZKMLC" fmt -i wrong.zt other.zt
says err 'error[E0201]: missing `;`'
is_empty out
same wrong.zt copy.zt
same other.zt fair.zt
run 1 "$ZKMLC" fmt wrong.zt
is_empty out

run 3 "$ZKMLC" fmt
run 3 "$ZKMLC" fmt -i --check fair.zt
run 3 "$ZKMLC" fmt -i -
run 5 "$ZKMLC" fmt missing.zt
says err missing.zt
run 5 "$ZKMLC" fmt -i missing/x.zt
[ ! -c /dev/full ] || run 5 sh -c '"$ZKMLC" fmt fair.zt >/dev/full'
finish
