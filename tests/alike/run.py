#!/usr/bin/env python3
"""Random queries that are written in several ways, each of which must give the same.

    tests/alike/run.py BINARY [--rounds N] [--seed N] [--only FAMILY]

A round asks a database of random documents, with random indexes (pipes.py), and does one of the
following in turn: it writes to a database in a file, and compares what it says of now and of the past;
it compares aggregates and indexes with documents that end (states.py); migrations with documents that
are rewritten by hand; what was undone with what was restored (evolve.py).
Everything follows from the seed. What differs is shown with the seed of its round;
`--seed S --rounds 1` makes that round again.
"""
import argparse
import pathlib
import random
import sys
import tempfile

import evolve
import pipes
import states
from make import Make
from shell import Died, Shell

QUERIES = 60 # of a round
FILES = {"history": states.history, "expiring": states.expiring, "migrations": evolve.migrations,
         "undo": evolve.undo}
INDEXES = ["{ terms: [{ field: \"%s\" }] }", "{ values: [{ field: \"%s\" }] }",
           "{ values: [{ field: \"%s\", order: \"desc\" }] }",
           "{ terms: [{ field: \"%s\" }], values: [{ field: \"b\" }] }",
           "{ terms: [{ field: \"z\" }], values: [{ field: \"%s\" }] }"]


def fill(shell, make):
    """The collections and their documents."""
    indexes = [f"i{n}: {make.random.choice(INDEXES) % make.one('a', 'b', 'c', 's', 'z')}"
               for n in range(make.random.randint(0, 3))]
    shell.value('Collection.create({ name: "D" })\n'
                f'Collection.create({{ name: "C", indexes: {{ {", ".join(indexes)} }} }})\n0')
    shell.value("Set.sequence(1, 4).forEach(i => D.create({ id: i, n: i * 10 }))")
    document = make.document_maker()
    count = make.one(0, 1, 20, 63, 64, 65, 100, 130, 300)
    shell.value("\n".join(f"C.create({{ id: {i + 1}, {document()} }})" for i in range(count)) + "\n0")


def run_round(binary, seed, families):
    """What differs in the answers of one database."""
    make = Make(random.Random(seed))
    shell = Shell(binary)
    fill(shell, make)
    found = []
    for _ in range(QUERIES):
        family = make.random.choice(families)
        wrong = family(make).differ(shell)
        if wrong:
            found.append(f"{family.__name__}, round {seed}:\n{wrong}")
    shell.end()
    return found


def run_files(binary, seed, what):
    """What differs in the databases of a round that writes."""
    with tempfile.TemporaryDirectory() as folder:
        found = FILES[what](binary, pathlib.Path(folder), Make(random.Random(seed)))
    return [f"{what}, round {seed}:\n  {wrong}" for wrong in found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help=f"a family of pipes.py, or one of {', '.join(FILES)}")
    args = parser.parse_args()
    families = [f for f in pipes.FAMILIES if args.only in (None, f.__name__)]
    found = []
    for seed in range(args.seed, args.seed + args.rounds):
        try:
            if families:
                found += run_round(args.binary, seed, families)
            for i, what in enumerate(FILES):
                if args.only == what or args.only is None and seed % len(FILES) == i:
                    found += run_files(args.binary, seed, what)
        except Died as died:
            found.append(f"round {seed}: the process died\n{died}")
    for what in found:
        print(what)
    print(f"{max(args.rounds - len(found), 0)} passed, {len(found)} failed")
    sys.exit(len(found) > 0)


if __name__ == "__main__":
    main()
