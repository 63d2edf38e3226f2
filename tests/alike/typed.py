#!/usr/bin/env python3
"""Random queries whose static types must be right.

    tests/alike/typed.py BINARY [--rounds N] [--seed N]

What passes the check with all of its types known must not fail with an error that types are to keep
out, and its value must be one of the type that was told. Queries are made of the templates below, in
which {num} stands for some expression of numbers, most often: what does not fit, the check has to see.
"""
import argparse
import random
import re
import sys

from shell import Died, Shell

QUERIES = 300 # of a round

SCHEMA = ['Collection.create({ name: "Author", fields: { name: { signature: "String" },'
          ' age: { signature: "Int?" } }, indexes: { byName: { terms: [{ field: "name" }] } } }).name',
          'Collection.create({ name: "Book", fields: { title: { signature: "String" },'
          ' pages: { signature: "Int", default: "1" }, by: { signature: "Ref<Author>?" },'
          ' tags: { signature: "Array<String>" }, more: { signature: "{ a: Int, b: String? }?" } },'
          ' computed_fields: { long: { body: "b => b.pages > 100" } },'
          ' indexes: { byTag: { terms: [{ field: "tags", mva: true }] },'
          ' byLong: { terms: [{ field: "long" }], values: [{ field: "title" }] } },'
          ' aggregates: { sizes: { terms: [{ field: "by" }], values: { count: { count: true },'
          ' most: { max: "pages" } } } } }).name',
          'Function.create({ name: "twice", signature: "Number => Number", body: "x => x * 2" }).name',
          'Function.create({ name: "label", signature: "(book: Book, more: { a: Int, b: String? }) => String",'
          ' body: "(book, more) => book.title + (more.b ?? more.a.toString())" }).name',
          'Function.create({ name: "count", signature: "(...Number) => Int", body: "(...all) => all.length" }).name',
          'Function.create({ name: "pair", body: "(a, b) => [a, { b: b }]" }).name',
          'Author.create({ id: 1, name: "Ann", age: 40 }).id',
          'Author.create({ id: 2, name: "Bob" }).id',
          'Role.create({ name: "reader", privileges: { resource: "Book", actions: { read: true } } }).name',
          'Key.create({ role: "reader", data: { note: "a" } }).role',
          'Token.create({ document: Author(1), ttl: Time.now().add(1, "day") }).document!.name',
          'Credential.create({ document: Author(1), password: "sesame" }).document!.name',
          'AccessProvider.create({ name: "auth", issuer: "a", jwks_uri: "https://a.b" }).name',
          'Database.create({ name: "inner", data: { n: 1 } }).name',
          'Book.create({ id: 1, title: "Long", pages: 300, by: Author(1), tags: ["x", "y"] }).id',
          'Book.create({ id: 2, title: "Short", tags: [], more: { a: 1 } }).id',
          'Book.create({ id: 3, title: "Lost", by: Author(7), tags: ["x"], more: { a: 2, b: "b" } }).id']

