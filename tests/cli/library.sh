#!/bin/sh
# libzkml as others see it: which symbols it exports, and a program built against what is installed.
. "${top_srcdir:?}/tests/cli/lib.sh"
: "${ZKMLC:?}" "${top_builddir:?}"
library=$top_builddir/.libs/libzkml.so
[ -e "$library" ] || exit 77

nm -D --defined-only "$library" | awk '{ print $NF }' >symbols
grep -q '^zkml_verify$' symbols || fail "zkml_verify is not exported"
! grep -v '^zkml_' symbols || fail "other symbols than zkml_ are exported"
for name in $(sed -n 's/^ZKML_API .*[ *]\(zkml_[a-z_]*\)(.*/\1/p' "$top_srcdir/runtime/include/zkml.h"); do
    grep -qx "$name" symbols || fail "$name is declared and not exported"
    echo "$name" >>declared
done
grep -vxf declared symbols && fail "exported and not declared"

# An installation of its own, and pkg-config for it.
dest=$work/dest
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$top_builddir" install DESTDIR="$dest" \
    >make.log 2>&1 || {
    tail -n 20 make.log >&2
    fail "make install"
    finish
}
pc=$(find "$dest" -name zkml.pc)
libdir=$(dirname "$(find "$dest" -name libzkml.so)")
bindir=$(dirname "$(find "$dest" -path '*/bin/zkmlc')")
[ -n "$(find "$dest" -name zkml.1)" ] || fail "no manual page"
LD_LIBRARY_PATH=$libdir PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$dest
export LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
command -v "${CC:-cc}" >/dev/null || finish
# shellcheck disable=SC2046
run 0 "${CC:-cc}" -std=c11 -Wall -Wextra -Werror "$top_srcdir/examples/verify.c" -o verify \
    $(pkg-config --cflags --libs zkml)
five=$top_srcdir/examples/00-five-lines
run 0 "$bindir/zkmlc" "$five/model.zt" -q -o five.bin
run 0 "$bindir/zkml" setup five.bin -q -o five.vk
run 0 "$bindir/zkml" prove five.bin -q -i "$five/input.json" -o five.proof
run 0 ./verify five.vk five.proof
printf 'proof: valid\npublic output: result = 0.5\n' >expected
same out expected
flip five.proof 1000
run 1 ./verify five.vk five.proof
run 2 ./verify five.vk five.vk
run 2 ./verify five.bin five.proof
run 5 ./verify missing five.proof

if command -v c++ >/dev/null; then
    echo '#include <zkml.h>' >header.cc
    # shellcheck disable=SC2046
    run 0 c++ -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags zkml) header.cc
fi
finish
