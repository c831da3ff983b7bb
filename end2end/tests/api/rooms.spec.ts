import { type Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";

interface Signed {
  id: number;
  token: string;
  api: Client;
}

async function enter(client: Client, username: string): Promise<Signed> {
  await client.post("/api/register", { username, password: PASSWORD });
  const { token, user } = await client.post("/api/login", { username, password: PASSWORD }, 200);
  return { id: user.id, token, api: client.bearing(token) };
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`4-rooms: people talk in a room by ${name}`, async ({ client, listen }) => {
    const [ada, ben, cleo] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "cleo")];
    const { id: room_id } = await ada.api.post("/api/chat/rooms", { name: "garden", description: "Plants" });
    const [atAda, atBen, atCleo] = await Promise.all([ada, ben, cleo].map(({ token }) => listen(token, transports)));
    for (const ear of [atAda!, atBen!]) {
      ear.socket.emit("join", { room_id });
      await ear.next("status");
    }
    atBen!.socket.emit("message", { room_id, content: "mind the roses" });
    for (const ear of [atAda!, atBen!]) {
      expect(await ear.next("message")).toMatchObject({ room_id, content: "mind the roses", sender_id: ben.id });
    }
    await ada.api.post(`/api/chat/rooms/${room_id}/messages`, { content: "they are thorny" });
    expect(await atBen!.next("message")).toMatchObject({ room_id, content: "they are thorny", username: "ada" });
    expect(await ada.api.get(`/api/chat/rooms/${room_id}`)).toMatchObject({ member_count: 2 });
    // Whoever didn't join hears what is said to all, and nothing of the room.
    await atCleo!.ask("message", "to all");
    expect(await atCleo!.next("message")).toMatchObject({ content: "to all" });
  });
}

test("4-rooms: the document’s routes", async ({ client }) => {
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  const room = await ada.api.post("/api/chat/rooms", { name: "garden", description: "Plants" });
  expect(room).toMatchObject({ name: "garden", description: "Plants" });
  const path = `/api/chat/rooms/${room.id}`;
  const [listed] = await ben.api.get("/api/chat/rooms");
  expect(listed).toMatchObject({ id: room.id, name: "garden", member_count: 1, joined: false });

  await ben.api.post(`${path}/join`, undefined, 200);
  const { users } = await ben.api.get(path);
  expect(users.map(({ username }: Json) => username).sort()).toEqual(["ada", "ben"]);
  await ben.api.post(`${path}/leave`, undefined, 200);
  expect((await ben.api.get("/api/chat/rooms"))[0].joined).toBe(false);

  // Posting joins; the text may go by any of the names that clients of this document use.
  for (const key of ["content", "message", "text"]) await ben.api.post(`${path}/messages`, { [key]: `as ${key}` });
  const messages = await ada.api.get(`${path}/messages`);
  expect(messages.map(({ content }: Json) => content)).toEqual(["as content", "as message", "as text"]);
  expect(messages[0]).toMatchObject({ room_id: room.id, sender_id: ben.id, username: "ben", text: "as content" });
  expect(await ada.api.get(`${path}/messages?limit=1&before=${messages[2].id}`)).toEqual([messages[1]]);

  await ada.api.post("/api/logout", undefined, 200);
  await ada.api.get("/api/chat/rooms", 401);
});

test("4-rooms: what can’t be is refused with `message`", async ({ client }) => {
  const ada = await enter(client, "ada");
  await ada.api.post("/api/chat/rooms", { name: "garden" });
  for (const [path, body, status] of [
    ["/api/chat/rooms", { name: "Garden" }, 400],
    ["/api/chat/rooms", {}, 400],
    ["/api/chat/rooms/999/messages", { content: "?" }, 404],
    ["/api/chat/rooms/999/join", undefined, 404],
  ] as const) {
    expect((await ada.api.post(path, body, status)).message).toBeTruthy();
  }
  expect((await ada.api.get("/api/chat/rooms/999", 404)).message).toBeTruthy();
  expect((await client.get("/api/chat/rooms", 401)).message).toBeTruthy();
});
