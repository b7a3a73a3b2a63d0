#!/bin/sh
# The dumps of docs/tour and docs/see: every command of their console blocks is run again, in order and
# in one directory, and has to print what stands in the text. With `update`, the text is changed
# instead.
set -eu
: "${ZKMLC:?is set by make check}" "${ZKML:?}" "${top_srcdir:?}"
docs=$(cd "$top_srcdir/docs" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/new"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$ZKMLC" >"$work/bin/zkmlc"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$ZKML" >"$work/bin/zkml"
chmod +x "$work/bin/zkmlc" "$work/bin/zkml"
PATH=$work/bin:$PATH LC_ALL=C XDG_CACHE_HOME=$work/cache
export PATH LC_ALL XDG_CACHE_HOME
failed=0

# chapters UPDATE NAME EXAMPLE: docs/NAME, run with the example's files
chapters()
{
    tour=$docs/$2
    mkdir "$work/run"
    cp "$top_srcdir/examples/$3"/*.zt "$top_srcdir/examples/$3"/*.json "$work/run"
    cd "$work/run"
    for chapter in "$tour"/*.md; do
        name=$(basename "$chapter")
        run_chapter "$chapter" >"$work/new/$name"
        cmp -s "$chapter" "$work/new/$name" && continue
        if [ "$1" = update ]; then
            cp "$work/new/$name" "$chapter"
            echo "updated docs/$2/$name"
        else
            diff -u "$chapter" "$work/new/$name" || failed=1
        fi
    done
    for picture in *.svg; do
        cmp -s "$picture" "$tour/$picture" && continue
        if [ "$1" = update ]; then
            cp "$picture" "$tour/$picture"
            echo "updated docs/$2/$picture"
        else
            echo "docs/$2/$picture is not what the commands make"
            failed=1
        fi
    done
    cd "$work"
    rm -rf "$work/run"
}

run_chapter()
{
    awk '
        /^```console$/ { console = 1; print; next }
        /^```$/        { console = 0; print; next }
        !console       { print; next }
        /^\$ /         {
            print
            fflush()
            print substr($0, 3) >"../command"
            close("../command")
            system("sh ../command >../output 2>&1 </dev/null")
            while ((getline line <"../output") > 0)
                print line
            close("../output")
        }' "$1"
}

chapters "${1-check}" tour 00-five-lines
chapters "${1-check}" see 02-credit-score
[ "$failed" -eq 0 ] || echo "The chapters are out of date: make tour"
exit "$failed"