# A kind, and how expressions of it may look. {x}: a name that is bound there.
TEMPLATES = {
    "num": ["1", "2", "0", "-3", "1.5", "7.0", "{num} + {num}", "{num} * {num}", "{num} - {num}", "-({num})",
            "{str}.length", "{arr}.length", "{arr}.count()", "{set}.count()", "Math.abs({num})",
            "Math.max({num}, {num})", "Math.round({num}, 1)", "Math.sum({nums})", "Math.mean({nums})",
            "{nums}.fold(0, ({x}, {x}) => {num})", "{nums}.reduce(({x}, {x}) => {num}) ?? 0",
            "{nums}.first() ?? {num}", "{nums}[0]", "{str}.indexOf({str}) ?? 0", "twice({num})",
            "{book}.pages", "{book}.more?.a ?? 1", "{author}.age ?? 1", "{date}.year",
            "{time}.dayOfWeek", "{time}.toMicros()", "{str}.parseInt() ?? 0", "if ({bool}) {num} else {num}",
            "count({num}, {num})", "Role.all().count()", "{coll}.history_days ?? 0", "{time}.difference({time}, \"hours\")",
            "{date}.dayOfYear", "{time}.toSeconds()", "Math.hypot({num}, {num})", "Math.trunc({num}, {int})",
            "Math.sign({num})", "Math.pow({num}, {num})", "{str}.lastIndexOf({str}) ?? {num}", "{num} ** 2",
            "{str}.parseNumber() ?? {num}", "{str}.parseDouble() ?? {num}", "{arr}.lastIndexOf({any}) ?? 0",
            "{obj}.a", "{any}", "{date}.difference({date})", "{num}.toInt()", "({num}) | 1", "{num} % 3"],
    "str": ['"a"', '""', '"a b c"', "{str} + {str}", '"#{{{any}}}"', "{str}.slice({int})", "{str}[0]",
            "{str}.toUpperCase()", "{str}.concat({str})", "{num}.toString()", "{time}.toString()",
            "{arr}.toString()", "{strs}.first() ?? {str}", "{str}.replace({str}, {str})", "{book}.title",
            "{author}.name", "{strs}.fold({str}, ({x}, {x}) => {x} + {x})", "{obj}.b", "{str}.at({int})",
            "{str}.padStart({int}, {str})", "{str}.repeat(2)", "{bool}.toString()", "{any}.toString()",
            "{key}.role", "{coll}.name", "Function.all().first()!.body", "{coll}.alias ?? {str}", "label({book}, {{ a: {int} }})",
            "Role.byName({str})?.name ?? {str}", "{key}.secret ?? {str}", "{str}.replaceRegex({str}, {str}, 1)",
            "{str}.casefold()", "{str}.splitAt({int})[0]", "{str}.insert({int}, {str})", "{strs}.reduceRight(({x}, {x}) => {str})!",
            "{str}.trim()", "{str}.match({str}) ?? {str}", "{id}.toString()", "{book}.more?.b ?? {str}",
            # what is not known as a part of a text: what is made of it is not looked at
            '"#{{{coll}.computed_fields}}"', '"#{{{coll}.constraints}}"', '"#{{{coll}.data?.n}}"',
            '"#{{{key}.document}}"', '"#{{Role.all().map(.privileges).toArray()}}"',
            '"#{{AccessProvider.byName({str})?.roles}}"', '"#{{FQL.Schema.defForIdentifier({str})}}"',
            '"#{{Query.identity()}}"', '"#{{Query.token()}}"', '"#{{Book.sizes()}}"', '"#{{Book.sizes({author})}}"',
            '"#{{Book.sizes().first()?.count}}"', '"#{{Set.paginate({set}.paginate(1).after!)}}"',
            '"#{{{coll}.indexes.byTag?.status}}"', '"#{{{cred}.document}}"', '"#{{{cred}.document!.name}}"',
            '"#{{{set}.paginate(1).after}}"', '"#{{Object.entries({book})}}"', '"#{{Object.select({obj}, {strs})}}"'],
    "bool": ["true", "false", "{any} == {any}", "{num} < {num}", "{bool} && {bool}", "!{bool}",
             "{str}.startsWith({str})", "{arr}.isEmpty()", "{arr}.includes({any})", "{str}.includes({str})",
             "{nums}.any({x} => {bool})", "{set}.nonEmpty()", "{str}.matches({str})", "{book}.long",
             "{any}.exists()", "{key}.exists()", "Role.byName({str}).exists()", "{cred}.verify({str})", "{any} isa Int",
             "Query.isEnvTypechecked()", "Query.isEnvProtected()", "{book}.delete().exists()", "{time} < {time}", "{str}.includesRegex({str})",
             "{any} isa Book", "{bool} ^^ {bool}", "{arr}.indexOf({any}) != null", "{arr}.every({x} => {bool})", "Object.hasPath({obj}, {strs})"],
    "int": ["0", "1", "2", "{str}.length", "{arr}.length", "{num}"],
    "id": ['ID("1")', "ID({num})", "{book}.id", "{author}.id"],
    "nums": ["[]", "[1]", "[1, 2, 3]", "[{num}, {num}]", "{nums}.map({x} => {num})", "{nums}.filter({x} => {bool})",
             "{nums}.order()", "{nums}.concat({nums})", "{nums}.take({int})", "{nums}.append({num})",
             "{nums}.distinct()", "{nums}.reverse()", "{nums}.order(desc({x} => {num}))", "{strs}.map(.length)",
             "Book.all().map(.pages).toArray()", "{nums}.flatMap({x} => [{num}, {num}])", "{nums}.slice({int})",
             "Set.sequence(0, 3).toArray()", "{nums}.foldRight([], ({x}, {x}) => {x}.append({x}))"],
    "strs": ['["a"]', "[{str}, {str}]", "{str}.split({str})", "{strs}.map({x} => {str})", "Object.keys({obj})",
             "Book.all().flatMap(b => b.tags.toSet()).toArray()", "{nums}.map(.toString())", "{book}.tags"],
    "arr": ["{nums}", "{strs}", "[{any}, {any}]", "{arr}.map({x} => {any})", "{arr}.toSet().toArray()",
            "{arr}.entries()", "{arr}.prepend({any})", "Object.entries({obj})", "Object.values({obj})",
            "{set}.toArray()", "{arr}.concat({arr})", "{arr}.order({x} => {any})", "{arr} {{ a }}", "pair({any}, {any})",
            "{set}.paginate({int}).data", "{arr}.indexWhere({x} => {bool})", "[{any}, {any}, {any}].map(.a)"],
    "set": ["{arr}.toSet()", "Set.sequence(0, {int})", "Book.all()", "Author.all()", "Book.byTag({str})",
            "Book.byLong({bool})", "Book.where({x} => {bool})", "Author.byName({str})", "{set}.map({x} => {any})",
            "{set}.where({x} => {bool})", "{set}.take({int})", "{set}.distinct()", "{set}.concat({set})",
            "Book.where(.pages > {num})", "Set.single({any})", "{set}.order({x} => {any})", "{set} {{ title }}"],
    "obj": ["{{ a: {num}, b: {str} }}", "{{ a: {any}, b: {any} }}", "Object.assign({obj}, {{ a: {num} }})",
            "{book} {{ title, pages }}", "{book} {{ a: .pages, b: .title }}", "{arr}.fold({{ a: 0, b: \"\" }}, ({x}, {x}) => {obj})",
            "Object.fromEntries([[\"a\", {any}]])", "{set}.paginate()"],
    "book": ["Book.create({{ title: {str}, tags: {strs} }})", "{book}.update({{ pages: {num} }})",
             "{book}.update({{ more: {{ a: {int}, b: {str} }} }})", "Book(1)!", "Book.byId(2)!", "Book.all().first()!", "Book.firstWhere({x} => {bool})!", "Book({num})"],
    "key": ['Key.create({{ role: "reader" }})', "Key.all().first()!", "Key.byId({id})", "{key}.update({{ data: {{ n: {num} }} }})",
            '{key}.replace({{ role: {str} }})', "Token.all().first()!", '{cred}.login("sesame")'],
    "cred": ["Credential.byDocument({author})", "Credential.all().first()!", "Credential.byDocument(Author(1))!"],
    "coll": ["Book.definition", "Collection.byName({str})", 'Collection.byName("Book")!', "Collection.all().first()!",
             "{coll}.update({{ data: {{ n: {num} }} }})", "Collection.firstWhere({x} => {bool})!"],
    "author": ["Author(1)!", "{book}.by!", "Author.all().last()!", "{book}.by", "Author(7)"],
    "time": ['Time("2020-01-01T00:00:00Z")', '{time}.add({int}, "day")', "Time.fromString({str})", "{date}.toTime()"],
    "date": ['Date("2020-02-29")', '{date}.add({int}, "days")', "Date.fromString({str})"],
    "any": ["{num}", "{str}", "{bool}", "{arr}", "{obj}", "{set}", "{book}", "{author}", "{time}", "{date}", "{id}",
            "null", "{x}", "{x}", "{x}.a", "{x}.title", "{x}?.a", "{x}.by", "{x}[0]", "{x}.first()", "({any}) ?? {any}", "{arr}.first()",
            "{arr}[{int}]", "if ({bool}) {any} else {any}", "{any}!", "{obj}[{str}]", "{arr}.at({int})",
            "{{ let k = {any}\n [k, {any}] }}", "{{ let f = {x} => {any}\n [f({any}), f({any})] }}", "Math.max({nums}[0], {any})",
            "{{ let f: (Number => Number) = {x} => {num}\n f({num}) }}", "{arr}.last()!", "{obj}.c",
            "{{ let h = ({x}, {x}) => {x} + {x}\n [h({num}, {any}), h({str}, {any})] }}", "{{ let h = {x} => {any}\n {arr}.map(h) }}",
            "{{ let c = {x} => {x} => {any}\n c({any})({any}) }}", "{{ let o = {{ f: {x} => {any} }}\n (o.f)({any}) }}",
            "{key} {{ role, ttl }}", "{coll} {{ name, alias }}", 
            "{key}.coll", "{key}.ttl", "{key}.database", 
            "AccessProvider.all().first()?.issuer", 
            "Database.all().toArray().map(.name)", 'Database.byName("inner")?.priority', "Database.byName({str})", "twice.definition.signature",
            "Function.byName({str})?.alias", 
            "{book}.delete() {{ title }}", "{author}.delete()?.name",
            "{author}.id", "{author}?.name", "{author}?.books?.first()", "{x}?.b?.c", "{x}?.[0]", "{obj}?.a?.b", "{x}!.a", "{author} {{ name, age }}",
            "{author}?.age?.toString()", "{arr}.lastWhere({x} => {bool}) ?? {any}", "({any} ?? {any}) {{ a }}", "[{book}, null] {{ title }}",
            "{book}.by {{ name }}", "{book} {{ title, by {{ name }} }}", "Date.today().month", "Time.epoch({int}, \"second\")", "newId()",
            "{str}.matchIndexes({str})", "{str}.split({str}).map(.length)", "{str}.indexOfRegex({str})", "Object.values({obj})", 
            "{set}.reduce(({x}, {x}) => {any})", "{set}.fold({any}, ({x}, {x}) => {any})", "{set}.aggregate({num}, ({x}, {x}) => {num})",
            "{set}.flatMap({x} => {set})", "{set}.includes({any})", "{set}.every({x} => {bool})", "{set}.reverse().first()",
            "{arr}.foldRight({any}, ({x}, {x}) => {any})", "{arr}.any({x} => {bool})", "{arr}.toString()", "Object.toString({any})", 
            "{arr}.indexWhere({x} => {bool})", "{nums}.order({x} => {any}, desc({x} => {any}))", "{nums}.map(twice)", "{nums}.map(Math.abs)", "{strs}.map(ID)",
            "at ({time}) {{ {any} }}", "at (Time.now()) {{ {book}.title }}", "(if ({bool}) {any} else null)?.a", "(if ({bool}) {arr} else {arr}).map({x} => {any})",
            "{any} ?? abort({any})", "[{any}].map({x} => {x})[0]", "{arr}.fold({any}, ({x}, {x}) => {any})",
            "{arr}.fold([], ({x}, {x}) => {x}.append({x}))", "{arr}.reduce(({x}, {x}) => {any})", "{set}.first()?.title",
            "{arr}.lastWhere({x} => {bool})", "{arr}.flatMap({x} => {arr})", "Object.fromEntries({arr}.map({x} => [\"a\", {x}]))", "{arr}.nonEmpty()",
            "{{ let g = ({x}, {x}) => {any}\n g({any}, {any}) }}", "{book}.more", "{author}.age", "{x} + {any}"],
}

