/* set_batch: running programs, a column at a time; see set_batch.h. Loops run over the elements
 * that there are; what an element lacks shows in the masks, so that the loops themselves are plain.
 */
#include "runtime/set/set_batch_int.h"

#include "runtime/number.h"
#include "runtime/schema/catalog.h"
#include "runtime/schema/computed.h"
#include "store/doc.h"

bool batch_may(const Rt *rt)
{
    return rt->effects.most >= READS && !rt->performance_hints && rt->valid_time_us == 0 &&
           !txn_has_written(rt->txn);
}

void batch_of_documents(Batch *batch, uint32_t collection, const Version *const *versions,
                        int64_t count)
{
    assert(count > 0 && count <= BATCH_MAX);
    batch->count = count;
    batch->collection = collection;
    batch->elements.kind = COLUMN_DOCS;
    batch->elements.known = batch_mask(count);
    batch->elements.nulls = batch->elements.whole = 0;
    memcpy(batch->elements.as.docs, versions, (size_t)count * sizeof(*versions));
}

int64_t *batch_of_integers(Batch *batch, int64_t count)
{
    batch->count = count;
    batch->elements.kind = COLUMN_INTEGERS;
    batch->elements.known = batch_mask(count);
    batch->elements.nulls = batch->elements.whole = 0;
    return batch->elements.as.integers;
}

/* -- fields ------------------------------------------------------------------------------- */

/* Finds the field in documents of this shape. */
static NOINLINE void bind_field(const Rt *rt, BatchStep *step, uint32_t shape_id)
{
    const Shape *shape = shape_by_id(rt->shapes, shape_id);
    step->slot = shape != NULL ? (int32_t)shape_slot(shape, step->name) : -1;
    step->shape_id = shape_id;
    step->is_bound = true;
}

/* Where a field lies in documents of a shape and layout, both in `header`. */
typedef struct FieldPlace {
    uint64_t header;
    int64_t at;
    bool wide;
} FieldPlace;

/* Finds the field in a document whose header is another. False: it is of another shape. */
static bool place_field(FieldPlace *place, const BatchStep *step, const char *block)
{
    if (doc_shape_id(block) != step->shape_id) {
        return false;
    }
    uint32_t layout = doc_layout(block);
    memcpy(&place->header, block, sizeof place->header);
    place->at = doc_payload_offset(layout, step->slot);
    place->wide = doc_slot_is_wide(layout, step->slot);
    return true;
}

/* Loads the words of numbers with this tag from documents of one shape; returns how many from the
 * first on are such. */
static ALWAYS_INLINE int64_t load_words(const BatchStep *step, const Batch *batch, DocTag tag,
                                        int64_t *out)
{
    const Version *const *docs = batch->elements.as.docs;
    int64_t count = batch->count, i = 0, tag_at = doc_tag_offset(step->slot);
    FieldPlace place;
    (void)place_field(&place, step, docs[0]->doc);
    for (; i < count; i++) {
        const char *block = docs[i]->doc;
        if (UNLIKELY(memcmp(block, &place.header, sizeof place.header) != 0) &&
            !place_field(&place, step, block)) {
            break;
        }
        if (UNLIKELY(block[tag_at] != (char)tag)) {
            break;
        }
        if (place.wide) {
            memcpy(&out[i], block + place.at, sizeof *out);
        } else {
            out[i] = (int32_t)doc_u32(block, place.at);
        }
    }
    return i;
}

static int64_t load_texts(const BatchStep *step, const Batch *batch, Str *out)
{
    int64_t i = 0;
    for (; i < batch->count; i++) {
        const char *block = batch->elements.as.docs[i]->doc;
        if (doc_shape_id(block) != step->shape_id || doc_tag(block, step->slot) != TAG_STRING) {
            break;
        }
        out[i] = doc_str(block, step->slot);
    }
    return i;
}

