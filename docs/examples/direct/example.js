// 2-direct: messages come as an event that is named by their recipient; then the token is revoked.
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

const { id: benId } = await call("POST", "/user", { username: ben, password });
await call("POST", "/user", { username: ada, password });
const { access_token: token } = await call("POST", "/login", { username: ada, password });
const { access_token: tokenOfBen } = await call("POST", "/login", { username: ben, password });

const socket = io(url, { auth: JSON.stringify({ token: tokenOfBen }) });
assert.equal(await heard(socket, "echo"), "you have been connected");
const message = heard(socket, ben);
await call("POST", `/message/${benId}`, { body: "Hello, Ben" }, token);
assert.equal((await message).body, "Hello, Ben");

await call("POST", `/add_message/${ada}`, { body: "Hello, Ada" }, tokenOfBen);
const [newest, oldest] = await call("GET", `/message/${benId}`, undefined, token);
assert.deepEqual([newest.body, oldest.body], ["Hello, Ada", "Hello, Ben"]);

const gone = once(socket, "disconnect", { signal: AbortSignal.timeout(10_000) });
await call("GET", "/logout", undefined, tokenOfBen);
await gone;
console.log("the socket was closed with its token");
socket.disconnect();
