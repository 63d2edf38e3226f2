#!/usr/bin/env python3
"""Clients of every kind at work at the same time, on one server: what they do must add up. Meant for
a build with a sanitizer, whose complaints fail the test.

    tests/crash/busy.py BINARY [SECONDS]      default: 5 seconds

    movers      move coins between purses; all purses together always have as many
    counters    count all coins, in a query, over the pages of one, and by a live aggregate
    watcher     a stream of the purses: its events, put together, give what is there at the end
    designers   add and drop an index and a function, which others' queries see whole or not at all
    tenants     make a database, work in it with a key, and delete it under an open stream
    users       log in, read what their role lets them, log out
    leavers     send a query that takes long and go
"""
import http.client
import json
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time

from serving import Server

PURSES, COINS = 12, 100
SETUP = [
    """Collection.create({ name: "Purse", aggregates: { total: { values: { coins: { sum: ".coins" } } } } })
       Collection.create({ name: "User" })
       Role.create({ name: "reader", membership: [{ resource: "User" }],
                     privileges: [{ resource: "Purse", actions: { read: "p => p.coins >= 0" } }] }).name""",
    f"""Set.sequence(0, {PURSES}).forEach(n => Purse.create({{ id: n + 1, coins: {COINS} }}))
        Credential.create({{ document: User.create({{ id: 1 }}), password: "sesame" }}).id""",
]


