// 5-messenger: the public chat and a private one, live.
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

const people = [];
for (const username of [ada, ben]) {
  await call("POST", "/api/auth/register", { username, email: `${username}@example.org`, password });
  people.push(await call("POST", "/api/auth/login", { username, password }));
}
const sockets = people.map(({ access_token: token }) => io(url, { auth: { token } }));
await Promise.all(sockets.map((socket) => heard(socket, "connected")));
for (const socket of sockets) {
  const joined = heard(socket, "user_joined");
  socket.emit("join_public");
  await joined;
}
const everyone = sockets.map((socket) => heard(socket, "new_public_message"));
sockets[0].emit("send_public_message", { content: "Hello everyone!" });
for (const message of await Promise.all(everyone)) assert.equal(message.user.username, ada);

const both = sockets.map((socket) => heard(socket, "new_private_message"));
sockets[0].emit("send_private_message", { other_user_id: people[1].user.id, content: "Private message" });
for (const message of await Promise.all(both)) assert.equal(message.content, "Private message");

const online = heard(sockets[0], "online_users");
sockets[0].emit("get_online_users");
assert((await online).users.some(({ username }) => username === ben));
for (const socket of sockets) socket.disconnect();
