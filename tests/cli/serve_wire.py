"""The protocol row by row: what is sent, and what comes back, status and body. Rows that name no
path are queries. Each is sent over HTTP/1.1, and those of `everywhere` over HTTP/2 as well, by curl."""
import http.client
import json
import subprocess
import sys
import time

port = int(sys.argv[1])
failed = 0


def send(path, body, headers, secret="secret"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = dict(headers)
    if secret:
        sent["Authorization"] = "Bearer " + secret
    connection.request("POST", path, body, sent)
    response = connection.getresponse()
    whole = response.getheader("transfer-encoding") != "chunked"
    text = (response.read() if whole else response.read1(65536)).decode()
    connection.close()
    return response.status, text


def send_2(path, body, headers, secret="secret"):
    command = ["curl", "-s", "-m", "20", "--http2-prior-knowledge", "-w", "\n%{http_code}",
               "--data-binary", "@-", f"http://127.0.0.1:{port}{path}"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}" if value else f"{name};"]
    if secret:
        command += ["-H", "Authorization: Bearer " + secret]
    done = subprocess.run(command, input=body.encode(), capture_output=True, check=True)
    text, status = done.stdout.decode().rsplit("\n", 1)
    return int(status), text


def ask(query):
    return json.loads(send("/query/1", json.dumps({"query": query}), {})[1])


def row(name, got, status, expected):
    """`expected` begins the answer; a dict: members that it has."""
    global failed
    good = got[0] == status
    if isinstance(expected, dict):
        answer = json.loads(got[1])
        good = good and all(answer.get(key) == value for key, value in expected.items())
    else:
        good = good and got[1].startswith(expected)
    if not good:
        failed += 1
        print(f"{name}\n  gives {got[0]} {got[1][:300]}\n  expected {status} {expected}")


def bad(message):
    return json.dumps({"error": {"code": "invalid_request", "message": message}},
                      separators=(",", ":"), ensure_ascii=False)


def header(name, reason):
    return bad(f"Invalid header '{name}': {reason}")


def tags(count):
    return ",".join(f"k{i}=v" for i in range(count))


def headers():
    boolean = "Must be a boolean value."
    rows = [("x-format", value, header("x-format", f"Invalid format {value}"))
            for value in ("foo", "", "SIMPLE")]
    for name in ("x-typecheck", "x-linearized", "x-performance-hints"):
        rows += [(name, value, header(name, boolean)) for value in ("1", "")]
        rows += [(name, value, None) for value in ("true", "FALSE")]
    name = "x-last-txn-ts"
    rows += [(name, v, header(name, f"Invalid timestamp '{v}'."))
             for v in ("abc", "", "1.5", "99999999999999999999")]
    rows += [(name, v, None) for v in ("0", "-1", "1700000000000000")]
    name = "x-query-timeout-ms"
    rows += [(name, v, header(name, f"Invalid number '{v}'.")) for v in ("abc", "", "1.5")]
    rows += [(name, v, header(name, "Must be greater than 0.")) for v in ("0", "-1")]
    rows += [(name, "600001", header(name, "Must be less than or equal to 600000.")),
             (name, "600000", None)]
    name = "x-max-contention-retries"
    rows += [(name, v, header(name, f"Invalid number '{v}'.")) for v in ("abc", "")]
    rows += [(name, v, header(name, "Must be between 0 and 7.")) for v in ("8", "-1")]
    rows += [(name, v, None) for v in ("0", "7")]
    name = "x-query-tags"
    for value, reason in (("a", "invalid tags"), ("a=b,", "invalid tags"), ("=b", "invalid key"),
                          ("a-b=c", "invalid key"), ("k" * 41 + "=v", "invalid key"),
                          ("a=", "invalid value"), ("k=" + "v" * 81, "invalid value"),
                          ("a=b,a=c", "duplicate key"), (tags(26), "too many tags"),
                          ("a=" + "x" * 3000, "header is too long")):
        rows.append((name, value, header(name, reason)))
    rows += [(name, v, None) for v in ("", "a=b,c=d", "k" * 40 + "=v", "k=" + "v" * 80, tags(25))]
    for name, value, reason in rows:
        for version, sender in (("HTTP/1.1", send), ("HTTP/2", send_2)):
            got = sender("/query/1", '{"query":"1"}', {name: value})
            row(f"{version} {name}: {value[:50]}", got, 400 if reason else 200, reason or '{"data":1,')
    row("tags come back", send("/query/1", '{"query":"1"}', {"x-query-tags": "a=b,c=d"}), 200,
        {"query_tags": "a=b,c=d"})
    everything = {"x-format": "foo", "x-query-tags": "foo", "x-query-timeout-ms": "0"}
    row("times first", send("/query/1", "{", everything, None), 400,
        header("x-query-timeout-ms", "Must be greater than 0."))
    del everything["x-query-timeout-ms"]
    row("then tags", send("/query/1", "{", everything, None), 400,
        header("x-query-tags", "invalid tags"))
    del everything["x-query-tags"]
    row("then the others", send("/query/1", "{", everything, None), 400,
        header("x-format", "Invalid format foo"))


def bodies():
    wrong = "Invalid request body"
    for body, message in (
            ("", "No request body provided"), ("{}", wrong), ('{"query":1}', wrong),
            ('{"query":"1","foo":1}', wrong), ("[]", wrong + ": expected a JSON object"),
            ('{"query":"a\\u0000b"}', wrong + ": FQL strings cannot contain NUL characters"),
            ('{"query":{"object":{"a":"1","a":"2"}}}', wrong + ": Duplicate object field `a`"),
            ("[" * 1001 + "]" * 1001, wrong + ": JSON exceeds nesting limit")):
        row(body[:60], send("/query/1", body, {}, None), 400, bad(message))
        row("HTTP/2 " + body[:60], send_2("/query/1", body, {}, None), 400, bad(message))
    row("broken JSON", send("/query/1", "{", {}, None), 400,
        bad(wrong + ": parse error: premature EOF at byte 1"))
    for node in ({"foo": []}, {"fql": "x"}, {"fql": [1]}, {"fql": [], "value": 1}, {}):
        got = send("/query/1", json.dumps({"query": node}), {})
        row(f"template {node}", got, 400, bad(wrong + ": expected ")[:-3])
    two = {"value": {"@int": "2"}}
    for node, data in (
            ({"fql": ["1 + ", two]}, {"@int": "3"}), (two, {"@int": "2"}),
            ({"array": ["1 + 1", two, {"fql": ["2"]}]}, [{"@int": "2"}] * 3),
            ({"object": {"a b": "1", "@c": two}},
             {"@object": {"a b": {"@int": "1"}, "@c": {"@int": "2"}}}),
            ({"fql": [{"object": {"a": {"array": [{"value": "q"}]}}}, ".a[0]"]}, "q")):
        got = send("/query/1", json.dumps({"query": node}), {"x-format": "tagged"})
        row(f"template {node}", got, 200, {"data": data})
    row("a value that is none", send("/query/1", '{"query":{"value":{"@blah":"1"}}}', {}), 400,
        {"summary": "error: invalid tag '@blah'\nat *query*:1:1\n  |\n1 | <value>\n"
                    "  | ^^^^^^^\n  |"})


def arguments():
    tagged = {"x-format": "tagged"}

    def reads(text, form=tagged):
        return send("/query/1", f'{{"query":"a","arguments":{{"a":{text}}}}}', form)

    for text, reason in (
            ("1", "numbers must be tagged"), ('{"@int":"x"}', "invalid integer"),
            ('{"@int":"2147483648"}', "invalid integer"), ('{"@long":"x"}', "invalid long"),
            ('{"@double":"x"}', "invalid double"), ('{"@time":"2024-01-01"}', "invalid time"),
            ('{"@date":"x"}', "invalid date"), ('{"@bytes":"%"}', "invalid bytes"),
            ('{"@int":"1","b":"2"}', "too many keys in tagged value"),
            ('{"@x":"1"}', "invalid tag '@x'"), ('{"@set":"x"}', "invalid tag '@set'"),
            ('{"@stream":"x"}', "invalid tag '@stream'"), ('{"@uuid":"x"}', "invalid tag '@uuid'"),
            ('{"@int":true}', "@int requires a string value"),
            ('{"@object":true}', "@object requires an object value"),
            ('{"@mod":"Nope"}', "no such module 'Nope'"),
            ('{"@ref":true}', "@ref requires an object value"),
            ('{"@ref":{}}', "@ref field 'coll' is required"),
            ('{"@ref":{"coll":"X","id":"1"}}', "@ref field 'coll' requires a module value"),
            ('{"@ref":{"coll":{"@mod":"Thing"}}}', "@ref field 'id' is required"),
            ('{"@ref":{"coll":{"@mod":"Thing"},"id":true}}', "@ref field 'id' requires a string value"),
            ('{"@ref":{"coll":{"@mod":"Thing"},"id":"x"}}', "@ref field 'id' must be an integer"),
            ('{"@ref":{"coll":{"@mod":"Collection"}}}', "@ref field 'name' is required"),
            ('{"@ref":{"coll":{"@mod":"Collection"},"name":true}}',
             "@ref field 'name' requires a string value"),
            ('{"@ref":{"coll":{"@mod":"Collection"},"name":"Nope"}}', "no such schema object 'Nope'")):
        row(f"argument {text}", reads(text), 400, bad(f"Invalid argument 'a': {reason}"))
    missing = {"@ref": {"id": "9", "coll": {"@mod": "Thing"}, "exists": False, "cause": "not found"}}
    nameless = {"@ref": {"name": "Nope", "coll": {"@mod": "Collection"}, "exists": False,
                         "cause": "not found"}}
    row("a null comes back as it was told", reads(json.dumps(nameless)), 200, {"data": nameless})
    for text, data in (
            ('{"@int":"1"}', {"@int": "1"}), ('{"@double":"NaN"}', {"@double": "NaN"}),
            ('{"@object":{"@int":"1"}}', {"@object": {"@int": "1"}}), ("null", None),
            ('{"@time":"2024-01-01T02:00:00+0200"}', {"@time": "2024-01-01T00:00:00Z"}),
            ('{"@bytes":"Zm9v"}', {"@bytes": "Zm9v"}), ('{"@mod":"Math"}', {"@mod": "Math"}),
            ('{"@ref":{"coll":{"@mod":"Thing"},"id":"9"}}', missing), ('{"@doc":"Thing:9"}', missing)):
        row(f"argument {text}", reads(text), 200, {"data": data})
    for text, data in (("1", 1), ("1.0", 1.0), ('{"@int":"1"}', {"@int": "1"}), ("[1]", [1])):
        row(f"a plain argument {text}", reads(text, {"x-format": "simple"}), 200, {"data": data})
    row("decorated is read as tagged", reads("1", {"x-format": "decorated"}), 400,
        bad("Invalid argument 'a': numbers must be tagged"))
    wrong = '{"query":"x(","arguments":{"a":1}}'
    row("who asks comes before arguments", send("/query/1", wrong, tagged, None), 401,
        '{"error":{"code":"unauthorized","message":"Access token required"}}')
    row("arguments come before the text", send("/query/1", wrong, tagged), 400,
        bad("Invalid argument 'a': numbers must be tagged"))


def failures():
    version = ask("1")["schema_version"]
    for body in ('{"query":"x("}', '{"query":""}', '{"query":"nope"}', '{"query":"abort(0)"}'):
        answer = json.loads(send("/query/1", body, {})[1])
        row(f"{body} names the schema", (0, json.dumps(answer)), 0, {"schema_version": version})
        row(f"{body} names a state", (answer["txn_ts"] >= version, "{}"), True, {})
        row(f"{body} counts", (min(answer["stats"]["compute_ops"], answer["stats"]["query_time_ms"]) > 0,
                               "{}"), True, {})


def events():
    token = ask("Thing.all().eventSource()")["data"]
    place = '"cursor":"ZmF3bi1ldmVudDoxOjE="'
    given = f'{{"token":"{token}",'
    cases = (
        ("{}", "Invalid request body: Value for key token not found.", ""),
        ('{"token":"x"}', "Invalid request body: invalid event source provided", "."),
        (given + '"cursor":"x"}', "Invalid request body: invalid event cursor provided", "."),
        (given + place + ',"start_ts":1}',
         "Invalid request body: can not provide both `start_ts` and `cursor`", "."),
        (given + '"start_ts":"x"}', "Invalid request body: Unexpected string value 'x'.", ""),
        ("", "No request body provided", ""),
        ("{", "Invalid request body: parse error: premature EOF at byte 1", ""))
    for body, message, stop in cases:
        for secret in ("secret", None):
            row(f"feed {body}", send("/feed/1", body, {}, secret), 400, bad(message + stop))
            row(f"stream {body}", send("/stream/1", body, {}, secret), 400, bad(message))
    for body, message in ((given + '"page_size":0}', "page size must be greater than zero."),
                          (given + '"page_size":16001}', "page size can not be greater than 16000.")):
        row(f"feed {body}", send("/feed/1", body, {}, None), 400, bad("Invalid request body: " + message))
    good = f'{{"token":"{token}"}}'
    for path in ("/feed/1", "/stream/1"):
        row(f"{path} of nobody", send(path, good, {}, None), 401,
            '{"error":{"code":"unauthorized","message":"Invalid token, unable to authenticate request"}}')
        row(f"{path} reads no format", send(path, good, {"x-format": "foo", "x-query-tags": "-"}), 200, "{")
    none = given + '"cursor":null,"start_ts":null,"page_size":null}'
    row("null is none", send("/feed/1", none, {}), 200, {"events": [], "has_next": False})
    row("null is none", send("/stream/1", none, {}), 200, '{"type":"status","txn_ts":')
    row("a feed reads times", send("/feed/1", good, {"x-query-timeout-ms": "0"}), 400,
        header("x-query-timeout-ms", "Must be greater than 0."))
    row("a hasty feed", send("/feed/1", good, {"x-query-timeout-ms": "1"}), 440,
        '{"error":{"code":"time_out","message":"Client set aggressive deadline')
    for start in (-5, 1):
        early = given + f'"start_ts":{start}}}'
        row("a stream before its source", send("/stream/1", early, {}), 400, bad(
            "Invalid stream start time: Stream start time can not be before the stream create time."))
        answer = json.loads(send("/feed/1", early, {})[1])
        row("a feed too far back", (0, json.dumps(answer["events"][0]["error"])), 0,
            {"code": "invalid_stream_start_time"})
    ask("Thing.create({ id: 1 }); Thing.create({ id: 2 })")
    page = json.loads(send("/feed/1", given + '"page_size":1}', {})[1])
    row("a page", (0, json.dumps(page)), 0, {"has_next": True})
    row("its stats", (page["stats"]["read_ops"] > 0 and page["stats"]["storage_bytes_read"] > 0, "{}"),
        True, {})
    early = given + f'"start_ts":{int(time.time() * 1e6) - 600000000}}}'
    row("ten minutes back", (len(json.loads(send("/feed/1", early, {})[1])["events"]), "{}"), 2, {})


ask('Collection.create({ name: "Thing" }).name')
for part in (headers, bodies, arguments, failures, events):
    part()
sys.exit(failed != 0)
