import { type Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";

interface Signed {
  id: number;
  token: string;
  api: Client;
}

async function enter(client: Client, username: string): Promise<Signed> {
  const { user } = await client.post("/register", { username, password: PASSWORD });
  const { token, access_token } = await client.post("/login", { username, password: PASSWORD }, 200);
  expect(token).toBe(access_token);
  return { id: user.id, token, api: client.bearing(token) };
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`1-basic: people talk by ${name}`, async ({ client, listen }) => {
    const [ada, ben, cleo] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "cleo")];
    const [atAda, atBen, atCleo] = await Promise.all(
      [ada, ben, cleo].map(({ token }) => listen(token, transports)),
    );

    const stored = await atAda!.ask("message", "hello, all");
    expect(stored).toMatchObject({ content: "hello, all", user_id: ada.id });
    for (const ear of [atAda!, atBen!, atCleo!]) {
      expect(await ear.next("message")).toMatchObject({ id: stored.id, content: "hello, all", username: "ada" });
    }

    const answer = await atBen!.ask("message", { content: "only for you", to: ada.id });
    expect(await atAda!.next("message")).toMatchObject({ id: answer.id, content: "only for you", user_id: ben.id });
    await atBen!.ask("message", { content: "and again", chat_id: answer.chat_id });
    expect(await atAda!.next("message")).toMatchObject({ content: "and again", chat_id: answer.chat_id });

    await ada.api.post("/message", { content: "to all, by request" });
    // What cleo hears next is what came after all that was not for her.
    expect(await atCleo!.next("message")).toMatchObject({ content: "to all, by request" });
  });
}

test("1-basic: register, log in, send, and see one’s chats", async ({ client }) => {
  const [ada, ben, cleo] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "cleo")];
  expect(await ada.api.get("/chats")).toEqual([]);

  const first = await ada.api.post("/message", { content: "hello, Ben", to: "ben" });
  await cleo.api.post("/message", { content: "hello, Ada", to: ada.id });
  await ben.api.post("/message", { content: "hello, Ada and no one else", chat_id: first.chat_id });

  const chats = await ada.api.get("/chats");
  expect(chats.map(({ username }: Json) => username)).toEqual(["ben", "cleo"]);
  expect(chats[0]).toMatchObject({ id: ben.id, chat_id: first.chat_id, unread_count: 1 });
  expect(JSON.stringify(chats[0].last_message)).toContain("hello, Ada and no one else");
});

test("1-basic: what can’t be is refused in JSON", async ({ client }) => {
  const ada = await enter(client, "ada");
  for (const [path, body, status] of [
    ["/register", { username: "Ada", password: PASSWORD }, 400],
    ["/register", { username: "ben" }, 400],
    ["/login", { username: "ada", password: "wrong" }, 401],
    ["/login", { username: "nobody", password: "wrong" }, 401],
    ["/message", { content: "from a stranger" }, 401],
  ] as const) {
    expect((await client.post(path, body, status)).message).toBeTruthy();
  }
  for (const content of ["", "  "]) await ada.api.post("/message", { content }, 400);
  await ada.api.post("/message", { content: "x".repeat(16 * 1024 + 1) }, 413);
  await ada.api.post("/message", { content: "to nobody", to: "nobody" }, 404);
  await ada.api.post("/message", { content: "to myself", to: ada.id }, 400);
  expect((await client.send("GET", "/message")).status).toBe(405);
});
