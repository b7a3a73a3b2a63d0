#!/bin/sh
# The tour's dumps: every command of its console blocks is run again, in order and in one directory,
# and has to print what stands in the text. With `update`, the text is changed instead.
set -eu
: "${ZKMLC:?is set by make check}" "${ZKML:?}" "${top_srcdir:?}"
tour=$(cd "$top_srcdir/docs/tour" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/new" "$work/run"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$ZKMLC" >"$work/bin/zkmlc"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$ZKML" >"$work/bin/zkml"
chmod +x "$work/bin/zkmlc" "$work/bin/zkml"
cp "$top_srcdir/examples/00-five-lines/model.zt" "$top_srcdir/examples/00-five-lines/input.json" \
    "$work/run"
PATH=$work/bin:$PATH LC_ALL=C XDG_CACHE_HOME=$work/cache
export PATH LC_ALL XDG_CACHE_HOME
cd "$work/run"

failed=0
for chapter in "$tour"/*.md; do
    name=$(basename "$chapter")
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
        }' "$chapter" >"$work/new/$name"
    if ! cmp -s "$chapter" "$work/new/$name"; then
        if [ "${1-}" = update ]; then
            cp "$work/new/$name" "$chapter"
            echo "updated docs/tour/$name"
        else
            diff -u "$chapter" "$work/new/$name" || failed=1
        fi
    fi
done
for picture in *.svg; do
    cmp -s "$picture" "$tour/$picture" && continue
    if [ "${1-}" = update ]; then
        cp "$picture" "$tour/$picture"
        echo "updated docs/tour/$picture"
    else
        echo "docs/tour/$picture is not what the tour makes"
        failed=1
    fi
done
[ "$failed" -eq 0 ] || echo "The tour is out of date: make tour"
exit "$failed"
