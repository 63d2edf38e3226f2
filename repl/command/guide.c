/* guide: see guide.h. Rows are at most 78 wide, so that no terminal of 80 breaks them. */
#include "repl/command/guide.h"

typedef struct Guide {
    const char *name, *also; /* NULL: it has no other name */
    const char *text;
} Guide;

static const Guide guides[] = {
    {"start", "tutorial",
     "The first steps\n"
     "\n"
     "  fawn films.fawn               the shell on a file, made at the first write\n"
     "  Collection.create({ name: \"Film\" })            a place for documents\n"
     "  Film.create({ title: \"Heat\", year: 1995 })     a document\n"
     "  Film.all()                                     all of them\n"
     "  Film.where(.year > 1990) { title }             some of them, some fields\n"
     "  Film.firstWhere(.title == \"Heat\")!.update({ seen: true })\n"
     "  Film.all().order(desc(.year)).take(3)          the newest three\n"
     "  .mode table                   results as tables; .mode fql as before\n"
     "  .undo                         takes the last transaction back\n"
     "\n"
     "Tab completes, Up brings a query back, Ctrl-C stops one, Ctrl-D leaves.\n"
     "docs/tutorial.md goes on from here; .help Set lists what sets can do.\n"},
    {"sql", "sqlite",
     "Coming from SQL\n"
     "\n"
     "  sqlite3 shop.db               fawn shop.fawn\n"
     "  .tables                       .collections\n"
     "  CREATE TABLE product          Collection.create({ name: \"Product\" })\n"
     "  INSERT                        Product.create({ kind: \"lamp\", price: 9 })\n"
     "  SELECT name WHERE price < 9   Product.where(.price < 9) { name }\n"
     "  ORDER BY price DESC LIMIT 3   Product.all().order(desc(.price)).take(3)\n"
     "  count(*), sum(price)          .count(), Math.sum(Product.all().map(.price))\n"
     "  UPDATE … WHERE …              Product.where(…).forEach(.update({ n: 8 }))\n"
     "  DELETE … WHERE …              Product.where(…).forEach(.delete())\n"
     "  GROUP BY                      an aggregate: docs/aggregates-and-triggers.md\n"
     "  BEGIN, COMMIT, ROLLBACK       .begin, .commit, .rollback\n"
     "  EXPLAIN                       .explain QUERY\n"
     "  .import f.csv product         .import f.csv Product\n"
     "\n"
     "A query is a transaction. docs/from-sqlite.md has more.\n"},
    {"fauna", NULL,
     "Coming from Fauna\n"
     "\n"
     "  alias fauna=fawn              query, eval, shell, schema, database, local,\n"
     "                                login and completion go on with their options\n"
     "  export FAWN_DB=app.fawn       the database of commands that name none\n"
     "  fawn schema push app.fawn schema   the .fsl files of the project\n"
     "  fawn import app.fawn DIR      an export, in any form that Fauna gave out\n"
     "  fawn serve app.fawn --dev     Fauna's drivers work with it, their secret is\n"
     "                                `secret`, their endpoint http://localhost:8443\n"
     "  fawn query -i query.fql       one query, its last value, 5 s at most\n"
     "  fawn query -p ci QUERY        with the settings of profile ci in\n"
     "                                fauna.config.yaml\n"
     "  fawn app.fawn query.fql       the same file as Fawn has it: every value is\n"
     "                                printed\n"
     "\n"
     "A database is one file. There are no accounts and no regions; options about\n"
     "the connection are taken and not obeyed (--verbose tells which).\n"
     "\n"
     "docs/from-fauna.md shows how the same things are done, docs/differences.md\n"
     "what is not the same, and fawn help COMMAND each command.\n"},
};

bool guide_put(Buf *out, Str name)
{
    for (int64_t i = 0; i < countof(guides); i++) {
        const Guide *guide = &guides[i];
        if (str_eq(name, str_from_c(guide->name)) ||
            (guide->also != NULL && str_eq(name, str_from_c(guide->also)))) {
            buf_puts(out, guide->text);
            return true;
        }
    }
    return false;
}

void guide_each(void (*visit)(void *context, Str name), void *context)
{
    for (int64_t i = 0; i < countof(guides); i++) {
        visit(context, str_from_c(guides[i].name));
        if (guides[i].also != NULL) {
            visit(context, str_from_c(guides[i].also));
        }
    }
}
