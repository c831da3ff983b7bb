import type { Page } from "@playwright/test";
import { type Person, expect, test } from "../fixtures/index.ts";
import { postAll } from "../fixtures/seed.ts";

/** More than the page ever holds at once, ten times over. */
const MESSAGES = 2_100;
/** What the timeline may hold: a window of messages, one page more while it is joined, and what stands between them. */
const MOST_ROWS = 250;
/** How far what one reads may move when rows come or go above it, in CSS pixels. */
const MOST_DRIFT = 2;

const number = (text: string | null) => Number(/number (\d+)/.exec(text ?? "")?.[1]);

/** Holds pages of history back until they are let through, so that there is a moment before they arrive. */
async function holdHistory(page: Page): Promise<{ arrive(): Promise<void> }> {
  let waiting: (() => void)[] = [];
  await page.route(/\/ui\/.*history/, async (route) => {
    await new Promise<void>((go) => waiting.push(go));
    await route.continue();
  });
  return {
    async arrive() {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      const answered = page.waitForResponse(/\/ui\/.*history/);
      for (const go of waiting.splice(0)) go();
      await answered;
    },
  };
}

/** The place in the window of the row that is nearest to its middle, and which row that is. */
function seen(someone: Person): Promise<{ row: string; top: number }> {
  return someone.timeline.evaluate((timeline) => {
    const { top, height } = timeline.getBoundingClientRect();
    const rows = [...timeline.querySelectorAll("article")];
    const row = rows.find((each) => each.getBoundingClientRect().bottom > top + height / 2)!;
    return { row: row.dataset.row!, top: row.getBoundingClientRect().top };
  });
}

/** Where a row is in the window now. */
function topOf(someone: Person, row: string): Promise<number> {
  return someone.timeline.locator(`[data-row="${row}"]`).evaluate((element) => element.getBoundingClientRect().top);
}

/** The oldest and the newest message that the page holds. */
async function ends(someone: Person): Promise<(string | null)[]> {
  const messages = someone.timeline.getByRole("article");
  return [await messages.first().getAttribute("data-row"), await messages.last().getAttribute("data-row")];
}

