#!/bin/sh
# The manual pages name every command and every option of the programs' own --help, and no others.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# options PROGRAM [COMMAND]: the long options of its --help, a line each.
options()
{
    "$@" --help | sed -n 's/^  \(-., \)\{0,1\} *\(--[a-z0-9-]\{1,\}\).*/\2/p'
}

# page PROGRAM: its manual page as plain text, without escapes and fonts.
page()
{
    sed 's/\\-/-/g; s/\\f[A-Z]//g' "$top_srcdir/docs/man/$1.1"
}

for program in "$ZKMLC" "$ZKML"; do
    name=$(basename "$program")
    page "$name" >page
    "$program" --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p' >commands
    [ -s commands ] || fail "$name lists no commands"
    : >known
    while read -r command; do
        grep -qxE "\.(SS|B) $command" page || fail "$name.1 says nothing about $command"
        options "$program" "$command" >>known
    done <commands
    options "$program" >>known
    sort -u known >options
    while read -r option; do
        grep -qE -- "$option([^a-z0-9-]|$)" page || fail "$name.1 does not name $option"
    done <options
    grep -oE -- '(^|[^a-z-])--[a-z0-9][a-z0-9-]*' page | sed 's/^[^-]*//' | sort -u >named
    comm -13 options named >strangers
    [ ! -s strangers ] || fail "$name.1 names what there is not: $(tr '\n' ' ' <strangers)"
    ! command -v man >/dev/null || man --warnings -l "$top_srcdir/docs/man/$name.1" 2>warnings >text
    [ ! -s warnings ] || fail "$name.1: $(head -n 1 warnings)"
done
finish
