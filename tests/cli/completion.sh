#!/bin/sh
# Completion in bash.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"
command -v bash >/dev/null || exit 77

# completes WANTED WORD...: the completions of the last word, in one line.
completes()
{
    wanted=$1
    shift
    got=$(bash -c '
        . "$0"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _zkmlc
        echo "${COMPREPLY[*]}"' "$top_srcdir/docs/completion/zkmlc" "$@")
    [ "$got" = "$wanted" ] || fail "\`$*\` gives \`$got\` instead of \`$wanted\`"
}

completes 'explain' "$ZKMLC" ex
completes '--check --cost --circuit= --color=' "$ZKMLC" --c
completes '--check --color=' "$ZKMLC" fmt --c
completes '--in-place' "$ZKMLC" fmt x.zt --i
completes '' "$ZKMLC" fmt x
completes 'E0601 E0602 E0603 E0604 E0605' "$ZKMLC" explain E060
completes 'nn' "$ZKMLC" explain nn
completes 'prove' "$ZKML" pro
completes '--output= --opening=' "$ZKML" prove --o
completes '' "$ZKML" frobnicate x
finish
