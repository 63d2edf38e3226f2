/* set_batch: many elements of a set at once. What a simple lambda gives for them is worked out
 * column by column, without a call for each element.
 *
 *   .stars * 2 >= limit          program    stack of columns, 64 elements each
 *                                stars      [4 1 5 …]
 *                                2          [4 1 5 …] [2 2 2 …]
 *                                *          [8 2 10 …]
 *                                limit      [8 2 10 …] [6 6 6 …]
 *                                >=         [T F T …]
 *
 * A program does what is frequent and cannot fail: fields of documents, numbers, texts, Booleans,
 * comparisons, arithmetic that stays in range. Where anything else comes up, batch_compute says no,
 * and the lambda is called for each element as if there were no programs: they are never the
 * only way to a result, and the results are the same.
 *
 * interp makes programs of lambdas (RtUp.batch_program); set_filter.c and set_fold.c pass batches
 * along.
 */
#ifndef FAWN_RUNTIME_SET_SET_BATCH_H
#define FAWN_RUNTIME_SET_SET_BATCH_H

#include "runtime/rt.h"

enum {
    BATCH_MAX = 64,       /* elements: a bit each in a word */
    BATCH_STEPS_MAX = 12, /* of a program */
    BATCH_DEPTH_MAX = 6,  /* columns on its stack */
    BATCH_CELLS_MAX = 4,  /* of a fold */
};

typedef enum ColumnKind {
    COLUMN_NULLS, /* no element is known */
    COLUMN_DOCS,
    COLUMN_BOOLEANS,
    COLUMN_INTEGERS, /* Int where they fit, else Long */
    COLUMN_DOUBLES,
    COLUMN_TEXTS,
} ColumnKind;

/* The elements that are known are of the kind. The others are null, or foreign: of some other
 * type, which only comparisons can take. */
typedef struct Column {
    ColumnKind kind;
    uint64_t known, nulls; /* a bit an element; of both, none: foreign */
    uint64_t whole;        /* DOUBLES: those that are Ints */
    union {
        const Version *docs[BATCH_MAX];
        uint64_t truths; /* BOOLEANS: a bit an element */
        int64_t integers[BATCH_MAX];
        double doubles[BATCH_MAX];
        Str texts[BATCH_MAX]; /* borrowed from documents and constants */
    } as;
} Column;

typedef struct Batch {
    int64_t count;
    uint32_t collection; /* of COLUMN_DOCS */
    Column elements;     /* all known */
} Batch;

typedef enum BatchOp {
    BATCH_ELEMENT,
    BATCH_FIELD,
    BATCH_CONSTANT,
    BATCH_ADD, /* the operators: of the two columns on top of the stack */
    BATCH_SUB,
    BATCH_MUL,
    BATCH_DIV,
    BATCH_MOD,
    BATCH_EQ,
    BATCH_NE,
    BATCH_LT,
    BATCH_LE,
    BATCH_GT,
    BATCH_GE,
    BATCH_AND,
    BATCH_OR,
    BATCH_NOT, /* of the one on top */
} BatchOp;

typedef struct BatchStep {
    BatchOp op;
    Str name;                      /* FIELD: lives as long as the program */
    Value constant;                /* CONSTANT: a number, String or Boolean; likewise */
    uint32_t collection, shape_id; /* FIELD: for which `slot` was found */
    int32_t slot;                  /* -1: documents of that shape lack the field */
    bool is_bound;                 /* it was found at all */
} BatchStep;

typedef struct BatchProgram {
    int32_t count, depth; /* steps; columns at most on the stack */
    BatchStep steps[BATCH_STEPS_MAX];
} BatchProgram;

/* How an accumulator is combined with a value of each element. */
typedef enum BatchFoldOp {
    BATCH_FOLD_ADD,
    BATCH_FOLD_SUB,
    BATCH_FOLD_MIN,
    BATCH_FOLD_MAX
} BatchFoldOp;

/* One number that a fold accumulates: `acc + value`, or that where `condition` holds. */
typedef struct BatchCell {
    BatchFoldOp op;
    bool value_first; /* Math.max(value, acc): of equals the first counts */
    bool has_condition;
    int32_t slot; /* of the accumulator where that is an object */
    BatchProgram value, condition;
} BatchCell;

/* A reducer (acc, element) => …: the accumulator is a number, or an object of `shape`. Or it is
 * `grouped`: the accumulator is an object used as a map, one of whose fields, which `key` names, is
 * such a number or object; one that is not there, or null, counts as the seeds.
 *
 *   (groups, x) => Object.assign(groups, Object.fromEntries([[x.kind, (groups[x.kind] ?? 0) + 1]]))
 */
typedef struct BatchFold {
    const Shape *shape; /* NULL: a number */
    int32_t count;
    BatchCell cells[BATCH_CELLS_MAX];
    bool grouped;
    bool spells_key;    /* integers are keys, too: as texts */
    bool has_condition; /* elements for which `condition` does not hold leave all as it is */
    BatchProgram key, condition;
    Value seeds[BATCH_CELLS_MAX]; /* of the cells: numbers */
    struct Groups *groups;        /* NULL: none were needed yet */
    bool is_open;                 /* the accumulator is in them */
    int32_t openings;             /* how often a large one was put there */
} BatchFold;

/* Whether elements may be read in batches now: nothing was written, nobody wants to know which
 * fields are read, the present is read. */
bool batch_may(const Rt *rt);

/* Makes a batch of documents, of which there are some and not too many. */
void batch_of_documents(Batch *batch, uint32_t collection, const Version *const *versions,
                        int64_t count);

/* Makes a batch of so many integers; returns where they are to be put. */
int64_t *batch_of_integers(Batch *batch, int64_t count);

/* What `program` gives for each element. False: it cannot be told in this way. */
NODISCARD bool batch_compute(Rt *rt, BatchProgram *program, const Batch *batch, Column *out);

/* Copies the first `count` elements: most of a column's room is empty as a rule. */
void batch_copy_column(Column *to, const Column *from, int64_t count);

/* The elements for which `condition`, what a predicate gave, holds: those are left in `batch`.
 * False: some predicate gave neither Boolean nor null. */
NODISCARD bool batch_keep(Batch *batch, const Column *condition);

/* Element i of a column as a value; it is known. */
Value batch_value(const Batch *batch, int64_t i);

/* `*acc` after all elements. False: it cannot be told in this way; `*acc` is as it was. A new
 * object is made on rt->heap. A grouped fold keeps the accumulator within itself, in `home`, and
 * `*acc` is null, until batch_fold_end: of many groups a batch changes few. */
NODISCARD bool batch_fold(Rt *rt, BatchFold *fold, Arena *home, const Batch *batch, Value *acc);

/* Puts into `*acc` what a grouped fold keeps, if it does. */
void batch_fold_end(Rt *rt, BatchFold *fold, Value *acc);

#endif
