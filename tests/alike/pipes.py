"""Queries that are written in several ways and must give one answer.

Each family makes a list of texts from `make`; the first error or value is that of all of them.
Sets of documents have fast ways: programs over batches, indexes for predicates, limits of order().
Arrays have none, nor has a function that is only reached through a call.
"""
import json

from shell import ERROR

# What may leave elements of a set unread, and with them their errors.
LAZY = [".take(", ".drop(", ".first", ".last", ".any(", ".every(", ".isEmpty()", ".nonEmpty()",
        ".includes("]


class Ways:
    """Texts of one query. `eager` computes all that there is, one operator after the other: another of
    its errors may come first, and where the others stop early, it may be the only one with an error.
    """

    def __init__(self, texts, eager=None, stops_early=False):
        self.texts = texts
        self.eager = eager
        self.stops_early = stops_early

    def differ(self, shell):
        """None when all give the same; else what each gives."""
        answers = [shell.ask(text) for text in self.texts]
        same = len(set(answers)) == 1
        texts = self.texts
        if same and self.eager:
            eager = shell.ask(self.eager)
            if is_error(eager):
                same = self.stops_early or is_error(answers[0])
            else:
                same = eager == answers[0]
            texts, answers = [self.eager, *texts], [eager, *answers]
        if same:
            return None
        return "\n".join(f"  {text}\n    {answer[:600]}" for text, answer in zip(texts, answers))


def is_error(answer):
    return answer.startswith(ERROR)


def hidden(function):
    """The function, in a form that has no program."""
    return f"(e => ({function})(e))"


class Pipe:
    """A chain of operators as a set, as an array, and as a set whose functions are called."""

    def __init__(self, make, source):
        self.make = make
        self.set = source
        self.called = source
        self.array = f"{source}.toArray()"
        self.holds = "documents" # what the elements are
        self.turns = True        # it can be read backwards: a sorted set turns its order around,
                                 # and leaves what is equal as it was

    def add(self, on_set, on_array=None, called=None):
        self.set += on_set
        self.array += on_array or on_set
        self.called += called or on_set

    def function(self):
        make = self.make
        if self.holds == "documents":
            return f"x => {make.result()}"
        return make.one("x => x", "x => [x]", "x => x == 1", "x => x ?? 0", 'x => "#{x}"')

    def predicate(self):
        make = self.make
        if self.holds == "documents":
            return f"x => {make.predicate()}"
        return f"x => x {make.one('==', '!=', '<', '>=')} {make.value(1)}"

    def step(self):
        make = self.make
        roll = make.random.randint(0, 9)
        if roll <= 2:
            predicate = self.predicate()
            self.add(f".where({predicate})", f".filter({predicate})",
                     f".where({hidden(predicate)})")
        elif roll <= 4:
            function = self.function()
            self.add(f".map({function})", None, f".map({hidden(function)})")
            self.holds = "anything"
        elif roll == 5:
            count = make.random.randint(0, 80)
            self.add(f".{make.one('take', 'drop')}({count})")
        elif roll == 6:
            self.add(".reverse()" if self.turns else ".concat([2].toSet())",
                     ".reverse()" if self.turns else ".concat([2])")
            self.holds = "anything" if not self.turns else self.holds
        elif roll == 7 and self.holds == "documents":
            self.turns = False
            self.add(f".order({', '.join(make.order() for _ in range(make.one(1, 1, 2)))})")
        elif roll == 7:
            self.turns = False
            self.add(*make.one((".order()",), (".distinct()", ".distinct().order()"),
                               (".order(desc(x => x))",)))
        elif roll == 8:
            field = make.field() if self.holds == "documents" else "x"
            self.add(f".flatMap(x => [{field}, 1].toSet())", f".flatMap(x => [{field}, 1])")
            self.holds = "anything"
        else:
            self.add(".concat([1, null].toSet())", ".concat([1, null])")
            self.holds = "anything"

    def end(self):
        make = self.make
        roll = make.random.randint(0, 9)
        element = make.numeric(1) if self.holds == "documents" else "x"
        if roll <= 3:
            self.add(".toArray()", ".map(x => x)")
        elif roll == 4:
            self.add(".count()", ".length")
        elif roll == 5:
            fold = make.one(f"(s, x) => s + {element}", f"(s, x) => Math.max(s, {element})",
                            f"(s, x) => if ({self.predicate()[5:]}) s + 1 else s",
                            f"(s, x) => [s, {element}]", f"(s, x) => {element} - s")
            seed = make.one("0", "0.0", "2147483640", "9223372036854775800")
            name = make.one("fold", "foldRight") if self.turns else "fold"
            self.add(f".{name}({seed}, {fold})", None, f".{name}({seed}, (s, e) => ({fold})(s, e))")
        elif roll == 6:
            predicate = self.predicate()
            name = make.one("any", "every", "firstWhere", *["lastWhere"] * self.turns)
            self.add(f".{name}({predicate})", None, f".{name}({hidden(predicate)})")
        elif roll == 7:
            self.add(make.one(".first()", ".isEmpty()", ".nonEmpty()", *[".last()"] * self.turns))
        elif roll == 8:
            name = make.one("sum", "mean")
            function = f"x => {element}"
            whole = [f"Math.{name}({text}.map({called}))" for text, called in
                     ((self.set, function), (self.array, function),
                      (self.called, hidden(function)))]
            self.set, self.array, self.called = whole
        else:
            self.add(f".includes({make.value(1)})")

    def ways(self):
        lazy = any(name in self.set for name in LAZY)
        return Ways([self.set, self.called], eager=self.array, stops_early=lazy)


