#!/bin/sh
# demo.sh BUILD: what zkmlc is for, told with the programs of the build directory BUILD. It writes
# into BUILD/demo only, and ends with an error if anything does not happen as told.
set -eu

build=${1:-build}
here=$(dirname "$0")
out=$build/demo
fashion=$here/01-fashion-mlp
credit=$here/02-credit-score
mkdir -p "$out"

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

say()
{
    printf '%s\n' "$@"
}

title()
{
    printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

# run WANTED COMMAND...: show a command, run it, show its time; its exit code must be WANTED.
run()
{
    wanted=$1
    shift
    printf '  $ %s\n' "$*"
    begin=$(date +%s%N)
    code=0
    "$@" >"$out/output" 2>&1 || code=$?
    took=$((($(date +%s%N) - begin) / 1000000))
    sed 's/^/    /' "$out/output"
    printf '    (%d.%03d s, exit code %d)\n' $((took / 1000)) $((took % 1000)) "$code"
    if [ "$code" -ne "$wanted" ]; then
        printf '\nThis should have ended with exit code %s. Please report it.\n' "$wanted" >&2
        exit 1
    fi
}

# picture FILE: the 28 x 28 grey levels at the end of a .npy file, dark to bright.
picture()
{
    tail -c 784 "$1" | od -An -v -tu1 -w28 | awk '{
        line = "    "
        for (i = 1; i <= NF; i++) {
            shade = substr(" .:-=+*#%@", int($i * 10 / 256) + 1, 1)
            line = line shade shade
        }
        print line
    }'
}

title "1. A picture that stays secret"
say "This is a test image of Fashion-MNIST. The prover has it; the verifier will never see it."
picture "$fashion/image-0.npy"

title "2. Compile the trained network into a circuit"
say "784 pixels, 64 hidden units, 10 classes; weights trained with ${fashion#"$here"/}/train.py."
sed -n '/^circuit/,/^}/s/^/    /p' "$fashion/model.zt"
run 0 "$build/zkmlc" "$fashion/model.zt" -o "$out/fashion.bin"

title "3. Make the verifying key"
say "It depends on the circuit only: whoever has the model can make it again and compare."
run 0 "$build/zkml" setup "$out/fashion.bin" -o "$out/fashion.vk"

title "4. Prove"
say "\"I know an image which this network puts in the class that I publish.\""
run 0 "$build/zkml" prove "$out/fashion.bin" -i "$fashion/input.json" -o "$out/fashion.proof"

title "5. Verify"
say "The verifier has the key and the proof: $(wc -c <"$out/fashion.proof") bytes. Class 9 is \"ankle boot\"."
run 0 "$build/zkml" verify -k "$out/fashion.vk" "$out/fashion.proof"

title "6. Cheat"
say "One bit of the proof changed:"
size=$(wc -c <"$out/fashion.proof")
place=$((size / 2))
byte=$(od -An -tu1 -j "$place" -N 1 "$out/fashion.proof")
{
    head -c "$place" "$out/fashion.proof"
    printf "\\$(printf '%03o' $((byte ^ 1)))"
    tail -c +$((place + 2)) "$out/fashion.proof"
} >"$out/forged.proof"
run 1 "$build/zkml" verify -k "$out/fashion.vk" "$out/forged.proof"

title "7. A statement that is false has no proof"
say "A credit score must be at least 700; profile and score stay secret. First one that is:"
run 0 "$build/zkmlc" "$credit/model.zt" -o "$out/credit.bin"
run 0 "$build/zkml" setup "$out/credit.bin" -o "$out/credit.vk"
run 0 "$build/zkml" prove "$out/credit.bin" -i "$credit/strong.json" -o "$out/credit.proof"
run 0 "$build/zkml" verify -k "$out/credit.vk" "$out/credit.proof"
say "and one that is not:"
rm -f "$out/weak.proof"
run 1 "$build/zkml" prove "$out/credit.bin" -i "$credit/weak.json" -o "$out/weak.proof"

title "That was all of it."
say "The files are in $out. README.md tells how to write a model of your own."
rm -f "$out/output"
