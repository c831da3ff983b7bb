import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, type Page, test } from "@playwright/test";
import { PHONE } from "../fixtures/index.ts";
import { Person } from "../fixtures/person.ts";
import { Place } from "../fixtures/place.ts";
import { type Cast, seed } from "./seed.ts";
import { PLACE } from "./talk.ts";

const FOLDER = process.env.FOLDER ?? "test-results/pictures";
/** What a picture's name ends in, before its colours: nothing for the ordinary size. */
const SIZES: Record<string, BrowserContextOptions> = {
  "": { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 },
  "-phone": { ...PHONE, deviceScaleFactor: 2 },
};
/** What the reader is about to send; the last is too large. */
const TRAY = [
  { name: "berths.csv", mimeType: "text/csv", buffer: Buffer.alloc(81_000, "1,2\n") },
  { name: "night-run.log", mimeType: "text/plain", buffer: Buffer.alloc(430_000, "quiet\n") },
  { name: "approach.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(1_600_000) },
];
const PLAIN: Record<string, string> = {
  attachments: "/c/3",
  sent: "/c/3/files",
  viewer: "/c/3/files/2",
  details: "/c/2/details",
  rooms: "/rooms",
  "new-room": "/rooms/new",
  people: "/people",
  "new-group": "/groups/new",
  projects: "/p",
  "new-project": "/p/new",
  project: "/p/1",
  files: "/p/1/files",
  "files-as-pictures": "/p/1/files?view=grid",
  file: "/p/1/files/6/about",
  bin: "/p/1/bin",
  "project-members": "/p/1/members",
  "new-conversation": "/p/1/conversations/new",
  "project-settings": "/p/1/settings",
  profile: "/settings",
  password: "/settings/password",
  devices: "/settings/sessions",
  tokens: "/settings/tokens",
  appearance: "/settings/appearance",
  account: "/settings/account",
  "not-found": "/c/404",
};

test("pictures of every page", async ({ browser }) => {
  mkdirSync(FOLDER, { recursive: true });
  const place = new Place(PLACE, { CONFAB_MAX_UPLOAD: "1500KB" });
  await place.start();
  const cast = await seed(browser, place);
  await liven(cast);
  const storageState = await cast["Ada Vance"].context().storageState();
  for (const [size, device] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      const options = { baseURL: place.url, locale: "en-GB", timezoneId: "Europe/Lisbon", colorScheme, ...device };
      const take = (page: Page, name: string) => page.screenshot({ path: join(FOLDER, `${name}${size}-${colorScheme}.png`) });
      await gate(browser, options, take);
      await inside(browser, { ...options, storageState }, take, cast);
    }
  }
  for (const page of Object.values(cast)) await page.context().close();
  await place.close();
});

type Take = (page: Page, name: string) => Promise<unknown>;

/** Some of them are here. */
async function liven(cast: Cast): Promise<void> {
  for (const name of ["Mira Rahman", "Jonas Okafor", "Lin Sato"] as const) {
    await new Person(cast[name], name).visit("/c/2");
  }
  const mira = new Person(cast["Mira Rahman"], "Mira Rahman");
  await mira.act("high water at 14:20", "React with 👍");
  await mira.act("The third one is lovely", "React with 🎉");
  await new Person(cast["Jonas Okafor"], "Jonas Okafor").act("The third one is lovely", "React with 🎉");
}

async function gate(browser: Browser, options: BrowserContextOptions, take: Take): Promise<void> {
  const page = await browser.newPage(options);
  for (const name of ["sign-in", "sign-up"]) {
    await page.goto(`/${name}`);
    await take(page, name);
  }
  await page.context().close();
}

async function inside(browser: Browser, options: BrowserContextOptions, take: Take, cast: Cast): Promise<void> {
  const page = await browser.newPage(options);
  const reader = new Person(page, "Ada Vance");
  await reader.visit("/c/2");
  await cast["Mira Rahman"].getByRole("textbox", { name: /^Message / }).pressSequentially("I ");
  await page.getByText("Mira Rahman is typing…").waitFor();
  await take(page, "conversation");
  if (options.isMobile) {
    await page.goto("/c/2#sidebar");
    await take(page, "sidebar");
  } else {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("i");
    await page.getByRole("option", { name: "Ines Duarte" }).waitFor();
    await take(page, "switcher");
  }
  await reader.visit("/c/3");
  await page.getByLabel("Attach files").setInputFiles(TRAY);
  await page.getByRole("list", { name: "Files to send" }).getByText("81 KB").waitFor();
  await take(page, "tray");
  for (const [name, path] of Object.entries(PLAIN)) {
    await page.goto(path);
    await take(page, name);
  }
  await page.context().close();
}
