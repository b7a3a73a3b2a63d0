#!/bin/sh
# The worked examples of the language's design, with parameters that are private instead of
# committed and weights that are made up: from source to a circuit whose constraints hold.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# Bytes without a pattern that matters, as many as the shape in `const NAME: TYPE[SHAPE] = ...`.
cat "$top_srcdir"/stdlib/*.zt "$top_srcdir"/docs/language.md >text
for i in 1 2 3 4 5 6; do cat text; done | tr ' -~' '\200-\336' | tr '\200-\256' ' -N' >bytes

# example NAME: a copy with such weights.
example()
{
    sed 's/committed/private/g' "$top_srcdir/tests/golden/front/$1.zt" |
        awk '/= clamp load/ {
                 shape = $0
                 sub(/.*\)?\[/, "", shape); sub(/\].*/, "", shape)
                 count = 1
                 n = split(shape, extent, /, */)
                 for (i = 1; i <= n; i++) count *= extent[i]
                 file = "weights" ++files ".bin"
                 system("head -c " count " bytes >" file)
                 sub(/= .*/, "= load_raw(\"" file "\", \"i8\");")
             }
             { print }' >"$1.zt"
}

# numbers COUNT LOW STEP LEVELS: a JSON array that goes up and down.
numbers()
{
    awk -v n="$1" -v low="$2" -v step="$3" -v levels="$4" 'BEGIN {
        printf "["
        for (i = 0; i < n; i++)
            printf "%s%.10g", i ? ", " : "", low + step * ((i * 7919) % levels)
        printf "]"
    }'
}

# rows COUNT ARRAY: the array so many times, as an array.
rows()
{
    awk -v n="$1" -v row="$2" 'BEGIN {
        printf "["
        for (i = 0; i < n; i++)
            printf "%s%s", i ? ", " : "", row
        printf "]"
    }'
}

for name in credit mlp cnn attention; do
    example "$name"
    for stage in tir circuit; do
        run 0 "$ZKMLC" --emit="$stage" "$name.zt"
        is_empty err
    done
    run 0 "$ZKMLC" -q "$name.zt" -o "$name.bin"
    is_empty err
done

printf '{"threshold": 700, "profile": [2, -2, 1, 0, -1, 2]}' >credit.json
run 0 "$ZKML" mock credit.bin -i credit.json
printf '{"threshold": 700, "profile": [-2, 2, -1, 0, 1, -2]}' >weak.json
run 1 "$ZKML" mock credit.bin -i weak.json
says out 'score is below the threshold'

printf '{"image": %s}' "$(numbers 784 0 0.00390625 256)" >mlp.json
run 0 "$ZKML" run mlp.bin -i mlp.json
run 0 "$ZKML" mock mlp.bin -i mlp.json
printf '{"image": [%s]}' "$(rows 28 "$(numbers 28 0 0.00390625 256)")" >cnn.json
run 0 "$ZKML" run cnn.bin -i cnn.json
run 0 "$ZKML" mock cnn.bin -i cnn.json
matrix=$(rows 64 "$(numbers 64 -0.5 0.0078125 127)")
layers="[$matrix, $matrix]"
printf '{"x": %s, "wq": %s, "wk": %s, "wv": %s, "wo": %s}' "$(rows 8 "$(numbers 64 -2 0.03125 128)")" \
    "$layers" "$layers" "$layers" "$layers" >attention.json
run 0 "$ZKML" run attention.bin -i attention.json
run 0 "$ZKML" mock attention.bin -i attention.json
finish
