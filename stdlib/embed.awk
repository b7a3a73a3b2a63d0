# embed.awk - prints a C file with the text of each file given as NAME.SUFFIX, and two functions to
# find them: PREFIX_names and PREFIX_text, declared in HEADER.
#     awk -v prefix=zc_stdlib -v header=compiler/front/front.h -f embed.awk nn.zt act.zt
BEGIN {
    print "/* Made by embed.awk. */"
    print "#include <string.h>"
    print "#include \"" header "\""
}
FNR == 1 {
    if (count > 0)
        print ";"
    name = FILENAME
    sub(/^.*\//, "", name)
    sub(/\.[a-z]+$/, "", name)
    names[++count] = name
    printf "static const char text_%s[] =\n", name
}
{
    line = $0
    gsub(/[\\"]/, "\\\\&", line)
    printf "    \"%s\\n\"\n", line
}
END {
    print ";"
    print "static const char *const names[] = {"
    for (i = 1; i <= count; i++)
        printf "    \"%s\",\n", names[i]
    print "    NULL,\n};"
    print "static const struct {\n    const char *text;\n    size_t length;\n} texts[] = {"
    for (i = 1; i <= count; i++)
        printf "    {text_%s, sizeof text_%s - 1},\n", names[i], names[i]
    print "};"
    print "const char *const *" prefix "_names(void)\n{\n    return names;\n}"
    print "const char *" prefix "_text(const char *name, size_t *length)\n{"
    print "    for (size_t i = 0; names[i] != NULL; i++)"
    print "        if (strcmp(names[i], name) == 0) {"
    print "            *length = texts[i].length;"
    print "            return texts[i].text;\n        }"
    print "    *length = 0;\n    return NULL;\n}"
}
