import type { Page } from "@playwright/test";
import { PHONE, type Person, expect, test } from "../fixtures/index.ts";
import { makeProject } from "../fixtures/project.ts";

/** Nothing on a phone is wider than the phone. */
async function expectToFit(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(wide.scrollWidth, `${page.url()} is as wide as the phone`).toBeLessThanOrEqual(wide.clientWidth);
}

const back = (someone: Person) => someone.page.getByRole("main").getByRole("link", { name: "Conversations" });

test("on a phone the sidebar is a page of its own, and one goes back to it", async ({ person }) => {
  const ada = await person("Ada Vance", PHONE);
  await expect(ada.timeline).toBeVisible();
  await expect(ada.sidebar).toBeHidden();

  await back(ada).tap();
  await expect(ada.sidebar).toBeVisible();
  await expect(ada.timeline).toBeHidden();
  await expectToFit(ada.page);
  await ada.entry("general").tap();
  await expect(ada.sidebar).toBeHidden();
  await expect(ada.timeline).toBeVisible();

  // The phone’s own back button does the same.
  await back(ada).tap();
  await expect(ada.sidebar).toBeVisible();
  await ada.page.goBack();
  await expect(ada.sidebar).toBeHidden();
});

test("on a phone one writes with the button, and Enter begins a line", async ({ person }) => {
  const ada = await person("Ada Vance", PHONE);
  const ben = await person("Ben Okafor");
  await ada.composer.tap();
  await ada.composer.pressSequentially("one line");
  await ada.composer.press("Enter");
  await ada.composer.pressSequentially("another line");
  await ada.page.getByRole("button", { name: "Send" }).tap();
  await expect(ada.composer).toHaveValue("");
  await expect(ben.message("another line")).toHaveCount(1);
  await ben.say("read on the way");
  await expect(ada.message("read on the way")).toBeInViewport();
});

test("on a phone a message’s actions are a tap away", async ({ person }) => {
  const ada = await person("Ada Vance", PHONE);
  await ada.composer.fill("We shipped");
  await ada.page.getByRole("button", { name: "Send" }).tap();
  await expect(ada.unsent("We shipped")).toHaveCount(0);
  await ada.message("We shipped").getByRole("button", { name: "Message actions" }).tap();
  await ada.message("We shipped").getByRole("button", { name: "React with 🎉" }).tap();
  await expect(ada.message("We shipped").getByRole("button", { name: "🎉 You" })).toBeVisible();
  await expectToFit(ada.page);
});

test("no page is wider than a phone", async ({ person, stranger, complaints }) => {
  complaints.allow(/status of 404/);
  const ada = await person("Ada Vance", PHONE);
  await ada.composer.fill(`${"unbreakable".repeat(20)}\n\n\`\`\`\n${"wide code ".repeat(40)}\n\`\`\`\n\n| a | b |\n|---|---|\n| ${"cell".repeat(40)} | ${"cell".repeat(40)} |`);
  await ada.page.getByRole("button", { name: "Send" }).tap();
  await expect(ada.timeline.getByRole("table")).toBeVisible();
  await expectToFit(ada.page);
  const signedIn = ["/c/1/details", "/rooms", "/rooms/new", "/people", "/groups/new", "/p/new", "/p", "/c/404"];
  const project = ["", "/files", "/members", "/settings", "/conversations/new"].map((page) => `/p/1${page}`);
  await makeProject(ada, "unbreakable".repeat(20));
  const settings = ["", "/password", "/sessions", "/tokens", "/appearance", "/account"].map((tab) => `/settings${tab}`);
  for (const path of [...signedIn, ...project, ...settings]) {
    await ada.page.goto(path);
    await expectToFit(ada.page);
  }
  const page = await stranger(PHONE);
  for (const path of ["/sign-in", "/sign-up"]) {
    await page.goto(path);
    await expectToFit(page);
  }
});
