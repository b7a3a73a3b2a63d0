#!/bin/sh
# zkmlc --emit=html and --emit=svg: one page that needs nothing else, balanced, escaped, and with
# everything that a line became.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}" "${ZKML:?is set by make check}"

# Elements close in order; nothing but a name, attributes in quotes, and known entities.
cat >balance.awk <<'AWK'
function bad(why) { print "page: " why " at line " FNR; failed = 1; exit 1 }
/^<style>$/ || /<script>/ { raw = 1 }
raw { if (/<\/style>/ || /<\/script>/) raw = 0; next }
{
    rest = $0
    while (match(rest, /[<&]/)) {
        rest = substr(rest, RSTART)
        if (substr(rest, 1, 1) == "&") {
            if (!match(rest, /^&(amp|lt|gt|quot|#39|#8943);/))
                bad("a bare ampersand")
            rest = substr(rest, RLENGTH + 1)
            continue
        }
        if (match(rest, /^<!DOCTYPE html>/)) {
            rest = substr(rest, RLENGTH + 1)
            continue
        }
        if (!match(rest, /^<\/?[a-z0-9A-Z]+( [a-zA-Z:-]+="[^"<]*")*\/?>/))
            bad("a broken tag: " substr(rest, 1, 60))
        tag = substr(rest, 1, RLENGTH)
        rest = substr(rest, RLENGTH + 1)
        name = tag
        gsub(/^<\/?|[ \/>].*$/, "", name)
        if (tag ~ /^<\//) {
            if (stack[depth] != name)
                bad("</" name "> closes <" stack[depth] ">")
            depth--
        } else if (tag !~ /\/>$/ && name != "meta")
            stack[++depth] = name
    }
    if (rest ~ />/)
        bad("a bare >")
}
END { if (!failed && depth != 0) bad("<" stack[depth] "> stays open") }
AWK

# check PAGE: well formed, one script, nothing from outside
check() {
    awk -f balance.awk "$1" >balance.txt || fail "$(cat balance.txt)"
    [ "$(grep -c '<script' "$1")" = 1 ] || fail "$1 has another script than its own"
    ! grep -Eiq ' (src|href|on[a-z]+|style|xlink:href)="[^#]' "$1" || fail "$1 refers to something"
    ! grep -Eiq '@import|url\(.?http' "$1" || fail "$1 loads something"
    says "$1" "default-src 'none'"
}

# lines PAGE CIRCUIT.bin: each line with rows has its source line, its gadgets and a rectangle
lines() {
    run 0 "$ZKML" inspect "$2"
    sed -n '/^cost by source line/,/^$/s/^.*  model\.zt:\([0-9]*\)  .*/\1/p' out >numbers
    [ -s numbers ] || fail "no lines in $2"
    while read -r number; do
        grep -q "class=\"ln has\" data-l=\"0\.$number\"" "$1" || fail "$1: no source line $number"
        grep -Eq "class=\"it gr\" tabindex=\"0\" data-l=\"0\.$number[ \"]" "$1" ||
            fail "$1: no gadget of line $number"
        grep -Eq "class=\"it\" tabindex=\"0\" data-l=\"0\.$number[ \"]" "$1" ||
            fail "$1: no operation of line $number"
        grep -q "<rect.*data-l=\"0\.$number\"" "$1" || fail "$1: no rectangle of line $number"
    done <numbers
}

for model in "$top_srcdir"/examples/0*/model.zt; do
    run 0 "$ZKMLC" --emit=html "$model" -o page.html
    is_empty out
    is_empty err
    check page.html
    run 0 "$ZKMLC" -q "$model" -o circuit.bin
    lines page.html circuit.bin
    [ "$(wc -c <page.html)" -lt 2000000 ] || fail "the page of $model is large"
    run 0 "$ZKMLC" --emit=svg "$model"
    mv out picture.svg
    run 0 "$ZKML" inspect --layout=svg circuit.bin
    same out picture.svg
    run 0 "$ZKMLC" --emit=html "$model"
    same out page.html
done

# Every text of the program is hostile.
name='<img src=x onerror=alert(1)>"'"'"'&.zt'
cat >"$name" <<'ZT'
// </span></div><script>alert("comment")</script> & &lt;
/// </title><script>alert('doc')</script>
table bad(x: int(0 .. 3)) -> int(0 .. 9) = round x * x;
circuit danger(private onload: int(0 .. 3), public alert: int(0 .. 9)) {
    assert bad(onload) <= alert, "</script><script>alert(1)</script> \" onmouseover=\"alert(2)";
    assert onload <= 2, "]]> <!-- --> &amp;";
}
test "</h2><script>alert(3)</script>" { prove danger(onload = 1, alert = 3); }
ZT
run 0 "$ZKMLC" --emit=html "./$name" -o hostile.html
check hostile.html
says hostile.html '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;'
says hostile.html '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;.zt'

# A library's lines are shown where they are used.
mkdir -p library
printf 'fn half(x: num) -> num { floor x / 2 to int(0 .. 100) }\nfn other(x: num) -> num { x }\n' \
    >library/more.zt
printf 'use "./library/more.zt" as more;\ncircuit c(private x: int(0 .. 99)) -> public int(0 .. 100) {\n    more.half(x)\n}\n' \
    >model.zt
run 0 "$ZKMLC" --emit=html model.zt -o page.html
check page.html
says page.html 'library/more.zt</div>'
grep -Eq 'class="it gr" tabindex="0" data-l="[0-9]+\.1" data-c="[0-9]+\.3"' page.html ||
    fail 'a gadget does not know its call'

printf 'circuit c(private x: int(0 .. 9)) { y }\n' >wrong.zt
run 1 "$ZKMLC" --emit=html wrong.zt -o none.html
absent none.html
finish
