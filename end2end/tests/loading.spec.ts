import type { Page } from "@playwright/test";
import { PHONE, expect, test } from "../fixtures/index.ts";
import { postAll } from "../fixtures/seed.ts";

for (const path of ["/sign-in", "/sign-up"]) {
  test(`${path} loads no script and no wasm`, async ({ stranger }) => {
    const page = await stranger();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(`${request.resourceType()} ${request.url()}`));
    await page.goto(path, { waitUntil: "networkidle" });
    expect(loaded.some((each) => each.startsWith("stylesheet"))).toBe(true);
    expect(loaded.filter((each) => /^script|\.(js|wasm)\b/.test(each))).toEqual([]);
    await expect(page.locator("script")).toHaveCount(0);
  });
}

/** How far things moved that nobody touched, by the browser's own measure (0: not at all). */
function shift(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let sum = 0;
    const add = (entries: PerformanceEntry[]) => {
      for (const entry of entries) sum += (entry as PerformanceEntry & { value: number }).value;
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    // What was drawn until now is reported with the next frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    add(observer.takeRecords());
    return sum;
  });
}

for (const [size, device] of [["wide", {}], ["phone", PHONE]] as const) {
  test(`nothing moves when the page comes to life, ${size}`, async ({ person }) => {
    const ada = await person("Ada Vance");
    await ada.makeRoom("slipway");
    await postAll(ada, Array.from({ length: 80 }, (_, at) => `This is number ${at}, **loud** and \`coded\`, with a line that is long enough to be broken on a phone`));
    const ben = await person("Ben Okafor", { ...device, at: "" });
    // At the newest message, at the first unread one, and at a linked one.
    await ben.visit("/");
    expect(await shift(ben.page), "in an empty chat").toBeLessThan(0.01);
    await ben.visit(`/c/${ada.conversationId}`);
    expect(await shift(ben.page), "looking into a room").toBeLessThan(0.01);
    const link = await ben.timeline.getByRole("article").first().getByRole("link").first().getAttribute("href");
    await ben.visit(link!);
    expect(await shift(ben.page), "at a linked message").toBeLessThan(0.01);
    await ben.page.getByRole("button", { name: "Join" }).click();
    await ben.arrive();
    expect(await shift(ben.page), "as a member").toBeLessThan(0.01);
  });
}

test("the page’s files are kept by the browser for as long as they are the same", async ({ person }) => {
  const ada = await person("Ada Vance", { at: "" });
  const kept: string[] = [];
  ada.page.on("response", (response) => {
    if (response.url().includes("/pkg/")) kept.push(response.headers()["cache-control"] ?? "");
  });
  await ada.visit();
  expect(kept.length).toBeGreaterThanOrEqual(3);
  for (const header of kept) expect(header).toContain("immutable");
});

test("the page comes with its messages, before any script has run", async ({ person, stranger }) => {
  const ada = await person("Ada Vance");
  await ada.tell("Already there");
  const page = await stranger({ javaScriptEnabled: false, storageState: await ada.context.storageState() });
  await page.goto("/");
  await expect(page.getByRole("article").filter({ hasText: "Already there" })).toBeVisible();
});

test("what one types before the page has come to life isn’t lost", async ({ person, complaints }) => {
  complaints.allow(/preload/);
  const ada = await person("Ada Vance", { at: "" });
  let come = () => {};
  const late = new Promise<void>((go) => (come = go));
  await ada.page.route(/\.wasm/, async (route) => {
    await late;
    await route.continue();
  });
  await ada.page.goto("/");
  await ada.composer.fill("Typed early");
  come();
  await ada.arrive();
  await expect(ada.composer).toHaveValue("Typed early");
  await ada.composer.press("Enter");
  await expect(ada.message("Typed early")).toBeVisible();
});
