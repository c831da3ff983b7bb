import { type Client, type Json, PASSWORD, TRANSPORTS, expect, test } from "../../fixtures/client.ts";

async function register(client: Client, username: string): Promise<string> {
  await client.post("/register", { username, password: PASSWORD });
  return (await client.post("/login", { username, password: PASSWORD }, 200)).token;
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`a client connects, talks and goes by ${name}`, async ({ client, listen }) => {
    const [ada, ben] = [await register(client, "ada"), await register(client, "ben")];
    const [one, other] = [await listen(ada, transports), await listen(ben, transports)];
    const engine = one.socket.io.engine;
    if (name === "upgrade" && engine.transport.name === "polling") {
      await new Promise((upgraded) => engine.once("upgrade", upgraded));
    }
    expect(engine.transport.name).toBe(name === "polling" ? "polling" : "websocket");
    expect(await one.ask("message", "good morning")).toMatchObject({ content: "good morning", username: "ada" });
    expect(await other.next("message")).toMatchObject({ content: "good morning", username: "ada" });
    one.socket.disconnect();
    expect(await one.next("disconnect")).toBe("io client disconnect");
  });
}

test("the longest message fits through both transports", async ({ client, listen }) => {
  const [ada, ben] = [await register(client, "ada"), await register(client, "ben")];
  const long = "é".repeat(8 * 1024);
  for (const transports of [TRANSPORTS.polling, TRANSPORTS.websocket]) {
    const [one, other] = [await listen(ada, transports), await listen(ben, transports)];
    expect(await one.ask("message", long)).toMatchObject({ content: long });
    expect(await other.next("message")).toMatchObject({ content: long });
    expect((await one.ask("message", `${long}é`)).message).toContain("16");
    expect((await one.next("error")).message).toBeTruthy();
  }
});

test("every place for a token is taken, and none or a wrong one is refused", async ({ client, open, place }) => {
  const token = await register(client, "ada");
  const cookie = `confab_session=${token}`;
  const good: Json[] = [
    { auth: { token } },
    { auth: JSON.stringify({ token }) },
    { query: { token } },
    { extraHeaders: { authorization: `Bearer ${token}` } },
    { extraHeaders: { cookie } },
    { extraHeaders: { cookie, origin: place.url } },
  ];
  for (const options of good) {
    const ear = open(options);
    await ear.next("connect");
    expect(await ear.next("connected")).toEqual({ message: "Welcome ada!" });
    expect(await ear.next("echo")).toBe("you have been connected");
  }
  const bad: Json[] = [{}, { auth: { token: "wrong" } }, { extraHeaders: { cookie, origin: "https://evil.example" } }];
  for (const options of bad) {
    for (const transports of [TRANSPORTS.polling, TRANSPORTS.websocket]) {
      const ear = open({ ...options, transports });
      expect((await ear.next("connect_error")).message).toBeTruthy();
      expect(ear.socket.connected).toBe(false);
    }
  }
});

test("a sign-in that ends closes its sockets, and no other", async ({ client, listen }) => {
  const first = await register(client, "ada");
  const second = (await client.post("/login", { username: "ada", password: PASSWORD }, 200)).token;
  const [ended, kept] = [await listen(first), await listen(second)];
  await client.bearing(first).get("/logout");
  await ended.next("disconnect");
  expect(await kept.ask("message", "still here")).toMatchObject({ content: "still here" });
});

test("a client comes back by itself after a restart", async ({ client, open, place }) => {
  const token = await register(client, "ada");
  const ear = open({ auth: { token }, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 });
  await ear.next("connect");
  await ear.changedOver();
  await place.stop();
  await ear.next("disconnect");
  await place.start();
  await ear.next("connect");
  expect(await ear.ask("message", "back again")).toMatchObject({ content: "back again" });
});
