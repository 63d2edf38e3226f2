// The schema API, as Fauna's command line uses it: forms over fetch.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fql } from "fauna";
import { callSchema, makeDatabase } from "./server.mjs";

let db;
before(async () => { db = await makeDatabase("schemas"); });
after(() => db.drop());

const files = {
  "main.fsl": "// The shop.\ncollection Item {\n  index byName { terms [.name] } // by hand\n}\n",
  "lib/price.fsl": "function price(cents) {\n  cents / 100.0\n}\n",
};

describe("the schema in force", () => {
  it("is what was pushed, byte for byte", async () => {
    const pushed = await callSchema(db, "POST", "update", files);
    assert.equal(pushed.status, 200);
    assert.equal(await db.run(fql`price(250)`), 2.5);
    const list = await callSchema(db, "GET", "files");
    assert.equal(list.version, pushed.version);
    assert.deepEqual(list.files.map((file) => file.filename), Object.keys(files));
    for (const [name, text] of Object.entries(files)) {
      const file = await callSchema(db, "GET", `files/${encodeURIComponent(name)}`);
      assert.equal(file.content, text);
    }
  });
  it("a difference is told in the words of Fauna", async () => {
    const next = { ...files, "lib/price.fsl": "function price(cents) {\n  cents / 10.0\n}\nfunction free() { 0 }\n" };
    const diff = await callSchema(db, "POST", "diff", next);
    assert.equal(diff.diff, "* Adding function `free` to lib/price.fsl:4:1\n\n" +
      "* Modifying function `price` at lib/price.fsl:1:1:\n  ~ change body\n\n");
    const lines = await callSchema(db, "POST", "diff?format=textual", next);
    assert.equal(lines.diff, "lib/price.fsl\n@ line 1 to 4\n  function price(cents) {\n-   cents / 100.0\n" +
      "+   cents / 10.0\n  }\n+ function free() { 0 }\n");
    assert.equal((await callSchema(db, "POST", "diff", files)).diff, "");
  });
  it("a version that has passed is refused", async () => {
    const { version } = await callSchema(db, "GET", "files");
    await db.run(fql`Function.create({ name: "later", body: "() => 1" })`);
    const stale = await callSchema(db, "POST", `update?version=${version}`, files);
    assert.deepEqual(stale, { status: 409, error: { message: "Stale schema version provided" } });
    assert.equal((await callSchema(db, "POST", `update?version=${version}&force=true`, files)).status, 200);
    assert.equal(await db.run(fql`Function.byName("later").exists()`), false);
  });
  it("what is wrong has a file, a line and a column, and changes nothing", async () => {
    const bad = await callSchema(db, "POST", "update", { "main.fsl": "collection Item {\n  nope nope\n}\n" });
    assert.equal(bad.status, 400);
    assert.match(bad.error.message, /^error: .*\nat main\.fsl:2:/);
    assert.equal(await db.run(fql`Item.all().count()`), 0);
  });
  it("override=false leaves other files alone", async () => {
    const pushed = await callSchema(db, "POST", "update?override=false", { "more.fsl": "collection More {\n}\n" });
    assert.equal(pushed.status, 200);
    assert.deepEqual((await callSchema(db, "GET", "files")).files.map((file) => file.filename).sort(),
      ["lib/price.fsl", "main.fsl", "more.fsl"]);
  });
});

describe("a schema that waits", () => {
  it("is checked, told, and put in force", async () => {
    const staged = { "main.fsl": "collection Item {\n}\ncollection Waiting {\n}\n" };
    assert.equal((await callSchema(db, "GET", "staged/status")).status, "none");
    await callSchema(db, "POST", "update?staged=true", staged);
    const status = await callSchema(db, "GET", "staged/status?format=summary");
    assert.equal(status.status, "ready");
    assert.match(status.diff, /^\* Adding collection `Waiting` to main\.fsl:3:1\n/);
    assert.equal(await db.run(fql`Collection.byName("Waiting").exists()`), false);
    assert.ok((await callSchema(db, "POST", `staged/commit?version=${status.version}`)).version > status.version);
    assert.equal(await db.run(fql`Waiting.all().count()`), 0);
  });
  it("is abandoned", async () => {
    await callSchema(db, "POST", "update?staged=true", { "main.fsl": "collection Gone {\n}\n" });
    assert.ok((await callSchema(db, "POST", "staged/abandon")).version > 0);
    const again = await callSchema(db, "POST", "staged/abandon");
    assert.deepEqual(again, { status: 400, error: { message: "There is no staged schema to abandon" } });
    assert.equal(await db.run(fql`Item.all().count()`), 0);
  });
});
