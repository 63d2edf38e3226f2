/* event_source: the methods of event sources. How they are made is in runtime/event/event_source.c. */
#include "runtime/event/event_source.h"

#include "runtime/builtins/types.h"
#include "runtime/set/set_node.h"

BUILTIN(event_source_map, "map", PURE, "(mapper: (A) => B) => EventSource<B>",
        "The same events, with what `mapper` makes of their data.",
        "Collection.create({ name: \"Movie\" })\n"
        "Movie.all().eventSource().map(.title).toString()",
        "\"[event source]\"")
{
    return event_source_with(rt, call->self.as.event_source, &set_map_ops, call->args[0],
                             call->span);
}

BUILTIN(event_source_where, "where", PURE, "(predicate: (A) => Boolean) => EventSource<A>",
        "The events of the elements for which `predicate` holds: an element that begins to satisfy "
        "it is added, one that no longer does is removed.",
        "Collection.create({ name: \"Movie\" })\n"
        "Movie.all().eventSource().where(.rating > 8).toString()",
        "\"[event source]\"")
{
    return event_source_with(rt, call->self.as.event_source, &set_where_ops, call->args[0],
                             call->span);
}

BUILTIN_ROWS(event_source_methods, &event_source_map_row, &value_to_string_row,
             &event_source_where_row);

static bool is_event_source(Rt *rt, Value v)
{
    (void)rt;
    return v.type == T_EVENT_SOURCE;
}

const BuiltinType event_source_type = {
    .name = "EventSource",
    .doc = "The changes of a set, as events: which elements were added, updated and removed since "
           "the source was made. Sets make them: eventSource and eventsOn.",
    .methods = event_source_methods,
    .statics = builtin_no_rows,
    .contains = is_event_source,
};