# Those of kinds whose templates go on and on.
LEAVES = {"nums": ["[4, 2]"], "strs": ['["c", "a"]'], "arr": ['[1, "a"]', "[[1], [2]]"], "obj": ['{ a: 1, b: "x" }'],
          "set": ["[1, 2].toSet()"], "any": ["1", '"a"', "[1, 2]", '{ a: 1, b: "x" }', "Book(1)!"]}

# What a check that knows all types keeps out.
TYPE_ERRORS = {"type_mismatch", "unbound_variable", "invalid_function_invocation", "invalid_null_access",
               "invalid_receiver"}


class Maker:
    def __init__(self, random_):
        self.random = random_
        self.bound = ["Book"]
        self.made = 0

    def expression(self, kind, depth):
        templates = TEMPLATES[kind]
        if depth <= 0:
            leaves = [t for t in templates if "{" not in t] + LEAVES.get(kind, [])
            return self.random.choice(leaves)
        if self.random.random() < 0.04:
            kind = self.random.choice(list(TEMPLATES)) # what does not fit, now and then
            templates = TEMPLATES[kind]
        return self.fill(self.random.choice(templates), depth - 1)

    def fill(self, template, depth):
        """Names before `=>` are bound in what follows."""
        outer = list(self.bound)
        arrow = template.rfind("=>")

        def put(match):
            if match[0] in ("{{", "}}"):
                return match[0][0]
            if match[1] != "x":
                made = self.expression(match[1], depth)
                return f"({made})" if re.search(r"^-|^if|[ +*|<&=?!]", made) and made[0] != "[" else made
            if match.start() < arrow:
                self.made += 1
                self.bound.append(f"v{self.made}")
                return self.bound[-1]
            return self.random.choice(self.bound[-2:])

        made = re.sub(r"\{\{|\}\}|\{(\w+)\}", put, template)
        self.bound = outer
        return made

    def query(self):
        kind = self.random.choice(["any", "num", "str", "arr", "obj", "set", "nums", "bool"])
        bound = self.expression("any", 2)
        self.bound = ["q"]
        query = f"let q = {bound}\n{self.expression(kind, 3)}"
        self.bound = ["Book"]
        return query


