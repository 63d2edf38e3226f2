/* operator: what each operator means on each type.
 *
 * An operator is looked up on its left operand, before the right one is evaluated:
 *
 *   every type   == != < <= > >=     (unrelated types are unequal, and no order holds)
 *   numbers      + - * / % ** & | ^   and unary - ~
 *   String       +                    (the right operand is written out)
 *   Boolean      !                    (&& || ?? isa are eval.c's: they are no lookups)
 *
 * Reference: stdlib/Numbers.scala. Integer results that leave 64 bits become doubles; `**`
 * of integers is exact while it fits. The fast forms in arithmetic.c come here for whatever
 * they do not handle.
 */
#include "interp/machine.h"
#include "runtime/number.h"
#include "runtime/set/set.h"

#include <math.h>
#include <string.h>

/* -- numbers ------------------------------------------------------------------------------- */

static int64_t to_integer(Value v)
{
    if (v.type != T_DOUBLE) {
        return v.as.integer;
    }
    /* As Java converts: NaN is 0, the rest stays within 64 bits. */
    if (isnan(v.as.number)) {
        return 0;
    }
    if (v.as.number >= 0x1p63) {
        return INT64_MAX;
    }
    return v.as.number <= -0x1p63 ? INT64_MIN : (int64_t)v.as.number;
}

static Value multiply_numbers(Value a, Value b)
{
    int64_t product;
    if (val_is_integer(a) && val_is_integer(b) &&
        !__builtin_mul_overflow(a.as.integer, b.as.integer, &product)) {
        return val_number(product);
    }
    return val_double(val_as_double(a) * val_as_double(b));
}

static Value divide_by_zero(Rt *rt)
{
    return rt_fault(rt, FAULT_divide_by_zero, "Attempted integer division by zero.");
}

static Value divide_numbers(Rt *rt, Value a, Value b)
{
    if (!val_is_integer(a) || !val_is_integer(b)) {
        return val_double(val_as_double(a) / val_as_double(b));
    }
    if (b.as.integer == 0) {
        return divide_by_zero(rt);
    }
    if (b.as.integer == -1) { /* the smallest Long stays itself, as in Java */
        return val_number((int64_t)(0 - (uint64_t)a.as.integer));
    }
    return val_number(a.as.integer / b.as.integer);
}

static Value modulo_numbers(Rt *rt, Value a, Value b)
{
    if (!val_is_integer(a) || !val_is_integer(b)) {
        return val_double(fmod(val_as_double(a), val_as_double(b)));
    }
    if (b.as.integer == 0) {
        return divide_by_zero(rt);
    }
    return val_number(b.as.integer == -1 ? 0 : a.as.integer % b.as.integer);
}

/* `base` to the power of `exponent` > 0 if it fits 64 bits. Products go through a local: gcc 12 may
 * read an operand again after it stored the result over it. */
static bool power_fits(int64_t base, int64_t exponent, int64_t *result)
{
    int64_t product;
    *result = 1;
    while (exponent > 0) {
        if (exponent & 1) {
            if (__builtin_mul_overflow(*result, base, &product)) {
                return false;
            }
            *result = product;
        }
        exponent >>= 1;
        if (exponent > 0) {
            if (__builtin_mul_overflow(base, base, &product)) {
                return false;
            }
            base = product;
        }
    }
    return true;
}

static Value raise_numbers(Value a, Value b)
{
    int64_t result;
    if (val_is_integer(a) && val_is_integer(b)) {
        int64_t base = a.as.integer, exponent = b.as.integer;
        if (exponent == 0 || base == 1) {
            return val_int(1);
        }
        if (base == -1) {
            return val_int(exponent % 2 == 0 ? 1 : -1);
        }
        if (exponent > 0 && power_fits(base, exponent, &result)) {
            return val_number(result);
        }
    }
    return val_double(pow(val_as_double(a), val_as_double(b)));
}

static Value apply_to_numbers(Rt *rt, Operator op, Value a, Value b)
{
    switch (op) {
    case OP_ADD:
        return number_add(a, b);
    case OP_SUB:
        return number_subtract(a, b);
    case OP_MUL:
        return multiply_numbers(a, b);
    case OP_DIV:
        return divide_numbers(rt, a, b);
    case OP_MOD:
        return modulo_numbers(rt, a, b);
    case OP_POW:
        return raise_numbers(a, b);
    case OP_BIT_AND:
        return val_number(to_integer(a) & to_integer(b));
    case OP_BIT_OR:
        return val_number(to_integer(a) | to_integer(b));
    case OP_BIT_XOR:
        return val_number(to_integer(a) ^ to_integer(b));
    case OP_COALESCE:
    case OP_OR:
    case OP_AND:
    case OP_EQ:
    case OP_NE:
    case OP_MATCHES:
    case OP_NOT_MATCHES:
    case OP_GT:
    case OP_LT:
    case OP_GE:
    case OP_LE:
    case OP_ISA:
    case OP_NEGATE:
    case OP_NOT:
    case OP_BIT_NOT:
        break;
    }
    UNREACHABLE();
}

static Value fault_no_number(Rt *rt, Operator op, Value got)
{
    if (op == OP_SUB) { /* it is overloaded, as the unary minus has its name */
        Str type = rt_type_name(rt, got);
        return rt_fault(rt, FAULT_invalid_argument,
                        "expected arguments to `-` of type (Number), received (%.*s)",
                        STR_ARG(type));
    }
    return rt_fault_argument_type(rt, op == OP_POW ? STR("exponent") : STR("other"), STR("Number"),
                                  got);
}

