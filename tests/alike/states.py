"""A database whose documents change: its indexes and aggregates must hold what its documents say, now,
within a transaction, in the past, and after it was opened again, compacted, or dumped and restored.

Each check is a list of (what, expected, got); those that differ are told.
"""
import json
import subprocess
import time

from shell import Shell

WRITES = 12
TERMS = ["1", "2", "1.0", "2.5", '"a"', '"é"', "true", "D(1)", "D(2)", '"zz"', "-1"]
INDEXES = """indexes: {
    byA: { terms: [{ field: "a" }] },
    byS: { terms: [{ field: "s" }], values: [{ field: "a", order: "desc" }, { field: "id" }] },
    byAS: { terms: [{ field: "a" }, { field: "s" }] },
    byTag: { terms: [{ field: "t", mva: true }], values: [{ field: "a" }] },
    byTwice: { terms: [{ field: "twice" }] },
    sorted: { values: [{ field: "a" }, { field: "s", order: "desc" }] }
  }"""
AGGREGATES = """aggregates: {
    whole: { values: { count: { count: true }, sum: { sum: ".a" }, max: { max: ".s" } } },
    group: { terms: [{ field: ".s" }], where: "x => x.z != false", values: {
      count: { count: true }, sum: { sum: ".a" }, mean: { mean: ".a" }, min: { min: ".a" },
      max: { max: ".a" }, top: { top: ".a", n: 3 }, kinds: { countDistinct: ".a" } } },
    tags: { terms: [{ field: ".t", mva: true }], values: { count: { count: true }, min: { min: ".a" } } }
  }"""

# Of each group: what its totals are, worked out from the documents.
RECOUNT = """let documents = C.all().toArray()
let numbers = v => v.filter(n => n isa Number)
C.%s().toArray().map(g => {
  let all = documents.filter(x => %s).map(.a)
  let known = all.filter(a => a != null)
  let sum = numbers(all).fold(0, (s, n) => s + n)
  let up = known.order()
  [g.count == all.length, g.sum == null || g.sum == sum,
   g.mean == null && (g.sum == null || numbers(all).isEmpty()) || g.mean == sum / (numbers(all).length * 1.0),
   g.min == up.first(), g.max == null || g.max == up.last(),
   g.top == null || g.top == known.order(desc(a => a)).take(3),
   g.kinds == null || g.kinds == known.distinct().length].every(b => b)
}).every(b => b)"""


class Documents:
    """What is written. Unless `wild`, numbers add up exactly, in whatever order, and values are equal
    when they sort as equal, so that documents can be asked for what indexes and aggregates say."""

    def __init__(self, make, wild):
        self.make = make
        self.wild = wild

    def fields(self):
        make = self.make
        if self.wild:
            return (f"{{ a: {make.value()}, s: {make.value()}, z: {make.scalar()},"
                    f" t: [{make.scalar()}, {make.scalar()}] }}")
        fields = {"a": make.one("1", "2", "1.0", "2.5", "-1", "-0.25", '"a"', "null", "[1]", "true"),
                  "s": make.one('"a"', '"b"', '"é"', '"zz"', "1", "null", "D(1)", "D(2)", '"a\\u0000"'),
                  "z": make.one("true", "false", "null"),
                  "t": "[" + ", ".join(make.random.sample(['"a"', '"zz"', "1", "2.5", "null"],
                                                         make.random.randint(0, 3))) + "]"}
        for name in list(fields):
            if make.chance() < 0.1:
                del fields[name]
        return "{ " + ", ".join(f"{n}: {v}" for n, v in fields.items()) + " }"

    def write(self):
        """A statement that writes some documents."""
        make, i = self.make, self.make.random.randint(1, 60)
        some = f"C.all().where(x => x.b == null && x.{make.one('a', 's', 'z')} == {make.one(*TERMS)})"
        return make.one(f"Set.sequence({i}, {i + 5}).forEach(i => if (C(i).exists()) 0 else"
                        f" C.create(Object.assign({self.fields()}, {{ id: i }})))",
                        f"C(1)?.update({self.fields()})", f"C({i})?.update({self.fields()})",
                        f"C({i})?.replace({self.fields()})", f"C({i})?.delete()",
                        f"{some}.forEach(x => x.update({self.fields()}))",
                        f"{some}.take(3).forEach(x => x.delete())",
                        f"C.all().take({i}).forEach(x => x.update({{ a: x.s, s: x.a }}))",
                        f"C.create({self.fields()}).id")


