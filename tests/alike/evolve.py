"""A schema that changes, with migrations, beside documents that are rewritten by hand; and a transaction
that is undone, beside a database that was restored.

Each check is a list of (what, expected, got); those that differ are told.
"""
import json
import subprocess

import states
from shell import Shell

PUSHES = 4
TYPES = {"Int": ("0", "1", "-7", "2147483647"), "String": ('"a"', '"é"', '""'), "Boolean": ("true", "false")}


class Migrated:
    """Collection M, whose schema changes, and N, which has none: its documents are rewritten."""

    def __init__(self, make):
        self.make = make
        self.fields = {"n": ("Int",), "f": ("Int", "String"), "g": ("String",), "b": ("Boolean",)}
        self.names = iter(f"f{i}" for i in range(100))
        self.ids = iter(range(1, 1000))
        self.migrations = []
        self.rewrites = [] # FQL of an object `o`, one behind the other
        # What a push has split and drops has no type but the one before: all values stay there.
        self.kept = set()

    def text(self):
        """The schema. A field may be missing from documents, so each has a type with null."""
        lines = [f"  {name}: {' | '.join(types)} | Null" for name, types in self.fields.items()]
        indexes = [f"  index by_{name} {{ terms [.{name}] }}" for name in self.fields]
        steps = [f"    {step}" for step in self.migrations]
        numbers = [name for name, types in self.fields.items() if types == ("Int",)][:1]
        sums = [f", sum: sum(.{name}), max: max(.{name})" for name in numbers]
        return "\n".join(["collection M {", *lines, *indexes,
                          f"  aggregate whole {{ values {{ count: count(){''.join(sums)} }} }}",
                          *(["  migrations {", *steps, "  }"] if steps else []), "}",
                          "collection N {\n  *: Any\n}", ""])

    def document(self):
        fields = {name: self.make.one(*TYPES[self.make.one(*types)])
                  for name, types in self.fields.items() if self.make.chance() < 0.8}
        return "{ " + ", ".join(f"{name}: {value}" for name, value in fields.items()) + " }"

    def change(self):
        """One step, of the schema and by hand."""
        kinds = [self.add, self.move]
        if len(self.fields) > 2 and set(self.fields) - self.kept:
            kinds.append(self.drop)
        if any(len(types) > 1 for types in self.fields.values()):
            kinds += [self.split, self.split]
        self.make.one(*kinds)()

    def step(self, migration, rewrite):
        self.migrations += migration
        self.rewrites.append(rewrite)

    def add(self):
        name, kind = next(self.names), self.make.one(*TYPES)
        value = self.make.one(*TYPES[kind])
        self.fields[name] = (kind,)
        self.step([f"add .{name}", f"backfill .{name} = {value}"],
                  f"Object.assign(o, {{ {name}: {value} }})")

    def move(self):
        name, to = self.make.one(*self.fields), next(self.names)
        self.fields[to] = self.fields.pop(name)
        self.kept |= {to} if name in self.kept else set()
        self.step([f"move .{name} -> .{to}"],
                  f"Object.assign(o, {{ {name}: null, {to}: o.{name} }})")

    def drop(self):
        name = self.make.one(*(n for n in self.fields if n not in self.kept))
        del self.fields[name]
        self.step([f"drop .{name}"], f"Object.assign(o, {{ {name}: null }})")

    def split(self):
        name = self.make.one(*(n for n, types in self.fields.items() if len(types) > 1))
        first, second = self.fields[name]
        if self.make.chance() < 0.5:
            first, second = second, first
        to = next(self.names)
        self.fields[name], self.fields[to] = (first,), (second,)
        self.kept |= {name, to}
        self.step([f"split .{name} -> .{name}, .{to}"],
                  f"Object.assign(o, {{ {name}: if (o.{name} isa {first}) o.{name} else null,"
                  f" {to}: if (o.{name} isa {second}) o.{name} else null }})")


def command(binary, *words, **more):
    done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True, check=False, **more)
    return "" if done.returncode == 0 else f"fawn {' '.join(map(str, words))}: {done.stdout}{done.stderr}"


def push(binary, database, folder, migrated):
    (folder / "schema").mkdir(exist_ok=True)
    (folder / "schema" / "main.fsl").write_text(migrated.text())
    told = command(binary, "schema", "push", "--force", database, folder / "schema")
    return [f"{told}\n{migrated.text()}"] if told else []


