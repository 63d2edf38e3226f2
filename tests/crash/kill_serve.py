#!/usr/bin/env python3
"""Kills the server with SIGKILL, or with --stop ends it in order, while clients write and read
events, and checks that nothing is lost that was acknowledged or could be read.

    tests/crash/kill_serve.py [--stop] BINARY [ROUNDS]      default: 20 rounds

Writers create entries (writer, n) with rising n, one after the other. A reader polls the feed of
all entries, and goes on with its last cursor in the next round, as one does that reads a live
aggregate of them. Every other round has one writer only, and nobody else: the server does its work
in another place then (server/work/here.c). When the server is up again:

    entries     all that were acknowledged, and at most the one under way of each writer
    events      of exactly these, each once, those before the kill and behind the cursor together
    totals      the last event of each writer's group counts its entries
"""
import argparse
import http.client
import pathlib
import random
import sys
import tempfile
import threading
import time

from serving import Server

WRITERS = 6
RUN_MS_MAX = 150
SETUP = """Collection.create({ name: "Entry", indexes: { byWriter: { terms: [{ field: "writer" }] } },
  aggregates: { written: { terms: [{ field: ".writer" }], values: { count: { count: true } } } } }).name"""
LOST = (OSError, http.client.HTTPException)


class Test:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.acknowledged = [0] * WRITERS
        self.seen = []        # (writer, n) of the events of entries
        self.counted = {}     # writer -> count, of the events of groups
        self.cursors = [None, None]
        self.tokens = None

    def start(self):
        self.server = Server(self.binary, self.folder / "served.fawn", self.folder / "log",
                             "--sync", "always")
        if not self.tokens:
            self.server.query(SETUP)
            self.tokens = [self.server.query("Entry.all().eventSource() { writer, n }"),
                           self.server.query("Entry.written().eventSource()")]

    def write(self, writer):
        connection = self.server.connect()
        try:
            while True:
                n = self.acknowledged[writer] + 1
                self.server.query(f"Entry.create({{ writer: {writer}, n: {n} }}).n", connection)
                self.acknowledged[writer] = n
        except LOST:
            pass

    def take(self, which):
        """One page of a feed. Returns whether there is more."""
        body = {"token": self.tokens[which], "page_size": 500}
        if self.cursors[which]:
            body["cursor"] = self.cursors[which]
        page = self.server.post("/feed/1", body)
        for event in page["events"]:
            data = {key: int(value["@int"]) for key, value in event["data"].items()}
            if which == 0:
                self.seen.append((data["writer"], data["n"]))
            else:
                self.counted[data["writer"]] = data["count"]
        self.cursors[which] = page["cursor"]
        return page["has_next"]

    def read(self):
        try:
            while True:
                self.take(0)
                self.take(1)
        except LOST:
            pass

    def run(self, end, is_alone):
        before = sum(self.acknowledged)
        writers = [0] if is_alone else range(WRITERS)
        threads = [threading.Thread(target=self.write, args=(i,)) for i in writers]
        if not is_alone:
            threads.append(threading.Thread(target=self.read))
        for thread in threads:
            thread.start()
        while sum(self.acknowledged) == before:
            time.sleep(0.001)
        time.sleep(random.randrange(RUN_MS_MAX) / 1000)
        good = end(self.server) is not False
        for thread in threads:
            thread.join()
        return good

    def check(self):
        """What is wrong, as sentences."""
        wrong = []
        there = [(e[0], e[1]) for e in
                 self.server.query("Entry.all().map(e => [e.writer, e.n]).toArray()")] \
            if sum(self.acknowledged) < 15000 else None
        for which in (0, 1):
            while self.take(which):
                pass
        for writer in range(WRITERS):
            acknowledged = self.acknowledged[writer]
            count = self.server.query(f"Entry.byWriter({writer}).count()")
            if not acknowledged <= count <= acknowledged + 1:
                wrong.append(f"writer {writer}: {acknowledged} acknowledged, {count} there")
            if self.counted.get(writer, 0) != count:
                wrong.append(f"writer {writer}: {count} there, {self.counted.get(writer)} told")
            self.acknowledged[writer] = count
        if there is not None and sorted(there) != sorted(self.seen):
            wrong.append(f"entries and events differ: {set(there) ^ set(self.seen)}, "
                         f"{len(there)} and {len(self.seen)}")
        if len(set(self.seen)) != len(self.seen):
            wrong.append("an event was told twice")
        return wrong


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("binary")
    parser.add_argument("rounds", type=int, nargs="?", default=20)
    args = parser.parse_args()
    seed = random.randrange(1 << 30)
    random.seed(seed)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        test = Test(args.binary, folder)
        test.start()
        for number in range(args.rounds):
            good = test.run(Server.stop if args.stop else Server.kill, number % 2 == 1)
            test.start()
            wrong = test.check()
            if good and not wrong:
                passed += 1
            else:
                failed += 1
                print(f"round {number} (seed {seed}):", *wrong, sep="\n  ")
        if not test.server.stop():
            failed += 1
    print(f"{sum(test.acknowledged)} entries, {len(test.seen)} events")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
