#!/bin/sh
# docs/errors: every code has a page; its failing program gives that code first, its fix passes.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
pages=$top_srcdir/docs/errors

# A .npy file of six float32 numbers, shape [2, 3]: 0.5 -0.25 0.125 -1 3 0.75.
{
    printf '\223NUMPY\001\000\166\000%-117s\n' \
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    printf '\000\000\000\077\000\000\200\276\000\000\000\076\000\000\200\277\000\000\100\100\000\000\100\077'
} >weights.npy

# extract PAGE: the blocks under "## Wrong" and "## Right" become files of these directories;
# ```zt is model.zt, ```zt NAME another file, ```sh a script that writes the files.
extract()
{
    rm -rf wrong right
    mkdir wrong right
    awk '
        /^## Wrong$/ { dir = "wrong" }
        /^## Right$/ { dir = "right" }
        /^```/ {
            file = ""
            if ($1 == "```zt")
                file = dir "/" (NF > 1 ? $2 : "model.zt")
            else if ($1 == "```sh")
                file = dir "/make.sh"
            next
        }
        file != "" { print >file }
    ' "$1"
    for dir in wrong right; do
        cp weights.npy "$dir"
        [ ! -f "$dir/make.sh" ] || (cd "$dir" && sh ./make.sh)
    done
}

run 0 "$ZKMLC" explain
cp out list
count=0 fixed=0
while read -r id summary; do
    case $id in [EW][0-9][0-9][0-9][0-9]) ;; *) continue ;; esac
    page=$pages/$id.md
    count=$((count + 1))
    [ -f "$page" ] || {
        fail "$id has no page"
        continue
    }
    run 0 "$ZKMLC" explain "$id"
    same out "$page"
    title=$(head -n 1 "$page")
    [ "$title" = "# $id: $summary" ] || fail "$id: the title is $title"

    extract "$page"
    case $id in
    E*) severity=error status=1 ;;
    W*) severity=warning status=0 ;;
    esac
    case $id in
    E0605 | E0620) # told about tests when they are run
        run 1 "$ZKMLC" test --json wrong/model.zt
        mv out results
        run 0 "$ZKMLC" test -q right/model.zt
        says out '1 passed, 0 failed'
        mv results err
        ;;
    *) run "$status" "$ZKMLC" --check --json -q wrong/model.zt ;;
    esac
    first=$(grep -m 1 "\"severity\":\"$severity\"" err) || first=none
    case $first in
    *"\"code\":\"$id\""*) ;;
    *) fail "$id: the failing program gives $first" ;;
    esac
    "$ZKMLC" --fix --json -q wrong/model.zt >out 2>err || :
    if grep -q "\"v\":1.*\"severity\":\"fixed\".*\"code\":\"$id\"" err; then
        fixed=$((fixed + 1))
        ! grep -q "\"code\":\"$id\",.*\"severity\":\"$severity\"" err ||
            fail "$id: --fix leaves it: $(cat err)"
    fi
    run 0 "$ZKMLC" --check -q right/model.zt
    is_empty err
    run 0 "$ZKMLC" fmt --check right/*.zt
    is_empty out
done <list
[ "$fixed" -ge 15 ] || fail "--fix mends only $fixed of the failing programs"
[ "$count" -ge 60 ] || fail "only $count codes are listed"
[ "$count" -eq "$(ls "$pages" | grep -c '\.md$')" ] || fail "there are pages without a code"
finish
