import { type Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";
import { Snippet } from "../../fixtures/snippet.ts";

interface Signed {
  id: number;
  token: string;
  api: Client;
}

async function enter(client: Client, username: string): Promise<Signed> {
  const email = `${username}@example.org`;
  const made = await client.post("/api/auth/register", { username, email, password: PASSWORD });
  expect(made).toMatchObject({ message: "User registered successfully", user: { username, email } });
  const { message, access_token, user } = await client.post("/api/auth/login", { username, password: PASSWORD }, 200);
  expect(message).toBe("Login successful");
  return { id: user.id, token: access_token, api: client.bearing(access_token) };
}

/** What the document shows, and what it has a client listen for. */
const AS_DOCUMENTED = `
  import io from 'socket.io-client';

  const socket = io('http://localhost:5000', {
    auth: {
      token: 'your_jwt_token'
    }
  });
  socket.on('connected', (data) => console.log(data.message));`;

test("5-messenger: the document’s snippet runs as written", async ({ client, place }) => {
  const ada = await enter(client, "ada");
  const snippet = new Snippet(
    AS_DOCUMENTED.replace("http://localhost:5000", place.url).replace("your_jwt_token", ada.token),
  );
  await snippet.says("Welcome ada!\n").finally(() => snippet.stop());
});

test("5-messenger: the token may stand in the address", async ({ client, open, place }) => {
  const ada = await enter(client, "ada");
  const ear = open({}, `${place.url}/?token=${ada.token}`);
  expect(await ear.next("connected")).toEqual({ message: "Welcome ada!" });
});

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`5-messenger: the public chat by ${name}`, async ({ client, listen }) => {
    const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
    const [atAda, atBen] = [await listen(ada.token, transports), await listen(ben.token, transports)];
    for (const [ear, who] of [[atAda, ada], [atBen, ben]] as const) {
      ear.socket.emit("join_public");
      expect(await ear.next("user_joined", ({ user_id }) => user_id === who.id)).toHaveProperty("message");
    }
    expect(await atAda.next("user_joined")).toMatchObject({ user_id: ben.id, username: "ben" });

    atAda.socket.emit("send_public_message", { content: "Hello everyone!" });
    for (const ear of [atAda, atBen]) {
      const expected = { content: "Hello everyone!", username: "ada", user: { id: ada.id, username: "ada" } };
      expect(await ear.next("new_public_message")).toMatchObject(expected);
    }
    await ben.api.post("/api/messages", { content: "by request" });
    expect(await atAda.next("new_public_message")).toMatchObject({ content: "by request", username: "ben" });

    atBen.socket.emit("get_online_users");
    const { users } = await atBen.next("online_users");
    expect(users.map(({ username }: Json) => username).sort()).toEqual(["ada", "ben"]);
    atBen.socket.emit("leave_public");
    expect(await atAda.next("user_left")).toMatchObject({ user_id: ben.id, username: "ben" });
    atBen.socket.emit("send_public_message", { content: " " });
    expect((await atBen.next("error")).message).toBeTruthy();
  });

  test(`5-messenger: a private chat by ${name}`, async ({ client, listen }) => {
    const [ada, ben, eve] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "eve")];
    const [atAda, atBen, atEve] = await Promise.all([ada, ben, eve].map(({ token }) => listen(token, transports)));
    atAda!.socket.emit("join_private", { other_user_id: ben.id });
    await atAda!.next("joined_private");
    atAda!.socket.emit("send_private_message", { other_user_id: ben.id, content: "Private message" });
    const expected = { content: "Private message", sender: { id: ada.id, username: "ada" }, username: "ada" };
    const heard = await atAda!.next("new_private_message");
    expect(heard).toMatchObject(expected);
    expect(await atBen!.next("new_private_message")).toEqual(heard);
    const { messages } = await ben.api.get(`/api/messages/private/${ada.id}`);
    expect(messages).toMatchObject([{ id: heard.id, chat_id: heard.chat_id, content: "Private message", sender_id: ada.id }]);

    await ben.api.post(`/api/messages/private/${ada.id}`, { content: "by request" });
    expect(await atAda!.next("new_private_message")).toMatchObject({ content: "by request", username: "ben" });
    for (const other_user_id of [eve.id, 999]) {
      atEve!.socket.emit("send_private_message", { other_user_id, content: "?" });
      expect((await atEve!.next("error")).message).toBeTruthy();
    }
    expect(atEve!.heard.filter(({ event }) => event === "new_private_message")).toEqual([]);
  });
}

