/* math: the module Math.
 *
 * Whole numbers stay whole (abs, ceil, floor, max, min, sum); round and trunc give a Long for
 * them; everything else computes with doubles. Sums and means take an array, or a set, which
 * is read once in constant memory. Powers of whole numbers (`**`) are the evaluator's.
 */
#include "runtime/builtins/types.h"

#include "runtime/number.h"
#include "runtime/set/set_node.h"

#include <math.h>

/* -- numbers ------------------------------------------------------------------------- */

BUILTIN(math_e, "E", PURE, "Number", "Euler's number.", "Math.E", "2.718281828459045")
{
    (void)rt;
    (void)call;
    return val_double(2.718281828459045);
}

BUILTIN(math_infinity, "Infinity", PURE, "Number", "The double above all others.",
        "Math.Infinity > 1000000", "true")
{
    (void)rt;
    (void)call;
    return val_double(HUGE_VAL);
}

BUILTIN(math_nan, "NaN", PURE, "Number",
        "Not a number: what computations without a result give. In FQL it equals itself.",
        "Math.NaN == Math.NaN", "true")
{
    (void)rt;
    (void)call;
    return val_double((double)NAN);
}

BUILTIN(math_pi, "PI", PURE, "Number", "The ratio of a circle's circumference to its diameter.",
        "Math.PI", "3.141592653589793")
{
    (void)rt;
    (void)call;
    return val_double(3.141592653589793);
}

/* -- functions of one double ---------------------------------------------------------- */

static double degrees(double radians)
{
    return radians * 57.29577951308232;
}

static double radians(double degrees)
{
    return degrees * 0.017453292519943295;
}

#define MATH_FUNCTION(ident, name, function, doc, example, result)            \
    BUILTIN(ident, name, PURE, "(x: Number) => Number", doc, example, result) \
    {                                                                         \
        (void)rt;                                                             \
        return val_double(function(val_as_double(call->args[0])));            \
    }

MATH_FUNCTION(math_atan, "atan", atan, "The angle between -PI/2 and PI/2 whose tangent is `x`.",
              "Math.atan(0)", "0.0")
MATH_FUNCTION(math_cos, "cos", cos, "The cosine of the angle `x` in radians.", "Math.cos(0)", "1.0")
MATH_FUNCTION(math_cosh, "cosh", cosh, "The hyperbolic cosine of `x`.", "Math.cosh(0)", "1.0")
MATH_FUNCTION(math_degrees, "degrees", degrees, "The angle `x`, given in radians, in degrees.",
              "Math.degrees(Math.PI)", "180.0")
MATH_FUNCTION(math_exp, "exp", exp, "Math.E to the power of `x`.", "Math.exp(0)", "1.0")
MATH_FUNCTION(math_radians, "radians", radians, "The angle `x`, given in degrees, in radians.",
              "Math.radians(180)", "3.141592653589793")
MATH_FUNCTION(math_sin, "sin", sin, "The sine of the angle `x` in radians.", "Math.sin(0)", "0.0")
MATH_FUNCTION(math_sinh, "sinh", sinh, "The hyperbolic sine of `x`.", "Math.sinh(0)", "0.0")
MATH_FUNCTION(math_tan, "tan", tan, "The tangent of the angle `x` in radians.", "Math.tan(0)",
              "0.0")
MATH_FUNCTION(math_tanh, "tanh", tanh, "The hyperbolic tangent of `x`.", "Math.tanh(0)", "0.0")

/* An arc function, which is defined from -1 to 1. */
static Value arc(Rt *rt, const Call *call, double function(double))
{
    double x = val_as_double(call->args[0]);
    if (x < -1 || x > 1) {
        return rt_fault_argument(rt, STR("x"), "argument must lie in [-1, 1]");
    }
    return val_double(function(x));
}

BUILTIN(math_acos, "acos", PURE, "(x: Number) => Number",
        "The angle between 0 and PI whose cosine is `x`, which lies between -1 and 1.",
        "Math.acos(1)", "0.0")
{
    return arc(rt, call, acos);
}

BUILTIN(math_asin, "asin", PURE, "(x: Number) => Number",
        "The angle between -PI/2 and PI/2 whose sine is `x`, which lies between -1 and 1.",
        "Math.asin(0)", "0.0")
{
    return arc(rt, call, asin);
}

