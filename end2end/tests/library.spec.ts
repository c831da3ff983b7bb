import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { drop, write } from "../fixtures/disk.ts";
import { type Person, expect, test } from "../fixtures/index.ts";
import { pdf } from "../fixtures/pdf.ts";

/** A file as the browser's own dialog would hand it over. */
const file = (name: string, content: string | Buffer, mimeType = "application/octet-stream") => ({
  name,
  mimeType,
  buffer: Buffer.from(content),
});
const chooser = (page: Page): Locator => page.getByLabel("Add files");
const tray = (page: Page): Locator => page.getByRole("list", { name: "Files on their way" });
const row = (page: Page, name: string): Locator => page.locator("#shelf").getByRole("listitem").filter({ hasText: name });

/** Opens the library of a new project, and waits until it takes files. */
async function openLibrary(someone: Person): Promise<Page> {
  const { page } = someone;
  const id = await page.evaluate(async () => {
    const headers = { "content-type": "application/json" };
    const made = await fetch("/api/v1/projects", { method: "POST", headers, body: JSON.stringify({ name: "Quay" }) });
    return (await made.json()).id as number;
  });
  await page.goto(`/p/${id}/files`);
  await ready(page);
  return page;
}

const ready = (page: Page) => expect(page.locator("html")).toHaveAttribute("data-hydrated", "");

/** Begins an upload and leaves it there, as a browser does whose window is closed. */
async function leave(page: Page, name: string, size: number, received: number): Promise<void> {
  const project = /\/p\/(\d+)/.exec(page.url())![1]!;
  const words = Object.entries({ filename: name, project }).map(([word, value]) => `${word} ${btoa(value)}`);
  const begun = await page.context().request.post("/api/v1/uploads", {
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": String(size),
      "upload-metadata": words.join(","),
      "content-type": "application/offset+octet-stream",
    },
    data: Buffer.alloc(received, 7),
  });
  expect(begun.status(), await begun.text()).toBe(201);
}

const unfinished = (page: Page): Locator => page.getByRole("region", { name: "Unfinished uploads" });
const leftover = (page: Page, name: string): Locator => unfinished(page).getByRole("listitem").filter({ hasText: name });

test("files and a folder are dropped at once, one is cancelled, the line breaks, and the rest comes in", async ({ person, complaints }, testInfo) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance", { ownLine: true });
  const page = await openLibrary(ada);
  const drawings = Array.from({ length: 10 }, (_, at) => `drawing ${at}.txt`);
  const desk = testInfo.outputPath("desk");
  write(desk, {
    "large.bin": Buffer.alloc(5_000_000, 7),
    "unwanted.bin": Buffer.alloc(3_000_000, 8),
    ...Object.fromEntries(drawings.map((name) => [name, `what ${name} says`])),
    "Photos/quay.txt": "quay",
    "Photos/2026/crane.txt": "crane",
    "Photos/2026/March/tide.txt": "tide",
  });
  let cuts = 0;
  await page.route("**/api/v1/uploads/*", async (route) => {
    // The line goes dead between the second piece and the third.
    if (route.request().headers()["upload-offset"] === "2097152" && cuts++ === 0) ada.line!.cut();
    await route.continue();
  });
  await drop(page, ["large.bin", "unwanted.bin", ...drawings, "Photos"].map((name) => join(desk, name)));
  const bar = tray(page).getByRole("listitem").filter({ hasText: "large.bin" }).getByRole("progressbar");
  await expect(bar).toHaveAttribute("value", "2097152");
  await expect(tray(page).getByRole("listitem")).toHaveCount(15);
  await tray(page).getByRole("listitem").filter({ hasText: "unwanted.bin" }).getByRole("button", { name: "Remove" }).click();
  ada.line!.mend();
  await expect(page.getByRole("status")).toHaveText("14 files came in.", { timeout: 40_000 });
  await expect(tray(page)).toHaveCount(0);
  for (const name of [...drawings, "large.bin"]) await expect(row(page, name)).toBeVisible();
  await expect(row(page, "large.bin")).toContainText("5 MB");
  await expect(page.getByText("unwanted.bin")).toHaveCount(0);
  for (const [folder, name] of [["Photos", "quay.txt"], ["2026", "crane.txt"], ["March", "tide.txt"]] as const) {
    await row(page, folder).getByRole("link", { name: folder }).click();
    await expect(row(page, name)).toBeVisible();
  }
});

