import { Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";

/** Someone whose sign-in is the cookie, as this document has it. */
interface Signed {
  id: number;
  cookie: string;
  api: Client;
}

async function enter(client: Client, username: string): Promise<Signed> {
  const answer = await client.send("POST", "/auth/register", { username, password: PASSWORD });
  expect(answer.status).toBe(201);
  const cookie = answer.headers.get("set-cookie")!;
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
  const { user_id } = (await answer.json()) as Json;
  const pair = cookie.split(";")[0]!;
  return { id: user_id, cookie: pair, api: new Client(client.url, { cookie: pair }) };
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`3-projects: a conversation over Socket.IO by ${name}`, async ({ client, open }) => {
    const [ada, ben, eve] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "eve")];
    const { project_id, conversation_id } = await ada.api.post("/projects", { name: "Bridge", participant_ids: [ben.id] });
    for (let at = 1; at <= 51; at++) await ada.api.post(`/conversations/${conversation_id}/messages`, { content: `line ${at}` });

    const [atAda, atBen, atEve] = [ada, ben, eve].map(({ cookie }) => open({ extraHeaders: { cookie }, transports }));
    for (const ear of [atAda!, atBen!]) {
      await ear.next("connect");
      ear.socket.emit("join", { conversation_id });
      const recent = await ear.next("recent_messages");
      expect(recent.conversation_id).toBe(conversation_id);
      expect(recent.messages.map(({ content }: Json) => content)).toEqual(
        Array.from({ length: 50 }, (_, at) => `line ${at + 2}`),
      );
    }
    expect(await atAda!.next("status", ({ user_id }) => user_id === ben.id)).toMatchObject({ conversation_id });

    atBen!.socket.emit("send_message", { conversation_id, message: "over the wire" });
    const expected = { conversation_id, project_id, message: "over the wire", content: "over the wire", username: "ben" };
    for (const ear of [atAda!, atBen!]) expect(await ear.next("message")).toMatchObject({ ...expected, user_id: ben.id });
    await ada.api.post(`/conversations/${conversation_id}/messages`, { content: "by request" });
    expect(await atBen!.next("message")).toMatchObject({ content: "by request", user_id: ada.id });

    await atEve!.next("connect");
    for (const event of ["join", "send_message"]) {
      atEve!.socket.emit(event, { conversation_id, message: "let me in" });
      expect((await atEve!.next("error")).message).toBeTruthy();
    }
    expect(atEve!.heard.filter(({ event }) => event === "message")).toEqual([]);
  });
}

test("3-projects: signing in, and out", async ({ client }) => {
  const ada = await enter(client, "ada");
  expect(await client.get("/auth/check", 401)).toMatchObject({ authenticated: false });
  expect(await ada.api.get("/auth/check")).toMatchObject({ authenticated: true, user_id: ada.id, username: "ada" });
  const again = await client.post("/auth/login", { username: "ada", password: PASSWORD }, 200);
  expect(again).toMatchObject({ user_id: ada.id, username: "ada" });
  await ada.api.post("/auth/logout", undefined, 200);
  await ada.api.get("/auth/check", 401);
  expect((await client.post("/auth/login", { username: "ada", password: "wrong" }, 401)).error).toBeTruthy();
});

test("3-projects: projects and their files", async ({ client }) => {
  const [ada, eve] = [await enter(client, "ada"), await enter(client, "eve")];
  const { project_id } = await ada.api.post("/projects", { name: "Bridge", description: "Across the river" });
  const [project] = await ada.api.get("/projects");
  expect(project).toMatchObject({ id: project_id, name: "Bridge", description: "Across the river", creator_id: ada.id });
  expect(await eve.api.get("/projects")).toEqual([]);

  const form = new FormData();
  form.append("file", new Blob(["plan\n"]), "../the plan.txt");
  const { file } = await ada.api.post(`/projects/${project_id}/files`, form);
  expect(file).toMatchObject({ filename: "the plan.txt", size: 5, uploader_id: ada.id });
  expect(await ada.api.get(`/projects/${project_id}/files`)).toEqual([file]);
  const bytes = await ada.api.send("GET", new URL(file.url, client.url).pathname);
  expect(await bytes.text()).toBe("plan\n");
  expect(bytes.headers.get("x-content-type-options")).toBe("nosniff");

  const unknown = await eve.api.get("/projects/999/files", 403);
  expect(await eve.api.get(`/projects/${project_id}/files`, 403)).toEqual(unknown);
  expect(unknown.error).toBeTruthy();
  await ada.api.delete(`/projects/${project_id}/files/${file.id}`);
  expect(await ada.api.get(`/projects/${project_id}/files`)).toEqual([]);
});

test("3-projects: conversations and their pages", async ({ client }) => {
  const [ada, ben, eve] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "eve")];
  expect(await ada.api.get("/conversations/users?search=be")).toEqual([{ id: ben.id, username: "ben" }]);
  const made = await ada.api.post("/conversations", { name: "Lunch", participant_ids: [ben.id] });
  const path = `/conversations/${made.conversation_id}/messages`;
  for (let at = 1; at <= 5; at++) await ben.api.post(path, { content: `line ${at}` });

  const page = await ada.api.get(`${path}?page=2&per_page=2`);
  expect(page).toMatchObject({ total: 5, pages: 3, current_page: 2 });
  expect(page.messages.map(({ content }: Json) => content)).toEqual(["line 3", "line 2"]);
  const [conversation] = await ben.api.get("/conversations");
  expect(conversation).toMatchObject({ id: made.conversation_id, name: "Lunch", creator_id: ada.id, project_id: null });
  expect(conversation.participants.map(({ username }: Json) => username).sort()).toEqual(["ada", "ben"]);

  expect((await eve.api.get(path, 403)).error).toBe((await eve.api.get("/conversations/999/messages", 403)).error);
  expect((await eve.api.post(path, { content: "hello" }, 403)).error).toBeTruthy();
  expect((await ada.api.post("/conversations", { name: "x", participant_ids: [999] }, 400)).error).toBeTruthy();
});