/** Scrolls as a wheel does, and waits until the browser has done so. */
async function scroll(someone: Person, pixels: number): Promise<void> {
  await someone.timeline.evaluate(async (timeline, by) => {
    const before = timeline.scrollTop;
    timeline.scrollBy({ top: by, behavior: "instant" });
    if (timeline.scrollTop === before) return;
    await new Promise((done) => timeline.addEventListener("scroll", done, { once: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, pixels);
}

const texts = (someone: Person) => someone.timeline.getByRole("article").allTextContents();

test("2,100 messages can be scrolled through to the first and back, a window of them at a time", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("archive");
  await ada.tell("This is number 0, the very first");
  await postAll(ada, Array.from({ length: MESSAGES - 2 }, (_, at) => `This is number ${at + 1}`));
  await ada.tell(`This is number ${MESSAGES - 1}, the very last`);
  await ada.page.reload();
  await ada.arrive();
  await expect(ada.message("the very last")).toBeInViewport();

  const history = await holdHistory(ada.page);
  const read = new Set((await texts(ada)).map(number));
  const first = ada.message("the very first");
  let drift = 0;
  let rows = 0;
  const readOn = async (pixels: number) => {
    const held = await ends(ada);
    await scroll(ada, pixels);
    const before = await seen(ada);
    await history.arrive();
    await expect.poll(() => ends(ada), { intervals: [20] }).not.toEqual(held);
    drift = Math.max(drift, Math.abs((await topOf(ada, before.row)) - before.top));
    rows = Math.max(rows, await ada.rows.count());
    for (const text of await texts(ada)) read.add(number(text));
  };

  while ((await first.count()) === 0) await readOn(-2_000);
  expect(read.size, "every message came by").toBe(MESSAGES);
  expect(drift, "pixels that what was read moved").toBeLessThanOrEqual(MOST_DRIFT);
  expect(rows, "rows at once").toBeLessThanOrEqual(MOST_ROWS);

  await scroll(ada, -1_000_000);
  await expect(first).toBeInViewport();
  await expect(ada.timeline.getByRole("heading", { name: "archive" })).toBeInViewport();

  // On the way down rows go above, which must not be felt either.
  for (let page = 0; page < 6; page += 1) await readOn(1_000_000);
  expect(drift, "pixels that what was read moved").toBeLessThanOrEqual(MOST_DRIFT);
  expect(rows, "rows at once").toBeLessThanOrEqual(MOST_ROWS);

  await ada.page.unrouteAll({ behavior: "ignoreErrors" });
  await ada.page.getByRole("button", { name: "Jump to latest" }).click();
  await expect(ada.message("the very last")).toBeInViewport();
  await expect(ada.page.getByRole("button", { name: "Jump to latest" })).toHaveCount(0);
  expect(await ada.rows.count()).toBeLessThanOrEqual(MOST_ROWS);
});

test("what is said while one reads further back doesn’t move the page, and is told", async ({ person }) => {
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await ada.makeRoom("archive");
  await postAll(ada, Array.from({ length: 120 }, (_, at) => `This is number ${at}`));
  await ben.joinRoom("archive");
  await ada.page.reload();
  await ada.arrive();
  await scroll(ada, -1_500);
  const before = await seen(ada);
  await ben.tell("Something new");
  await expect(ada.page.getByRole("button", { name: "1 new" })).toBeVisible();
  expect(Math.abs((await topOf(ada, before.row)) - before.top)).toBeLessThanOrEqual(MOST_DRIFT);
  await expect(ada.message("Something new")).not.toBeInViewport();
  await ada.page.getByRole("button", { name: "1 new" }).click();
  await expect(ada.message("Something new")).toBeInViewport();
  await expect(ada.page.getByRole("button", { name: "Jump to latest" })).toHaveCount(0);
});

test("who is at the newest message stays there when another comes", async ({ person }) => {
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await postAll(ada, Array.from({ length: 60 }, (_, at) => `This is number ${at}`));
  for (const text of ["one more", "and another\n\nof\n\nseveral\n\nlines"]) {
    await ben.say(text);
    await expect(ada.message(text.split("\n")[0]!)).toBeInViewport({ ratio: 0.9 });
  }
});

test("a link to a message opens the conversation there", async ({ person, anotherTab }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("archive");
  await ada.tell("Remember this one");
  await postAll(ada, Array.from({ length: 300 }, (_, at) => `This is number ${at}`));
  await ada.page.reload();
  await ada.arrive();
  await expect(ada.message("Remember this one")).toHaveCount(0);

  // The first message’s own link, as its “Copy link” would give it.
  const page = await anotherTab(ada);
  await page.visit(`/c/${ada.conversationId}`);
  const oldest = await page.timeline.getByRole("article").first().getAttribute("data-row");
  await page.visit(`/c/${ada.conversationId}?at=${oldest}`);
  const linked = page.timeline.locator(`article[data-row="${oldest}"]`);
  await expect(linked).toBeInViewport();
  await expect(linked).toHaveClass(/\blinked\b/);
  await expect(page.timeline.locator(".linked")).toHaveCount(1);

  await page.page.getByRole("button", { name: "Jump to latest" }).click();
  await expect(page.timeline.getByRole("article").last()).toBeInViewport();
  await expect(page.page).toHaveURL(/\/c\/\d+/);
});

test("a message’s link can be copied and leads to it", async ({ person }) => {
  const ada = await person("Ada Vance", { permissions: ["clipboard-read", "clipboard-write"] });
  await ada.tell("Worth a link");
  await ada.act("Worth a link", "Copy link");
  await expect(ada.page.getByText("The link is copied.")).toBeVisible();
  await ada.visit(await ada.page.evaluate(() => navigator.clipboard.readText()));
  await expect(ada.message("Worth a link")).toHaveClass(/\blinked\b/);
});

test("a room of many that one hasn’t read opens at the first that is new", async ({ person }) => {
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await ada.makeRoom("archive");
  await ben.joinRoom("archive");
  await ada.tell("the last that Ben saw");
  await expect(ben.message("the last that Ben saw")).toBeVisible();
  await expect(ben.entry("archive")).not.toContainText("unread");
  await ben.open("general");
  await postAll(ada, Array.from({ length: 150 }, (_, at) => `This is number ${at}`));
  await expect(ben.entry("archive")).toContainText("99+");

  await ben.open("archive");
  await expect(ben.timeline.getByText("New", { exact: true })).toBeInViewport();
  await expect(ben.entry("archive")).toContainText("unread");
  await ben.page.getByRole("button", { name: /new|Jump to latest/ }).click();
  await expect(ben.timeline.getByRole("article").last()).toBeInViewport();
  await expect(ben.entry("archive")).not.toContainText("unread");
});