/* The frequent case: documents of one shape with Ints, or Doubles, or Strings in the slot. */
static bool load_alike(const BatchStep *step, const Batch *batch, Column *out)
{
    const char *first = batch->elements.as.docs[0]->doc;
    if (!step->is_bound || step->slot < 0 || doc_shape_id(first) != step->shape_id) {
        return false;
    }
    DocTag tag = doc_tag(first, step->slot);
    if (tag == TAG_INT) {
        out->kind = COLUMN_INTEGERS;
        return load_words(step, batch, TAG_INT, out->as.integers) == batch->count;
    }
    if (tag == TAG_DOUBLE) {
        out->kind = COLUMN_DOUBLES; /* its bits are a double's */
        return load_words(step, batch, TAG_DOUBLE, out->as.integers) == batch->count;
    }
    out->kind = COLUMN_TEXTS;
    return tag == TAG_STRING && load_texts(step, batch, out->as.texts) == batch->count;
}

/* What a tag makes of a column; COLUMN_DOCS: of none, it is foreign. */
static ColumnKind kind_of_tag(DocTag tag)
{
    switch (tag) {
    case TAG_NULL:
        return COLUMN_NULLS;
    case TAG_FALSE:
    case TAG_TRUE:
        return COLUMN_BOOLEANS;
    case TAG_INT:
    case TAG_LONG:
        return COLUMN_INTEGERS;
    case TAG_DOUBLE:
        return COLUMN_DOUBLES;
    case TAG_STRING:
        return COLUMN_TEXTS;
    case TAG_BYTES:
    case TAG_TIME:
    case TAG_DATE:
    case TAG_UUID:
    case TAG_REF:
    case TAG_ARRAY:
    case TAG_OBJECT:
        return COLUMN_DOCS;
    case TAG_COUNT:
        break;
    }
    UNREACHABLE();
}

/* Makes doubles of the integers that the column holds: Ints, which they stay in `whole`. */
static void widen(Column *column, int64_t count)
{
    column->whole = column->known;
    column->kind = COLUMN_DOUBLES;
    for (int64_t i = 0; i < count; i++) {
        column->as.doubles[i] = (double)column->as.integers[i];
    }
}

/* Puts element i, which lies in a slot, into the column, whose kind the elements before it made.
 * False: no column can hold them all. */
static bool put_slot(Column *column, int64_t i, const char *block, int64_t slot)
{
    uint64_t bit = UINT64_C(1) << i;
    DocTag tag = slot >= 0 ? doc_tag(block, slot) : TAG_NULL;
    ColumnKind kind = kind_of_tag(tag);
    if (kind == COLUMN_NULLS) {
        column->nulls |= bit;
        return true;
    }
    if (column->kind == COLUMN_NULLS && kind != COLUMN_DOCS) {
        column->kind = kind;
    }
    if (column->kind == COLUMN_INTEGERS && kind == COLUMN_DOUBLES) {
        widen(column, i);
    }
    bool is_whole = column->kind == COLUMN_DOUBLES && kind == COLUMN_INTEGERS;
    if (kind != column->kind && !is_whole) {
        return true; /* foreign */
    }
    column->known |= bit;
    if (kind == COLUMN_INTEGERS) {
        int64_t n = doc_int(block, slot);
        if ((n == (int32_t)n) != (tag == TAG_INT)) {
            return false; /* a Long where the number would fit an Int */
        }
        if (is_whole) {
            column->as.doubles[i] = (double)n;
            column->whole |= bit;
            return tag == TAG_INT;
        }
        column->as.integers[i] = n;
    } else if (kind == COLUMN_DOUBLES) {
        column->as.doubles[i] = doc_double(block, slot);
    } else if (kind == COLUMN_TEXTS) {
        column->as.texts[i] = doc_str(block, slot);
    } else {
        column->as.truths |= (uint64_t)(tag == TAG_TRUE) << i;
    }
    return true;
}

static NOINLINE bool load_mixed(const Rt *rt, BatchStep *step, const Batch *batch, Column *out)
{
    out->kind = COLUMN_NULLS;
    out->known = out->nulls = out->whole = 0;
    out->as.truths = 0;
    memset(out->as.integers, 0, (size_t)batch->count * sizeof *out->as.integers);
    for (int64_t i = 0; i < batch->count; i++) {
        const char *block = batch->elements.as.docs[i]->doc;
        uint32_t shape_id = doc_shape_id(block);
        if (!step->is_bound || shape_id != step->shape_id) {
            bind_field(rt, step, shape_id);
        }
        if (!put_slot(out, i, block, step->slot)) {
            return false;
        }
    }
    /* Widening made doubles of Longs, too: those cannot be told from Ints afterwards. */
    for (int64_t i = 0; i < batch->count && out->whole != 0; i++) {
        double d = out->as.doubles[i];
        if ((out->whole >> i & 1) && (d < INT32_MIN || d > INT32_MAX)) {
            return false;
        }
    }
    return true;
}

