# docs/editors: installed as they are, below the documentation.
editorsdir = $(docdir)/editors
vimsyntaxdir = $(editorsdir)/vim/syntax
vimdetectdir = $(editorsdir)/vim/ftdetect
vimplugindir = $(editorsdir)/vim/ftplugin
vscodedir = $(editorsdir)/vscode
vscodesyntaxdir = $(vscodedir)/syntaxes
dist_editors_DATA = docs/editors/README.md
dist_vimsyntax_DATA = docs/editors/vim/syntax/zt.vim
dist_vimdetect_DATA = docs/editors/vim/ftdetect/zt.vim
dist_vimplugin_DATA = docs/editors/vim/ftplugin/zt.vim
dist_vscode_DATA = docs/editors/vscode/language-configuration.json docs/editors/vscode/package.json
dist_vscodesyntax_DATA = docs/editors/vscode/syntaxes/zt.tmLanguage.json
