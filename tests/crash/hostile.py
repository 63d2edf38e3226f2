#!/usr/bin/env python3
"""Clients that mean no good, or cannot do better: each is refused or survived, others are served
meanwhile, and the memory that the server takes stays bounded.

    tests/crash/hostile.py [--memory MIB] BINARY      that an attack may add: 300
    tests/crash/hostile.py --space MIB BINARY         with no more address space than that: what takes
                                                      much is refused before the process must end
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import resource
import socket
import struct
import sys
import tempfile
import time

from serving import Server

args = argparse.Namespace()
IDLE = 10000
QUERY_MIB = 32           # --max-query-memory
ENOUGH = 16 << 20        # bytes of answers, after which the requests of a connection wait
FIELD = b"authorization: Bearer secret\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION = 0, 1, 3, 4, 6, 9
END_STREAM, END_HEADERS = 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + \
        struct.pack(">I", stream) + payload


def literal(name_index, value):
    return bytes([name_index, len(value)]) + value


# GET /ping as HPACK: indexed method and scheme, a literal path and authority.
PING_REQUEST = b"\x82\x86" + literal(4, b"/ping") + literal(1, b"x")


def connect(port, timeout=30):
    return socket.create_connection(("127.0.0.1", port), timeout)


def send(connection, data):
    """Sends as much as the server takes. False: it has ended the connection."""
    try:
        connection.sendall(data)
        return True
    except OSError:
        return False


def drain(connection, seconds=30):
    """What the server says up to its end; less when that does not come in time."""
    connection.settimeout(seconds)
    said = b""
    try:
        while part := connection.recv(65536):
            said += part
    except OSError:
        pass
    return said


def flood(port, frames):
    """Sends frames on one HTTP/2 connection without reading, until the server ends it."""
    with connect(port) as connection:
        send(connection, PREFACE + frame(SETTINGS, 0, 0))
        for some in frames:
            if not send(connection, some):
                break


def garbage(server):
    for _ in range(100):
        with connect(server.port) as connection:
            send(connection, random.randbytes(random.randrange(1, 5000)))
    with connect(server.port) as connection:
        send(connection, b"\0\1\2 rubbish\r\n\r\n")
        return b" 400 " in drain(connection)


def gone_before_answers(server):
    """Whose answers find nobody: writing to such a connection raises SIGPIPE."""
    for _ in range(100):
        with connect(server.port) as connection:
            send(connection, b"GET /ping HTTP/1.1\r\n\r\n" * 20)
    return True


def half_headers(server):
    """Held while others are asked."""
    held = [connect(server.port) for _ in range(200)]
    for connection in held:
        send(connection, b"POST /query/1 HTTP/1.1\r\n" + FIELD + b"content-le")
    return held


def slow_loris(server):
    held = [connect(server.port) for _ in range(200)]
    for byte in b"GET /ping":
        for connection in held:
            send(connection, bytes([byte]))
    return held


def huge_body(server):
    with connect(server.port) as connection:
        send(connection, b"POST /query/1 HTTP/1.1\r\n" + FIELD + b"content-length: 2147483648\r\n\r\n")
        told = b" 413 " in drain(connection)
    with connect(server.port) as connection:
        send(connection, b"POST /query/1 HTTP/1.1\r\n" + FIELD + b"transfer-encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
        sent = 0
        while sent < 2048 and send(connection, piece):
            sent += 1
        return told and sent < 2048


def bodies_without_end(server):
    """Many bodies that are never whole, each below the limit of one."""
    held = []
    for _ in range(60):
        connection = connect(server.port)
        connection.settimeout(2)
        send(connection, b"POST /query/1 HTTP/1.1\r\n" + FIELD + b"content-length: 8000000\r\n\r\n")
        send(connection, b"x" * 1500000)
        held.append(connection)
    return held


def idle(server):
    held = []
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(IDLE - 100, hard - 200)
    for _ in range(count):
        held.append(connect(server.port))
    for _ in range(600):
        if server.metric("fawn_connections_open") >= count:
            return held
        time.sleep(0.1)
    print(f"  {server.metric('fawn_connections_open')} of {count} are open")
    return False


def invalid_hpack(server):
    for payload in (b"\xff" * 40, b"\x80", b"\x3f\xff\xff\xff\xff\xff\x0f", random.randbytes(200)):
        with connect(server.port) as connection:
            send(connection, PREFACE + frame(SETTINGS, 0, 0) +
                 frame(HEADERS, END_HEADERS | END_STREAM, 1, payload))
            drain(connection)
    return True


def rapid_reset(server):
    cancel = struct.pack(">I", 8)
    flood(server.port, (b"".join(frame(HEADERS, END_HEADERS | END_STREAM, id, PING_REQUEST) +
                                 frame(RST_STREAM, 0, id, cancel)
                                 for id in range(first, first + 400, 2))
                        for first in range(1, 60001, 400)))
    return True


def settings_flood(server):
    flood(server.port, (frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 65535)) * 500
                        for _ in range(400)))
    return True


def ping_flood(server):
    flood(server.port, (frame(PING, 0, 0, b"12345678") * 500 for _ in range(400)))
    return True


def continuation_flood(server):
    flood(server.port, (frame(HEADERS, 0, 1, PING_REQUEST) if i == 0 else
                        frame(CONTINUATION, 0, 1, literal(0, b"") * 500) for i in range(20000)))
    return True


def window_of_nothing(server):
    """Streams whose client never lets the answer come."""
    with connect(server.port) as connection:
        send(connection, PREFACE + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0)))
        for id in range(1, 401, 2):
            send(connection, frame(HEADERS, END_HEADERS | END_STREAM, id, PING_REQUEST))
        return True


def post(body):
    return b"POST /query/1 HTTP/1.1\r\n" + FIELD + b"content-length: %d\r\n\r\n" % len(body) + body


# An answer of eight megabytes.
LARGE = json.dumps({"query": f"""let kib = "{"x" * 1024}"
    let mib = Array.sequence(0, 1024).map(_ => kib)
    Array.sequence(0, 8).map(_ => mib)"""}).encode()


def large_answers_unread(server):
    """256 streams of a connection whose client lets no answer come: all but a few must wait."""
    connection = connect(server.port)
    send(connection, PREFACE + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0)))
    head = b"\x83\x86" + literal(4, b"/query/1") + literal(1, b"x") + \
        b"\x40" + bytes([13]) + b"authorization" + bytes([13]) + b"Bearer secret"
    for id in range(1, 513, 2):
        send(connection, frame(HEADERS, END_HEADERS, id, head) + frame(DATA, END_STREAM, id, LARGE))
    for _ in range(200):
        if server.metric("fawn_answers_bytes") > ENOUGH:
            return [connection]
        time.sleep(0.05)
    print("  its answers do not come")
    return False


def many_unread(server):
    """Connections that each ask for something large and take none of it: when all of that is too much
    others wait, until who takes nothing is ended."""
    held = []
    for _ in range(100):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        send(connection, post(LARGE))
        held.append(connection)
    for _ in range(200):
        if server.metric("fawn_answers_bytes") > 2 * QUERY_MIB << 20:
            return held
        time.sleep(0.05)
    print("  their answers do not come")
    return False


def value_of_values(server):
    """What is small in memory and endless as text."""
    text = 'let a = Array.sequence(0, 1000)\n' + \
        "".join(f"let {b} = Array.sequence(0, 1000).map(_ => {a})\n" for a, b in zip("abcd", "bcde"))
    for query in ("e", "e.toString().length", '"#{e}".length', "e == e", "[e, e].distinct().length",
                  "Note.create({ e: e })", "Note.where(.e == e).eventSource()", "Note.byId(1); [e].toSet()",
                  "e.reduce((a, b) => a.concat(b)).length", "let f = () => e\nf"):
        connection = server.connect()
        connection.request("POST", "/query/1", json.dumps({"query": text + query}),
                           {"authorization": "Bearer secret", "x-query-timeout-ms": "2000"})
        answer = json.loads(connection.getresponse().read())
        code = answer.get("error", {}).get("code")
        if code not in ("memory_limit", "value_too_large", "time_out") and answer.get("data") != "[function <lambda>]":
            print(f"  {query}: {code}")
            return False
    return True


MUCH = """let twice = (value, times) => Set.sequence(0, times).fold(value, (all, _) => all + all)
let numbers = n => Set.sequence(0, n).toArray()
let nest = (nest, n) => Set.sequence(0, 1).fold(null, (_, i) => {
  let own = Array.sequence(0, 16000).map(x => [x, x])
  if (n > 0) nest(nest, n - 1) else own.length
})
"""

# Requests that take much memory in one step, or hold it where nobody looks.
GREEDY = [{"query": MUCH + query} for query in (
    "nest(nest, 300)",
    "Set.sequence(0, 3000000).map(n => { a: n, b: [n, n] }).toArray().length",
    "Set.sequence(0, 25).fold(numbers(1000), (all, _) => all.concat(all)).length",
    "Set.sequence(0, 3000000).order(desc(x => x)).first()",
    "Set.sequence(0, 16000).flatMap(i => Set.sequence(0, 1000)).toArray().length",
    "numbers(1500000).map(x => x).map(x => x).map(x => x).map(x => x).entries().length",
    "numbers(1500000).order(desc(x => x), asc(x => x), asc(x => -x)).length",
    "Set.sequence(0, 3000000).fold(null, (all, i) => { f: all })",
    'twice("a,", 23).split(",").length',
    'twice("a", 23).matches("(a|b)*c").length',
    'twice("a", 24).matches("a").length',
    'let a = twice("x", 24)\n"#{a}#{a}#{a}#{a}#{a}".length',
    'twice("\u0130", 22).casefold().length',
    'let a = twice("x", 20)\nArray.sequence(0, 60).map(_ => a)',
    "let a = numbers(1500000)\nNote.create({ a: a, b: a, c: a }).id == 1",
    'Set.sequence(0, 3000000).forEach(i => log("#{i} and the same text again and again"))',
    "let a = numbers(1500000)\nlog(a)\nlog(a)\nlog(a)\nabort(a)",
)] + [
    {"query": "[" + "1," * 3900000 + "1]"},
    {"query": "{" + ",".join(f"a{i}: {i}" for i in range(400000)) + "}"},
    {"query": "a.length", "arguments": {"a": [{"x": i} for i in range(400000)]}},
    {"query": "a.length", "arguments": {"a": [[]] * 1900000}},
    {"query": {"fql": ["1 + "] * 700000 + ["1"]}},
    {"query": {"fql": ["[", *[part for i in range(150000) for part in ({"value": i}, ",")], "1]"]}},
]
REFUSED = ("memory_limit", "value_too_large", "time_out", "invalid_request", "invalid_query", "abort",
           "limit_exceeded")


def many_documents(server):
    """What is written counts as well. (Short of memory the store would keep all of it for later writes.)"""
    text = MUCH + 'let a = twice("x", 14)\nSet.sequence(0, 30000).forEach(i => Note.create({ text: a }))'
    return server.post("/query/1", {"query": text}).get("error", {}).get("code") == "memory_limit"


def greedy(server):
    """Each is answered, or refused for a reason that says what is the matter."""
    for request in GREEDY:
        answer = server.post("/query/1", request, **{"x-query-timeout-ms": "60000"})
        code = answer.get("error", {}).get("code")
        if code is not None and code not in REFUSED:
            print(f"  {str(request)[-200:]}: {answer['error']}")
            return False
        try:
            server.query("1 + 1")
        except ValueError as error:
            print(f"  after {str(request)[-200:]}: {error}")
            return False
    return True


def links_without_end(server):
    """Chains so long that running them would use up the stack."""
    for link in (".map(x => x)", ".a", "[0]", "!", "(1)"):
        code = server.post("/query/1", {"query": "[1]" + link * 300000}).get("error", {}).get("code")
        if code != "invalid_query":
            print(f"  {link}: {code}")
            return False
    return True


def long_logs(server):
    """What is logged is kept, and its text is as much again."""
    text = MUCH + 'let a = twice("x", 18)\nSet.sequence(0, 70).forEach(i => log(a))'
    summary = server.post("/query/1", {"query": text})["summary"]
    return summary.endswith("are not shown: there is no memory for their text.")


def deaf_reader(server):
    """The reader of a stream that reads nothing, while much is told: it must lose its stream."""
    token = server.query("Note.all().eventSource()")
    body = json.dumps({"token": token}).encode()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    send(connection, b"POST /stream/1 HTTP/1.1\r\n" + FIELD +
         b"content-length: %d\r\n\r\n" % len(body) + body)
    while server.metric("fawn_streams_open") == 0:
        time.sleep(0.05)
    text = "x" * 100000
    for _ in range(150):
        server.query(f'Note.create({{ text: "{text}" }}).id')
        if server.metric("fawn_streams_open") == 0:
            connection.close()
            return True
    print("  its stream is still open")
    return False


ATTACKS = [garbage, gone_before_answers, half_headers, slow_loris, huge_body, bodies_without_end,
           invalid_hpack, rapid_reset, settings_flood, ping_flood, continuation_flood,
           window_of_nothing, deaf_reader, large_answers_unread, many_unread, value_of_values, greedy, many_documents,
           links_without_end, long_logs, idle]


def survives(server, attack):
    """Runs an attack, and asks for others meanwhile and after it."""
    name = attack.__name__.replace("_", " ")
    try:
        return tell(name, *attempt(server, attack))
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(f"not ok {name}: the server did not answer: {error!r}")
        server.is_content()  # tells what it said
        return False


def attempt(server, attack):
    """Whether it went well, and what memory it took."""
    before = server.metric("fawn_resident_bytes")
    held = attack(server)
    good = held is not False
    served = server.query("1 + 1") == 2
    added = server.metric("fawn_resident_bytes") - before
    for connection in held if isinstance(held, list) else []:
        connection.close()
    served = served and server.query("Note.all().count() >= 0") is True
    return good and served, added


def tell(name, good, added):
    # Of blocks of several megabytes the address sanitizer gives little back.
    most = 3 * args.memory if name == "greedy" else args.memory
    good = good and added < most << 20
    print(f"{'ok' if good else 'not ok'} {name}: {added / (1 << 20):.1f} MiB")
    return good


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    # Bodies of all requests may take 256 MiB. A thread sanitizer takes a multiple of all memory.
    parser.add_argument("--memory", type=int, default=300)
    parser.add_argument("--space", type=int)
    parser.add_argument("binary")
    parser.parse_args(namespace=args)
    random.seed(1)
    attacks, limits = ATTACKS, ["--max-query-memory", str(QUERY_MIB)]
    if args.space:
        attacks, limits = [greedy], ["--max-query-memory", str(2 * args.space), "--limits", "local"]
        args.memory = args.space
    with tempfile.TemporaryDirectory() as folder:
        server = Server(args.binary, None, pathlib.Path(folder, "log"), *limits, space=args.space)
        server.query('Collection.create({ name: "Note" }).name')
        results = [survives(server, attack) for attack in attacks]
        results.append(server.stop())
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return not all(results)


sys.exit(main())
