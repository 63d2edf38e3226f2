/* told: see told.h. */
#include "repl/edit/told.h"

#include "repl/io/text.h"

Str told_name_behind(Str error, Str start)
{
    if (!str_starts_with(error, start)) {
        return (Str){0};
    }
    int64_t end = str_find(error, STR("`"), start.len);
    return end < 0 ? (Str){0} : str_slice(error, start.len, end);
}

Str told_marked(Str error, Str *before)
{
    Str row, source = {0};
    while (str_take_line(&error, &row)) {
        int64_t mark = str_find(row, STR("^"), 0);
        int64_t bar = str_find(row, STR("| "), 0);
        bool is_mark_row = mark > bar && bar >= 0 && text_trim(str_slice(row, 0, bar)).len == 0 &&
                           text_trim(str_slice(row, bar + 1, mark)).len == 0;
        if (is_mark_row && mark < source.len) {
            *before = str_slice(source, 0, mark);
            return str_slice(source, mark, source.len);
        }
        source = row;
    }
    return (Str){0};
}