static bool load_field(const Rt *rt, BatchStep *step, const Batch *batch, Column *out)
{
    if (batch->elements.kind != COLUMN_DOCS) {
        return false;
    }
    if (UNLIKELY(step->collection != batch->collection)) {
        if (computed_find(rt, batch->collection, step->name) != NULL) {
            return false;
        }
        step->collection = batch->collection;
    }
    if (LIKELY(load_alike(step, batch, out))) {
        out->known = batch_mask(batch->count);
        out->nulls = out->whole = 0;
        return true;
    }
    return load_mixed(rt, step, batch, out);
}

/* -- constants and elements ------------------------------------------------------------------- */

static bool load_constant(Value constant, int64_t count, Column *out)
{
    out->known = batch_mask(count);
    out->nulls = out->whole = 0;
    if (val_is_integer(constant)) {
        out->kind = COLUMN_INTEGERS;
        for (int64_t i = 0; i < count; i++) {
            out->as.integers[i] = constant.as.integer;
        }
    } else if (constant.type == T_DOUBLE) {
        out->kind = COLUMN_DOUBLES;
        for (int64_t i = 0; i < count; i++) {
            out->as.doubles[i] = constant.as.number;
        }
    } else if (constant.type == T_STRING) {
        out->kind = COLUMN_TEXTS;
        for (int64_t i = 0; i < count; i++) {
            out->as.texts[i] = val_as_str(constant);
        }
    } else {
        out->kind = COLUMN_BOOLEANS;
        out->as.truths = constant.as.boolean ? UINT64_MAX : 0;
    }
    return constant.type != T_NULL;
}

/* -- arithmetic -------------------------------------------------------------------------------- */

/* The result goes through a local: gcc 12 reads the operands again after it stored the result,
 * which may lie where an operand is. */
#define INTEGER_LOOP(overflow)                                                 \
    do {                                                                       \
        bool leaves = false;                                                   \
        for (int64_t i = 0; i < count; i++) {                                  \
            int64_t result;                                                    \
            leaves |= overflow(a->as.integers[i], b->as.integers[i], &result); \
            to[i] = result;                                                    \
        }                                                                      \
        return !leaves;                                                        \
    } while (0)

/* Both are integers; the result goes where `a` is. */
static bool compute_integers(BatchOp op, const Column *a, const Column *b, int64_t count,
                             int64_t *to)
{
    if (op == BATCH_ADD) {
        INTEGER_LOOP(__builtin_add_overflow);
    }
    if (op == BATCH_SUB) {
        INTEGER_LOOP(__builtin_sub_overflow);
    }
    if (op == BATCH_MUL) {
        INTEGER_LOOP(__builtin_mul_overflow);
    }
    for (int64_t i = 0; i < count; i++) {
        int64_t divisor = b->as.integers[i];
        if (divisor <= 0) {
            return false;
        }
        to[i] = op == BATCH_DIV ? a->as.integers[i] / divisor : a->as.integers[i] % divisor;
    }
    return true;
}

/* The doubles that a column of numbers stands for. */
static const double *as_doubles(const Column *column, int64_t count, double *room)
{
    if (column->kind == COLUMN_DOUBLES) {
        return column->as.doubles;
    }
    for (int64_t i = 0; i < count; i++) {
        room[i] = (double)column->as.integers[i];
    }
    return room;
}

#define DOUBLE_LOOP(sign)                       \
    for (int64_t i = 0; i < count; i++) {       \
        column->as.doubles[i] = x[i] sign y[i]; \
    }                                           \
    break

static bool compute_doubles(BatchOp op, Column *column, const Column *b, int64_t count)
{
    double rooms[2][BATCH_MAX];
    const double *x = as_doubles(column, count, rooms[0]), *y = as_doubles(b, count, rooms[1]);
    column->kind = COLUMN_DOUBLES;
    switch ((int)op) {
    case BATCH_ADD:
        DOUBLE_LOOP(+);
    case BATCH_SUB:
        DOUBLE_LOOP(-);
    case BATCH_MUL:
        DOUBLE_LOOP(*);
    case BATCH_DIV:
        DOUBLE_LOOP(/);
    default:
        return false;
    }
    return true;
}

