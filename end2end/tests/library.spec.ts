import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { type Person, expect, test } from "../fixtures/index.ts";

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

/** Drops files onto the page, the way a mouse does. */
async function drop(page: Page, names: string[]): Promise<void> {
  await page.evaluate((names) => {
    const dataTransfer = new DataTransfer();
    for (const name of names) dataTransfer.items.add(new File([`what ${name} says`], name));
    document.querySelector("main, body")!.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  }, names);
}

test("ten files that are dropped come in, and are shown where they lie", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  const names = Array.from({ length: 10 }, (_, at) => `drawing ${at}.txt`);
  await drop(page, names);
  await expect(page.getByRole("status")).toHaveText("10 files came in.");
  for (const name of names) await expect(row(page, name)).toBeVisible();
  await expect(tray(page)).toHaveCount(0);
});

test("a folder that is dropped comes with the folders in it", async ({ person }) => {
  const page = await openLibrary(await person("Ada Vance"));
  // A script can't drop a folder: this is what the browser tells of one, more of it each time it is asked.
  await page.evaluate(() => {
    const plain = (name: string) => ({
      name,
      isDirectory: false,
      isFile: true,
      file: (then: (file: File) => void) => then(new File([name], name)),
    });
    const folder = (name: string, batches: object[][]) => ({
      name,
      isDirectory: true,
      isFile: false,
      createReader: () => {
        const left = [...batches];
        return { readEntries: (then: (entries: object[]) => void) => then(left.shift() ?? []) };
      },
    });
    const photos = folder("Photos", [[plain("quay.txt")], [folder("2026", [[plain("crane.txt")]])]]);
    DataTransferItem.prototype.webkitGetAsEntry = () => photos as unknown as FileSystemEntry;
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], "Photos"));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  });
  await expect(page.getByRole("status")).toHaveText("2 files came in.");
  await row(page, "Photos").getByRole("link", { name: "Photos" }).click();
  await expect(row(page, "quay.txt")).toBeVisible();
  await row(page, "2026").getByRole("link", { name: "2026" }).click();
  await expect(row(page, "crane.txt")).toBeVisible();
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

test("an upload outlives a reload and a server that is killed, and goes on where it was", async ({ person, place, complaints }) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance");
  const page = await openLibrary(ada);
  const content = Buffer.alloc(5_000_000, 7);
  const sent: number[] = [];
  let hold = true;
  await page.route("**/api/v1/uploads/*", async (route) => {
    const offset = route.request().headers()["upload-offset"];
    if (route.request().method() === "PATCH" && offset) sent.push(Number(offset));
    if (hold && offset === "2097152") return; // It never gets further, as on a line that hangs.
    await route.continue();
  });
  await chooser(page).setInputFiles([file("large.bin", content)]);
  await expect.poll(() => sent).toContain(2_097_152);
  await place.kill();
  await place.start();
  hold = false;
  sent.length = 0;
  await page.reload();
  await ready(page);
  await chooser(page).setInputFiles([file("large.bin", content)]);
  await expect(page.getByRole("status")).toHaveText("1 file came in.");
  expect(sent[0], "what had come is not sent again").toBe(2_097_152);
  await expect(row(page, "large.bin")).toContainText("5 MB");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download large.bin" }).click();
  expect(readFileSync(await (await saved).path()).equals(content)).toBe(true);
});

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
