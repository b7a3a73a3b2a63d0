" Settings for .zt files: four spaces, // comments, and zkmlc as compiler and formatter.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal expandtab shiftwidth=4 softtabstop=4 textwidth=100
setlocal comments=:///,:// commentstring=//\ %s formatoptions-=t formatoptions+=croql
setlocal formatprg=zkmlc\ fmt\ -
setlocal makeprg=zkmlc\ --check\ -q\ --color=never\ %:S
" error[E0402]: message, then a line with the place.
setlocal errorformat=%Eerror[E%n]:\ %m,%Wwarning[W%n]:\ %m,%C\ %#-->\ %f:%l:%c,%-G%.%#

let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< textwidth< comments<'
      \ . ' commentstring< formatoptions< formatprg< makeprg< errorformat<'
