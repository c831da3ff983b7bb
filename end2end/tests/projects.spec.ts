import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { type Person, expect, test } from "../fixtures/index.ts";

const file = (name: string, content: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

/** Makes a project with somebody in it, as one does from the sidebar, and ends at its overview. */
async function makeProject(page: Page, other: string): Promise<void> {
  await page.getByRole("link", { name: "All projects" }).click();
  await page.getByRole("main").getByRole("link", { name: "New project" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Harbour bridge");
  await page.getByLabel("Description").fill("From the first drawing to the opening.\nSteel, mostly.");
  await page.getByRole("checkbox", { name: other }).check();
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Harbour bridge");
}

const tab = (page: Page, name: string) => page.getByRole("navigation", { name: "Project" }).getByRole("link", { name }).click();
const row = (page: Page, name: string) => page.getByRole("main").getByRole("listitem").filter({ hasText: name });

/** Brings files, and waits until they are there: by the form, or by what takes over from it. */
async function bring(page: Page, files: ReturnType<typeof file>[], scripted = true): Promise<void> {
  if (scripted) await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  await page.getByLabel("Add files").setInputFiles(files);
  if (!scripted) await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("status")).toHaveText(scripted ? /came in/ : /in the library/);
}

for (const javaScriptEnabled of [true, false]) {
  test(`a project is made, talked in, filled and archived ${javaScriptEnabled ? "by hand" : "without JavaScript"}`, async ({
    person,
    stranger,
    complaints,
  }) => {
    // The conversation’s page asks for its script early, which such a browser then doesn’t run.
    if (!javaScriptEnabled) complaints.allow(/preloaded using link preload but not used/);
    const ben: Person = await person("Ben Okafor", { at: "" });
    const ada = await person("Ada Vance", { at: "" });
    const page = await stranger({ javaScriptEnabled, storageState: await ada.context.storageState() });
    await page.goto("/people");
    await makeProject(page, "Ben Okafor");

    // Its conversation.
    await row(page, "Everyone in the project").getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Harbour bridge");
    await page.goBack();

    // Its library.
    await tab(page, "Files");
    await bring(page, [file("plan.txt", "steel"), file("rivets.txt", "many")], javaScriptEnabled);
    await expect(row(page, "plan.txt")).toContainText("5 bytes · Text");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download plan.txt" }).click();
    expect(readFileSync(await (await download).path(), "utf8")).toBe("steel");
    await page.getByLabel("Throw rivets.txt away…").click();
    await page.getByRole("button", { name: "Throw it away", exact: true }).click();
    await expect(page.getByText("It’s thrown away.")).toBeVisible();
    await expect(row(page, "rivets.txt")).toHaveCount(0);

    // A folder, and a file in it under another name.
    await page.getByText("New folder…").click();
    await page.getByLabel("Name", { exact: true }).fill("Drawings");
    await page.getByRole("button", { name: "Make the folder" }).click();
    await expect(page.getByText("Nothing in this folder")).toBeVisible();
    await tab(page, "Files");
    await page.getByRole("main").getByRole("link", { name: "plan.txt", exact: true }).click();
    await expect(page.getByText("steel", { exact: true })).toBeVisible();
    await page.getByLabel("Name", { exact: true }).fill("beam.txt");
    await page.getByLabel("Lies in").selectOption("Drawings");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name: "Drawings" }).click();
    await page.getByRole("link", { name: "Show as pictures" }).click();
    await page.getByRole("checkbox", { name: "Choose beam.txt" }).check();
    const packed = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as zip" }).click();
    expect((await packed).suggestedFilename()).toBe("Harbour bridge.zip");

    // What was thrown away comes back.
    await tab(page, "Files");
    await page.getByRole("link", { name: "What was thrown away" }).click();
    await page.getByRole("button", { name: "Restore rivets.txt" }).click();
    await expect(page.getByRole("status")).toHaveText("It’s back.");

    // A further conversation, with one who is in it.
    await tab(page, "Overview");
    await page.getByRole("link", { name: "New conversation" }).click();
    await page.getByLabel(/^Name/).fill("Rivets only");
    await page.getByRole("checkbox", { name: "Ben Okafor" }).check();
    await page.getByRole("button", { name: "Start the conversation" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Rivets only");
    await ben.page.goto("/p");
    await ben.page.getByRole("link", { name: "Harbour bridge" }).last().click();
    await expect(row(ben.page, "Rivets only")).toBeVisible();
    await expect(row(ben.page, "beam.txt")).toBeVisible();

    // Its end.
    await page.goto("/p");
    await page.getByRole("main").getByRole("link", { name: "Harbour bridge" }).click();
    await tab(page, "Settings");
    await page.getByText("Archive…").click();
    await page.getByRole("button", { name: "Archive", exact: true }).click();
    await expect(page.getByText("Archived: it can be read")).toBeVisible();
    await ben.page.reload();
    await expect(ben.page.getByText("Archived: it can be read")).toBeVisible();
    await expect(ben.page.getByRole("link", { name: "New conversation" })).toHaveCount(0);
  });
}

test.describe("with a low limit", () => {
  test.use({ settings: { CONFAB_MAX_UPLOAD: "2KB" } });

  const files = [file("small.txt", "fits"), file("large.txt", "x".repeat(12_000_000))];

  test("a file that is too large is refused at the form, and nothing stays", async ({ person, stranger, complaints }) => {
    complaints.allow(/status of 413/, /preloaded using link preload but not used/);
    const ada = await person("Ada Vance", { at: "" });
    await person("Ben Okafor", { at: "" });
    const page = await stranger({ javaScriptEnabled: false, storageState: await ada.context.storageState() });
    await page.goto("/people");
    await makeProject(page, "Ben Okafor");
    await tab(page, "Files");
    // As much as no connection holds on its way: the browser is still sending when the answer is clear.
    await page.getByLabel("Add files").setInputFiles(files);
    await page.getByRole("button", { name: "Upload" }).click();
    await expect(page.getByRole("alert")).toContainText("a file has at most 2 KB");
    await expect(page.getByText("No files yet")).toBeVisible();
  });

  test("with script it is told before a byte of it is sent, and the others come in", async ({ person }) => {
    const { page } = await person("Ada Vance", { at: "" });
    await person("Ben Okafor", { at: "" });
    await page.goto("/people");
    await makeProject(page, "Ben Okafor");
    await tab(page, "Files");
    await bring(page, files);
    await expect(page.getByRole("alert")).toHaveText("Too large: a file has at most 2 KB.");
    await expect(row(page, "small.txt")).toContainText("4 bytes");
    await page.getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});

test("the pages of a project are walked with the keyboard alone", async ({ person }) => {
  await person("Ben Okafor", { at: "" });
  const { page } = await person("Ada Vance", { at: "" });
  await page.goto("/people");
  await makeProject(page, "Ben Okafor");
  await tab(page, "Files");
  await bring(page, [file("plan.txt", "steel")]);
  await expect(row(page, "plan.txt")).toBeVisible();
  const remove = page.getByLabel("Throw plan.txt away…");
  await page.getByRole("link", { name: "Download plan.txt" }).focus();
  await page.keyboard.press("Tab");
  await expect(remove).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Throw it away", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("No files yet")).toBeVisible();
});
