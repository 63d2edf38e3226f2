// Queries, values, pages and errors through the official driver.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  AbortError, AuthenticationError, ConstraintFailureError, DateStub, Document, Module, NullDocument,
  QueryCheckError, QueryRuntimeError, QueryTimeoutError, TimeStub, fql,
} from "fauna";
import { connect, makeDatabase } from "./server.mjs";

let db;
before(async () => {
  db = await makeDatabase("queries");
  await db.run(fql`Collection.create({ name: "Plant", indexes: { byKind: { terms: [{ field: "kind" }] } },
    constraints: [{ unique: ["label"] }] })`);
  await db.run(fql`Set.sequence(0, 40).forEach(n => Plant.create({ id: n + 1, n: n, kind: n % 2, label: "p#{n}" }))`);
});
after(() => db.drop());

describe("values", () => {
  it("come back as they were sent", async () => {
    const sent = {
      text: "größer\n", yes: true, none: null, int: 7, long: 12345678901, double: 0.25,
      list: [1, [2]], at: TimeStub.from("2024-02-29T12:00:00.5Z"), on: DateStub.from("2024-02-29"),
    };
    const got = await db.run(fql`${sent}`);
    assert.deepEqual({ ...got, at: got.at.isoString, on: got.on.dateString },
      { ...sent, at: "2024-02-29T12:00:00.500Z", on: "2024-02-29" });
  });
  it("documents have their collection, id and time", async () => {
    const doc = await db.run(fql`Plant.byId("3")!`);
    assert.ok(doc instanceof Document);
    assert.equal(doc.id, "3");
    assert.equal(doc.coll.name, "Plant");
    assert.ok(doc.ts instanceof TimeStub);
    assert.equal(doc.n, 2);
  });
  it("a document is an argument, and so is a part of a query", async () => {
    const doc = await db.run(fql`Plant.byId("3")!`);
    const name = fql`${doc}.label`;
    assert.equal(await db.run(fql`${name} + "!"`), "p2!");
    assert.equal(await db.run(fql`${new Module("Plant")}.all().count()`), 40);
  });
  it("what is not there says so", async () => {
    const doc = await db.run(fql`Plant.byId("999")`);
    assert.ok(doc instanceof NullDocument);
    assert.equal(doc.cause, "not found");
  });
  it("the answer tells what it took", async () => {
    const first = await db.client.query(fql`Plant.byId("3")!.n`);
    const second = await db.client.query(fql`Plant.byId("3")!.n`);
    assert.ok(first.stats.read_ops > 0 && first.stats.compute_ops > 0);
    assert.ok(second.txn_ts > first.txn_ts);
    assert.equal(second.schema_version, first.schema_version);
  });
});

describe("pages", () => {
  it("a set is its first page", async () => {
    const page = await db.run(fql`Plant.all()`);
    assert.equal(page.data.length, 16);
    assert.equal(typeof page.after, "string");
  });
  it("the driver pages through all of a set", async () => {
    const sizes = [], seen = [];
    for await (const page of db.client.paginate(fql`Plant.byKind(1).map(.n).pageSize(7)`)) {
      sizes.push(page.length);
      seen.push(...page);
    }
    assert.deepEqual(sizes, [7, 7, 6]);
    assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => 2 * i + 1));
  });
  it("later pages are of the state of the first one", async () => {
    await db.run(fql`Collection.create({ name: "Leaf" })`);
    await db.run(fql`Set.sequence(0, 20).forEach(n => Leaf.create({ n: n }))`);
    const seen = [];
    for await (const page of db.client.paginate(fql`Leaf.all().map(.n)`)) {
      seen.push(...page);
      await db.run(fql`Leaf.create({ n: 100 })`);
    }
    assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => i));
  });
});

describe("errors", () => {
  it("a query that makes no sense", async () => {
    await assert.rejects(db.run(fql`Plant.all().nonsense(`), (error) => {
      assert.ok(error instanceof QueryCheckError);
      assert.equal(error.code, "invalid_query");
      assert.match(error.queryInfo.summary, /^error: .*\nat \*query\*:1:/);
      return true;
    });
  });
  it("abort gives its value", async () => {
    await assert.rejects(db.run(fql`abort({ why: "test", n: 1 })`), (error) => {
      assert.ok(error instanceof AbortError);
      assert.deepEqual(error.abort, { why: "test", n: 1 });
      return true;
    });
  });
  it("a constraint tells its fields, and nothing was written", async () => {
    await assert.rejects(db.run(fql`Plant.create({ id: 900, label: "new" }); Plant.create({ label: "p1" })`),
      (error) => {
        assert.ok(error instanceof ConstraintFailureError);
        assert.deepEqual(error.constraint_failures[0].paths, [["label"]]);
        return true;
      });
    assert.equal(await db.run(fql`Plant.byId("900").exists()`), false);
  });
  it("others are runtime errors with a code", async () => {
    await assert.rejects(db.run(fql`1 / 0`), (error) =>
      error instanceof QueryRuntimeError && error.code === "divide_by_zero");
  });
  it("a wrong secret", async () => {
    const stranger = connect("wrong");
    await assert.rejects(stranger.query(fql`1`), AuthenticationError);
    stranger.close();
  });
  it("a time that is too short", async () => {
    await assert.rejects(db.client.query(fql`1`, { query_timeout_ms: 1 }), QueryTimeoutError);
  });
});
