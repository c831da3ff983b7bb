import { type Locator } from "@playwright/test";
import { type Person, expect, test } from "../fixtures/index.ts";

/** A file as the browser's own dialog would hand it over. */
const file = (name: string, content: string | Buffer, mimeType = "text/plain") => ({
  name,
  mimeType,
  buffer: Buffer.from(content),
});
/** A picture of 900 × 600 pixels, drawn by the browser. */
async function picture(someone: Person, name: string, width = 900, height = 600) {
  const data = await someone.page.evaluate(
    ([width, height]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const brush = canvas.getContext("2d")!;
      const shade = brush.createLinearGradient(0, 0, width, height);
      shade.addColorStop(0, "#0a7d8c");
      shade.addColorStop(1, "#f2b84b");
      brush.fillStyle = shade;
      brush.fillRect(0, 0, width, height);
      return canvas.toDataURL("image/png").split(",")[1]!;
    },
    [width, height] as const,
  );
  return file(name, Buffer.from(data, "base64"), "image/png");
}

const chooser = (someone: Person): Locator => someone.page.getByLabel("Attach files");
const tray = (someone: Person): Locator => someone.page.getByRole("list", { name: "Files to send" });
const row = (someone: Person, name: string): Locator => tray(someone).getByRole("listitem").filter({ hasText: name });
const send = (someone: Person): Locator => someone.page.getByRole("button", { name: "Send", exact: true });

/** Gives the page files the way a mouse or the clipboard does. */
async function give(someone: Person, kind: "drop" | "paste", name: string, content: string): Promise<void> {
  await someone.page.evaluate(
    ([kind, name, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name, { type: "text/plain" }));
      const options = { bubbles: true, cancelable: true };
      const target = document.querySelector(kind === "drop" ? "#timeline" : "#composer")!;
      target.dispatchEvent(
        kind === "drop"
          ? new DragEvent(kind, { ...options, dataTransfer: transfer })
          : new ClipboardEvent(kind, { ...options, clipboardData: transfer }),
      );
    },
    [kind, name, content] as const,
  );
}

test("files are attached, are seen to be under way, and reach the other one at once", async ({ person }) => {
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");
  await chooser(ada).setInputFiles([file("plan.txt", "steel"), file("large.bin", Buffer.alloc(3_000_000, 7))]);
  await expect(row(ada, "plan.txt")).toContainText("5 bytes");
  await expect(row(ada, "large.bin")).toContainText("3 MB");
  await ada.composer.fill("Both of them");
  await send(ada).click();
  await expect(tray(ada)).toHaveCount(0);
  const message = ben.message("Both of them");
  await expect(message.getByRole("link", { name: "plan.txt", exact: true })).toBeVisible();
  const saved = ben.page.waitForEvent("download");
  await message.getByRole("link", { name: "Download large.bin" }).or(message.getByRole("link", { name: "large.bin" })).first().click();
  expect((await saved).suggestedFilename()).toBe("large.bin");
});

test("a message may be files alone, by drop and by paste, less what was taken out again", async ({ person }) => {
  const ada = await person("Ada Vance");
  const ben = await person("Ben Okafor");
  await give(ada, "drop", "dropped.txt", "a");
  await give(ada, "paste", "pasted.txt", "b");
  await give(ada, "drop", "mistaken.txt", "c");
  await row(ada, "mistaken.txt").getByRole("button", { name: "Remove" }).click();
  await expect(tray(ada).getByRole("listitem")).toHaveCount(2);
  await expect(send(ada)).toBeEnabled();
  await ada.composer.press("Enter");
  await expect(ben.message("dropped.txt")).toContainText("pasted.txt");
  await expect(ben.timeline.getByText("mistaken.txt")).toHaveCount(0);
});

test("text that is pasted with a picture of itself stays text", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", "1\t2");
    transfer.items.add(new File(["x"], "image.png", { type: "image/png" }));
    const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: transfer });
    document.querySelector("#composer")!.dispatchEvent(event);
  });
  await expect(tray(ada)).toHaveCount(0);
});

