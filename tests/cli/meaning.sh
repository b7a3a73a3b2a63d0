#!/bin/sh
# tests/language/*.zt, one for each part of the language: compiled, run on the inputs in their last lines, mocked, and for the first
# input proved and verified; or refused with the code that they name.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# checks FILE NAME: every "// INPUT gives RESULT".
checks()
{
    number=0
    sed -n 's|^// \({.*}\) gives {.*}$|\1|p' "$1" >inputs
    sed -n 's|^// {.*} gives \({.*}\)$|\1|p' "$1" >results
    [ -s inputs ] || fail "$1 has no input"
    while IFS= read -r input <&3 && IFS= read -r result <&4; do
        number=$((number + 1))
        printf '%s\n' "$input" >input.json
        printf '%s\n' "$result" >expected
        run 0 "$ZKML" run "$2.bin" -i input.json
        mv out got
        cmp -s got expected || fail "$1: $input gives $(cat got)"
        run 0 "$ZKML" mock "$2.bin" -i input.json
        [ $number = 1 ] || continue
        run 0 "$ZKML" prove "$2.bin" -k "$2.vk" -i input.json -o "$2.proof"
        run 0 "$ZKML" verify -k "$2.vk" "$2.proof"
        says out "proof: valid"
    done 3<inputs 4<results
}

programs=0
for file in "$top_srcdir"/tests/language/*.zt; do
    name=$(basename "$file" .zt)
    programs=$((programs + 1))
    refusal=$(sed -n 's|^// is refused with \([EW][0-9]*\)$|\1|p' "$file")
    run 0 "$ZKMLC" fmt --check "$file"
    if [ -n "$refusal" ]; then
        run 1 "$ZKMLC" --check "$file"
        says err "error[$refusal]"
        continue
    fi
    run 0 "$ZKMLC" -q "$file" -o "$name.bin"
    is_empty err
    run 0 "$ZKML" setup -q "$name.bin" -o "$name.vk"
    checks "$file" "$name"
done
[ $programs -gt 15 ] || fail "only $programs programs"
finish
