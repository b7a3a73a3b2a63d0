#!/bin/sh
# zkmlc on texts and programs that are too deep, too large, or no text: an error with the right
# exit code, soon, and never a crash.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# repeat COUNT TEXT: the text so many times, without line ends.
repeat()
{
    awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'
}

# circuit BODY: a file with one circuit.
circuit()
{
    printf 'circuit c(private x: int(0 .. 3)[9]) -> public int(0 .. 3) { %s }\n' "$1" >p.zt
}

{
    printf 'circuit c(private x: int(0 .. 3)) -> public int(0 .. 3) { '
    repeat 1000000 '('
    printf 'x'
    repeat 1000000 ')'
    printf ' }\n'
} >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0202
for open in '[' '{' '- ' 'not ' 'if x then ' 'sum[i](' 'round '; do
    circuit "$(repeat 20000 "$open")"
    run 1 "$ZKMLC" --check p.zt
done
circuit "$(repeat 20000 'x[0] + ') x[0]"
run 1 "$ZKMLC" --check p.zt
says err E0202
circuit "$(repeat 10001 'let y = x; ') x[0]"
run 1 "$ZKMLC" --check p.zt
says err E0950

# Bytes that are no text, and far too much text.
head -c 100000 /dev/zero >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0102
repeat 50000 "$(printf '\377\376')" >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0103
head -c 17000000 /dev/zero >p.zt
run 4 "$ZKMLC" --check p.zt
repeat 2000000 a >p.zt
run 1 "$ZKMLC" --check p.zt
printf 'const A = %s;\n' "$(repeat 100000 1)" >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0109

# Many declarations are no problem; many files in a chain, or in a circle, are refused.
awk 'BEGIN { for (i = 0; i < 50000; i++) printf "const A%d = %d;\n", i, i }' >p.zt
printf 'circuit c(private x: int(0 .. 3)) -> public int(0 .. 99999) { x + A49999 }\n' >>p.zt
run 0 "$ZKMLC" --check p.zt
for i in $(seq 1 120); do
    printf 'use "./m%d.zt" as n;\n' $((i + 1)) >m$i.zt
done
: >m121.zt
run 1 "$ZKMLC" --check m1.zt
says err E0213
printf 'use "./m1.zt" as n;\n' >m30.zt
run 1 "$ZKMLC" --check m1.zt
says err E0212

# Sizes.
printf 'circuit c(private x: int(0 .. 3)[2147483647, 2147483647]) { assert x[0, 0] > 1; }\n' >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0950
printf 'circuit c(private x: int(0 .. 3)[2147483647]) { assert x[0] > 1; }\n' >p.zt
run 1 "$ZKMLC" --check p.zt
says err E0950
circuit 'let y[i < 2000000000] = x[0] * i; max[i](y[i])'
run 1 "$ZKMLC" --check p.zt
circuit 'loop a = x[0] for k < 4096 { loop b = a for l < 4096 { min(b + 1, 3) } }'
run 1 "$ZKMLC" --check p.zt
says err E0950
circuit 'x[0] ^ 64 * 2 ^ 64 * (2 ^ 64) ^ 64'
run 1 "$ZKMLC" --check p.zt

# With little memory it says so. Sanitizers reserve too much address space for this: the probe
# finds that out, and must not leave a report where .ci/run looks for them.
awk 'BEGIN { printf "const W: int(0 .. 1)[300000] = [0"; for (i = 1; i < 300000; i++) printf ", 1";
    print "];" }' >p.zt
printf 'circuit c(private x: int(0 .. 3)) -> public int(0 .. 3) { x * W[1] }\n' >>p.zt
run 0 "$ZKMLC" --check p.zt
if (ulimit -v 60000 && ASAN_OPTIONS='' "$ZKMLC" --version) >/dev/null 2>&1; then
    run 4 sh -c 'ulimit -v 60000; "$ZKMLC" --check p.zt'
fi
finish
