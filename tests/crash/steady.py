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
import threading

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
    "ends": lambda i: [f'C(1000)!.update({{ b: {i}, t: "{TEXT}", ttl: Time.now().add({i % 3 + 1}, "days") }}).id'],
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
        self.slow = [] # readers

    def ask(self, query):
        self.connections.append(self.connections.pop(0))
        return self.server.post("/query/1", {"query": query}, self.connections[0],
                                **{"x-typecheck": "true"})

    def open_stream(self, _):
        """Begins to listen to C, and leaves."""
        token = self.ask("C.all().eventSource()")["data"]
        connection = self.server.connect()
        connection.request("POST", "/stream/1", json.dumps({"token": token}),
                           {"authorization": "Bearer secret"})
        connection.getresponse().readline()
        connection.close()

    def database(self, i):
        """Makes a database, uses it, and deletes it."""
        name = f"D{i}"
        self.ask(f'Database.create({{ name: "{name}" }}).name')
        for query in ['Collection.create({ name: "E", indexes: { byA: { terms: [{ field: "a" }] } } }).name',
                      f"Set.sequence(0, 20).forEach(n => E.create({{ a: n, b: {i} }}))\nE.byA(3).count()"]:
            answer = self.post("/query/1", json.dumps({"query": query}), f"secret:{name}:admin")
            if "error" in answer:
                sys.exit(f"databases: {answer}")
        self.ask(f'Database.byName("{name}")!.delete()\n0')

    def staged(self, i):
        """Stages a schema, and abandons it."""
        if i == 0: # the root database has no schema that waits
            self.ask('Database.create({ name: "S" }).name')
        boundary = "b0undary"
        text = (f"collection C {{\n  *: Any\n  index byA {{ terms [.a] }}\n  index byB{i % 5} {{ terms [.b] }}\n}}\n"
                f"function f{i % 7}() {{ {i} }}")
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="main.fsl"\r\n\r\n{text}\r\n'
                f"--{boundary}--\r\n")
        for path, sent, kind in (("update?staged=true&force=true", body, f"multipart/form-data; boundary={boundary}"),
                                 ("staged/abandon?force=true", "", "text/plain")):
            answer = self.post(f"/schema/1/{path}", sent, "secret:S:admin", kind)
            if "error" in answer:
                sys.exit(f"staged: {answer}")

    def readers(self, i):
        """Updates while others read, each for longer than many updates take."""
        if i % 100 == 0:
            slow = "Set.sequence(0, 60000).fold(0, (sum, n) => sum + C(1000)!.b) - 60000 * C(1000)!.b"
            self.slow = [thread for thread in self.slow if thread.is_alive()]
            self.slow.append(threading.Thread(target=self.post, args=("/query/1", json.dumps({"query": slow}))))
            self.slow[-1].start()
        self.ask(f'C(1000)!.update({{ b: {i}, t: "{TEXT}" }}).id')

    def post(self, path, body, secret="secret", kind="application/json"):
        connection = self.server.connect()
        connection.request("POST", path, body, {"authorization": f"Bearer {secret}", "content-type": kind})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def end(self):
        for thread in self.slow:
            thread.join()
        for connection in self.connections:
            connection.close()
        return self.server.stop()


# What only a server does, and which part of the times: it takes longer.
PLACES = {"streams": (Served.open_stream, 8), "databases": (Served.database, 8),
          "staged": (Served.staged, 8), "readers": (Served.readers, 1)}


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


def work(target, name, times):
    """Whether it grew."""
    for query in SETUP:
        target.ask(query)
    if name in WORKS:
        return do(target, name, times)
    if name == "served":
        return any([do(target, each, times) for each in WORKS])
    once, part = PLACES[name]
    return grows(target, name, lambda i: once(target, i), times // part)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    names = args.names or [*WORKS, "served", *PLACES]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            target = Rpc(args.binary) if name in WORKS else Served(args.binary, folder)
            try:
                grew = work(target, name, args.times)
                if grew or not target.end():
                    print(f"  {name}: it grew, or did not end in order")
                    bad += 1
            finally:
                target.process.kill()
    print(f"{len(names) - bad} passed, {bad} failed")
    sys.exit(bad > 0)


main()