test("one is cancelled on its way, and the others come in", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  let hold = () => {};
  const held = new Promise<void>((go) => (hold = go));
  const cancelled: string[] = [];
  await page.route("**/api/v1/uploads/*", async (route) => {
    if (route.request().method() === "DELETE") cancelled.push(route.request().url());
    if (route.request().headers()["upload-offset"] === "1048576") await held;
    await route.continue();
  });
  await chooser(page).setInputFiles([file("large.bin", Buffer.alloc(3_000_000, 7)), file("small.bin", "a")]);
  const large = tray(page).getByRole("listitem").filter({ hasText: "large.bin" });
  await expect(large.getByRole("progressbar")).toHaveAttribute("value", "1048576");
  await large.getByRole("button", { name: "Remove" }).click();
  hold();
  await expect(page.getByRole("status")).toHaveText("1 file came in.");
  await expect(row(page, "small.bin")).toBeVisible();
  await expect(row(page, "large.bin")).toHaveCount(0);
  expect(cancelled, "the server was told").toHaveLength(1);
});

test("an upload outlives a reload and a server that is killed, and goes on where it was", async ({ person, place, complaints }, testInfo) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance");
  const page = await openLibrary(ada);
  const content = Buffer.alloc(5_000_000, 7);
  const large = testInfo.outputPath("large.bin");
  write(testInfo.outputPath(), { "large.bin": content });
  const sent: number[] = [];
  let hold = true;
  await page.route("**/api/v1/uploads/*", async (route) => {
    const offset = route.request().headers()["upload-offset"];
    if (route.request().method() === "PATCH" && offset) sent.push(Number(offset));
    if (hold && offset === "2097152") return; // It never gets further, as on a line that hangs.
    await route.continue();
  });
  await chooser(page).setInputFiles(large);
  await expect.poll(() => sent).toContain(2_097_152);
  await place.kill();
  await place.start();
  hold = false;
  sent.length = 0;
  await page.reload();
  await ready(page);
  await expect(leftover(page, "large.bin")).toContainText("2 MB of 5 MB has arrived");
  await expect(unfinished(page)).toContainText("Choose or drop the same file again");
  await chooser(page).setInputFiles(large);
  await expect(page.getByRole("status")).toHaveText("1 file came in.");
  await expect(unfinished(page)).toHaveCount(0);
  expect(sent[0], "what had come is not sent again").toBe(2_097_152);
  await expect(row(page, "large.bin")).toContainText("5 MB");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download large.bin" }).click();
  expect(readFileSync(await (await saved).path()).equals(content)).toBe(true);
  await page.reload();
  await expect(row(page, "large.bin")).toBeVisible();
  await expect(unfinished(page)).toHaveCount(0);
});

test("a file that was changed since its upload broke off begins anew", async ({ person }, testInfo) => {
  const page = await openLibrary(await person("Ada Vance"));
  const draft = testInfo.outputPath("draft.bin");
  write(testInfo.outputPath(), { "draft.bin": Buffer.alloc(2_000_000, "a") });
  let hold = true;
  await page.route("**/api/v1/uploads/*", async (route) => {
    if (hold && route.request().headers()["upload-offset"] === "1048576") return;
    await route.continue();
  });
  await chooser(page).setInputFiles(draft);
  await expect(tray(page).getByRole("progressbar")).toHaveAttribute("value", "1048576");
  hold = false;
  write(testInfo.outputPath(), { "draft.bin": Buffer.alloc(2_000_000, "b") });
  utimesSync(draft, 1_900_000_000, 1_900_000_000);
  await page.reload();
  await ready(page);
  await chooser(page).setInputFiles(draft);
  await expect(page.getByRole("status")).toHaveText("1 file came in.");
  await expect(leftover(page, "draft.bin"), "the first half of the former is still there to be discarded").toBeVisible();
  const saved = page.waitForEvent("download");
  await row(page, "draft.bin").getByRole("link", { name: "Download draft.bin" }).click();
  expect(readFileSync(await (await saved).path()).equals(Buffer.alloc(2_000_000, "b"))).toBe(true);
});

