" Highlighting of .zt files. A test compares the words with those of the compiler.
if exists('b:current_syntax')
  finish
endif

syn keyword ztDeclaration use as type const test fails
syn keyword ztDeclaration table fn circuit nextgroup=ztFunction skipwhite
syn keyword ztStatement let assert prove
syn keyword ztVisibility public private committed
syn keyword ztConditional if then else
syn keyword ztRepeat loop for
syn keyword ztVerb to exact floor round roundeven clamp check
syn keyword ztType int fix ufix quant bool num
syn keyword ztReduction sum max min argmax all any
syn keyword ztOperator and or not
syn keyword ztBoolean true false
syn keyword ztBuiltin exp log sqrt erf tanh sin cos abs load load_raw

syn match ztNumber /\<\d\%(_\?\d\)*\%(\.\d\%(_\?\d\)*\)\?\%([eE][+-]\?\d\+\)\?\>/
syn match ztNumber /\<0x\x\%(_\?\x\)*\>/
syn match ztEscape contained /\\["\\nt]/
syn region ztString start=/"/ skip=/\\./ end=/"/ oneline contains=ztEscape
syn match ztSign /->\|\.\.\|[-+*\/%^<>=]\|[<>=!]=/
syn match ztFunction contained /\h\w*/

syn keyword ztTodo contained TODO FIXME XXX
syn match ztComment "//.*$" contains=ztTodo,@Spell
syn match ztDoc "///\%([^/].*\)\?$" contains=ztTodo,@Spell

hi def link ztDeclaration Keyword
hi def link ztStatement Statement
hi def link ztVisibility StorageClass
hi def link ztConditional Conditional
hi def link ztRepeat Repeat
hi def link ztVerb Special
hi def link ztType Type
hi def link ztReduction Function
hi def link ztOperator Operator
hi def link ztBoolean Boolean
hi def link ztBuiltin Function
hi def link ztNumber Number
hi def link ztEscape SpecialChar
hi def link ztString String
hi def link ztSign Operator
hi def link ztFunction Identifier
hi def link ztTodo Todo
hi def link ztComment Comment
hi def link ztDoc SpecialComment

let b:current_syntax = 'zt'
