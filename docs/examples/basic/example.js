// 1-basic: two people register and talk, live in the public chat and in private.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { io } from "socket.io-client";

const url = process.argv[2] ?? process.env.CONFAB_URL ?? "http://127.0.0.1:5000";
const password = "correct horse battery";
const [ada, ben] = ["ada", "ben"].map((name) => `${name}-${randomUUID()}`);

/** Sends JSON and returns what came back; anything but success ends the program. */
async function call(method, path, body, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  console.log(method, path, answer.status, text);
  assert(answer.ok);
  return JSON.parse(text);
}

/** Waits for an event, but not for ever. */
async function heard(socket, event) {
  const [data] = await once(socket, event, { signal: AbortSignal.timeout(10_000) });
  console.log("heard", event, JSON.stringify(data));
  return data;
}

const tokens = [];
for (const username of [ada, ben]) {
  await call("POST", "/register", { username, password });
  tokens.push((await call("POST", "/login", { username, password })).token);
}
const [atAda, atBen] = tokens.map((token) => io(url, { auth: { token } }));
await Promise.all([heard(atAda, "connected"), heard(atBen, "connected")]);

const hello = heard(atBen, "message");
const stored = await atAda.timeout(10_000).emitWithAck("message", "Hello, all");
assert.equal((await hello).id, stored.id);

const secret = heard(atBen, "message");
await call("POST", "/message", { content: "Hello, Ben", to: ben }, tokens[0]);
assert.equal((await secret).content, "Hello, Ben");

const [chat] = await call("GET", "/chats", undefined, tokens[1]);
assert.equal(chat.username, ada);
for (const socket of [atAda, atBen]) socket.disconnect();
