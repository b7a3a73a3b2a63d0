#!/bin/sh
# zkmlc lsp: recorded sessions over pipes; exit codes.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?is set by make check}"

# framed: messages, one a line, with the headers of the protocol.
framed()
{
    while IFS= read -r message; do
        printf 'Content-Length: %d\r\n\r\n%s' "$(printf %s "$message" | wc -c)" "$message"
    done
}

# serve WANTED: runs the server on standard input; answers in ./out, one a line.
serve()
{
    wanted=$1
    cat >input
    code=0
    "$ZKMLC" lsp --stdio <input >raw 2>err || code=$?
    [ "$code" -eq "$wanted" ] || fail "exit code $code instead of $wanted"
    tr -d '\r' <raw | sed 's/}Content-Length/}\nContent-Length/' | grep '^{' >out || :
}

mkdir project
cp "$top_srcdir/examples/02-credit-score/model.zt" project/model.zt
uri=file://$work/project/model.zt
start='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
stop='{"jsonrpc":"2.0","id":99,"method":"shutdown"}'
leave='{"jsonrpc":"2.0","method":"exit"}'

# A session as an editor records it: the buffer differs from the file.
framed <<END | serve 0
$start
{"jsonrpc":"2.0","method":"initialized","params":{}}
{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"$uri","languageId":"zt","version":1,"text":"circuit c(private x: fix(8, 4)) -> public fix(8, 4) {\n    x * x\n}\n"}}}
{"jsonrpc":"2.0","id":2,"method":"textDocument/codeAction","params":{"textDocument":{"uri":"$uri"},"range":{"start":{"line":1,"character":4},"end":{"line":1,"character":9}},"context":{"diagnostics":[]}}}
{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"$uri","version":2},"contentChanges":[{"text":"circuit c(private x: fix(8, 4)) -> public fix(8, 4) {\n    clamp x * x to fix(8, 4)\n}\n"}]}}
{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":{"textDocument":{"uri":"$uri"},"position":{"line":1,"character":5}}}
{"jsonrpc":"2.0","id":4,"method":"textDocument/definition","params":{"textDocument":{"uri":"$uri"},"position":{"line":1,"character":10}}}
$stop
$leave
END
is_empty err
says out '"hoverProvider":true'
says out '"code":"E0406"'
says out '"newText":"clamp "'
says out '"version":2}'
says out '`clamp x * x to fix(8, 4)`: 0 .. 7.9375, step 2^-4 (codes 0 .. 127), 7 bits'
says out ' rows, '
says out '"result":{"uri":"'"$uri"'","range":{"start":{"line":0,"character":18}'
same project/model.zt "$top_srcdir/examples/02-credit-score/model.zt"

# What it takes from the disk: the files that a document uses.
printf 'use "./model.zt" as m;\n' >project/other.zt
framed <<END | serve 0
$start
{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://$work/project/other.zt","languageId":"zt","version":1,"text":"use \"./model.zt\" as m;\ncircuit c(private x: m.Feature[6]) -> public int(300 .. 850) {\n    m.score(x)\n}\n"}}}
{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"file://$work/project/other.zt"},"position":{"line":2,"character":7}}}
$stop
$leave
END
says out 'fn score(x: Feature[N]) -> int(300 .. 850)'

# It ends with 1 without shutdown, with 2 where no message can be found.
framed <<END | serve 1
$start
$leave
END
says err 'without "shutdown"'
framed <<END | serve 1
$start
END
says err 'without "exit"'
printf 'Content-Length: zwei\r\n\r\n{}' | serve 2
printf 'Content-Length: 10\r\n\r\n{' | serve 2
printf '{"jsonrpc":"2.0"}' | serve 2
: | serve 1

# A message that is no JSON, or no UTF-8, is answered; the session goes on.
{
    printf '%s\n' "$start" | framed
    printf 'Content-Length: 3\r\n\r\n{"\377'
    printf '%s\n%s\n' "$stop" "$leave" | framed
} | serve 0
says out '"code":-32700'

run 3 "$ZKMLC" lsp file.zt
run 0 "$ZKMLC" lsp --help
[ ! -c /dev/full ] || {
    printf '%s\n' "$start" | framed >input
    code=0
    "$ZKMLC" lsp <input >/dev/full 2>err || code=$?
    [ "$code" -eq 5 ] || fail "a full disk gives $code"
}
finish
