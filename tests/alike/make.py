"""Random values, documents and functions, as FQL text.

Values lie where types, sizes and encodings meet: the ends of Int and Long, where doubles leave
integers out, zeros with signs, strings that differ by one code point or by their normal form.
"""

INTEGERS = ["0", "1", "-1", "2", "3", "5", "7", "-7", "100", "2147483647", "2147483648",
            "-2147483648", "-2147483649", "9007199254740991", "9007199254740992",
            "9007199254740993", "-9007199254740992", "-9007199254740993", "9223372036854775806",
            "9223372036854775807", "(-9223372036854775807 - 1)", "-9223372036854775807"]
DOUBLES = ["0.0", "-0.0", "1.0", "-1.0", "1.5", "-1.5", "0.1", "2.0", "3.0", "5.0", "2147483647.0",
           "2147483648.0", "9007199254740992.0", "9007199254740994.0", "-9007199254740992.0",
           "9223372036854775807.0", "-9223372036854775808.0", "1.0e19", "1.0e308", "-1.0e308",
           "5.0e-324", "Math.NaN", "Math.Infinity", "(-Math.Infinity)"]
STRINGS = ['""', '"a"', '"A"', '"b"', '"ab"', '"a "', '"aa"', '"1"', '"é"', '"e\\u0301"',
           '"\\u0000"', '"a\\u0000"', '"a\\u0000b"', '"a\\u0001"', '"\\u00ff"', '"😀"', '"\\uFFFD"',
           '"ß"', '"SS"', '"İ"', '"\\u200b"', '"null"', '"zz"', '"' + "long " * 60 + '"']
OTHERS = ["true", "false", "null", 'Time("2020-01-01T00:00:00Z")',
          'Time("2020-01-01T00:00:00.000000001Z")', 'Time("1969-12-31T23:59:59.999999999Z")',
          'Time("9999-12-31T23:59:59.999999Z")', 'Date("2020-02-29")', 'Date("0001-01-01")',
          'Date("1970-01-01")', 'Bytes("")', 'Bytes("AAEC")',
          'Bytes("/w==")', "D(1)", "D(2)", "D(77)", "C(1)"]