static bool is_numeric(const Column *column)
{
    return column->kind == COLUMN_INTEGERS || column->kind == COLUMN_DOUBLES;
}

static bool compute(BatchOp op, Column *a, const Column *b, int64_t count)
{
    uint64_t all = batch_mask(count);
    if (!is_numeric(a) || !is_numeric(b) || (a->known & b->known) != all ||
        (a->whole | b->whole) != 0) {
        return false;
    }
    return a->kind == COLUMN_INTEGERS && b->kind == COLUMN_INTEGERS
               ? compute_integers(op, a, b, count, a->as.integers)
               : compute_doubles(op, a, b, count);
}

/* -- comparisons ------------------------------------------------------------------------------- */

static bool holds(BatchOp op, int order)
{
    switch ((int)op) {
    case BATCH_EQ:
        return order == 0;
    case BATCH_NE:
        return order != 0;
    case BATCH_LT:
        return order < 0;
    case BATCH_LE:
        return order <= 0;
    case BATCH_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

#define COMPARE_LOOP(x, sign, y)                      \
    for (int64_t i = 0; i < count; i++) {             \
        truths |= (uint64_t)((x)[i] sign(y)[i]) << i; \
    }                                                 \
    break
#define COMPARE_CASES(x, y)     \
    switch ((int)op) {          \
    case BATCH_EQ:              \
        COMPARE_LOOP(x, ==, y); \
    case BATCH_NE:              \
        COMPARE_LOOP(x, !=, y); \
    case BATCH_LT:              \
        COMPARE_LOOP(x, <, y);  \
    case BATCH_LE:              \
        COMPARE_LOOP(x, <=, y); \
    case BATCH_GT:              \
        COMPARE_LOOP(x, >, y);  \
    default:                    \
        COMPARE_LOOP(x, >=, y); \
    }

static uint64_t compare_integers(BatchOp op, const int64_t *x, const int64_t *y, int64_t count)
{
    uint64_t truths = 0;
    COMPARE_CASES(x, y)
    return truths;
}

static uint64_t compare_doubles(BatchOp op, const double *x, const double *y, int64_t count)
{
    uint64_t truths = 0;
    bool plain = true; /* C's order is the language's */
    for (int64_t i = 0; i < count; i++) {
        plain &= (x[i] < y[i]) | (x[i] > y[i]) | ((x[i] == y[i]) & (x[i] != 0));
    }
    if (plain) {
        COMPARE_CASES(x, y)
        return truths;
    }
    for (int64_t i = 0; i < count; i++) {
        int order = number_compare(val_double(x[i]), val_double(y[i]));
        truths |= (uint64_t)holds(op, order) << i;
    }
    return truths;
}

static uint64_t compare_texts(BatchOp op, const Column *a, const Column *b, int64_t count)
{
    uint64_t truths = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!((a->known & b->known) >> i & 1)) {
            continue;
        }
        Str x = a->as.texts[i], y = b->as.texts[i];
        bool truth = op == BATCH_EQ || op == BATCH_NE ? str_eq(x, y) == (op == BATCH_EQ)
                                                      : holds(op, str_compare(x, y));
        truths |= (uint64_t)truth << i;
    }
    return truths;
}

static bool is_order(BatchOp op)
{
    return op != BATCH_EQ && op != BATCH_NE;
}

/* Two columns of related kinds; elements that are not known in both are not to be told. */
static bool compare_related(BatchOp op, Column *a, const Column *b, int64_t count)
{
    if (is_numeric(a) && is_numeric(b)) {
        double rooms[2][BATCH_MAX];
        a->as.truths = a->kind == COLUMN_INTEGERS && b->kind == COLUMN_INTEGERS
                           ? compare_integers(op, a->as.integers, b->as.integers, count)
                           : compare_doubles(op, as_doubles(a, count, rooms[0]),
                                             as_doubles(b, count, rooms[1]), count);
    } else if (a->kind == COLUMN_TEXTS && b->kind == COLUMN_TEXTS) {
        a->as.truths = compare_texts(op, a, b, count);
    } else if (a->kind == COLUMN_BOOLEANS && b->kind == COLUMN_BOOLEANS && !is_order(op)) {
        uint64_t differ = a->as.truths ^ b->as.truths;
        a->as.truths = op == BATCH_EQ ? ~differ : differ;
    } else {
        return false;
    }
    return true;
}

