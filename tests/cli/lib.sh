# lib.sh - sourced by the scripts here: a directory that is deleted in the end, and expectations.
set -eu
: "${ZKML:?is set by make check}" "${top_srcdir:?}"
top_srcdir=$(cd "$top_srcdir" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

fail()
{
    printf 'FAILED: %s\n' "$*" >&2
    failures=$((failures + 1))
}

# run WANTED COMMAND...: standard output in ./out, standard error in ./err.
run()
{
    wanted=$1
    shift
    code=0
    "$@" >out 2>err </dev/null || code=$?
    [ "$code" -eq "$wanted" ] || {
        fail "exit code $code instead of $wanted: $*"
        sed 's/^/    /' out err >&2
    }
}

# says FILE TEXT: FILE (out or err) has a line with TEXT in it.
says()
{
    grep -qF -- "$2" "$1" || {
        fail "no \`$2\` on std$1"
        sed 's/^/    /' "$1" >&2
    }
}

# is_empty FILE
is_empty()
{
    [ ! -s "$1" ] || {
        fail "std$1 should be empty"
        sed 's/^/    /' "$1" >&2
    }
}

# same FILE FILE: byte for byte.
same()
{
    cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

# absent FILE...: no such file, and no temporary file beside it.
absent()
{
    for file; do
        [ ! -e "$file" ] || fail "$file exists"
    done
    for file in .[!.]*.tmp; do
        [ ! -e "$file" ] || fail "$file was left over"
    done
}

# flip FILE OFFSET: changes one bit of one byte in place.
flip()
{
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

finish()
{
    [ "$failures" -eq 0 ] || exit 1
}
