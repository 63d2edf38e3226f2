/* style: see style.h. */
#include "repl/show/style.h"

const char *style_start(Style style)
{
    static const char *const starts[STYLE_COUNT] = {
        [STYLE_PLAIN] = "",
        [STYLE_STRING] = "\033[32m",
        [STYLE_NUMBER] = "\033[36m",
        [STYLE_KEYWORD] = "\033[35m",
        [STYLE_KEY] = "\033[34m",
        [STYLE_NAME] = "\033[33m",
        [STYLE_COMMAND] = "\033[35m",
        [STYLE_COMMENT] = "\033[2m",
        [STYLE_PROMPT] = "\033[1m",
        [STYLE_HINT] = "\033[2m",
        [STYLE_MATCH] = "\033[1;4m",
        [STYLE_WRONG] = "\033[1;31m",
    };
    return starts[style];
}
