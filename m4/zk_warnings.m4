# AX_ZK_WARNINGS: sets WARN_CFLAGS to the project's warnings that the compiler knows.
# --enable-werror turns them into errors. The user's CFLAGS are left alone.
AC_DEFUN([AX_ZK_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])])
  WARN_CFLAGS=
  zk_save_CFLAGS=$CFLAGS
  for flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
              -Wvla -Wundef -Wpointer-arith -Wwrite-strings -Wformat=2 -fvisibility=hidden; do
    CFLAGS="$zk_save_CFLAGS -Werror $flag"
    AC_MSG_CHECKING([whether $CC accepts $flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes]); WARN_CFLAGS="$WARN_CFLAGS $flag"], [AC_MSG_RESULT([no])])
  done
  CFLAGS=$zk_save_CFLAGS
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])
