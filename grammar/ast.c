/* ast: the spelling of operators. The tree itself is made in build.c. */
#include "grammar/ast.h"

Str operator_text(Operator op)
{
    switch (op) {
    case OP_COALESCE:
        return STR("??");
    case OP_OR:
        return STR("||");
    case OP_AND:
        return STR("&&");
    case OP_EQ:
        return STR("==");
    case OP_NE:
        return STR("!=");
    case OP_MATCHES:
        return STR("=~");
    case OP_NOT_MATCHES:
        return STR("!~");
    case OP_GT:
        return STR(">");
    case OP_LT:
        return STR("<");
    case OP_GE:
        return STR(">=");
    case OP_LE:
        return STR("<=");
    case OP_ISA:
        return STR("isa");
    case OP_BIT_OR:
        return STR("|");
    case OP_BIT_XOR:
        return STR("^");
    case OP_BIT_AND:
        return STR("&");
    case OP_ADD:
        return STR("+");
    case OP_SUB:
    case OP_NEGATE:
        return STR("-");
    case OP_MUL:
        return STR("*");
    case OP_DIV:
        return STR("/");
    case OP_MOD:
        return STR("%");
    case OP_POW:
        return STR("**");
    case OP_NOT:
        return STR("!");
    case OP_BIT_NOT:
        return STR("~");
    }
    UNREACHABLE();
}