/* A logarithm, which is defined above 0 (NaN counts as above: it sorts last). */
static Value logarithm(Rt *rt, const Call *call, double function(double))
{
    double x = val_as_double(call->args[0]);
    if (x <= 0) {
        return rt_fault_argument(rt, STR("x"), "x must be positive");
    }
    return val_double(function(x));
}

BUILTIN(math_log, "log", PURE, "(x: Number) => Number",
        "The natural logarithm of `x`, which is positive.", "Math.log(1)", "0.0")
{
    return logarithm(rt, call, log);
}

BUILTIN(math_log10, "log10", PURE, "(x: Number) => Number",
        "The logarithm of `x`, which is positive, to base 10.", "Math.log10(1000)", "3.0")
{
    return logarithm(rt, call, log10);
}

BUILTIN(math_sqrt, "sqrt", PURE, "(x: Number) => Number",
        "The square root of `x`, which is not negative.", "Math.sqrt(16)", "4.0")
{
    double x = val_as_double(call->args[0]);
    if (x < 0) {
        return rt_fault_argument(rt, STR("x"), "x must be nonnegative");
    }
    return val_double(sqrt(x));
}

BUILTIN(math_hypot, "hypot", PURE, "(x: Number, y: Number) => Number",
        "The length of the hypotenuse over legs of length `x` and `y`.", "Math.hypot(3, 4)", "5.0")
{
    (void)rt;
    return val_double(hypot(val_as_double(call->args[0]), val_as_double(call->args[1])));
}

BUILTIN(math_pow, "pow", PURE, "(x: Number, power: Number) => Number",
        "`x` to the power of `power`, as a Double.", "Math.pow(2, 10)", "1024.0")
{
    (void)rt;
    return val_double(pow(val_as_double(call->args[0]), val_as_double(call->args[1])));
}

/* -- functions that keep whole numbers whole ------------------------------------------- */

BUILTIN(math_abs, "abs", PURE, "(x: Number) => Number", "`x` without its sign.", "Math.abs(-5)",
        "5")
{
    (void)rt;
    Value x = call->args[0];
    if (x.type == T_DOUBLE) {
        return val_double(fabs(x.as.number));
    }
    if (x.as.integer >= 0) {
        return x;
    }
    /* The lowest number of each width has no opposite and stays as it is. */
    if (x.as.integer == INT64_MIN || (x.type == T_INT && x.as.integer == INT32_MIN)) {
        return x;
    }
    return x.type == T_INT ? val_int(-x.as.integer) : val_long(-x.as.integer);
}

BUILTIN(math_ceil, "ceil", PURE, "(x: Number) => Number",
        "The lowest whole number that is not below `x`.", "Math.ceil(1.2)", "2.0")
{
    (void)rt;
    Value x = call->args[0];
    return x.type == T_DOUBLE ? val_double(ceil(x.as.number)) : x;
}

BUILTIN(math_floor, "floor", PURE, "(x: Number) => Number",
        "The highest whole number that is not above `x`.", "Math.floor(1.8)", "1.0")
{
    (void)rt;
    Value x = call->args[0];
    return x.type == T_DOUBLE ? val_double(floor(x.as.number)) : x;
}

BUILTIN(math_max, "max", PURE, "(x: Number, y: Number) => Number", "The larger of `x` and `y`.",
        "Math.max(2, 5)", "5")
{
    (void)rt;
    return number_max(call->args[0], call->args[1]);
}

BUILTIN(math_min, "min", PURE, "(x: Number, y: Number) => Number", "The smaller of `x` and `y`.",
        "Math.min(2, 5)", "2")
{
    (void)rt;
    return number_min(call->args[0], call->args[1]);
}

BUILTIN(math_sign, "sign", PURE, "(x: Number) => Int",
        "-1 when `x` is negative, 0 when it is zero, 1 when it is positive.", "Math.sign(-3.5)",
        "-1")
{
    (void)rt;
    return val_int(number_compare(call->args[0], val_int(0)));
}

/* -- decimal places -------------------------------------------------------------------- */

/* Past this, doubles have no decimal places left to cut, or nothing left before them. */
enum { PLACES_MAX = 308 };

static double round_half_up(double x)
{
    return floor(x + 0.5);
}