def rewrite(shell, migrated):
    """By hand, what the migrations did; the documents' `ts` differ, but they are not compared."""
    for text in migrated.rewrites:
        shell.value("N.all().toArray().forEach(d => { let o = Object.fromEntries(Object.entries(d.data))\n"
                    f"d.replace({text}) }})\n0")
    migrated.rewrites, migrated.kept = [], set()


def compare(shell, migrated):
    """M beside N: documents, what indexes find, and what the aggregate says."""
    def data(of):
        found = shell.value(f"{of}.all().map(d => [d.id, d.data]).toArray()")
        return json.dumps(found, sort_keys=True, ensure_ascii=False)
    pairs = [("documents", data("N"), data("M")),
             ("count", shell.ask("N.all().count()"), shell.ask("M.whole().count"))]
    for name, types in migrated.fields.items():
        value = migrated.make.one(*TYPES[types[0]])
        pairs.append((f"by_{name}({value})", shell.ask(f"N.all().where(d => d.{name} == {value}).map(.id).toArray()"),
                      shell.ask(f"M.by_{name}({value}).map(.id).toArray()")))
    return [f"{what}\n    expected {expected}\n    got      {got}\n{migrated.text()}"
            for what, expected, got in pairs if expected != got]


def migrations(binary, folder, make):
    """What differs between documents that were migrated and those that were rewritten."""
    database, migrated = folder / "evolve.fawn", Migrated(make)
    found = push(binary, database, folder, migrated)
    for _ in range(PUSHES):
        shell = Shell(binary, database)
        for _ in range(make.one(0, 1, 5, 70)):
            document = migrated.document()
            key = next(migrated.ids)
            shell.value(f"M.create(Object.assign({document}, {{ id: {key} }}))\n"
                        f"N.create(Object.assign({document}, {{ id: {key} }}))\n0")
        shell.end()
        for _ in range(make.one(1, 1, 2, 3)):
            migrated.change()
        found += push(binary, database, folder, migrated)
        if found:
            return found
        shell = Shell(binary, database)
        rewrite(shell, migrated)
        found += compare(shell, migrated)
        shell.end()
    told = command(binary, "check", database)
    return found + ([told] if told else [])


# -- what is undone --------------------------------------------------------------------------------

UNDONE = 4


def shown(make):
    """Queries of what a database holds, without the times of its documents."""
    term, other = make.one(*states.TERMS), make.one(*states.TERMS)
    sets = ["C.all()", "C.all().reverse()", "C.sorted()", f"C.byA({term})", f"C.byS({term})",
            f"C.byAS({term}, {other})", f"C.byTag({term})", f"C.byTwice({term})", "D.all()"]
    return ([f"{text}.map(x => [x.id, x.data]).toArray()" for text in sets] +
            ["C.whole()", "C.group().toArray()", "C.tags().toArray()"])


def answers(binary, database, texts):
    shell = Shell(binary, database)
    found = [shell.ask(text) for text in texts]
    shell.end()
    return found


def undo(binary, folder, make):
    """What differs between a database whose last transaction was undone, and the one of before."""
    database, text = folder / "undo.fawn", folder / "before.dump"
    writes = states.Documents(make, wild=make.one(True, False))
    shell = Shell(binary, database)
    states.define(shell, days=make.one(0, 3))
    shell.end()
    for turn in range(UNDONE):
        restored = folder / f"restored{turn}.fawn"
        statements = [writes.write() for _ in range(make.one(1, 2, 4))]
        shell = Shell(binary, database)
        shell.value("\n".join(writes.write() for _ in range(3)) + "\n0")
        shell.end()
        text.unlink(missing_ok=True)
        told = command(binary, "dump", database, text) + command(binary, "restore", text, restored)
        shell = Shell(binary, database)
        answer = shell.request({"query": "\n".join(statements) + "\n0"})
        shell.end()
        if answer["stats"]["write_ops"] > 0:
            told += command(binary, "undo", database)
        told += command(binary, "check", database)
        if told:
            return [f"{told}\n" + "\n".join(statements)]
        texts = shown(make)
        for asked, expected, got in zip(texts, answers(binary, restored, texts),
                                        answers(binary, database, texts)):
            if expected != got:
                return [f"{asked} after undoing\n" + "\n".join(statements) +
                        f"\n    expected {expected}\n    got      {got}"]
    return []