test("5-messenger: messages can be deleted by their authors", async ({ client }) => {
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  const message = await ada.api.post("/api/messages", { content: "Hello everyone!" });
  expect((await ben.api.get("/api/messages")).messages).toMatchObject([{ id: message.id, user_id: ada.id }]);
  expect((await ben.api.delete(`/api/messages/${message.id}`, 403)).message).toBeTruthy();
  expect(await ada.api.delete(`/api/messages/${message.id}`)).toMatchObject({ message: "Message deleted" });
  expect(await ada.api.get("/api/messages")).toEqual({ messages: [] });
  await ada.api.delete("/api/messages/999", 404);

  const secret = await ada.api.post(`/api/messages/private/${ben.id}`, { content: "for you" });
  await ben.api.delete(`/api/messages/private/${ada.id}/${secret.id}`, 403);
  await ada.api.delete(`/api/messages/private/${ben.id}/${secret.id}`);
  expect(await ben.api.get(`/api/messages/private/${ada.id}`)).toEqual({ messages: [] });
  await ada.api.post(`/api/messages/private/${ada.id}`, { content: "me" }, 400);
});

test("5-messenger: files belong to a message or a chat", async ({ client }) => {
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  const { id: public_message_id } = await ada.api.post("/api/messages", { content: "see the plan" });
  const { chat_id: private_chat_id } = await ada.api.post(`/api/messages/private/${ben.id}`, { content: "and this" });
  const file = { filename: "Plan.PDF", file_url: "https://example.org/plan.pdf", file_size: 5_242_880 };
  const one = await ada.api.post("/api/files/", { ...file, public_message_id });
  const id = one.id ?? one.file.id;
  await ada.api.post("/api/files/", { ...file, private_chat_id });
  for (const wrong of [
    file,
    { ...file, public_message_id, private_chat_id },
    { ...file, public_message_id, file_size: 5_242_881 },
    { ...file, public_message_id, filename: "plan.exe" },
  ]) {
    expect((await ada.api.post("/api/files/", wrong, 400)).message).toBeTruthy();
  }
  expect(await ada.api.get("/api/files/")).toHaveLength(2);
  expect((await ben.api.get(`/api/files/public/${public_message_id}`)).files).toHaveLength(1);
  expect((await ben.api.get(`/api/files/private/${private_chat_id}`)).files).toHaveLength(1);
  await ben.api.get(`/api/files/${id}`, 403);
  expect((await ada.api.get(`/api/files/${id}`)).file).toMatchObject({ ...file, public_message_id, private_chat_id: null });
  expect(await ada.api.delete(`/api/files/${id}`)).toMatchObject({ message: "File deleted" });
  await ada.api.get(`/api/files/${id}`, 404);
});

test("5-messenger: users are seen by all and changed by themselves", async ({ client }) => {
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  const { users } = await client.get("/api/users/");
  expect(users.map(({ username }: Json) => username)).toEqual(["ada", "ben"]);
  expect(users[0].email).toBeNull();
  expect((await ben.api.get(`/api/users/${ada.id}`)).user).toMatchObject({ id: ada.id, email: "ada@example.org" });
  expect(await client.get("/api/users/999", 404)).toEqual({ message: "User not found" });

  await client.put(`/api/users/${ben.id}`, { username: "mallory" }, 401);
  await ben.api.put(`/api/users/${ada.id}`, { username: "mallory" }, 403);
  const changed = await ben.api.put(`/api/users/${ben.id}`, { username: "benedict" });
  expect(changed).toMatchObject({ message: "User updated successfully", user: { id: ben.id, username: "benedict" } });
  await ben.api.delete(`/api/users/${ada.id}`, 403);
  await ben.api.post("/api/messages", { content: "farewell" });
  expect(await ben.api.delete(`/api/users/${ben.id}`)).toEqual({ message: "User deleted successfully" });
  await ben.api.get("/api/messages", 401);
  expect((await ada.api.get("/api/messages")).messages).toMatchObject([{ content: "farewell", user_id: ben.id }]);
  expect(await client.post("/api/auth/login", { username: "benedict", password: PASSWORD }, 401)).toEqual({ message: "Invalid credentials" });
});