/* `x` cut to `places` decimal places by `whole`, which makes a whole number. The part before
 * the point is kept apart so that its digits cost the fraction none. */
static double cut(double x, int64_t places, double whole(double))
{
    if (!isfinite(x) || places > PLACES_MAX) {
        return x;
    }
    if (places < -PLACES_MAX) {
        return 0;
    }
    double scale = pow(10, fabs((double)places));
    if (places <= 0) {
        return whole(x / scale) * scale;
    }
    double before = trunc(x);
    return before + whole((x - before) * scale) / scale;
}

static Value cut_number(Value x, int64_t places, double whole(double))
{
    if (x.type == T_DOUBLE) {
        return val_double(cut(x.as.number, places, whole));
    }
    if (places >= 0) {
        return val_long(x.as.integer);
    }
    double result = cut((double)x.as.integer, places, whole);
    /* Rounding up the very highest numbers leaves 64 bits. */
    return fabs(result) < 0x1p63 ? val_long((int64_t)result) : val_double(result);
}

BUILTIN(math_round, "round", PURE, "(x: Number, precision: Int) => Number",
        "`x` rounded to `precision` decimal places; -2 rounds to hundreds.",
        "Math.round(3.14159, 2)", "3.14")
{
    (void)rt;
    return cut_number(call->args[0], call->args[1].as.integer, round_half_up);
}

BUILTIN(math_trunc, "trunc", PURE, "(x: Number, precision: Int) => Number",
        "`x` cut off after `precision` decimal places; -2 cuts to hundreds.",
        "Math.trunc(3.149, 2)", "3.14")
{
    (void)rt;
    return cut_number(call->args[0], call->args[1].as.integer, trunc);
}

/* -- sums ------------------------------------------------------------------------------ */

/* T_NULL: an element is no number. */
static Value sum_array(Value array, int64_t *count)
{
    Value sum = val_int(0);
    for (int64_t i = 0; i < array.len; i++) {
        if (!val_is_number(array.as.items[i])) {
            return val_null(NULL);
        }
        sum = number_add(sum, array.as.items[i]);
    }
    *count = array.len;
    return sum;
}

static Value sum_of(Rt *rt, Value numbers, int64_t *count)
{
    *count = 0;
    Value sum = numbers.type == T_SET ? set_sum(rt, numbers.as.set, count)
                                      : sum_array(numbers, count);
    return val_is_null(sum)
               ? rt_fault_argument(rt, STR("numbers"), "all array elements must be numbers")
               : sum;
}

BUILTIN(math_sum, "sum", READS,
        "(numbers: Array<Number>) => Number\n"
        "(numbers: Set<Number>) => Number",
        "The sum of `numbers`, 0 when there are none.", "Math.sum([1, 2, 3.5])", "6.5")
{
    int64_t count;
    return sum_of(rt, call->args[0], &count);
}

BUILTIN(math_mean, "mean", READS,
        "(numbers: Array<Number>) => Number\n"
        "(numbers: Set<Number>) => Number",
        "The arithmetic mean of `numbers`, NaN when there are none.", "Math.mean([1, 2])", "1.5")
{
    int64_t count;
    TRY(sum, sum_of(rt, call->args[0], &count));
    return val_double(val_as_double(sum) / (double)count);
}

BUILTIN_ROWS(math_functions, &math_e_row, &math_infinity_row, &math_nan_row, &math_pi_row,
             &math_abs_row, &math_acos_row, &math_asin_row, &math_atan_row, &math_ceil_row,
             &math_cos_row, &math_cosh_row, &math_degrees_row, &math_exp_row, &math_floor_row,
             &math_hypot_row, &math_log_row, &math_log10_row, &math_max_row, &math_mean_row,
             &math_min_row, &math_pow_row, &math_radians_row, &math_round_row, &math_sign_row,
             &math_sin_row, &math_sinh_row, &math_sqrt_row, &math_sum_row, &math_tan_row,
             &math_tanh_row, &math_trunc_row);

static bool is_math(Rt *rt, Value v)
{
    (void)rt;
    return is_module_of(v, &math_type);
}

const BuiltinType math_type = {
    .name = "Math",
    .doc = "Mathematical constants and functions, and sums over arrays and sets.",
    .statics = math_functions,
    .contains = is_math,
};