class Busy:
    def __init__(self, server):
        self.server, self.wrong, self.done, self.is_over = server, [], {}, False

    def query(self, text, connection=None, secret="secret"):
        """The data of the answer; None: an error that may be, told by its code."""
        connection = connection or self.server.connect()
        connection.request("POST", "/query/1", json.dumps({"query": text}),
                           {"authorization": f"Bearer {secret}"})
        answer = json.loads(connection.getresponse().read())
        if "data" not in answer:
            raise ValueError(f"{text}: {answer['error']}")
        return answer["data"]

    def expect(self, what, got, wanted):
        if got != wanted:
            self.wrong.append(f"{what}: {got}, not {wanted}")

    # -- each of them: one round -----------------------------------------------------------------

    def move(self, connection):
        giver, taker = random.sample(range(1, PURSES + 1), 2)
        coins = random.randrange(1, 20)
        self.query(f"""let giver = Purse.byId({giver})!
            let taker = Purse.byId({taker})!
            if (giver.coins >= {coins}) {{
              giver.update({{ coins: giver.coins - {coins} }})
              taker.update({{ coins: taker.coins + {coins} }})
            }}""", connection)

    def count(self, connection):
        wanted = PURSES * COINS
        self.expect("all purses", self.query("Purse.all().fold(0, (n, p) => n + p.coins)", connection), wanted)
        self.expect("the aggregate", self.query("Purse.total().coins", connection), wanted)
        page = self.query("Purse.all().map(.coins).paginate(5)", connection)
        seen = page["data"]
        while "after" in page:
            page = self.query(f'Set.paginate("{page["after"]}")', connection)
            seen += page["data"]
        self.expect("the pages", sum(seen), wanted)

    def design(self, connection):
        self.query("""Purse.definition.update({ indexes: { byCoins: { terms: [{ field: "coins" }] } } })
            Function.create({ name: "indexed", body: "n => Purse.byCoins(n).count()" }).name""", connection)
        many = self.query("Purse.all().toArray().map(p => indexed(p.coins) > 0).every(x => x)", connection)
        self.expect("the new index has all", many, True)
        self.query("""Function.byName("indexed")!.delete()
            Purse.definition.update({ indexes: { byCoins: null } }).name""", connection)

    def dwell(self, connection):
        name = f"tenant{threading.get_ident()}"
        self.query(f'Database.create({{ name: "{name}" }}).name', connection)
        key = self.query(f'Key.create({{ role: "admin", database: "{name}" }}).secret', connection)
        self.query('Collection.create({ name: "Box" }).name', connection, key)
        token = self.query("Box.all().eventSource()", connection, key)
        self.query("Set.sequence(0, 20).forEach(n => Box.create({ n: n }))", connection, key)
        self.expect("boxes", self.query("Box.all().count()", connection, f"secret:{name}:server"), 20)
        stream = self.server.connect()
        stream.request("POST", "/stream/1", json.dumps({"token": token}), {"authorization": f"Bearer {key}"})
        events = stream.getresponse()
        kinds = [json.loads(events.readline())["type"] for _ in range(21)]
        self.expect("events of boxes", kinds, ["status"] + ["add"] * 20)
        self.query(f'Database.byName("{name}")!.delete()', connection)
        self.expect("the end of the stream", json.loads(events.readline())["error"]["code"], "permission_loss")
        stream.close()

    def visit(self, connection):
        secret = self.query('Credential.byDocument(User(1))!.login("sesame").secret', connection)
        seen = self.query("Purse.all().fold(0, (n, p) => n + p.coins)", connection, secret)
        self.expect("what a user sees", seen, PURSES * COINS)
        self.query("Query.token()!.delete().exists()", connection, secret)

    def leave(self, connection):
        body = json.dumps({"query": "Set.sequence(0, 16000).flatMap(_ => Set.sequence(0, 16000)).count()"})
        with socket.create_connection(("127.0.0.1", self.server.port), 30) as bare:
            bare.sendall(f"POST /query/1 HTTP/1.1\r\nauthorization: Bearer secret\r\n"
                         f"content-length: {len(body)}\r\n\r\n{body}".encode())
            time.sleep(random.random() / 20)
        connection.request("GET", "/metrics")
        self.expect("metrics", connection.getresponse().read()[:6], b"# HELP")

    # -- together --------------------------------------------------------------------------------

    def repeat(self, work):
        connection = self.server.connect()
        try:
            while not self.is_over and not self.wrong:
                work(connection)
                self.done[work.__name__] = self.done.get(work.__name__, 0) + 1
        except (ValueError, KeyError, OSError, http.client.HTTPException) as error:
            self.wrong.append(f"{work.__name__}: {error!r}")

    def watch(self, token, purses):
        """Up to the event of a purse without coins, which ends it."""
        connection = self.server.connect()
        connection.request("POST", "/stream/1", json.dumps({"token": token}), {"authorization": "Bearer secret"})
        events = connection.getresponse()
        try:
            while 0 not in purses:
                event = json.loads(events.readline())
                if event["type"] != "status":
                    id, coins = event["data"]
                    purses[int(id)] = int(coins["@int"])
        except (KeyError, ValueError, OSError, http.client.HTTPException) as error:
            self.wrong.append(f"the watcher: {error!r}")

    def run(self, seconds):
        for text in SETUP:
            self.query(text)
        purses = {}
        token = self.query("Purse.all().map(p => [p.id, p.coins]).eventSource()")
        watcher = threading.Thread(target=self.watch, args=(token, purses))
        works = [self.move] * 3 + [self.count] * 2 + [self.design, self.dwell, self.dwell, self.visit, self.leave]
        threads = [threading.Thread(target=self.repeat, args=(work,)) for work in works]
        watcher.start()
        for thread in threads:
            thread.start()
        for _ in range(seconds * 10):
            if not self.wrong:
                time.sleep(0.1)
        self.is_over = True
        for thread in threads:
            thread.join()
        there = self.query("Purse.all().map(p => [p.id, p.coins]).toArray()")
        self.query('Purse.create({ id: 0, coins: 0 }).id')
        watcher.join(60)
        told = {id: purses.get(id, COINS) for id in range(1, PURSES + 1)}
        self.expect("what the watcher was told", told, {int(id): coins for id, coins in there})
        for work in works:
            if not self.done.get(work.__name__):
                self.wrong.append(f"{work.__name__} was never done")


def main():
    seed = random.randrange(1 << 30)
    random.seed(seed)
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        server = Server(sys.argv[1], pathlib.Path(folder, "busy.fawn"), pathlib.Path(folder, "log"))
        busy = Busy(server)
        busy.run(seconds)
        ended = server.stop()
    print(f"seed {seed}; done:", *(f"{name} {count}" for name, count in sorted(busy.done.items())))
    print(*busy.wrong[:20], sep="\n", end="\n" if busy.wrong else "")
    good = (not busy.wrong) + ended
    print(f"{good} passed, {2 - good} failed")
    return good < 2


sys.exit(main())
