/* scalar: the types whose values have operators but hardly a method: Boolean, Null, the
 * numbers, UUID, TransactionTime.
 *
 * Their modules exist for `isa`. Arithmetic, logic and comparison are the evaluator's.
 * What null does with fields and methods it does not have is the evaluator's, too.
 */
#include "runtime/builtins/types.h"

static bool is_boolean(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_BOOLEAN;
}

static bool is_null(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_NULL;
}

static bool is_number(Rt *rt, Value v)
{
    (void)rt;
    return val_is_number(v);
}

static bool is_int(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_INT;
}

static bool is_long(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_LONG;
}

static bool is_double(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_DOUBLE;
}

static bool is_uuid(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_UUID;
}

static bool is_transaction_time(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_TRANSACTION_TIME;
}

#define SCALAR_TYPE(ident, name_, doc_, contains_)            \
    const BuiltinType ident = {.name = (name_),               \
                               .doc = (doc_),                 \
                               .methods = builtin_value_rows, \
                               .statics = builtin_no_rows,    \
                               .contains = (contains_)}

SCALAR_TYPE(boolean_type, "Boolean", "True or false.", is_boolean);
SCALAR_TYPE(null_type, "Null", "The absence of a value; it remembers why it is absent.", is_null);
SCALAR_TYPE(number_type, "Number", "Any number: Int, Long or Double.", is_number);
SCALAR_TYPE(int_type, "Int", "A whole number of 32 bits.", is_int);
SCALAR_TYPE(long_type, "Long", "A whole number of 64 bits that does not fit 32.", is_long);
SCALAR_TYPE(double_type, "Double", "A binary floating-point number of 64 bits.", is_double);
SCALAR_TYPE(float_type, "Float", "Another name of Double.", is_double);
SCALAR_TYPE(uuid_type, "UUID", "A universally unique identifier.", is_uuid);

BUILTIN(transaction_time_new, "TransactionTime", READS, "() => TransactionTime",
        "The time of this transaction. It is known when the transaction commits: until then it "
        "can be stored, but not read.",
        "TransactionTime() isa TransactionTime", "true")
{
    (void)call;
    rt->looked_further = true;
    return (Value){.type = T_TRANSACTION_TIME};
}

const BuiltinType transaction_time_type = {
    .name = "TransactionTime",
    .doc = "A place holder for the time at which the transaction commits.",
    .methods = builtin_value_rows,
    .statics = builtin_no_rows,
    .constructor = &transaction_time_new_row,
    .contains = is_transaction_time,
};
