/* doc_function: compiling and calling. A body is compiled when it is first called for; its code
 * lives as long as the catalog, as closures that it made may.
 */
#include "runtime/document/doc_function.h"

#include "runtime/schema/catalog_int.h"

void doc_functions_add(DocFunctions *functions, Str name, Str signature, Source source)
{
    functions->at[functions->count++] =
        (DocFunction){.name = name, .signature = signature, .source = source, .fn = val_null(NULL)};
}

Value doc_function_call(Rt *rt, DocFunction *function, Value doc, const char *place)
{
    if (val_is_null(function->fn)) {
        TRY(compiled, rt->up->compile_lambda(rt, &rt->catalog->kept, &function->source));
        function->fn = compiled;
    }
    EffectLimit before = rt_limit_effects(rt, place != NULL ? READS : WRITES, place);
    const Span *site = rt->site;
    Value result = rt_call1(rt, function->fn, doc);
    rt->effects = before;
    rt->site = site;
    return result;
}
