// 3-projects: a project with a file, and its conversation live; the sign-in is a cookie.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { io } from "socket.io-client";

const url = process.argv[2] ?? process.env.CONFAB_URL ?? "http://127.0.0.1:5000";
const password = "correct horse battery";
const [ada, ben] = ["ada", "ben"].map((name) => `${name}-${randomUUID()}`);

/** Sends JSON, or a form, and returns what came back; anything but success ends the program. */
async function call(method, path, body, person) {
  const json = body && !(body instanceof FormData);
  const headers = { ...(json && { "content-type": "application/json" }), ...(person && { cookie: person.cookie }) };
  const answer = await fetch(url + path, { method, headers, body: json ? JSON.stringify(body) : body });
  const text = await answer.text();
  console.log(method, path, answer.status, text);
  assert(answer.ok);
  // A browser keeps the cookie by itself.
  return { ...JSON.parse(text), cookie: answer.headers.get("set-cookie")?.split(";")[0] };
}

/** Waits for an event, but not for ever. */
async function heard(socket, event) {
  const [data] = await once(socket, event, { signal: AbortSignal.timeout(10_000) });
  console.log("heard", event, JSON.stringify(data));
  return data;
}

const owner = await call("POST", "/auth/register", { username: ada, password });
const guest = await call("POST", "/auth/register", { username: ben, password });
const made = await call("POST", "/projects", { name: "Bridge", participant_ids: [guest.user_id] }, owner);

const form = new FormData();
form.append("file", new Blob(["The bridge holds.\n"]), "plan.txt");
const { file } = await call("POST", `/projects/${made.project_id}/files`, form, owner);
assert.equal(file.filename, "plan.txt");

const sockets = [owner, guest].map(({ cookie }) => io(url, { extraHeaders: { cookie } }));
for (const socket of sockets) {
  const recent = heard(socket, "recent_messages");
  socket.emit("join", { conversation_id: made.conversation_id });
  await recent;
}
const messages = sockets.map((socket) => heard(socket, "message"));
sockets[1].emit("send_message", { conversation_id: made.conversation_id, message: "See the plan" });
for (const message of await Promise.all(messages)) assert.equal(message.username, ben);

const page = await call("GET", `/conversations/${made.conversation_id}/messages?per_page=1`, undefined, owner);
assert.equal(page.messages[0].content, "See the plan");
for (const socket of sockets) socket.disconnect();