def pipeline(make):
    """Operators over all documents, or a range of them."""
    pipe = Pipe(make, make.one("C.all()", "C.all()", "C.all().reverse()",
                               f"C.all({{ from: {make.random.randint(0, 40)} }})",
                               f"C.all({{ from: 3, to: {make.random.randint(0, 200)} }})",
                               "Set.sequence(0, 100).map(i => C(i)).where(.exists())"))
    for _ in range(make.random.randint(0, 4)):
        pipe.step()
    pipe.end()
    return pipe.ways()


def where(make):
    """A predicate of the kind that an index helps with, and others around it."""
    field = make.one("a", "b", "c", "s", "z")
    compare = make.random.choice(["=="] * 3 + ["<", "<=", ">", ">=", "!="])
    constant = make.like(field)
    simple = make.one(f"x => x.{field} {compare} K", f"x => K {compare} x.{field}",
                      f"x => x.{field} {compare} K && {make.predicate(1)}",
                      f"x => x.{field} {compare} K && x.b > 2",
                      f"x => {make.predicate(1)}")
    constantly = simple.replace("K", constant)
    end = make.one("map(.id)", "map(x => [x.id, x.a])", "map(.c)")
    tail = make.one("", "", ".take(3)", ".order(.b)", ".reverse()", ".drop(2)")
    name = "where" if make.chance() < 0.5 else "all().where"
    return Ways([f"C.{name}({constantly}){tail}.{end}.toArray()",
                 f"let K = {constant}\nC.{name}({simple}){tail}.{end}.toArray()",
                 f"let p = {constantly}\nC.all().where(e => p(e)){tail}.{end}.toArray()"],
                eager=f"C.all().toArray().filter({constantly}){tail}.{end}",
                stops_early="take" in tail)


def groups(make):
    """Folds into an object used as a map."""
    key = make.one("x.b", "x.s", "x.a", "x.z", "x.id", "x.b % 3")
    value = make.one("1", "1", "x.b", make.numeric(1))
    name = f'"#{{{key}}}"' if make.chance() < 0.9 else key
    body = make.one(f"Object.assign(g, Object.fromEntries([[{name}, (g[{name}] ?? 0) + {value}]]))",
                    f"{{ let n = g[{name}] ?? 0\n"
                    f" Object.assign(g, Object.fromEntries([[{name}, n + {value}]])) }}")
    condition = make.one("", "", f".where(x => {make.predicate(1)})")
    fold = f"(g, x) => {body}"
    return Ways([f"C.all(){condition}.fold({{}}, {fold})",
                 f"let f = {fold}\nC.all(){condition}.fold({{}}, (g, x) => f(g, x))"],
                eager=f"C.all().toArray(){condition.replace('where', 'filter')}.fold({{}}, {fold})")