# -- types ------------------------------------------------------------------------------------------

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|=>|\.\.\.|\.\{|[A-Za-z_]\w*|.)')


class Type:
    """A type as it is written, to be compared with tagged values."""

    def __init__(self, text):
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.tree = self.union()
        if self.at != len(self.tokens):
            raise ValueError(f"not a type: {text}")

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, token=None):
        got = self.peek()
        if token not in (None, got):
            raise ValueError(f"{got} instead of {token}: {' '.join(self.tokens)}")
        self.at += 1
        return got

    def union(self):
        members = [self.postfix()]
        while self.peek() in ("|", "&", "-"):
            operator = self.take()
            member = self.postfix()
            if operator == "&": # of functions
                members = [("any",)]
            elif operator == "|":
                members.append(member)
        return members[0] if len(members) == 1 else ("union", members)

    def postfix(self):
        type_ = self.simple()
        if self.peek() == "=>":
            self.take()
            self.union()
            type_ = ("any",)
        return type_

    def simple(self):
        token = self.take()
        if token == "(":
            self.take(")") if self.peek() == ")" else self.parameters()
            return self.last
        if token == "[":
            return ("tuple", self.several("]"))
        if token == "{":
            return self.record()
        if token[0] in '"-' or token[0].isdigit():
            return ("literal", token)
        if token in ("true", "false"):
            return ("literal", token)
        args = []
        if self.peek() == "<":
            self.take()
            args = self.several(">")
        return ("any",) if token in ("Any", "_") or len(token) == 1 else ("name", token, args)

    def parameters(self):
        while True:
            if self.peek() == "...":
                self.take()
            if self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == ":":
                self.at += 2
            self.last = self.union()
            if self.take() == ")":
                return

    def several(self, end):
        members = []
        while self.peek() != end:
            members.append(self.union())
            if self.peek() == ",":
                self.take()
        self.take(end)
        return members

    last = ("any",)

    def record(self):
        fields, wildcard = {}, False
        while self.peek() != "}":
            name = self.take()
            if name == "...":
                wildcard = True
            else:
                self.take(":")
                type_ = self.union()
                if name == "*":
                    wildcard = True
                else:
                    fields[name.strip('"')] = type_
            if self.peek() == ",":
                self.take()
        self.take("}")
        return ("record", fields, wildcard)


