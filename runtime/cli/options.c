#include "runtime/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static int count_options(const zk_option *options)
{
    int count = 0;
    while (options[count].id != 0)
        count++;
    ZK_CHECK(count <= ZK_MAX_OPTIONS);
    return count;
}

static bool has_short_form(const zk_option *option)
{
    return option->id > ' ' && option->id < 127;
}

/* getopt's two forms of the table: "+:" is not used, so that options and operands may mix. */
static void build_tables(const zk_option *options, int count, char *letters, struct option *longs)
{
    *letters++ = ':';
    for (int i = 0; i < count; i++) {
        longs[i] = (struct option){options[i].name,
                                   options[i].argument != NULL ? required_argument : no_argument,
                                   NULL, options[i].id};
        if (has_short_form(&options[i])) {
            *letters++ = (char)options[i].id;
            if (options[i].argument != NULL)
                *letters++ = ':';
        }
    }
    *letters = '\0';
    longs[count] = (struct option){"help", no_argument, NULL, ZK_OPTION_HELP};
    longs[count + 1] = (struct option){"version", no_argument, NULL, ZK_OPTION_VERSION};
    longs[count + 2] = (struct option){0};
}

static int position_of(const zk_syntax *syntax, int id)
{
    for (int i = 0; syntax->options[i].id != 0; i++)
        if (syntax->options[i].id == id)
            return i;
    return -1;
}

static zkml_status take_repeated(zk_args *args, int id, int at, zkml_error *err)
{
    if (args->repeated_count == ZK_MAX_REPEATED)
        return zk_fail(err, ZKML_USAGE, "%s: option `--%s` is given too often",
                       args->syntax->program, args->syntax->options[at].name);
    args->repeated[args->repeated_count++] = (zk_given){id, optarg};
    args->values[at] = optarg;
    return ZKML_OK;
}

static zkml_status take_option(zk_args *args, int id, char **argv, zkml_error *err)
{
    const char *program = args->syntax->program;
    if (id == ZK_OPTION_HELP) {
        args->help = true;
        return ZKML_OK;
    }
    if (id == ZK_OPTION_VERSION) {
        args->version = true;
        return ZKML_OK;
    }
    if (id == ':')
        return zk_fail(err, ZKML_USAGE, "%s: option `%s` wants a value", program, argv[optind - 1]);
    if (id == '?') {
        if (optopt > ' ' && optopt < 127)
            return zk_fail(err, ZKML_USAGE, "%s: unknown option `-%c` (see %s --help)", program,
                           optopt, program);
        return zk_fail(err, ZKML_USAGE, "%s: unknown or ambiguous option `%s` (see %s --help)",
                       program, argv[optind - 1], program);
    }
    int at = position_of(args->syntax, id);
    if (id >= ZK_OPTION_REPEATED)
        return take_repeated(args, id, at, err);
    if (args->values[at] != NULL && args->syntax->options[at].argument != NULL)
        return zk_fail(err, ZKML_USAGE, "%s: option `--%s` is given twice", program,
                       args->syntax->options[at].name);
    args->values[at] = args->syntax->options[at].argument != NULL ? optarg : "";
    return ZKML_OK;
}

zkml_status zk_args_parse(zk_args *args, const zk_syntax *syntax, int argc, char **argv,
                          zkml_error *err)
{
    struct option longs[ZK_MAX_OPTIONS + 3];
    char letters[2 * ZK_MAX_OPTIONS + 2];
    build_tables(syntax->options, count_options(syntax->options), letters, longs);
    *args = (zk_args){.syntax = syntax};
    optind = 0; /* starts getopt anew: commands parse after the program's own options */
    opterr = 0;
    for (int id; (id = getopt_long(argc, argv, letters, longs, NULL)) != -1;)
        ZK_TRY(take_option(args, id, argv, err));
    args->operand_count = argc - optind;
    args->operands = argv + optind;
    if (args->help || args->version)
        return ZKML_OK;
    if (args->operand_count < syntax->min_operands)
        return zk_fail(err, ZKML_USAGE, "%s: too few arguments; usage: %s %s", syntax->program,
                       syntax->program, syntax->operands);
    if (args->operand_count > syntax->max_operands)
        return zk_fail(err, ZKML_USAGE, "%s: unexpected argument `%s`; usage: %s %s",
                       syntax->program, args->operands[syntax->max_operands], syntax->program,
                       syntax->operands);
    return ZKML_OK;
}

const char *zk_args_get(const zk_args *args, int id)
{
    int at = position_of(args->syntax, id);
    ZK_CHECK(at >= 0);
    return args->values[at];
}

bool zk_args_has(const zk_args *args, int id)
{
    return zk_args_get(args, id) != NULL;
}

const char *zk_args_next(const zk_args *args, int id, int *at)
{
    while (*at < args->repeated_count)
        if (args->repeated[(*at)++].id == id)
            return args->repeated[*at - 1].value;
    return NULL;
}

zkml_status zk_args_integer(const zk_args *args, int id, long lo, long hi, long fallback,
                            long *value, zkml_error *err)
{
    const char *text = zk_args_get(args, id);
    *value = fallback;
    if (text == NULL)
        return ZKML_OK;
    char *end;
    errno = 0;
    long parsed = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || parsed < lo || parsed > hi)
        return zk_fail(err, ZKML_USAGE, "%s: option `--%s` wants an integer from %ld to %ld, not `%s`",
                       args->syntax->program, args->syntax->options[position_of(args->syntax, id)].name,
                       lo, hi, text);
    *value = parsed;
    return ZKML_OK;
}

static void print_option(const zk_option *option, FILE *out)
{
    char left[64];
    char letter[8] = "    ";
    if (has_short_form(option))
        (void)snprintf(letter, sizeof letter, "-%c, ", option->id);
    (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
                   option->argument != NULL ? "=" : "",
                   option->argument != NULL ? option->argument : "");
    fprintf(out, "  %-28s %s\n", left, option->help);
}

void zk_args_help(const zk_syntax *syntax, FILE *out)
{
    fprintf(out, "Usage: %s %s\n\n%s\n", syntax->program, syntax->operands, syntax->summary);
    fprintf(out, "\nOptions:\n");
    for (int i = 0; syntax->options[i].id != 0; i++)
        print_option(&syntax->options[i], out);
    print_option(&(zk_option){ZK_OPTION_HELP, "help", NULL, "show this help and exit"}, out);
    print_option(&(zk_option){ZK_OPTION_VERSION, "version", NULL, "show the version and exit"},
                 out);
}
