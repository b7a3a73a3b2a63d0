#!/bin/sh
# zkmlc --fix: what messages offer is done, once, together, and never half.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# becomes: standard input is the fixed wrong.zt; what zkmlc says is in ./err.
becomes()
{
    cat >wanted.zt
    run "$1" "$ZKMLC" --fix wrong.zt
    is_empty out
    cmp -s wrong.zt wanted.zt || {
        fail "wrong.zt is fixed in another way"
        diff wanted.zt wrong.zt >&2 || :
    }
}

# Habits of other languages, and errors that hide others: several rounds.
cat >wrong.zt <<'END'
# a remark
import nn;
type Act = fix(8, 4)
table sigmoid(z: Act) -> ufix(8, 7) = 1 / (1 + exp(-z));
/* two
   lines */
def relu(x) = max(x, 0);
circuit c(private x: Acct[3], private w: Act[3], private b: Act) -> public ufix(8, 7) {
    assert x[0] > .5 && b != 1.||!(b = 0), 'small';
    let mut unused = x;
    let z = sum[i](w[i] * x[i]) + b;
    return sigmoid[relu(z)];
}
END
cp wrong.zt original.zt
becomes 0 <<'END'
// a remark
use nn;
type Act = fix(8, 4);
table sigmoid(z: Act) -> ufix(8, 7) = round 1 / (1 + exp(-z));
// two
//   lines
fn relu(x: num) = max(x, 0);
circuit c(private x: Act[3], private w: Act[3], private b: Act) -> public ufix(8, 7) {
    assert x[0] > 0.5 and b != 1.0 or not (b == 0), "small";
    let _unused = x;
    let z = sum[i](w[i] * x[i]) + b;
    sigmoid(clamp relu(z) to Act)
}
END
says err 'fixed[E0107] wrong.zt:9:'
says err 'fixed[E0417] wrong.zt:12:'
says err 'wrong.zt: 21 edits made'
run 0 "$ZKMLC" --check -q wrong.zt
is_empty err

# Nothing left to do: the file is not written.
touch -d 2001-01-01 wrong.zt
run 0 "$ZKMLC" --fix wrong.zt
says err 'wrong.zt: 0 edits made'
[ "$(stat -c %y wrong.zt | cut -c1-4)" = 2001 ] || fail "an unchanged file was written"

# --check shows the difference and writes nothing.
cp original.zt wrong.zt
run 1 "$ZKMLC" --fix --check wrong.zt
same wrong.zt original.zt
says out '--- wrong.zt'
says out '-def relu(x) = max(x, 0);'
says out '+fn relu(x: num) = max(x, 0);'
says err '21 edits to make'
if command -v patch >/dev/null; then
    patch -s wrong.zt <out || fail "the difference is no patch"
    same wrong.zt wanted.zt
fi
run 0 "$ZKMLC" --fix --check wanted.zt
is_empty out

# Verbs: in constants, in parentheses where something follows, over several lines.
cat >wrong.zt <<'END'
use act;

/// A doc comment.
type T = fix(8, 4);
const A: T[2] = [0.3, 0.5];
const B: T = round 9;
fn f(x: T) -> num = x;
circuit c(private x: fix(8, 6), private y: T) -> (public T, public T) {
    assert y;
    let s: T = x
        + y;
    (f(x) + linalg.dot(A, A), s * B)
}
END
becomes 0 <<'END'
use act;
use linalg;

/// A doc comment.
type T = fix(8, 4);
const A: T[2] = round [0.3, 0.5];
const B: T = clamp 9;
fn f(x: T) -> num = x;
circuit c(private x: fix(8, 6), private y: T) -> (public T, public T) {
    assert y != 0;
    let s: T = clamp x
        + y to T;
    (round f(round x to T) + linalg.dot(A, A) to T, clamp s * B to T)
}
END

# Guesses are left to the author: nothing invents a type, or shows what was not public.
cat >wrong.zt <<'END'
circuit c(x: int, private y: int(1 .. 4)) -> int(0 .. 9) {
    x / y
}
END
cp wrong.zt original.zt
run 1 "$ZKMLC" --fix wrong.zt
same wrong.zt original.zt
says err '0 edits made'
run 1 "$ZKMLC" --fix --json wrong.zt
says err '"automatic":false'

# What other files need is not done here.
printf 'fn f(x: num) -> num = x + undefind;\nfn undefined(x: num) = x;\n' >other.zt
cp other.zt original.zt
printf 'use "./other.zt" as o;\ncircuit c(private x: bool) -> public bool { o.f(x) }\n' >wrong.zt
run 1 "$ZKMLC" --fix wrong.zt
says err 'error[E0220]'
same other.zt original.zt

# JSON; a link stays a link; permissions stay.
printf 'circuit c(private x: bool) -> public bool { let y = x\n x }\n' >linked.zt
chmod 640 linked.zt
ln -s linked.zt link.zt
run 0 "$ZKMLC" --fix --json link.zt
says err '"severity":"fixed","code":"E0201","file":"link.zt","message":"end it with `;`"'
[ -L link.zt ] || fail "the link was replaced"
[ "$(stat -c %a linked.zt)" = 640 ] || fail "permissions changed"
absent link.zt.tmp

run 3 "$ZKMLC" --fix -
run 3 "$ZKMLC" --fix wrong.zt -o x.bin
run 3 "$ZKMLC" --fix --emit tir wrong.zt
run 5 "$ZKMLC" --fix missing.zt
mkdir directory
cp linked.zt directory/locked.zt
printf 'circuit c(private x: bool) -> public bool { let y = x\n x }\n' >directory/locked.zt
cp directory/locked.zt original.zt
chmod 555 directory
[ "$(id -u)" = 0 ] || run 5 "$ZKMLC" --fix directory/locked.zt
[ "$(id -u)" = 0 ] || same directory/locked.zt original.zt
chmod 755 directory
finish
