autocmd BufRead,BufNewFile *.zt setfiletype zt