test("an upload that is cut off goes on where it was", async ({ person, complaints }) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");
  const sent: number[] = [];
  ada.page.on("request", (request) => {
    const offset = request.headers()["upload-offset"];
    if (request.method() === "PATCH" && offset) sent.push(Number(offset));
  });
  await ada.page.route("**/api/v1/uploads/*", async (route) => {
    // The line goes dead between the second piece and the third.
    if (route.request().headers()["upload-offset"] === "2097152" && sent.filter((at) => at === 2_097_152).length === 1) {
      ada.line!.cut();
    }
    await route.continue();
  });
  await chooser(ada).setInputFiles([file("large.bin", Buffer.alloc(5_000_000, 7))]);
  await expect.poll(() => sent).toContain(2_097_152);
  await expect(row(ada, "large.bin").getByRole("progressbar")).toBeVisible();
  await expect(ada.page.getByRole("button", { name: "Send once all files are up" })).toBeDisabled();
  ada.line!.mend();
  await expect(row(ada, "large.bin")).toContainText("5 MB", { timeout: 40_000 });
  expect(sent.filter((at) => at === 0), "the first piece went once").toHaveLength(1);
  await ada.online();
  await send(ada).click();
  await expect(ben.message("large.bin")).toContainText("5 MB");
});

test("a message with files that wasn’t sent before a reload is sent after it", async ({ person, complaints }) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");
  ada.line!.cutSocket();
  await expect(ada.offlineBanner).toBeVisible();
  await chooser(ada).setInputFiles([file("kept.txt", "steel")]);
  await expect(row(ada, "kept.txt")).toContainText("5 bytes");
  await ada.say("with a file");
  await expect(ada.unsent("with a file")).toContainText("1 file");
  await ada.page.reload();
  await ada.alive();
  await expect(ada.unsent("with a file")).toContainText("1 file");
  ada.line!.mend();
  await ada.online();
  await expect(ben.message("with a file")).toContainText("kept.txt");
});

test.describe("where files have a limit", () => {
  test.use({ settings: { CONFAB_MAX_UPLOAD: "1KB" } });

  test("what is too large is refused before it is sent, and said beside it", async ({ person }) => {
    const ada = await person("Ada Vance");
    await chooser(ada).setInputFiles([file("large.bin", Buffer.alloc(1_001)), file("small.txt", "a")]);
    await expect(row(ada, "large.bin").getByRole("alert")).toHaveText("Too large: a file has at most 1 KB.");
    await expect(row(ada, "small.txt")).toContainText("1 byte");
    await row(ada, "large.bin").getByRole("button", { name: "Remove" }).click();
    await send(ada).click();
    await expect(ada.message("small.txt")).toBeVisible();
  });
});

test("each conversation has files of its own to send", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("slipway");
  await chooser(ada).setInputFiles([file("here.txt", "a")]);
  await expect(row(ada, "here.txt")).toContainText("1 byte");
  await ada.open("general");
  await expect(tray(ada)).toHaveCount(0);
  await ada.open("slipway");
  await expect(row(ada, "here.txt")).toBeVisible();
});

test("a picture has its place before it has come, and is looked at by itself", async ({ person }) => {
  const ada = await person("Ada Vance");
  const ben = await person("Ben Okafor");
  await ben.page.route("**/preview?**", () => undefined);
  await chooser(ada).setInputFiles([await picture(ada, "first.png"), await picture(ada, "second.png", 300, 600)]);
  await expect(send(ada)).toBeEnabled();
  await send(ada).click();
  const shown = ben.timeline.getByRole("img", { name: "first.png" });
  // 900 × 600 within 420 × 320, though nothing of it has come.
  await expect.poll(() => shown.boundingBox()).toMatchObject({ width: 420, height: 280 });
  await ben.page.unroute("**/preview?**");

  await ada.timeline.getByRole("link", { name: "first.png" }).click();
  await expect(ada.heading).toHaveText("first.png");
  await expect(ada.page.getByRole("img", { name: "first.png" })).toHaveJSProperty("complete", true);
  await ada.page.getByRole("link", { name: "The next one" }).click();
  await expect(ada.heading).toHaveText("second.png");
  await expect(ada.page.getByRole("link", { name: "The next one" })).toHaveCount(0);
  await ada.page.getByRole("link", { name: "Close" }).click();
  await ada.arrive();
  await expect(ada.timeline.getByRole("img", { name: "second.png" })).toBeVisible();
});

test("without JavaScript the form sends text and files in one go", async ({ person, stranger, complaints }) => {
  complaints.allow(/preloaded using link preload but not used/);
  const ada = await person("Ada Vance");
  const page = await stranger({ javaScriptEnabled: false, storageState: await ada.context.storageState() });
  await page.goto("/c/1");
  await page.getByRole("textbox", { name: /^Message / }).fill("By hand");
  await page.getByLabel("Attach files").setInputFiles([file("one.txt", "1"), file("two.txt", "22")]);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("article")).toContainText(["By hand"]);
  await expect(ada.message("By hand")).toContainText("two.txt");
  await page.getByRole("link", { name: "one.txt", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("one.txt");
  await expect(page.frameLocator("iframe").getByText("1")).toBeVisible();
});
