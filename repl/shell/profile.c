/* profile: see profile.h. The file is looked for only when it is asked for: commands that name no
 * profile do not depend on the folder that they run in. */
#include "repl/shell/profile.h"

#include "repl/tool/subcommand.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

static const char *const file_names[] = {"fauna.config.yaml", "fauna.config.yml",
                                         "fauna.config.json"};

typedef struct Profile {
    Reader *reader;
    const char *path, *name;
    yaml_document_t document;
} Profile;

/* -- reading the file ------------------------------------------------------------------------------ */

/* Opens the file that --config names, or the one of the folder. */
static FILE *open_config(Profile *profile)
{
    FILE *file = NULL;
    for (int64_t i = 0; profile->path == NULL && i < countof(file_names); i++) {
        profile->path = access(file_names[i], F_OK) == 0 ? file_names[i] : NULL;
    }
    if (profile->path == NULL) {
        (void)options_fail(profile->reader,
                           "there is no fauna.config.yaml here to read profile `%s` from (--config "
                           "FILE names another place)",
                           profile->name);
        return NULL;
    }
    file = fopen(profile->path, "r");
    if (file == NULL) {
        (void)options_fail(profile->reader, "cannot read `%s`: %s", profile->path, strerror(errno));
    }
    return file;
}

/* Reads the YAML into `profile->document`, which is then to be deleted. */
static bool load(Profile *profile)
{
    yaml_parser_t parser;
    FILE *file = open_config(profile);
    if (file == NULL) {
        return false;
    }
    bool loaded = yaml_parser_initialize(&parser) != 0;
    if (loaded) {
        yaml_parser_set_input_file(&parser, file);
        loaded = yaml_parser_load(&parser, &profile->document) != 0;
        if (!loaded) {
            (void)options_fail(profile->reader, "%s:%zu: %s", profile->path,
                               parser.problem_mark.line + 1,
                               parser.problem != NULL ? parser.problem : "this is no YAML");
        }
        yaml_parser_delete(&parser);
    }
    (void)fclose(file);
    return loaded;
}

static yaml_node_t *node_at(Profile *profile, int index)
{
    return yaml_document_get_node(&profile->document, index);
}

/* The text of a scalar; NULL: it is none. */
static const char *scalar(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
                                                          : NULL;
}

/* The section called as the profile is, or NULL with an error that names those there are. */
static const yaml_node_t *find_section(Profile *profile)
{
    const yaml_node_t *root = yaml_document_get_root_node(&profile->document);
    Buf names = {0};
    bool is_map = root != NULL && root->type == YAML_MAPPING_NODE;
    for (const yaml_node_pair_t *pair = is_map ? root->data.mapping.pairs.start : NULL;
         is_map && pair < root->data.mapping.pairs.top; pair++) {
        const char *name = scalar(node_at(profile, pair->key));
        const yaml_node_t *section = node_at(profile, pair->value);
        if (name != NULL && section != NULL && section->type == YAML_MAPPING_NODE) {
            if (strcmp(name, profile->name) == 0) {
                buf_free(&names);
                return section;
            }
            buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", name);
        }
    }
    (void)options_fail(profile->reader, "%s has no profile `%s`%s%.*s", profile->path,
                       profile->name, names.len > 0 ? "; it has " : "",
                       STR_ARG(buf_str(&names)));
    buf_free(&names);
    return NULL;
}

/* -- applying it ------------------------------------------------------------------------------------ */

/* "performanceHints" as "performance-hints". */
static Str option_name(Arena *arena, const char *key)
{
    Buf name = {0};
    for (; *key != '\0'; key++) {
        if (isupper((unsigned char)*key)) {
            buf_byte(&name, '-');
        }
        buf_byte(&name, (char)tolower((unsigned char)*key));
    }
    Str text = str_copy(arena, buf_str(&name));
    buf_free(&name);
    return text;
}