TAGS = {"@int": "Int", "@long": "Long", "@double": "Double", "@time": "Time", "@date": "Date"}
NAMES = {"Number": {"Int", "Long", "Double"}, "ID": {"Int", "Long"}, "Long": {"Int", "Long"},
         "Int": {"Int", "Long", "Double"}, # of a Number, which may be one
         "Double": {"Int", "Long", "Double"}}


def has(type_, value):
    """Whether a value is of the type; of documents, sets and functions only that they are that."""
    kind = type_[0]
    if kind == "any":
        return True
    if kind == "union":
        return any(has(member, value) for member in type_[1])
    tag = next(iter(value)) if isinstance(value, dict) and len(value) == 1 else ""
    if kind == "literal":
        plain = value[tag] if tag in ("@int", "@long", "@double") else value
        if isinstance(plain, bool):
            return type_[1] == str(plain).lower()
        is_number = tag in ("@int", "@long", "@double") and type_[1][0] not in '"tf'
        return float(type_[1]) == float(plain) if is_number else type_[1].strip('"') == plain
    if kind == "tuple":
        return isinstance(value, list) and len(value) == len(type_[1]) and all(map(has, type_[1], value))
    if kind == "record":
        return has_fields(type_, value, tag)
    return has_name(type_[1], type_[2], value, tag)


