/* foreign: one row for each word. The hints are as short as an answer across the table. */
#include "repl/edit/foreign.h"

#include <ctype.h>
#include <strings.h>

typedef struct Foreign {
    const char *word;
    const char *hint;
} Foreign;

static const Foreign words[] = {
    {"select", "this is FQL: COLLECTION.where(.FIELD > 1) { FIELD, FIELD }"},
    {"insert", "this is FQL: COLLECTION.create({ FIELD: VALUE })"},
    {"update", "this is FQL: COLLECTION.byId(ID)!.update({ FIELD: VALUE })"},
    {"delete", "this is FQL: COLLECTION.byId(ID)!.delete()"},
    {"create", "this is FQL: Collection.create({ name: \"NAME\" })"},
    {"drop", "this is FQL: COLLECTION.definition.delete()"},
    {"alter", "this is FQL: COLLECTION.definition.update({ … })"},
    {"begin", ".begin opens a transaction; each input is one otherwise"},
    {"commit", ".commit keeps what was done since .begin"},
    {"rollback", ".rollback takes back what was done since .begin"},
    {"explain", ".explain QUERY tells what a query reads"},
    {"show", ".collections lists collections, .schema shows what they are"},
    {"describe", ".describe NAME tells of a collection"},
    {"desc", ".describe NAME tells of a collection"},
    {"use", ".use NAME goes to another database; .databases lists them"},
    {"db", "this is FQL: COLLECTION.all(), COLLECTION.create({ … })"},
};

const char *foreign_hint(Str input)
{
    int64_t end = 0;
    while (end < input.len && isalpha((unsigned char)input.s[end])) {
        end++;
    }
    for (int64_t i = 0; i < countof(words); i++) {
        Str word = str_from_c(words[i].word);
        if (word.len == end && strncasecmp(word.s, input.s, (size_t)end) == 0) {
            return words[i].hint;
        }
    }
    return NULL;
}
