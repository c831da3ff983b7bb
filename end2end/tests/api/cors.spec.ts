import { Board, ask, talk } from "../../fixtures/board.ts";
import { TRANSPORTS, expect, test as base } from "../../fixtures/client.ts";
import { PASSWORD, Place } from "../../fixtures/index.ts";

/** What the browser says of a request whose answer it keeps from the page. */
const KEPT = [/blocked by CORS policy/, /net::ERR_FAILED/, /status of 40[013]/];

/** Who hangs up says so in one request while another may still be under way, which then comes too late. */
const HANGING_UP = /status of 400 .*\/socket\.io\/\?\S+transport=polling\S+sid=/;

const test = base.extend<{ board: Board; placeFor: (settings: Record<string, string>) => Promise<Place> }>({
  board: async ({}, use) => {
    const board = await Board.open();
    await use(board);
    board.close();
  },
  placeFor: async ({}, use) => {
    const places: Place[] = [];
    await use(async (settings) => {
      const place = new Place("Confab", settings);
      places.push(place);
      await place.start();
      return place;
    });
    for (const place of places) await place.close();
  },
});

function post(body: unknown, more: RequestInit = {}): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), ...more };
}

test("a page of a listed origin signs in and talks, with a token", async ({ board, placeFor, stranger, complaints }) => {
  complaints.allow(HANGING_UP);
  const [place, page] = [await placeFor({ CONFAB_CORS_ORIGINS: board.origin }), await stranger()];
  await page.goto(board.origin);
  const account = { username: "ada", password: PASSWORD };
  expect(await ask(page, `${place.url}/register`, post(account))).toMatchObject({ status: 201 });
  const { token } = (await ask(page, `${place.url}/login`, post(account)))!.json;
  const headers = { authorization: `Bearer ${token}` };
  expect(await ask(page, `${place.url}/chats`, { headers })).toEqual({ status: 200, json: [] });
  for (const transports of Object.values(TRANSPORTS)) {
    const { welcome, stored } = await talk(page, place.url, { auth: { token }, transports });
    expect(welcome).toEqual({ message: "Welcome ada!" });
    expect(stored).toMatchObject({ content: "hello from another site" });
  }
});

test("a page of a listed origin may use its visitor’s cookie", async ({ board, placeFor, stranger, complaints }) => {
  complaints.allow(HANGING_UP);
  const [place, page] = [await placeFor({ SOCKETIO_CORS: `https://other.example,${board.origin}/` }), await stranger()];
  await page.goto(board.origin);
  const included = { credentials: "include" } as const;
  const account = { username: "ada", password: PASSWORD };
  expect(await ask(page, `${place.url}/auth/register`, post(account, included))).toMatchObject({ status: 201 });
  expect(await ask(page, `${place.url}/projects`, post({ name: "Bridge" }, included))).toMatchObject({ status: 201 });
  for (const transports of Object.values(TRANSPORTS)) {
    const { welcome } = await talk(page, place.url, { withCredentials: true, transports });
    expect(welcome).toEqual({ message: "Welcome ada!" });
  }
});

test("a star lets any page in with a token, and none with a cookie", async ({ board, placeFor, stranger, complaints }) => {
  complaints.allow(...KEPT, /^WebSocket connection to \S+ failed/);
  const [place, page] = [await placeFor({ SOCKETIO_CORS_ORIGIN: "*" }), await stranger()];
  await page.goto(board.origin);
  const account = { username: "ada", password: PASSWORD };
  await ask(page, `${place.url}/register`, post(account));
  const { token } = (await ask(page, `${place.url}/login`, post(account)))!.json;
  for (const transports of Object.values(TRANSPORTS)) {
    expect(await talk(page, place.url, { auth: { token }, transports })).toHaveProperty("welcome");
  }

  await page.context().addCookies([{ name: "confab_session", value: token, url: place.url, sameSite: "Lax" }]);
  const included = { credentials: "include" } as const;
  expect(await ask(page, `${place.url}/chats`, included)).toBeNull();
  expect(await ask(page, `${place.url}/message`, post({ content: "forged" }, included))).toBeNull();
  for (const transports of Object.values(TRANSPORTS)) {
    expect(await talk(page, place.url, { withCredentials: true, transports })).toHaveProperty("refused");
  }
  const headers = { authorization: `Bearer ${token}` };
  const { json } = (await ask(page, `${place.url}/api/messages`, { headers }))!;
  expect(json.messages.map(({ content }: { content: string }) => content)).not.toContain("forged");
});

test("without a setting, pages of other sites are told nothing", async ({ board, placeFor, stranger, complaints }) => {
  complaints.allow(...KEPT);
  const [place, page] = [await placeFor({}), await stranger()];
  await page.goto(board.origin);
  expect(await ask(page, `${place.url}/api/openapi.json`)).toBeNull();
  expect(await ask(page, `${place.url}/register`, post({ username: "ada", password: PASSWORD }))).toBeNull();
  expect(await talk(page, place.url, { auth: { token: "any" }, transports: ["polling"] })).toHaveProperty("refused");
});
