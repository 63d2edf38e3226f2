// A page of live movie ratings. Fauna's own driver speaks to `fawn serve`, this server to browsers:
//
//   GET /          the page                   GET /ratings   all movies with their ratings
//   POST /reviews  a new review               GET /events    server-sent events: a rating changed
//
// FAUNA_ENDPOINT and FAUNA_SECRET say where the database is, PORT where the page is.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { Client, fql } from "fauna";

const client = new Client({
  endpoint: new URL(process.env.FAUNA_ENDPOINT ?? "http://localhost:8443"),
  secret: process.env.FAUNA_SECRET ?? "secret",
});
const page = await readFile(new URL("index.html", import.meta.url));
const viewers = new Set(); // responses to GET /events that are open

// One stream for all viewers: an event each time the rating of a movie changes.
const ratings = fql`Review.rating().eventSource().map(r => { id: r.movie.id, count: r.count, mean: r.mean })`;
const stream = client.stream(ratings);
stream.start(
  (event) => {
    for (const viewer of viewers) {
      viewer.write(`data: ${JSON.stringify(event.data)}\n\n`);
    }
  },
  (error) => {
    console.error(`the stream of ratings ended: ${error.message}`);
    process.exit(1);
  },
);

async function listRatings() {
  const answer = await client.query(fql`
    Movie.all().order(.title).map(m => {
      let rating = Review.rating(m)
      { id: m.id, title: m.title, count: rating.count, mean: rating.mean }
    }).toArray()`);
  return answer.data;
}

async function addReview({ movie, stars }) {
  if (!Number.isInteger(stars) || stars < 1 || stars > 5) {
    throw new Error("stars must be a whole number from 1 to 5");
  }
  await client.query(fql`Review.create({ movie: Movie.byId(${String(movie)})!, stars: ${stars} })`);
}

function watch(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": welcome\n\n");
  viewers.add(response);
  response.on("close", () => viewers.delete(response));
}

async function bodyOf(request) {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > 10000) {
      throw new Error("a review is shorter than that");
    }
  }
  return JSON.parse(text);
}

function send(response, status, type, body) {
  response.writeHead(status, { "content-type": type }).end(body);
}

async function answer(request, response) {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /") {
    send(response, 200, "text/html; charset=utf-8", page);
  } else if (route === "GET /ratings") {
    send(response, 200, "application/json", JSON.stringify(await listRatings()));
  } else if (route === "GET /events") {
    watch(response);
  } else if (route === "POST /reviews") {
    await addReview(await bodyOf(request));
    send(response, 201, "application/json", "{}");
  } else {
    send(response, 404, "text/plain", "There is nothing here.");
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => send(response, 400, "text/plain", error.message));
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