FIELDS = ["a", "b", "c", "s", "z"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


class Make:
    """Everything random of one round: `random` decides all."""

    def __init__(self, random):
        self.random = random
        self.chance = random.random

    def one(self, *choices):
        return self.random.choice(choices)

    def small(self):
        return str(self.random.randint(-3, 12))

    def integer(self):
        return self.small() if self.chance() < 0.7 else self.random.choice(INTEGERS)

    def number(self):
        roll = self.chance()
        if roll < 0.6:
            return self.integer()
        if roll < 0.8:
            return f"{self.random.randint(-8, 40) / 4}"
        return self.random.choice(DOUBLES)

    def string(self):
        return self.random.choice(STRINGS)

    def scalar(self):
        return self.one(self.number, self.number, self.string,
                        lambda: self.random.choice(OTHERS))()

    def value(self, depth=2):
        roll = self.chance()
        if depth == 0 or roll < 0.8:
            return self.scalar()
        count = self.random.randint(0, 3)
        if roll < 0.9:
            return "[" + ", ".join(self.value(depth - 1) for _ in range(count)) + "]"
        names = self.random.sample(["x", "y", "z", '"odd name"', '""'], count)
        return "{ " + ", ".join(f"{n}: {self.value(depth - 1)}" for n in names) + " }"

    # A field's makers by how alike its values are, from documents of one form to anything.
    def document_maker(self):
        """A function that gives the fields of a document, for a collection of some kind."""
        makers = {}
        for name, usual in (("a", self.number), ("b", self.integer), ("c", self.value),
                            ("s", self.string), ("z", lambda: self.one("true", "false"))):
            few = [usual() for _ in range(4)]
            makers[name] = self.one(usual, usual, lambda few=few: self.random.choice(few),
                                    self.small if name in "ab" else usual)
        mixed = self.one(0, 0, 0.03, 0.3)
        missing = self.one(0, 0, 0.05, 0.4)

        def make():
            fields = {}
            for name, maker in makers.items():
                if self.chance() >= missing:
                    fields[name] = self.value() if self.chance() < mixed else maker()
            fields["t"] = "[" + ", ".join(
                self.one(self.small, self.string)() for _ in range(self.random.randint(0, 3))) + "]"
            if self.chance() < 0.8:
                fields["o"] = f"{{ x: {self.integer()}, y: {{ k: {self.string()} }} }}"
            if self.chance() < 0.5:
                fields["r"] = self.one("D(1)", "D(2)", "D(3)", "D(77)")
            names = list(fields)
            if self.chance() < 0.2:
                self.random.shuffle(names)
            return ", ".join(f"{n}: {fields[n]}" for n in names)

        return make

    # -- functions of one element, `x`, a document ---------------------------------------------

    def field(self):
        return f"x.{self.random.choice(FIELDS)}"

    def path(self):
        if self.chance() < 0.05:
            return self.one("x.o.x", "x.t[0]") # may fail
        return self.one(self.field(), self.field(), self.field(), "x.o?.x", "x.o?.y?.k", "x.r?.n",
                        "x.id", "x.t.length", 'x["a"]', "x.q")

    def numeric(self, depth=2):
        """An expression that is a number, mostly."""
        if depth == 0 or self.chance() < 0.3:
            roll = self.chance()
            return (self.path() if roll < 0.05 else self.number() if roll < 0.4 else
                    self.one("x.a", "x.b", "x.b", "x.t.length"))
        left, right = self.numeric(depth - 1), self.numeric(depth - 1)
        return self.one(f"({left} + {right})", f"({left} - {right})", f"({left} * {right})",
                        f"({left} * 2)", f"({left} / {right})", f"({left} % {right})",
                        f"(-{left})" if not left.startswith("-") else f"(- ({left}))",
                        f"Math.abs({left})", f"Math.max({left}, {right})",
                        f"Math.min({left}, {right})", f"({left} ?? {right})",
                        f"(if ({self.predicate(depth - 1)}) {left} else {right})",
                        f"({{ let k = {left}\n k + {right} }})", f"({left} & {right})")

    def predicate(self, depth=2):
        roll = self.chance()
        if depth > 0 and roll < 0.3:
            left, right = self.predicate(depth - 1), self.predicate(depth - 1)
            return self.one(f"({left} && {right})", f"({left} || {right})", f"(!{left})")
        compare = self.random.choice(COMPARISONS)
        if roll < 0.75:
            return f"({self.path()} {compare} {self.value(1)})"
        if roll < 0.85:
            return f"({self.value(1)} {compare} {self.path()})"
        return self.one(f"({self.path()} {compare} {self.path()})",
                        f"({self.numeric(1)} {compare} {self.numeric(1)})", "(x.z == true)",
                        f"({self.path()} isa {self.one('Number', 'String', 'Int', 'Null', 'D')})",
                        f"(x.s ?? \"\").includes({self.string()})",
                        f"(x.t.includes({self.scalar()}))", f"({self.path()} == null)", "x.z",
                        f"((x.s ?? \"\").startsWith(\"a\"))")

    def like(self, field):
        """A value such as the field holds, often."""
        usual = {"a": self.small, "b": self.small, "s": self.string, "z": lambda: "true"}
        return self.one(usual.get(field, self.scalar), usual.get(field, self.number), self.number,
                        self.value)()

    def result(self):
        """An expression of any type."""
        return self.one(self.path, self.numeric, self.predicate, self.path,
                        lambda: f"[{self.path()}, {self.path()}]",
                        lambda: f"{{ k: {self.path()}, l: {self.path()} }}",
                        lambda: f"\"#{{{self.one('x.b', 'x.s', 'x.id')}}}\"",
                        lambda: "x { id, a, c, o { x } }")()

    def order(self):
        """An argument of order()."""
        expression = self.one(self.path(), self.path(), self.numeric(1))
        key = f"x => {expression}" if expression[0] == "x" else f"x => ({expression})"
        return self.one(f"asc({key})", f"desc({key})", key, ".a", "desc(.c)", "asc(.s)")
