import { type Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";
import { Snippet } from "../../fixtures/snippet.ts";

interface Signed {
  id: number;
  token: string;
  api: Client;
}

async function enter(client: Client, username: string): Promise<Signed> {
  const { id, msg } = await client.post("/user", { username, password: PASSWORD });
  expect(msg).toBe("User added successfully");
  const { access_token } = await client.post("/login", { username, password: PASSWORD }, 200);
  return { id, token: access_token, api: client.bearing(access_token) };
}

/** What the document shows, with the name of the user whose messages are listened for. */
const asDocumented = (username: string) => `
  import {io} from "socket.io-client";
  const socket = io("http://127.0.0.1:5000", {auth:JSON.stringify({token:"Your token"})})
  socket.on('echo', (data)=>{
    console.log(data)
  })
  socket.on("${username}", (data)=>{
      console.log(JSON.stringify(data))
  })`;

test("2-direct: the document’s snippet runs as written", async ({ client, place }) => {
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  const code = asDocumented("ben").replace("http://127.0.0.1:5000", place.url).replace("Your token", ben.token);
  const snippet = new Snippet(code);
  try {
    await snippet.says("you have been connected\n");
    await ada.api.post(`/message/${ben.id}`, { body: "hello, Ben" });
    await snippet.says(`"to":${ben.id}`);
    await snippet.says(`"from":${ada.id}`);
    await snippet.says(`"body":"hello, Ben"`);
  } finally {
    snippet.stop();
  }
});

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`2-direct: a message goes to its recipient alone, by ${name}`, async ({ client, listen }) => {
    const [ada, ben, cleo] = [await enter(client, "ada"), await enter(client, "ben"), await enter(client, "cleo")];
    const [atAda, atBen, atCleo] = await Promise.all([ada, ben, cleo].map(({ token }) => listen(token, transports)));
    const sent = await ada.api.post(`/message/${ben.id}`, { body: "one" });
    const row = { id: sent.id, to: ben.id, from: ada.id, date_created: sent.date_created, body: "one" };
    expect(await atBen!.next("ben")).toEqual(row);
    await ben.api.post("/add_message/cleo", { body: "two" });
    expect(await atCleo!.next("cleo")).toMatchObject({ from: ben.id, to: cleo.id, body: "two" });
    await cleo.api.post("/add_message/ada", { body: "three" });
    expect(await atAda!.next("ada")).toMatchObject({ from: cleo.id, body: "three" });
    const named = [atAda, atBen, atCleo].flatMap((ear) => ear!.heard.filter(({ event }) => /^(ada|ben|cleo)$/.test(event)));
    expect(named).toEqual([]);
  });
}

test("2-direct: the table of routes", async ({ client }) => {
  expect((await client.get("/")).msg).toBe("hello");
  const [ada, ben] = [await enter(client, "ada"), await enter(client, "ben")];
  expect(await ada.api.get("/user")).toMatchObject({ id: ada.id, username: "ada" });

  const first = await ada.api.post(`/message/${ben.id}`, { body: "one" });
  expect(first).toMatchObject({ msg: "Message added successfully", to: ben.id, from: ada.id, body: "one" });
  await ben.api.post("/add_message/ada", { body: "two" });
  const rows = await ada.api.get(`/message/${ben.id}`);
  expect(rows.map(({ body, to, from }: Json) => ({ body, to, from }))).toEqual([
    { body: "two", to: ada.id, from: ben.id },
    { body: "one", to: ben.id, from: ada.id },
  ]);
  expect(new Date(rows[0].date_created).toISOString().slice(0, 19)).toBe(rows[0].date_created.slice(0, 19));
  expect(await ada.api.get(`/message/${ben.id}?limit=1`)).toHaveLength(1);
  expect(await ada.api.get(`/message/${ben.id}?before=${rows[0].id}`)).toEqual([rows[1]]);
  expect((await ada.api.get("/chats")).map(({ username }: Json) => username)).toEqual(["ben"]);

  for (const way of ["/logout", "/login"]) {
    const { access_token } = await client.post("/login", { username: "ada", password: PASSWORD }, 200);
    const other = client.bearing(access_token);
    expect(await other.get(way)).toMatchObject({ msg: "JWT revoked" });
    expect((await other.get("/user", 401)).msg).toBeTruthy();
  }
  expect((await ada.api.get("/user")).username).toBe("ada");
});

test("2-direct: what can’t be is refused with `msg`", async ({ client }) => {
  const ada = await enter(client, "ada");
  expect((await client.post("/user", { username: "ADA", password: PASSWORD }, 400)).msg).toBeTruthy();
  // An event's name would reach everyone who listens for the event.
  expect((await client.post("/user", { username: "echo", password: PASSWORD }, 400)).msg).toBeTruthy();
  expect((await client.get("/user", 401)).msg).toBeTruthy();
  expect((await ada.api.post("/add_message/nobody", { body: "?" }, 404)).msg).toBeTruthy();
  expect((await ada.api.get("/message/999", 404)).msg).toBeTruthy();
  expect((await ada.api.post(`/message/${ada.id}`, { body: "me" }, 400)).msg).toBeTruthy();
  expect((await ada.api.post("/add_message/ada", { body: " " }, 400)).msg).toBeTruthy();
});
