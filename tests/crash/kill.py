#!/usr/bin/env python3
"""Kills the shell with SIGKILL at any time during a loop of `--sync always` transactions, and
checks that no transaction that was reported committed is lost, and none is there in half.

    tests/crash/kill.py BINARY [ROUNDS]      default: 200 rounds

All rounds work on one database, so that each also replays, and where needed cuts, what the
kills before it left. Each transaction creates an entry and counts it in the ledger:

    entries 1 … N   all there, each once      N = ledger.count: both or neither
    acknowledged <= N <= acknowledged + 1     the one under way may have made it
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

KILL_AFTER_MS_MAX = 40
SETUP = ['Collection.create({ name: "Entry", indexes: { byN: { terms: [{ field: "n" }] } } })',
         'Collection.create({ name: "Ledger" })',
         'Ledger.create({ id: 1, count: 0 })']
STEP = """let ledger = Ledger.byId(1)!
let n = ledger.count + 1
ledger.update({ count: n })
Entry.create({ n: n, text: "entry number #{n}" }).n"""
STATE = """let count = Ledger.byId(1)!.count
[count, Entry.all().count(), Entry.byN(count).count()]"""


class Shell:
    """`fawn rpc DATABASE`, one request at a time."""

    def __init__(self, binary, database):
        self.process = subprocess.Popen([binary, "--sync", "always", "rpc", database],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
            sys.exit(f"the query failed:\n{body['summary']}")
        return body["data"]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def work_until_killed(binary, database, pause_s):
    """The number of the last entry that was acknowledged, or 0."""
    shell = Shell(binary, database)
    acknowledged = 0
    killer = subprocess.Popen(["sh", "-c", f"sleep {pause_s}; kill -9 {shell.process.pid}"])
    while (n := shell.ask(STEP)) is not None:
        acknowledged = n
    shell.process.wait()
    killer.wait()
    return acknowledged


def check_state(binary, database, acknowledged):
    """An error message, or None; and the number of entries that are there."""
    shell = Shell(binary, database)
    count, entries, newest = shell.ask(STATE)
    shell.end()
    if count < acknowledged:
        return f"{acknowledged} transactions were acknowledged, {count} are there", count
    if count > acknowledged + 1:
        return f"{acknowledged} transactions were acknowledged, and {count} are there", count
    if entries != count or newest != (1 if count else 0):
        return f"the ledger counts {count}, but there are {entries} entries", count
    return None, count


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    passed, acknowledged, started = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        database = f"{folder}/ledger.fawn"
        shell = Shell(binary, database)
        for query in SETUP:
            shell.ask(query)
        shell.end()
        for number in range(rounds):
            pause_s = random.uniform(0, KILL_AFTER_MS_MAX) / 1000
            acknowledged = max(acknowledged, work_until_killed(binary, database, pause_s))
            problem, acknowledged = check_state(binary, database, acknowledged)
            if problem:
                print(f"round {number}, killed after {pause_s * 1000:.1f} ms: {problem}")
            passed += problem is None
    print(f"{acknowledged} transactions in {time.monotonic() - started:.1f} s")
    print(f"{passed} passed, {rounds - passed} failed")
    return passed != rounds


sys.exit(main())