/* -- strings and comparisons ----------------------------------------------------------------- */

static Value concatenate(Rt *rt, Value a, Value b)
{
    Buf *text = &machine_of(rt)->text;
    int64_t start = text->len;
    Str right;
    if (b.type == T_STRING) {
        right = val_as_str(b);
    } else {
        TRY(done, print_to_string(rt, text, b));
        (void)done;
        right = (Str){text->data + start, text->len - start};
    }
    int64_t len = (int64_t)a.len + right.len;
    if (UNLIKELY(!rt_string_fits(rt, len))) {
        text->len = start;
        return val_fault();
    }
    const char *bytes = arena_join(rt->heap, a.as.bytes, a.len, right.s, len);
    text->len = start;
    Value result = val_str((Str){bytes, len});
    result.flags = (uint8_t)(a.flags & (b.type == T_STRING ? b.flags : 0) & VALUE_ASCII);
    return result;
}

static bool is_comparison(Operator op)
{
    return op == OP_EQ || op == OP_NE || op == OP_GT || op == OP_LT || op == OP_GE || op == OP_LE;
}

/* A document that does not exist equals null; sets are equal when they say the same. */
static bool is_equal(Rt *rt, Value a, Value b)
{
    if (a.type == T_DOC && b.type == T_NULL) {
        return doc_version(rt, a) == NULL;
    }
    if (a.type == T_NULL && b.type == T_DOC) {
        return doc_version(rt, b) == NULL;
    }
    if (a.type == T_SET && b.type == T_SET) {
        return set_equal(rt, a.as.set, b.as.set);
    }
    return val_equal(a, b);
}

static Value compare(Rt *rt, Operator op, Value a, Value b)
{
    int order;
    if (op == OP_EQ || op == OP_NE) {
        return val_bool(is_equal(rt, a, b) == (op == OP_EQ));
    }
    if (!val_related_compare(a, b, &order)) {
        return val_bool(false);
    }
    return val_bool(op == OP_LT   ? order < 0
                    : op == OP_LE ? order <= 0
                    : op == OP_GT ? order > 0
                                  : order >= 0);
}

/* -- looking up and applying ------------------------------------------------------------------- */

static bool has_operator(Value left, Operator op)
{
    if (is_comparison(op)) {
        return true;
    }
    if (val_is_number(left)) {
        return op != OP_MATCHES && op != OP_NOT_MATCHES && op != OP_NOT;
    }
    return left.type == T_STRING ? op == OP_ADD : left.type == T_BOOLEAN && op == OP_NOT;
}

static Value fault_no_operator(Rt *rt, Operator op, Value left, Span name_span)
{
    Str name = operator_text(op), type = rt_type_name(rt, left);
    rt_fault(rt, FAULT_invalid_function_invocation, "The function `%.*s` does not exist on `%.*s`",
             STR_ARG(name), STR_ARG(type));
    if (val_is_null(left) && left.as.cause != NULL) {
        rt_fault_hint(rt, left.as.cause->span, STR("Null value created here"));
    }
    return rt_trace(rt, name_span);
}

Value operator_left(Rt *rt, const BinaryCode *code, Value left, Value *frame)
{
    if (val_is_fault(left)) {
        return left;
    }
    if (!has_operator(left, code->op)) {
        return fault_no_operator(rt, code->op, left, code->name_span);
    }
    return operator_right(rt, code, left, code_run(rt, code->right, frame));
}

Value operator_right(Rt *rt, const BinaryCode *code, Value left, Value right)
{
    if (val_is_fault(right)) {
        return right;
    }
    Value result;
    if (is_comparison(code->op)) {
        return compare(rt, code->op, left, right);
    }
    if (left.type == T_STRING) {
        result = concatenate(rt, left, right);
    } else if (val_is_number(right)) {
        result = apply_to_numbers(rt, code->op, left, right);
    } else {
        result = fault_no_number(rt, code->op, right);
    }
    return UNLIKELY(val_is_fault(result)) ? rt_trace(rt, code->right_span) : result;
}

/* -- unary ------------------------------------------------------------------------------------- */

Value run_negate(Rt *rt, const Code *head, Value *frame)
{
    const UnaryCode *code = (const UnaryCode *)head;
    TRY_RUN(v, code->operand);
    if (v.type == T_INT) { /* as in Java, the smallest Int stays itself */
        return val_int((int32_t)(0 - (uint32_t)v.as.integer));
    }
    if (v.type == T_LONG) {
        return val_long((int64_t)(0 - (uint64_t)v.as.integer));
    }
    if (v.type == T_DOUBLE) {
        return val_double(-v.as.number);
    }
    return fault_no_operator(rt, OP_SUB, v, code->name_span);
}

Value run_not(Rt *rt, const Code *head, Value *frame)
{
    const UnaryCode *code = (const UnaryCode *)head;
    TRY_RUN(v, code->operand);
    return LIKELY(v.type == T_BOOLEAN) ? val_bool(!v.as.boolean)
                                       : fault_no_operator(rt, OP_NOT, v, code->name_span);
}

Value run_bit_not(Rt *rt, const Code *head, Value *frame)
{
    const UnaryCode *code = (const UnaryCode *)head;
    TRY_RUN(v, code->operand);
    return val_is_number(v) ? val_number(~to_integer(v))
                            : fault_no_operator(rt, OP_BIT_NOT, v, code->name_span);
}
