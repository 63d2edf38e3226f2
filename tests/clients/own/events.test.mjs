// Feeds and streams of events through the official driver. The driver loses events for a consumer that
// waits between two of them, so these do not.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fql } from "fauna";
import { connect, makeDatabase, takeEvents } from "./server.mjs";

let db;
before(async () => {
  db = await makeDatabase("events");
  await db.run(fql`Collection.create({ name: "Note", indexes: { byKind: { terms: [{ field: "kind" }] } } })`);
});
after(() => db.drop());

const kinds = (events) => events.map((event) => event.type);

describe("feeds", () => {
  it("give what has changed since, page by page, and a cursor to go on from", async () => {
    const source = await db.run(fql`Note.all().eventSource()`);
    await db.run(fql`Set.sequence(0, 5).forEach(n => Note.create({ id: n + 1, n: n }))`);
    await db.run(fql`Note.byId("1")!.update({ n: 10 })`);
    await db.run(fql`Note.byId("2")!.delete()`);
    const pages = [], events = [];
    const feed = db.client.feed(source, { page_size: 4 });
    for await (const page of feed) {
      const some = [...page.events];
      pages.push(some.length);
      events.push(...some);
    }
    assert.deepEqual(pages, [4, 3]);
    assert.deepEqual(kinds(events), ["add", "add", "add", "add", "add", "update", "remove"]);
    assert.equal(events[5].data.n, 10);
    await db.run(fql`Note.create({ n: 11 })`);
    const later = await db.client.feed(source, { cursor: events[6].cursor }).nextPage();
    assert.deepEqual([...later.events].map((event) => event.data.n), [11]);
    assert.equal(later.hasNext, false);
  });
  it("filters of the source decide what is added and removed", async () => {
    const source = await db.run(fql`Note.where(.kind == "red").map(.n).eventSource()`);
    await db.run(fql`Note.create({ id: 100, kind: "red", n: 1 })`);
    await db.run(fql`Note.byId("100")!.update({ n: 2 })`);
    await db.run(fql`Note.byId("100")!.update({ kind: "blue" })`);
    const page = await db.client.feed(source).nextPage();
    assert.deepEqual([...page.events].map((event) => [event.type, event.data]),
      [["add", 1], ["update", 2], ["remove", 2]]);
  });
});

describe("streams", () => {
  it("tell events as they are committed", async () => {
    const stream = db.client.stream(await db.run(fql`Note.byKind("live").eventSource()`));
    const events = takeEvents(stream, 3);
    await db.run(fql`Note.create({ id: 200, kind: "live", n: 1 })`);
    await db.run(fql`Note.create({ id: 201, kind: "other", n: 1 })`);
    await db.run(fql`Note.byId("200")!.update({ kind: "dead" })`);
    await db.run(fql`Note.byId("201")!.update({ kind: "live" })`);
    assert.deepEqual((await events).map((event) => [event.type, event.data.id]),
      [["add", "200"], ["remove", "200"], ["add", "201"]]);
  });
  it("go on behind the cursor of an event, on another connection", async () => {
    const source = await db.run(fql`Note.byKind("resumed").eventSource()`);
    const first = takeEvents(db.client.stream(source), 1);
    await db.run(fql`Note.create({ kind: "resumed", n: 1 })`);
    const cursor = (await first)[0].cursor;
    await db.run(fql`Note.create({ kind: "resumed", n: 2 })`);
    const other = connect(db.secret);
    const next = await takeEvents(other.stream(source, { cursor }), 1);
    assert.equal(next[0].data.n, 2);
    other.close();
  });
});
