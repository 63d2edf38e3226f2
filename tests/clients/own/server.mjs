// What the tests of clients share: the server that FAWN_URL names, and a database of each file's own.
import { Client, fql } from "fauna";

export const url = process.env.FAWN_URL;

/** A client of the official driver with a secret: the root's, or one with a scope. */
export function connect(secret = "secret") {
  return new Client({ endpoint: new URL(url), secret, query_timeout_ms: 20000 });
}

/** A new database, a client for it, and its secret. `drop` ends both. */
export async function makeDatabase(name) {
  const root = connect();
  await root.query(fql`Database.create({ name: ${name} })`);
  const secret = `secret:${name}:admin`;
  const client = connect(secret);
  return {
    name,
    secret,
    client,
    run: async (query, options) => (await client.query(query, options)).data,
    drop: async () => {
      client.close();
      await root.query(fql`Database.byName(${name})!.delete()`);
      root.close();
    },
  };
}

/** A request to the schema API; `files`: the parts of a form, by name. */
export async function callSchema(database, method, path, files) {
  let body;
  if (files) {
    body = new FormData();
    for (const [name, text] of Object.entries(files)) body.append(name, new Blob([text]));
  }
  const response = await fetch(`${url}/schema/1/${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${database.secret}` },
  });
  return { status: response.status, ...(await response.json()) };
}

/** The first `count` events of an iterator, which is closed then. */
export async function takeEvents(stream, count) {
  const events = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length === count) break;
  }
  stream.close();
  return events;
}
