#!/usr/bin/env python3
"""Random transactions, SIGKILL at any moment, opening again, comparing with a model.

    tests/crash/torture.py BINARY [--minutes N | --kills N] [--seed N]

Two workers, each with a database of its own that lives through all its rounds. A round opens the
database in one mode of syncing, checks it, makes random transactions, and is killed. The model is
what was acknowledged: item id -> fields. Transaction number n also writes n in a counter, so that
what is found tells how many transactions it has:

    always, batch   found = acknowledged, or one more: the one under way may have made it
    off             found <= acknowledged + 1, >= what was there at the opening: those in the
                    buffer go with the process; so does nothing else

and the items must be those after exactly that transaction; so must an index, a second collection,
and a live aggregate.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ITEMS = 40
KILL_AFTER_MS_MAX = 60
MODES = ["always", "batch", "off"]
TAGS = 5
SETUP = ["""Collection.create({
  name: "Item",
  indexes: { byTag: { terms: [{ field: ".tag" }], values: [{ field: ".n", order: "desc" }] } },
  constraints: [{ unique: [".n"] }],
  aggregates: {
    totals: { terms: [{ field: ".tag" }], values: { count: { count: true }, sum: { sum: ".n" } } }
  }
})""",
         'Collection.create({ name: "Other", indexes: { byN: { terms: [{ field: ".n" }] } } })',
         'Collection.create({ name: "Counter" })',
         "Counter.create({ id: 1, n: 0 })"]
STATE = f"""let tags = Set.sequence(0, {TAGS}).map(t => "t#{{t}}").toArray()
[Counter.byId(1)!.n,
 Item.all().map(i => [i.id, i.n, i.tag, i.text.length]).toArray(),
 tags.map(t => Item.byTag(t).map(i => i.n).toArray()),
 tags.map(t => [Item.totals(t).count, Item.totals(t).sum]),
 Other.all().map(o => o.n).toArray(),
 Other.byN(7).count()]"""


class Lost(Exception):
    """The database does not have what it should."""


class Shell:
    """`fawn rpc DATABASE`, one request at a time."""

    def __init__(self, binary, database, mode):
        self.process = subprocess.Popen([binary, "--sync", mode, "rpc", database],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def ask(self, query):
        """The query's value, or None when the shell died before it answered."""
        try:
            self.process.stdin.write(json.dumps({"query": query, "format": "simple"}) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            return None
        if not answer.endswith("\n"):
            return None
        body = json.loads(answer)
        if "data" not in body:
            raise Lost(f"a query failed:\n{body.get('summary')}\n{query}")
        return body["data"]

    def end(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it died with a request in the pipe
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


class Model:
    """What the database has after transaction `n`."""

    def __init__(self):
        self.n = 0
        self.items = {}
        self.others = []

    def copy(self):
        other = Model()
        other.n, other.items, other.others = self.n, dict(self.items), list(self.others)
        return other

    def random_transaction(self, luck):
        """A query, and the model after it."""
        after = self.copy()
        after.n += 1
        lines = [f"Counter.byId(1)!.update({{ n: {after.n} }})"]
        for step in range(luck.choice([1, 1, 2, 3, 8])):
            number = str(luck.randrange(1, ITEMS + 1))
            fields = (after.n * 10 + step, f"t{luck.randrange(TAGS)}",
                      luck.choice([3, 30, 300, 3000, 60000 if luck.random() < 0.02 else 5]))
            data = f'{{ n: {fields[0]}, tag: "{fields[1]}", text: "{"x" * fields[2]}" }}'
            if number not in after.items:
                lines.append(f'Item.create({{ id: "{number}", {data[1:]})')
                after.items[number] = fields
            elif luck.random() < 0.3:
                lines.append(f'Item.byId("{number}")!.delete()')
                del after.items[number]
            else:
                lines.append(f'Item.byId("{number}")!.update({data})')
                after.items[number] = fields
        if luck.random() < 0.1:
            lines.append(f"Other.create({{ n: {after.n % 20} }})")
            after.others.append(after.n % 20)
        if luck.random() < 0.02:
            lines.append("Other.all().forEach(o => o.delete())")
            after.others = []
        lines.append(str(after.n))
        return "\n".join(lines), after

    def compare(self, state):
        """Raises Lost when `state`, the answer to STATE, is not this one."""
        n, items, tagged, totals, others, sevens = state
        found = {item[0]: (item[1], item[2], item[3]) for item in items}
        if n != self.n or found != self.items:
            raise Lost(f"after transaction {n}: items are {sorted(found.items())}, should be "
                       f"{sorted(self.items.items())}")
        expected = [sorted((f[0] for f in self.items.values() if f[1] == f"t{tag}"), reverse=True)
                    for tag in range(TAGS)]
        if tagged != expected:
            raise Lost(f"after transaction {n}: the index has {tagged}, should have {expected}")
        if [tuple(total) for total in totals] != [(len(ns), sum(ns)) for ns in expected]:
            raise Lost(f"after transaction {n}: the aggregate is {totals}")
        if sorted(others) != sorted(self.others) or sevens != self.others.count(7):
            raise Lost(f"after transaction {n}: others are {others}, {sevens} of them by index")


class Worker(threading.Thread):
    """Kills one database again and again until it is told to end, or something is lost."""

    def __init__(self, binary, folder, seed, goes_on):
        super().__init__()
        self.binary, self.goes_on = binary, goes_on
        self.database = f"{folder}/torture-{seed}.fawn"
        self.luck = random.Random(seed)
        self.models = [Model()]  # the last that is surely there, and all after it
        self.kills = self.transactions = 0
        self.problem = None

    def run(self):
        try:
            self.set_up()
            while self.goes_on(self):
                self.round()
        except Exception:  # whatever it is, the run is not to pass
            self.problem = traceback.format_exc()

    def set_up(self):
        shell = Shell(self.binary, self.database, "always")
        for query in SETUP:
            shell.ask(query)
        shell.end()

    def round(self):
        mode = self.luck.choice(MODES)
        shell = Shell(self.binary, self.database, mode)
        self.check(shell)
        pause_s = self.luck.uniform(0, KILL_AFTER_MS_MAX) / 1000
        killer = threading.Timer(pause_s, shell.process.kill)
        killer.start()
        while True:
            query, after = self.models[-1].random_transaction(self.luck)
            self.models.append(after)
            if shell.ask(query) is None:
                break
            self.transactions += 1
            if mode != "off":
                self.models = [after]
        killer.join()
        shell.end()
        self.kills += 1

    def check(self, shell):
        state = shell.ask(STATE)
        if state is None:
            raise Lost(f"it cannot be opened: {shell.process.stderr.read()}")
        there = [model for model in self.models if model.n == state[0]]
        if not there:
            raise Lost(f"{state[0]} transactions are there, {self.models[0].n} to "
                       f"{self.models[-1].n} may be")
        there[0].compare(state)
        self.models = there


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    started = time.monotonic()
    workers = []

    def goes_on(_):
        if any(worker.problem for worker in workers):
            return False
        if options.kills:
            return sum(worker.kills for worker in workers) < options.kills
        return time.monotonic() - started < (options.minutes or 10) * 60

    with tempfile.TemporaryDirectory() as folder:
        binary = str(pathlib.Path(options.binary).resolve())
        workers += [Worker(binary, folder, options.seed + i, goes_on) for i in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    losses = [worker for worker in workers if worker.problem]
    for worker in losses:
        print(f"lost, with --seed {options.seed}: {worker.problem}"[:3000])
    kills = sum(worker.kills for worker in workers)
    transactions = sum(worker.transactions for worker in workers)
    print(f"{kills} kills, {transactions} transactions, {len(losses)} losses in "
          f"{time.monotonic() - started:.0f} s")
    print(f"{kills - len(losses)} passed, {len(losses)} failed")
    return len(losses) > 0


sys.exit(main())
