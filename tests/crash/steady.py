#!/usr/bin/env python3
"""Does the same things over and over, and looks whether the process grows.

    tests/crash/steady.py BINARY [--times N] [NAME...]

Each kind of work is done N times to begin with, so that what is kept for later is there (the past of
15 minutes, of 16 MiB at most, among it), and then N times more, in which memory may not grow by more
than a tenth and 2 MiB. What is known to stay is left out: the names of fields, and what a session
knows of each definition that it ever saw.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from serving import Server # noqa: E402

TIMES = 3000
SLACK_KIB = 2048
TEXT = "x" * 8000 # 16 MiB of the past are full soon
SETUP = ["""Collection.create({ name: "C", indexes: { byA: { terms: [{ field: "a" }] } }, aggregates: {
  groups: { terms: [{ field: ".a" }], values: { count: { count: true }, max: { max: ".b" } } } } }).name""",
         'Function.create({ name: "twice", signature: "Number => Number", body: "x => x * 2" }).name',
         "Set.sequence(0, 100).forEach(i => C.create({ id: i + 1000, a: 0, b: i }))"]

# What is done the i-th time, as queries.
WORKS = {
    "create and delete": lambda i: [f'C.create({{ id: {i + 2000}, a: 1, t: "{TEXT}" }}).id',
                                    f"C({i + 2000})!.delete()\n0"],
    "update": lambda i: [f'C(1000)!.update({{ b: {i}, t: "{TEXT}" }}).id'],
    "groups": lambda i: [f'C.create({{ id: 1, a: "group {i}", b: {i}, t: "{TEXT}" }}).id',
                         "C(1)!.delete()\n0"],
    "queries": lambda i: [f"C.where(.b > {i % 90}).map(x => x.b + {i}).toArray()"],
    "ends": lambda i: [f'C.create({{ id: {i + 2000}, a: 2, t: "{TEXT}", ttl: Time.now().add(1, "millisecond") }}).id',
                       f'C(1000)!.update({{ b: {i}, ttl: Time.now().add({i % 3 + 1}, "days") }}).id'],
    "large aggregates": lambda i: [f"let one = C.create({{ id: 1, a: {i}, b: {i % 7} }})\nC.groups().count()",
                                   f"C(1)!.delete()\nC.groups({i})"],
    "errors": lambda i: [f"C(1000)!.update({{ b: {i} }})\nabort({i})"],
    "patterns": lambda i: [f'"abc {i}".matches("[a-z]+ {i}")'],
    "variables": lambda i: [f"let some = C.all().map(x => x.b + {i}).toArray()\nsome.length"],
    "pages": lambda i: [f"let page = C.all().map(x => x.b + {i}).paginate(10)\n"
                        "Set.paginate(page.after!).data.length"],
    "types": lambda i: [f"let f = (a, b) => [a, b + {i}]\nf(C.all().first()?.b, {i}).map(x => x)",
                        f"Math.abs({i}) + twice({i}) + C.where(.b > {i % 90}).order(desc(.b)).count()"],
}


def memory_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


class Rpc:
    """A process that is asked line by line."""

    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "rpc"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, query):
        self.process.stdin.write(json.dumps({"query": query, "typecheck": True}).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        return self.process.wait() == 0


class Served:
    """The same through a server, each request by another of several connections."""

    def __init__(self, binary, folder):
        self.server = Server(binary, None, pathlib.Path(folder) / "log")
        self.process = self.server.process
        self.connections = [self.server.connect() for _ in range(4)]

    def ask(self, query):
        self.connections.append(self.connections.pop(0))
        return self.server.post("/query/1", {"query": query}, self.connections[0],
                                **{"x-typecheck": "true"})

    def open_stream(self):
        """Begins to listen to C, and leaves."""
        token = self.ask("C.all().eventSource()")["data"]
        connection = self.server.connect()
        connection.request("POST", "/stream/1", json.dumps({"token": token}),
                           {"authorization": "Bearer secret"})
        connection.getresponse().readline()
        connection.close()

    def end(self):
        for connection in self.connections:
            connection.close()
        return self.server.stop()


def grows(target, name, once, times):
    """None, or by how much it grew."""
    for i in range(times):
        once(i)
    before = memory_kib(target.process.pid)
    for i in range(times, 2 * times):
        once(i)
    after = memory_kib(target.process.pid)
    print(f"{name:32} {before:8} KiB, then {after:8} KiB")
    return after > before * 1.1 + SLACK_KIB


def do(target, name, times):
    def once(i):
        for query in WORKS[name](i):
            answer = target.ask(query)
            if ("error" in answer) != (name == "errors"):
                sys.exit(f"{name}: {answer}\n{query}")
    return grows(target, name, once, times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    names = args.names or [*WORKS, "served", "streams"]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            target = Rpc(args.binary) if name in WORKS else Served(args.binary, folder)
            for query in SETUP:
                target.ask(query)
            if name in WORKS:
                grew = do(target, name, args.times)
            elif name == "served":
                grew = any([do(target, work, args.times) for work in WORKS])
            else:
                grew = grows(target, name, lambda i: target.open_stream(), args.times // 8)
            if grew or not target.end():
                print(f"  {name}: it grew, or did not end in order")
                bad += 1
    print(f"{len(names) - bad} passed, {bad} failed")
    sys.exit(bad > 0)


main()
