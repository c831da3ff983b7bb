import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { PHONE, type Person, expect, test } from "../fixtures/index.ts";
import { makeProject } from "../fixtures/project.ts";

/** What axe holds to be serious or critical on the page as it is now, in words that lead to it. */
async function findings(page: Page): Promise<string[]> {
  // What is still fading in has, for that moment, less contrast than it will be read with.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
  // Without frames to look into, the legacy mode finds the same and needs no second page for its report.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html, any }) => `${id}: ${help}: ${html} ${any[0]?.message ?? ""}`));
}

async function expectAccessible(page: Page, state = ""): Promise<void> {
  expect.soft(await findings(page), `${new URL(page.url()).pathname} ${state}`).toEqual([]);
}

/** A conversation with some of everything in it. */
async function seed(ada: Person, ben: Person): Promise<void> {
  await ada.tell("Good **morning**, @ben. See https://example.org and `cargo test`.", "Good morning");
  await ben.tell("```rust\nfn main() {}\n```", "fn main() {}");
  await ben.tell("- [x] one\n- [ ] two\n\n> said\n\n| a | b |\n|---|---|\n| c | d |", "said");
  await ada.tell("To be deleted");
  await ada.delete("To be deleted");
  await ada.tell("Nearly rigth");
  await ada.edit("Nearly rigth", "Nearly right");
  await ada.act("Nearly right", "React with 🎉");
  await expect(ada.message("Nearly right").getByRole("button", { name: "🎉 You" })).toBeVisible();
}

const PROJECT = ["", "/files", "/members", "/settings", "/conversations/new"].map((page) => `/p/1${page}`);
const SIGNED_IN = ["/c/1/details", "/rooms", "/rooms?search=nothing", "/rooms/new", "/people", "/groups/new", "/p/new", "/p", ...PROJECT, "/c/404"];
const SETTINGS = ["", "/password", "/sessions", "/tokens", "/appearance", "/account"].map((tab) => `/settings${tab}`);

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, device] of [["wide", {}], ["phone", PHONE]] as const) {
    test(`every plain page is accessible, ${colorScheme}, ${size}`, async ({ person, stranger, complaints }) => {
      complaints.allow(/status of 40\d/);
      await person("Ben Okafor", { at: "" });
      const ada = await person("Ada Vance", { ...device, colorScheme });
      await makeProject(ada);
      for (const path of [...SIGNED_IN, ...SETTINGS]) {
        await ada.page.goto(path);
        await expectAccessible(ada.page);
      }
      await ada.page.goto("/p/1/files");
      await ada.page.getByLabel("Throw plan.txt away…").click();
      await expectAccessible(ada.page, "throwing a file away");
      for (const path of ["/p/1/files?view=grid", "/p/1/files/1/about", "/p/1/bin"]) {
        await ada.page.goto(path);
        await expectAccessible(ada.page, path);
      }
      await ada.page.goto("/settings/account");
      await ada.page.getByText("Deactivate…").click();
      await ada.page.getByLabel("Password").fill("wrong password");
      await ada.page.getByRole("button", { name: "Deactivate my account" }).click();
      await expectAccessible(ada.page, "refused");
      await ada.page.goto("/settings/tokens");
      await ada.page.getByLabel("Name", { exact: true }).fill("Backup");
      await ada.page.getByRole("button", { name: "Make a token" }).click();
      await ada.page.getByLabel("Revoke Backup…").click();
      await expectAccessible(ada.page, "a new token");

      const page = await stranger({ ...device, colorScheme });
      for (const path of ["/sign-in", "/sign-up", "/c/404"]) {
        await page.goto(path);
        await expectAccessible(page);
      }
      await page.goto("/sign-in");
      await page.getByLabel("User name or e-mail").fill("ada");
      await page.getByLabel("Password").fill("wrong password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expectAccessible(page, "refused");
    });

    test(`the conversation is accessible in all its states, ${colorScheme}, ${size}`, async ({ person, complaints }) => {
      complaints.allowOutage();
      const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
      await seed(ada, ben);
      await ada.turnTo(ben);
      await ada.tell("Just the two of us");

      const reader = await person("Cleo Marsh", { ...device, colorScheme, ownLine: true });
      const { page } = reader;
      await expectAccessible(page, "as it opens");
      if (size === "phone") {
        await page.getByRole("main").getByRole("link", { name: "Conversations" }).tap();
        await expect(reader.sidebar).toBeVisible();
        await expectAccessible(page, "its sidebar");
        await reader.entry("general").tap();
      }
      await reader.composer.fill("My own words");
      await page.getByRole("button", { name: "Send" }).click();
      await expect(reader.unsent("My own words")).toHaveCount(0);
      await reader.message("My own words").focus();
      await expect(page.getByRole("toolbar")).toBeVisible();
      await expectAccessible(page, "a message’s actions");
      await page.getByRole("button", { name: "Edit message" }).click();
      await expectAccessible(page, "editing");
      await page.getByRole("button", { name: "Cancel" }).click();
      await reader.message("My own words").focus();
      await page.getByRole("button", { name: "Delete message" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page, "deleting");
      await page.getByRole("button", { name: "Keep it" }).click();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("en");
      await expect(page.getByRole("option", { name: "Ben Okafor" })).toBeVisible();
      await expectAccessible(page, "the switcher");
      await page.keyboard.press("Escape");

      reader.line!.cut();
      await expect(reader.offlineBanner).toBeVisible();
      await reader.composer.fill("Not sent yet");
      await page.getByRole("button", { name: "Send" }).click();
      await expect(reader.unsent("Not sent yet")).toBeVisible();
      await expectAccessible(page, "offline");
    });
  }
}

test("a colour that one has chosen holds against the device’s own", async ({ person }) => {
  const ada = await person("Ada Vance", { colorScheme: "light" });
  const ground = () => ada.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await ada.page.goto("/settings/appearance");
  await ada.page.getByRole("radio", { name: "Dark" }).check();
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.visit();
  expect(await ground()).not.toBe(light);
  await expectAccessible(ada.page);
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await ada.page.goto("/settings/appearance");
  await ada.page.getByRole("radio", { name: "Light" }).check();
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.visit();
  expect(await ground()).toBe(light);
  await expectAccessible(ada.page);
});
