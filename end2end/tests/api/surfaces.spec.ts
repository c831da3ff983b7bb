import { type Client, type Json, PASSWORD, expect, test } from "../../fixtures/client.ts";

/** Every way to make an account, and every way to sign in. */
const REGISTER = ["/register", "/user", "/auth/register", "/api/register", "/api/auth/register", "/api/v1/accounts"];
const SIGN_IN: Record<string, number> = {
  "/login": 200,
  "/auth/login": 200,
  "/api/login": 200,
  "/api/auth/login": 200,
  "/api/v1/sessions": 201,
};

async function enter(client: Client, username: string): Promise<{ id: number; token: string; api: Client }> {
  const email = `${username}@example.org`;
  await client.post("/api/auth/register", { username, email, password: PASSWORD });
  const { access_token, user } = await client.post("/api/auth/login", { username, password: PASSWORD }, 200);
  return { id: user.id, token: access_token, api: client.bearing(access_token) };
}

test("an account that was made anywhere signs in everywhere", async ({ client }) => {
  for (const [number, path] of REGISTER.entries()) {
    const username = `someone-${number}`;
    const email = path.startsWith("/api/v1") || path === "/api/auth/register" ? { email: `${username}@example.org` } : {};
    await client.post(path, { username, ...email, password: PASSWORD });
    for (const [path, status] of Object.entries(SIGN_IN)) {
      const name = path.startsWith("/api/v1") ? { login: username } : { username };
      await client.post(path, { ...name, password: PASSWORD }, status);
    }
  }
});

test("what is said to all by any means is seen by all others", async ({ client, person, listen }) => {
  const [ada, ben] = [await person("Ada Vance"), await enter(client, "ben")];
  const ear = await listen(ben.token);
  ear.socket.emit("join_public");
  await ear.next("user_joined");
  const { items } = await ben.api.get("/api/v1/conversations");
  const { id } = items.find(({ kind }: Json) => kind === "public");
  const means: Record<string, (text: string) => unknown> = {
    "1-basic": (content) => ben.api.post("/message", { content }),
    "3-projects": (content) => ben.api.post(`/conversations/${id}/messages`, { content }),
    "5-messenger": (content) => ben.api.post("/api/messages", { content }),
    v1: (body) => ben.api.post(`/api/v1/conversations/${id}/messages`, { body }),
    "a message event": (text) => ear.ask("message", text),
    "a public event": (content) => ear.ask("send_public_message", { content }),
    "a page": (text) => ada.tell(text),
  };
  for (const [name, say] of Object.entries(means)) {
    const text = `said by ${name}`;
    await say(text);
    await expect(ada.message(text)).toBeVisible();
    expect(await ear.next("message")).toMatchObject({ content: text, conversation_id: id });
    expect(await ear.next("new_public_message")).toMatchObject({ content: text });
  }
  const { messages } = await ben.api.get("/api/messages");
  expect(messages.map(({ content }: Json) => content)).toEqual(Object.keys(means).map((name) => `said by ${name}`));
});

test("what two say to each other is one chat, whatever they use", async ({ client, person, listen }) => {
  const ben = await enter(client, "ben");
  const ada = await person("Ada Vance");
  const ear = await listen(ben.token);
  const token = (await client.post("/login", { username: "ada", password: PASSWORD }, 200)).token;
  const adas = client.bearing(token);
  const first = await adas.post("/add_message/ben", { body: "one" });
  const { id } = await ada.page.request.get("/user").then((answer) => answer.json());
  const [{ chat_id }] = await ben.api.get("/chats");
  expect(await ear.next("ben")).toMatchObject({ id: first.id, from: id, body: "one" });
  expect(await ear.next("new_private_message")).toMatchObject({ id: first.id, chat_id, content: "one" });
  expect(await ear.next("message")).toMatchObject({ id: first.id, chat_id, content: "one" });

  await ben.api.post(`/conversations/${chat_id}/messages`, { content: "two" });
  await ben.api.post(`/api/messages/private/${id}`, { content: "three" });
  await ben.api.post(`/api/v1/conversations/${chat_id}/messages`, { body: "four" });
  await ada.visit(`/c/${chat_id}`);
  for (const text of ["one", "two", "three", "four"]) await expect(ada.message(text)).toBeVisible();
  const rows = await adas.get(`/message/${ben.id}`);
  expect(rows.map(({ body }: Json) => body)).toEqual(["four", "three", "two", "one"]);

  await ada.delete("one");
  expect(await ear.next("message_deleted")).toEqual({ id: first.id, conversation_id: chat_id });
  expect(await ben.api.get(`/message/${id}`)).toHaveLength(3);
});