/* Null and foreign values are unequal to what is known, and have no order with it. */
static bool compare(BatchOp op, Column *a, const Column *b, int64_t count)
{
    uint64_t all = batch_mask(count), both = a->known & b->known;
    bool is_told =
        ((a->known | b->known) & all) == all && a->kind != COLUMN_DOCS && b->kind != COLUMN_DOCS;
    if (!is_told) {
        return false;
    }
    if (a->kind == COLUMN_NULLS || b->kind == COLUMN_NULLS) {
        a->as.truths = 0;
    } else if (!compare_related(op, a, b, count)) {
        return false; /* and what is foreign to one kind may be of the other */
    }
    uint64_t others = op == BATCH_NE ? all & ~both : 0;
    a->as.truths = (a->as.truths & both) | others;
    a->kind = COLUMN_BOOLEANS;
    a->known = all;
    a->nulls = a->whole = 0;
    return true;
}

/* -- logic ------------------------------------------------------------------------------------- */

static bool are_booleans(const Column *column, int64_t count)
{
    return column->kind == COLUMN_BOOLEANS && column->known == batch_mask(count);
}

static bool combine(BatchOp op, Column *a, const Column *b, int64_t count)
{
    if (!are_booleans(a, count) || !are_booleans(b, count)) {
        return false;
    }
    a->as.truths = op == BATCH_AND ? a->as.truths & b->as.truths : a->as.truths | b->as.truths;
    return true;
}

static bool run_operator(BatchOp op, Column *a, const Column *b, int64_t count)
{
    return op <= BATCH_MOD  ? compute(op, a, b, count)
           : op <= BATCH_GE ? compare(op, a, b, count)
                            : combine(op, a, b, count);
}

void batch_copy_column(Column *to, const Column *from, int64_t count)
{
    int64_t size = from->kind == COLUMN_TEXTS ? (int64_t)sizeof(Str) : (int64_t)sizeof(int64_t);
    to->kind = from->kind;
    to->known = from->known;
    to->nulls = from->nulls;
    to->whole = from->whole;
    memcpy(&to->as, &from->as, (size_t)(count * size));
}

/* -- programs ---------------------------------------------------------------------------------- */

/* Runs a step that has its operands, if any, below `top`; what it makes lies at the new top. */
static bool run_step(Rt *rt, BatchStep *step, const Batch *batch, Column *stack, int32_t *top)
{
    switch (step->op) {
    case BATCH_ELEMENT:
        batch_copy_column(&stack[(*top)++], &batch->elements, batch->count);
        return true;
    case BATCH_FIELD:
        return load_field(rt, step, batch, &stack[(*top)++]);
    case BATCH_CONSTANT:
        return load_constant(step->constant, batch->count, &stack[(*top)++]);
    case BATCH_NOT:
        stack[*top - 1].as.truths = ~stack[*top - 1].as.truths;
        return are_booleans(&stack[*top - 1], batch->count);
    case BATCH_ADD:
    case BATCH_SUB:
    case BATCH_MUL:
    case BATCH_DIV:
    case BATCH_MOD:
    case BATCH_EQ:
    case BATCH_NE:
    case BATCH_LT:
    case BATCH_LE:
    case BATCH_GT:
    case BATCH_GE:
    case BATCH_AND:
    case BATCH_OR:
        (*top)--;
        return run_operator(step->op, &stack[*top - 1], &stack[*top], batch->count);
    }
    UNREACHABLE();
}

bool batch_compute(Rt *rt, BatchProgram *program, const Batch *batch, Column *out)
{
    assert(program->count > 0 && program->depth <= BATCH_DEPTH_MAX);
    if (program->count == 1 && program->steps[0].op == BATCH_FIELD) {
        return load_field(rt, &program->steps[0], batch, out);
    }
    Column stack[BATCH_DEPTH_MAX];
    int32_t top = 0;
    for (int32_t i = 0; i < program->count; i++) {
        if (!run_step(rt, &program->steps[i], batch, stack, &top)) {
            return false;
        }
    }
    assert(top == 1);
    batch_copy_column(out, &stack[0], batch->count);
    return true;
}