/* An option of this name that some command has. */
static const OptionRow *find_anywhere(Str name)
{
    for (const Subcommand *command = subcommands; command->name != NULL; command++) {
        for (const OptionRow *row = command->rows; row != NULL && row->name != NULL; row++) {
            if (str_eq(str_from_c(row->name), name)) {
                return row;
            }
        }
    }
    return NULL;
}

static void note(Profile *profile, const char *key, const char *text)
{
    Reader *reader = profile->reader;
    Str told = str_format(reader->arena, "note: `%s` in profile `%s` of %s %s", key, profile->name,
                          profile->path, text);
    vec_push(&reader->options->notes, reader->arena, told);
}

static bool apply_value(Profile *profile, const OptionRow *row, const char *key, const char *value)
{
    Str where = str_format(profile->reader->arena, "%s: %s.%s", profile->path, profile->name, key);
    if (strcmp(row->name, "color") == 0) { /* Fauna's is a switch */
        value = strcmp(value, "true") == 0 ? "auto" : strcmp(value, "false") == 0 ? "never" : value;
    }
    /* Options keep the texts of their values. */
    return options_apply_setting(profile->reader, row,
                                 str_to_c(profile->reader->arena, where),
                                 str_to_c(profile->reader->arena, str_from_c(value)));
}

/* A value, or each of a list. */
static bool apply_node(Profile *profile, const OptionRow *row, const char *key,
                       const yaml_node_t *value)
{
    if (value->type == YAML_SEQUENCE_NODE) {
        const yaml_node_item_t *item = value->data.sequence.items.start;
        for (; item < value->data.sequence.items.top; item++) {
            const char *text = scalar(node_at(profile, *item));
            if (text != NULL && !apply_value(profile, row, key, text)) {
                return false;
            }
        }
        return true;
    }
    const char *text = scalar(value);
    if (text == NULL) {
        note(profile, key, "has sections of its own, which no option takes");
        return true;
    }
    return apply_value(profile, row, key, text);
}

static bool apply_key(Profile *profile, const char *key, const yaml_node_t *value)
{
    Reader *reader = profile->reader;
    Str name = option_name(reader->arena, key);
    const OptionRow *row = option_find(reader, name, 0);
    bool is_here = row != NULL;
    row = is_here ? row : find_anywhere(name);
    if (row == NULL || options_belong_to_command(row)) {
        note(profile, key, "is no setting of Fawn's");
        return true;
    }
    if (option_is_ignored(row)) {
        note(profile, key, "is about Fauna's service and means nothing here");
        return true;
    }
    /* The folder of a schema may also stand on the command line without its option. */
    bool is_said = option_was_given(reader, row) ||
                   (strcmp(row->name, "dir") == 0 && reader->options->schema.dir != NULL);
    return !is_here || is_said || apply_node(profile, row, key, value);
}

static bool apply_section(Profile *profile, const yaml_node_t *section)
{
    int64_t given = profile->reader->applied.len;
    for (const yaml_node_pair_t *pair = section->data.mapping.pairs.start;
         pair < section->data.mapping.pairs.top; pair++) {
        const char *key = scalar(node_at(profile, pair->key));
        const yaml_node_t *value = node_at(profile, pair->value);
        if (key != NULL && value != NULL && !apply_key(profile, key, value)) {
            return false;
        }
        profile->reader->applied.len = given; /* only the command line forbids a key */
    }
    return true;
}

bool profile_apply(Reader *reader)
{
    const Options *options = reader->options;
    Profile profile = {.reader = reader,
                       .path = options->config,
                       .name = options->profile != NULL ? options->profile : "default"};
    if ((options->profile == NULL && options->config == NULL) || options->help ||
        options->version) {
        return true;
    }
    if (!load(&profile)) {
        return false;
    }
    const yaml_node_t *section = find_section(&profile);
    bool applied = section != NULL && apply_section(&profile, section);
    yaml_document_delete(&profile.document);
    return applied;
}