def totals(make):
    """Folds into a fixed object of totals."""
    cells = [make.one(f"a: s.a + {make.numeric(1)}", f"a: Math.max(s.a, {make.numeric(1)})"),
             f"b: if ({make.predicate(1)}) s.b + 1 else s.b",
             f"c: Math.min(s.c, {make.one('x.a', 'x.b', 'x.t.length')})"]
    fold = f"(s, x) => {{ {', '.join(cells)} }}"
    seed = f"{{ a: {make.number()}, b: 0, c: {make.number()} }}"
    return Ways([f"C.all().toArray().fold({seed}, {fold})", f"C.all().fold({seed}, {fold})",
                 f"let f = {fold}\nC.all().fold({seed}, (s, x) => f(s, x))"])


def constants(make):
    """An expression of constants, and the same of arguments of a function and of elements."""
    left, right = make.value(), make.value()
    operator = make.random.choice(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<", "<=", ">", ">=",
                                   "==", "!=", "&&", "||", "??"])
    return Ways([f"{left} {operator} {right}", f"((l, r) => l {operator} r)({left}, {right})",
                 f"[[{left}, {right}]].map(p => p[0] {operator} p[1]).first()",
                 f"[{{ l: {left}, r: {right} }}].toSet().map(p => p.l {operator} p.r).first()",
                 f"let l = {left}\nlet r = {right}\nl {operator} r"])


def symmetry(make):
    """What must hold of the order of two values. Documents that do not exist are null, but unordered."""
    left, right = make.value(), make.value()
    return Ways(["[true, true, true, true, true, true, true]",
                 f"let l = {left}\nlet r = {right}\n"
                 "[(l == r) == (r == l), (l != r) == !(l == r),"
                 " (l < r) == (r > l), (l == null || (l <= r) == (l < r || l == r)), (l < r && r < l) == false,"
                 " ([l, l] == [l, l]), ({ k: l } == { k: l })]"])


def sorting(make):
    """A sorted array is the same however it was before; its ends are what first and last of a set are."""
    values = "[" + ", ".join(make.value() for _ in range(make.random.randint(0, 12))) + "]"
    return Ways([f"{values}.order()", f"{values}.order().order()", f"{values}.toSet().order().toArray()",
                 f"let s = {values}.toSet().order()\nlet n = s.count()\n"
                 "s.take(1).toArray().concat(s.drop(1).toArray())",
                 f"{values}.order(x => x)", f"{values}.order(asc(x => x))"])


def stored(value):
    """A value as documents keep it: fields that are null are not there."""
    if isinstance(value, dict):
        return {name: stored(field) for name, field in value.items() if field is not None}
    return [stored(item) for item in value] if isinstance(value, list) else value


class Trip:
    """A value that goes out as JSON and comes back as an argument, and through documents."""

    def __init__(self, text):
        self.text = text

    def differ(self, shell):
        answer = shell.ask(self.text)
        value = json.loads(answer)
        ways = [("as an argument", shell.ask("v", {"v": value})),
                ("in an object", shell.ask("o.v", {"o": {"v": value}})),
                ("in a document",
                 shell.ask("let d = C.create({ v: v, w: [v], o: { v: v } })\nlet was = [d.v, d.w, d.o]\n"
                           "let read = d.update({ u: 1 })\nlet is = [read.v, read.w, read.o]\n"
                           "d.delete()\nif (was == is) is[0] else is", {"v": value}))]
        kept = json.dumps(stored(value), ensure_ascii=False)
        wrong = [f"  {self.text} {how}\n    {answer}\n    {got}" for how, got in ways
                 if got != (kept if "document" in how else answer)]
        return "\n".join(wrong) or None


def trip(make):
    return Trip(make.value(3))


FAMILIES = [pipeline, pipeline, pipeline, where, where, where, groups, totals, constants, symmetry,
            sorting, trip]