def define(shell, days):
    """The collections of an empty database."""
    shell.value(f"""Collection.create({{ name: "C", history_days: {days},
  computed_fields: {{ twice: {{ body: "x => if (x.a isa Number) x.a * 2 else null" }} }},
  {INDEXES}, {AGGREGATES} }})\n0""")
    # After C: a dump has the collections by name, and their order is that of references.
    shell.value('Collection.create({ name: "D" })\n0')
    shell.value("Set.sequence(1, 4).forEach(i => D.create({ id: i, n: i * 10 }))")


def reads(make):
    """Queries of what the database holds, each the text of one expression."""
    term, other = make.one(*TERMS), make.one(*TERMS)
    texts = ["C.all()", "C.whole()", "C.group()", "C.tags()", "C.sorted()", f"C.byA({term})",
             f"C.byS({term})", f"C.byAS({term}, {other})", f"C.byTag({term})", f"C.byTwice({term})",
             f"C.sorted({{ from: {term} }})", f"C.sorted({{ to: [{term}, {other}] }}).reverse()",
             f"C.byS({term}, {{ from: {other} }})", f"C.where(.a == {term})", "C.all().reverse()"]
    return ([f"{text}{'' if text == 'C.whole()' else '.toArray()'}" for text in texts] +
            ["C.all().count()", f"C.group({term})", f"C({make.random.randint(1, 60)})",
             "C.all().map(x => [x.id, x.twice]).toArray()"])


def by_documents(make):
    """Indexes and aggregates beside the same from the documents."""
    term, other = make.one(*TERMS), make.one(*TERMS)
    documents, ids = "C.all().toArray()", ".map(.id)"
    pairs = [(f"C.byA({term})", f".filter(x => x.a == {term})"),
             (f"C.byS({term})", f".filter(x => x.s == {term}).order(desc(.a), .id)"),
             (f"C.byAS({term}, {other})", f".filter(x => x.a == {term} && x.s == {other})"),
             (f"C.byTag({term})", f".filter(x => (x.t ?? []).includes({term})).order(.a)"),
             (f"C.byTwice({term})", f".filter(x => x.twice == {term})"),
             ("C.sorted()", ".order(.a, desc(.s))"),
             (f"C.sorted({{ from: {term} }})",
              f".filter(x => [x.a, {term}].order(x => x).first() == {term})"
              ".order(.a, desc(.s))")]
    return ([(f"{index}{ids}.toArray()", documents + plain + ids) for index, plain in pairs] +
            [("true", RECOUNT % ("group", "x.s == g.s && x.z != false")),
             ("true", RECOUNT % ("tags", "(if (x.t == null || x.t == []) [null] else x.t).includes(g.t)")),
             ("C.whole().count", "C.all().count()"),
             ("true", "C.group().map(.s).toArray() =="
                     f" {documents}.filter(.z != false).map(.s).distinct().order()")])


def pages(shell, text, size):
    """All elements of a set, a page at a time."""
    page = shell.value(f"({text}).paginate({size})")
    found = page["data"]
    while "after" in page:
        page = shell.value(f'Set.paginate("{page["after"]}")')
        found += page["data"]
    return json.dumps(found, ensure_ascii=False)


