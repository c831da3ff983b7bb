// v1: an access token for a program, a room, and a message that is sent twice, stored once, and heard live.
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

const { token: own } = await call("POST", "/api/v1/accounts", { username: ada, password });
const { token } = await call("POST", "/api/v1/tokens", { name: "An example", days: 1 }, own);
const room = await call("POST", "/api/v1/rooms", { name: `garden-${randomUUID()}`, topic: "Plants" }, token);

const socket = io(url, { auth: { token } });
const joined = heard(socket, "status");
socket.emit("join", { conversation_id: room.id });
await joined;
const live = heard(socket, "message");
const path = `/api/v1/conversations/${room.id}/messages`;
const draft = { body: "Mind the *roses*", client_id: randomUUID() };
const first = await call("POST", path, draft, token);
assert.equal((await call("POST", path, draft, token)).id, first.id);
assert.equal((await live).id, first.id);

const { items } = await call("GET", `${path}?limit=1`, undefined, token);
assert.equal(items[0].body, "Mind the *roses*");
socket.disconnect();
