/* limits: the only home of a magic number. One line of reason each; each has a golden test
 * under tests/golden/limits/ that reaches it.
 *
 * What a query may make is bounded by one of two tables of Limits: Fawn's own, which is generous,
 * and that of the service. All else is bounded by the constants, the same for both.
 */
#ifndef FAWN_BASE_LIMITS_H
#define FAWN_BASE_LIMITS_H

#include <stdint.h>

/* The bounds of one query: `Rt.limits`. */
typedef struct Limits {
    const char *name;
    int64_t call_depth;   /* calls within calls */
    int64_t string_bytes; /* of one string that a query makes */
    int64_t elements;     /* of Array.sequence, and of a set whose elements are all kept */
    int64_t page_size;    /* elements on a page at most */
} Limits;

/* CALL_DEPTH_MAX, STRING_BYTES_MAX … below. */
extern const Limits limits_local;

/* What the service allowed. */
extern const Limits limits_fauna;

/* The table called `name`, "local" or "fauna"; NULL: neither. */
const Limits *limits_find(const char *name);

/* Nesting of a query's tree: every recursion over trees is bounded by this one check. */
#define AST_DEPTH_MAX 1000

/* Digits of one number as written: turning them into decimals takes the square of their count. */
#define NUMBER_DIGITS_MAX 4096

/* Bytes of one source text: offsets in spans are 32 bits wide, one bit is kept free. */
#define SOURCE_BYTES_MAX 0x7fffffff

/* Parse and check errors reported for one source before giving up. */
#define DIAG_COUNT_MAX 20

/* Comparisons of types in one check, and how deep they go into each other: past these the typer takes
 * what it compares to fit. */
#define TYPER_STEPS_MAX 400000
#define TYPER_DEPTH_MAX 200

/* Functions of a schema that need each other's types; parts of one value that types are told of; parts
 * of the type of a `let` that later statements of a script know of: what is beyond is Any. */
#define TYPER_NESTED_MAX 20
#define TYPER_VALUE_PARTS_MAX 2000
#define TYPER_KEPT_PARTS_MAX 4000

/* Bytes of a String that is a type of its own: of longer ones it is known that they are Strings. */
#define TYPER_LITERAL_BYTES_MAX 1000

/* Parts of one type that is shown, how often they are looked at to make it simple, and how deep they
 * nest: what is beyond is Any. */
#define COMPACT_TYPES_MAX 4000
#define COMPACT_WORK_MAX 2000000
#define COMPACT_DEPTH_MAX 100

/* Bytes of one source line, and lines of one span, that a message shows: what is longer is cut
 * around the place. */
#define EXCERPT_LINE_BYTES_MAX 1000
#define EXCERPT_LINES_MAX 40

/* Calls within calls. The C stack is checked as well (`rt_enter`). */
#define CALL_DEPTH_MAX 100000

/* Arguments of one call, parameters of one function. */
#define CALL_ARGS_MAX 64

/* Places of a trace that are shown: deep recursion repeats itself. */
#define TRACE_SHOWN_MAX 50

/* Bytes of one string: the service allowed 16 MiB; eight times that is still quick to copy. */
#define STRING_BYTES_MAX (128 << 20)

/* Elements of one array or one materialised set: a GiB of values. */
#define ARRAY_LEN_MAX (1 << 26)

/* Bytes of one value's text: values may share parts, and be longer as text than all memory. */
#define PRINT_BYTES_MAX (1 << 30)

/* Fields of one shape that is shared; wider or later shapes are private to their object. */
#define SHAPE_FIELDS_SHARED_MAX 64

/* Shared shapes of one store: past this, objects get private shapes, so that objects used
 * as maps cannot fill memory with shapes. */
#define SHAPE_COUNT_MAX 65536

/* Numbers of shapes lie below this: a log that says otherwise is damaged. */
#define SHAPE_ID_MAX (1u << 26)

/* Elements on a page of a set, unless `pageSize` says otherwise (as the service had it). */
#define PAGE_SIZE_DEFAULT 16

/* Elements on a page at most: a page is shown, or sent, as a whole. */
#define PAGE_SIZE_MAX 1000000

/* Bytes of one index key: four must fit on a B+tree node of the largest size. */
#define KEY_BYTES_MAX 12288

/* Sets that one set is made of, one over the other: opening, reading and copying it go down as deep,
 * and a cursor must be read again. */
#define SET_PARTS_MAX 1000

/* The same, all of them, one that is there twice counted twice: a set joined to itself, and that again,
 * doubles each time what is to be counted, copied and written into cursors. */
#define SET_ALL_PARTS_MAX 100000

/* Entries of one document in one index: terms and values with arrays multiply. */
#define INDEX_ENTRIES_MAX 65536

/* Terms and values of one index. */
#define INDEX_PARTS_MAX 64

/* Triggers within each other: what they write may run further ones. */
#define TRIGGER_DEPTH_MAX 16

/* Folds of one aggregate: a bit each in what is asked for. */
#define AGGREGATE_FOLDS_MAX 64

/* Values that one `top` keeps at hand. */
#define FOLD_TOP_MAX 10000

/* How long replaced and deleted documents can be read, and changes told, at least: what reads
 * pages or follows changes must find them when it comes again. As the service had it. */
#define HISTORY_MIN_US (15 * 60 * INT64_C(1000000))

/* The longest time that can be asked for: as good as for ever, and sums do not overflow. */
#define HISTORY_KEEP_MAX_US (INT64_MAX / 4)

/* Bytes of a collection's past that are kept at most, unless it has `history_days`: a load of
 * updates must not fill the memory with what nobody asked for. */
#define HISTORY_SPARE_BYTES (16 << 20)

/* Nesting of a document's arrays and objects. */
#define DOC_DEPTH_MAX 200

/* Nesting of JSON text, as the service had it. */
#define JSON_DEPTH_MAX 1000

/* Bytes of one document. */
#define DOC_BYTES_MAX 0x3fffffff

/* Regular expressions that a query keeps compiled; past this they are compiled for each call. */
#define REGEXES_KEPT_MAX 100

/* Kilobytes in which one match of a regular expression may note where to backtrack to. How many
 * steps it may take is PCRE2's default, ten million. */
#define REGEX_HEAP_KILOBYTES (64 * 1024)

/* A match within a text of so many bytes that takes no more than so many steps from any place where
 * it may begin is not watched for Ctrl-C and --timeout: it ends soon. Watching costs up to two thirds
 * more. */
#define REGEX_UNWATCHED_BYTES 1000
#define REGEX_UNWATCHED_STEPS 2000

/* Steps and characters of a watched match between two looks, 0.1 ms. */
#define REGEX_LOOK_STEPS 5000

/* Places that read sets of which a query keeps note for its explanation. */
#define PLAN_READS_MAX 1000

/* Roles whose members are documents of one collection, as the service had it. */
#define ROLES_PER_RESOURCE_MAX 64

/* Bytes of one password: bcrypt looks at no more. */
#define PASSWORD_BYTES_MAX 72

#endif