test("what broke off is discarded, without harm to what is on its way", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  for (const name of ["first.bin", "second.bin"]) await leave(page, name, 3_000_000, 1_000);
  await page.reload();
  await ready(page);
  await leftover(page, "first.bin").getByRole("button", { name: "Discard first.bin" }).click();
  await expect(page.getByText("What had arrived of it is discarded.")).toBeVisible();
  await ready(page);
  await expect(leftover(page, "first.bin")).toHaveCount(0);

  let go = () => {};
  const gate = new Promise<void>((open) => (go = open));
  await page.route("**/api/v1/uploads/*", async (route) => {
    if (route.request().method() === "PATCH") await gate;
    await route.continue();
  });
  await chooser(page).setInputFiles([file("small.bin", "a")]);
  await expect(tray(page).getByRole("listitem")).toHaveText(/small.bin/);
  await leftover(page, "second.bin").getByRole("button", { name: "Discard second.bin" }).click();
  await expect(unfinished(page)).toHaveCount(0);
  go();
  await expect(row(page, "small.bin")).toBeVisible();
  await page.reload();
  await expect(row(page, "small.bin")).toBeVisible();
  await expect(unfinished(page)).toHaveCount(0);
});

test("a PDF opens in the browser’s own viewer, and a text can be read", async ({ person }) => {
  const ada = await person("Ada Vance");
  const page = await openLibrary(ada);
  await chooser(page).setInputFiles([file("plan.pdf", pdf("Plan of the quay")), file("notes.txt", "High water at noon")]);
  await expect(page.getByRole("status")).toHaveText("2 files came in.");
  await row(page, "notes.txt").getByRole("link", { name: "notes.txt", exact: true }).click();
  await expect(page.getByText("High water at noon")).toBeVisible();
  await page.goBack();
  await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf", exact: true }).click();
  await seesViewer(page);

  await ada.visit();
  await page.getByLabel("Attach files").setInputFiles([file("plan.pdf", pdf("Plan of the quay"))]);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await ada.timeline.getByRole("link", { name: "plan.pdf", exact: true }).click();
  await expect(ada.heading).toHaveText("plan.pdf");
  await seesViewer(page);
  await expect(page.getByRole("link", { name: "Open the PDF" })).toHaveAttribute("href", /inline=1/);
});

/** The viewer is a page of the browser's own, in the frame. Where it may not start, it isn't there. */
async function seesViewer(page: Page): Promise<void> {
  await expect(page.locator("iframe[title='plan.pdf']")).toBeVisible();
  await expect.poll(() => page.frames().map((frame) => frame.url())).toContainEqual(expect.stringMatching(/^chrome-extension:/));
}

test("a name that is there already makes a version, and an old one comes back", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  for (const [count, content] of [[1, "first"], [2, "second"]] as const) {
    await chooser(page).setInputFiles([file("plan.txt", content)]);
    await expect(page.getByRole("status")).toHaveText(count === 1 ? "1 file came in." : "2 files came in.");
  }
  await row(page, "plan.txt").getByRole("link", { name: "plan.txt", exact: true }).click();
  await expect(page.getByText("second", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /newest/i }).click();
  await expect(page.getByText("first", { exact: true })).toBeVisible();
});

test("what is thrown away is brought back, and what is ticked is saved together", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  await chooser(page).setInputFiles([file("plan.txt", "steel"), file("other.txt", "sand")]);
  await expect(page.getByRole("status")).toHaveText("2 files came in.");
  await page.getByLabel("Throw plan.txt away…").click();
  await page.getByRole("button", { name: "Throw it away" }).click();
  await expect(row(page, "other.txt")).toBeVisible();
  await expect(row(page, "plan.txt")).toHaveCount(0);
  await page.getByRole("link", { name: "What was thrown away" }).click();
  await page.getByRole("button", { name: "Restore plan.txt" }).click();
  await expect(page.getByText("It’s back.")).toBeVisible();
  await page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name: "Files" }).click();
  await page.getByLabel("Choose plan.txt").check();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as zip" }).click();
  const archive = readFileSync(await (await saved).path()).toString("latin1");
  expect([archive.includes("plan.txt"), archive.includes("other.txt")]).toEqual([true, false]);
});
