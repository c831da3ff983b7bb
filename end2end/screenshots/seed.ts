import { execFileSync } from "node:child_process";
import type { Browser, Page } from "@playwright/test";
import { PASSWORD, usernameOf } from "../fixtures/person.ts";
import type { Place } from "../fixtures/place.ts";
import {
  ATTACHED,
  DIRECT,
  type Name,
  OLD_PROJECT,
  PEOPLE,
  PROJECT,
  PUBLIC_TALK,
  type Painting,
  ROOMS,
} from "./talk.ts";

/** A page for each of them, signed in. */
export type Cast = Record<Name, Page>;

/** Lets the people of the pictures come in and talk. The reader has read #launch and nothing since. */
export async function seed(browser: Browser, place: Place): Promise<Cast> {
  const cast = {} as Cast;
  for (const name of PEOPLE) cast[name] = await comeIn(browser, place, name);
  const minutes = new Map<string, number>();
  const say = async (path: string, [ago, who, text]: [number, Name, string]) => {
    await post(cast[who], `${path}/messages`, { body: text, client_id: `said-${minutes.size}` });
    minutes.set(`said-${minutes.size}`, ago);
  };

  for (const line of PUBLIC_TALK) await say("/c/1", line);
  const reader = cast[PEOPLE[0]];
  for (const room of ROOMS) {
    const form = { name: room.name, topic: room.topic, private: String(room.private ?? false) };
    const path = await post(reader, "/rooms", form);
    await post(reader, `${path}/members`, { people: room.members.slice(1).map(usernameOf).join(",") });
    for (const line of room.talk) await say(path, line);
  }
  await sendFiles(cast, minutes);
  const users = await userIds(reader);
  for (const line of DIRECT) await say(await post(reader, `/direct/${users.get(line[1])}`, {}), line);
  await makeProjects(cast);
  await makeOlder(place, minutes);
  return cast;
}

/** Pictures, a document and an archive in #design, in one form as a browser without script sends it. */
async function sendFiles(cast: Cast, minutes: Map<string, number>): Promise<void> {
  for (const { ago, who, text, files } of ATTACHED) {
    const form = new FormData();
    const name = `said-${minutes.size}`;
    minutes.set(name, ago);
    form.set("client_id", name);
    form.set("body", text);
    for (const file of files) {
      const content = "content" in file ? Buffer.from(file.content) : await paint(cast[who], file);
      form.append("file", new File([new Uint8Array(content)], file.name));
    }
    const answer = await cast[who].context().request.post("/c/3/messages", { multipart: form, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`files were answered with ${answer.status()}: ${await answer.text()}`);
  }
}

/** Draws the harbour at some hour. */
async function paint(page: Page, { width, height, sky, sea, light }: Painting): Promise<Buffer> {
  const data = await page.evaluate(
    ([width, height, sky, sea, light]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const brush = canvas.getContext("2d")!;
      const fill = (from: string, to: string, top: number, bottom: number) => {
        const shade = brush.createLinearGradient(0, top, 0, bottom);
        shade.addColorStop(0, from);
        shade.addColorStop(1, to);
        brush.fillStyle = shade;
        brush.fillRect(0, top, width, bottom - top);
      };
      const horizon = height * 0.62;
      fill(sky, light, 0, horizon);
      fill(light, sea, horizon, height);
      brush.fillStyle = light;
      brush.beginPath();
      brush.arc(width * 0.7, horizon * 0.72, height * 0.09, 0, 7);
      brush.fill();
      brush.strokeStyle = brush.fillStyle = sea;
      brush.lineWidth = height / 90;
      for (const x of [0.18, 0.52]) {
        brush.fillRect(width * x, horizon * 0.35, width * 0.014, horizon * 0.75);
        for (let rope = 1; rope < 7; rope++) {
          for (const side of [-1, 1]) {
            brush.beginPath();
            brush.moveTo(width * (x + 0.007), horizon * 0.38);
            brush.lineTo(width * (x + 0.007 + side * rope * 0.027), horizon * 0.97);
            brush.stroke();
          }
        }
      }
      brush.fillRect(0, horizon * 0.96, width, height * 0.022);
      return canvas.toDataURL("image/png").split(",")[1]!;
    },
    [width, height, sky, sea, light] as const,
  );
  return Buffer.from(data, "base64");
}

async function makeProjects(cast: Cast): Promise<void> {
  const reader = cast[PEOPLE[0]];
  const { name, description, people, further, folders, pictures, files } = PROJECT;
  const path = await post(reader, "/p", { name, description });
  await post(reader, `${path}/members`, { people: people.map(usernameOf).join(",") });
  await post(reader, `${path}/conversations`, { name: further.name, people: usernameOf(further.people[0]!) });
  for (const folder of folders) await post(reader, `${path}/folders`, { new: folder });
  const bring = (who: Name, name: string, buffer: Buffer) =>
    cast[who].context().request.post(`${path}/files`, {
      multipart: { file: { name, mimeType: "application/octet-stream", buffer } },
      maxRedirects: 0,
    });
  for (const picture of pictures) await bring("Lin Sato", picture.name, await paint(reader, picture));
  for (const [who, name, content] of files) await bring(who, name, Buffer.from(content));
  const sent = ATTACHED.flatMap(({ files }) => files).length;
  await post(reader, `${path}/files/${sent + pictures.length + 1}/bin`, {});
  await post(reader, `${await post(reader, "/p", OLD_PROJECT)}/archive`, { archived: "true" });
}

async function comeIn(browser: Browser, place: Place, name: Name): Promise<Page> {
  const page = await browser.newPage({ baseURL: place.url, locale: "en-GB", timezoneId: "Europe/Lisbon" });
  await post(page, "/sign-up", { username: usernameOf(name), display_name: name, password: PASSWORD });
  return page;
}

/** Posts a form and returns where it leads. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
  const answer = await page.context().request.post(path, { form, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`${path} was answered with ${answer.status()}: ${await answer.text()}`);
  return answer.headers()["location"]!.split("?")[0]!;
}

/** Everyone's number, as their “Message” buttons have it. */
async function userIds(page: Page): Promise<Map<string, string>> {
  await page.goto("/people");
  const forms = await page.locator("form[action^='/direct/']").all();
  const ids = new Map<string, string>();
  for (const form of forms) {
    const name = (await form.getByRole("button").innerText()).replace(/^Message\s+/, "");
    ids.set(name, (await form.getAttribute("action"))!.split("/").at(-1)!);
  }
  return ids;
}

/** Nobody says everything within a second: moves what was said into the past, behind the server's back. */
async function makeOlder(place: Place, minutes: Map<string, number>): Promise<void> {
  const script = `
import json, sqlite3, sys, time
database = sqlite3.connect(sys.argv[1])
for name, minutes in json.loads(sys.argv[2]).items():
    at = int((time.time() - minutes * 60) * 1000)
    database.execute("UPDATE messages SET created_at = ? WHERE client_id = ?", (at, name))
database.commit()`;
  await place.stop();
  execFileSync("python3", ["-c", script, place.database, JSON.stringify(Object.fromEntries(minutes))]);
  await place.start();
}