def has_fields(type_, value, tag):
    """Of a union of objects the fields are shown that all have: others may be there."""
    if tag.startswith("@") and tag != "@object":
        return tag in ("@set", "@doc", "@ref") # a page, which holds what a set does
    fields = value["@object"] if tag == "@object" else value
    return isinstance(fields, dict) and all(has(t, fields.get(n)) for n, t in type_[1].items())


def has_name(name, args, value, tag):
    if name == "Array":
        return isinstance(value, list) and all(has(args[0], element) for element in value)
    if name in ("Set", "EventSource"):
        data = value.get("@set", {}).get("data", []) if tag == "@set" else value
        return tag in ("@set", "@stream") and all(has(args[0], element) for element in data)
    if name == "Null" or name.startswith("Null") or name.startswith("Empty"):
        return value is None or tag == "@ref"
    if name in ("Ref", "NamedRef"):
        return value is None or tag in ("@ref", "@doc")
    if isinstance(value, bool):
        return name == "Boolean"
    if isinstance(value, str):
        return name in ("String", "ID")
    own = TAGS.get(tag)
    if own is not None:
        return own == name or own in NAMES.get(name, ())
    return isinstance(value, dict) and name not in ("Boolean", "String", "Int", "Number", "ID", "Never")


# -- rounds -----------------------------------------------------------------------------------------

def wrong_with(answer):
    """None, or what is wrong with a query that passed the check."""
    told = answer.get("static_type")
    if "error" in answer:
        code, message = answer["error"]["code"], answer["error"].get("message")
        may_fail = message == "Cannot access `[]` on null." # which has the type Never
        return f"failed with {code}: {message}" if code in TYPE_ERRORS and not may_fail else None
    if not told:
        return "no type was told"
    if ".{ " in told or " as " in told: # which no type of FQL is; a type within itself
        return None
    if not has(Type(told).tree, answer["data"]):
        return f"{answer['data']} is not of type {told}"
    return None


def run_round(binary, seed, count):
    maker = Maker(random.Random(seed))
    shell = Shell(binary)
    for query in SCHEMA:
        shell.value(query)
    found = []
    for _ in range(QUERIES):
        query = maker.query()
        answer = shell.request({"query": query, "typecheck": True})
        if answer.get("error", {}).get("code") == "invalid_query":
            count["refused"] += 1
            continue
        count["passed"] += 1
        wrong = wrong_with(answer)
        if wrong:
            count["wrong"] += 1
            found.append(f"round {seed}: {wrong}\n{query}\n{answer.get('static_type')}\n{answer.get('summary')}")
    shell.end()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    count = {"passed": 0, "refused": 0, "wrong": 0}
    found = []
    for seed in range(args.seed, args.seed + args.rounds):
        try:
            found += run_round(args.binary, seed, count)
        except Died as died:
            found.append(f"round {seed}: the process died\n{died}")
    for what in found:
        print(what)
    print(f"({count['refused']} queries were refused)")
    print(f"{count['passed']} passed, {len(found)} failed")
    sys.exit(len(found) > 0)


if __name__ == "__main__":
    main()
