// 4-rooms: one makes a room, both join it, and they talk live.
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
  await call("POST", "/api/register", { username, password });
  tokens.push((await call("POST", "/api/login", { username, password })).token);
}
const room = await call("POST", "/api/chat/rooms", { name: `garden-${randomUUID()}`, description: "Plants" }, tokens[0]);
const sockets = tokens.map((token) => io(url, { auth: { token } }));
for (const socket of sockets) {
  const joined = heard(socket, "status");
  socket.emit("join", { room_id: room.id });
  await joined;
}
const messages = sockets.map((socket) => heard(socket, "message"));
sockets[1].emit("message", { room_id: room.id, content: "Mind the roses" });
for (const message of await Promise.all(messages)) assert.equal(message.content, "Mind the roses");

const { users } = await call("GET", `/api/chat/rooms/${room.id}`, undefined, tokens[0]);
assert.deepEqual(users.map(({ username }) => username).sort(), [ada, ben].sort());
for (const socket of sockets) socket.disconnect();