class History:
    """A database in a file, and what it answered after each transaction."""

    def __init__(self, binary, folder, make):
        self.binary, self.make = binary, make
        self.database = folder / "history.fawn"
        self.copy = folder / "restored.fawn"
        self.text = folder / "history.dump"
        self.records = [] # (time in microseconds, {query: answer})
        self.shell = Shell(binary, self.database)
        self.found = []

    def same(self, what, expected, got):
        if expected == got:
            return
        at = next((i for i, pair in enumerate(zip(expected, got)) if pair[0] != pair[1]),
                  min(len(expected), len(got)))
        begin = max(at - 160, 0)
        self.found.append(f"{what}\n    expected …{expected[begin:at + 160]}"
                          f"\n    got      …{got[begin:at + 160]}")

    def answers(self, texts):
        return {text: self.shell.ask(text) for text in texts}

    def write(self, writes):
        """A transaction of some writes; what it sees at its end is what is there behind it."""
        statements = [writes.write() for _ in range(self.make.one(1, 1, 2, 4))]
        texts = reads(self.make)
        untimed = [t.replace(".toArray()", ".map(x => x.id).toArray()") for t in texts[4:15]]
        answer = self.shell.request({"query": "\n".join(statements + [f"[{', '.join(untimed)}]"])})
        if "error" in answer:
            raise ValueError(answer["summary"])
        self.same("\n".join(statements + untimed), self.shell.ask(f"[{', '.join(untimed)}]"),
                  json.dumps(answer["data"], ensure_ascii=False))
        self.records.append((answer["txn_ts"], self.answers(texts)))
        for index, plain in [] if writes.wild else by_documents(self.make):
            self.same(f"{index}\n{plain}", self.shell.ask(plain), self.shell.ask(index))
        for text in ("C.all()", "C.sorted()", "C.group()", "C.all().order(.a)", "C.all().reverse()"):
            self.same(f"pages of {text}", self.shell.ask(f"{text}.toArray()"),
                      pages(self.shell, text, self.make.random.randint(1, 9)))

    def compare_past(self, when):
        for time, answers in self.records:
            for text, answer in answers.items():
                past = f'at (Time.epoch({time}, "microseconds")) {{ {text} }}'
                self.same(f"{when}: {past}", answer, self.shell.ask(past))

    def compare_now(self, when):
        for text, answer in self.records[-1][1].items():
            self.same(f"{when}: {text}", answer, self.shell.ask(text))

    def command(self, *words):
        done = subprocess.run([self.binary, *map(str, words)], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            self.found.append(f"fawn {' '.join(map(str, words))}: {done.stdout}{done.stderr}")

    def run(self):
        define(self.shell, days=self.make.one(0, 3))
        writes = Documents(self.make, wild=self.make.one(True, False))
        for _ in range(WRITES):
            self.write(writes)
        self.compare_past("in the process that wrote it")
        self.shell.end()
        self.command("check", self.database)
        self.shell = Shell(self.binary, self.database)
        self.compare_now("opened again")
        self.compare_past("opened again")
        self.shell.end()
        self.command("compact", self.database)
        self.command("check", self.database)
        self.command("dump", self.database, self.text)
        self.shell = Shell(self.binary, self.database)
        self.compare_past("compacted")
        self.shell.end()
        self.command("restore", self.text, self.copy)
        self.command("check", self.copy)
        self.shell = Shell(self.binary, self.copy)
        self.compare_now("restored")
        self.shell.end()
        return self.found


# -- ends of documents ------------------------------------------------------------------------------

EXPIRING_WRITES = 25


class Mortal(Documents):
    """Documents that end soon, later, or after all not."""

    def fields(self):
        soon = f'Time.now().add({self.make.random.randint(-3, 40)}, "milliseconds")'
        end = self.make.one(soon, soon, soon, 'Time("2999-01-01T00:00:00Z")', "null")
        return f"Object.assign({super().fields()}, {{ ttl: {end} }})"


def expiring(binary, _, make):
    """What aggregates and indexes say, beside the documents, while these end. Each question is one
    query, which has one time: so that it does not matter when it is asked."""
    shell = Shell(binary)
    define(shell, days=make.one(0, 3))
    writes = Mortal(make, wild=False)
    found = []
    for _ in range(EXPIRING_WRITES):
        statements = [writes.write() for _ in range(make.one(1, 1, 2, 4))]
        shell.value("\n".join(statements) + "\n0")
        for asked, plain in by_documents(make):
            got = shell.value(f"[({{ {asked} }}), ({{ {plain} }})]")
            if got[0] != got[1]:
                found.append(f"{asked}\n{plain}\n    expected {got[1]}\n    got      {got[0]}")
    time.sleep(0.05) # longer than any of those that end soon
    left = shell.ask("C.all().where(x => x.ttl != null && x.ttl! < Time.now()).count()")
    if left != '{"@int": "0"}':
        found.append(f"documents that have ended are there: {left}")
    shell.end()
    return found


def history(binary, folder, make):
    """What differs in one database."""
    return History(binary, folder, make).run()
