/* machine: life of an interpreter. */
#include "interp/machine.h"

void machine_init(Machine *machine, Arena *lasting, Store *store, const Machine *beside)
{
    *machine = (Machine){.lasting = lasting};
    map_init(&machine->signatures, lasting);
    rt_init(&machine->rt, lasting, store, &machine_up, beside ? &beside->rt : NULL);
}

void machine_free(Machine *machine)
{
    rt_free(&machine->rt);
    buf_free(&machine->text);
}
