import type { Page } from "@playwright/test";
import { PASSWORD, Person, expect, test } from "../fixtures/index.ts";

/** Whether one sees where the focus is: an outline, ring or border that isn't there without it. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const mark = await page.evaluate(() => {
    const drawn = (element: Element) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(element);
      return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth + outlineColor, boxShadow, borderColor].join();
    };
    const focused = document.activeElement as HTMLElement | null;
    if (!focused || focused === document.body) return { name: "nothing", visible: false };
    // A field may draw its focus on the frame around it.
    const frames = [focused, focused.parentElement, focused.parentElement?.parentElement].filter((each) => each != null);
    for (const animation of document.getAnimations()) animation.finish();
    const withFocus = frames.map(drawn);
    focused.blur();
    for (const animation of document.getAnimations()) animation.finish();
    const without = frames.map(drawn);
    focused.focus({ focusVisible: true } as FocusOptions);
    return { name: focused.outerHTML.slice(0, 120), visible: withFocus.join() !== without.join() };
  });
  expect(mark.visible, `the focus is seen on ${mark.name}`).toBe(true);
}

test("one signs in, goes somewhere, writes and corrects it without a mouse", async ({ person, stranger }) => {
  const ben = await person("Ben Okafor");
  await ben.makeRoom("slipway");
  const ada = await person("Ada Vance", { at: "" });
  await ada.page.goto("/rooms");
  await ada.joinRoom("slipway");

  const page = await stranger();
  const keys = page.keyboard;
  const atKeys = new Person(page, "Ada Vance");
  await page.goto("/sign-in");
  await expect(page.getByLabel("User name or e-mail")).toBeFocused();
  await expectVisibleFocus(page);
  await keys.type("ada");
  await keys.press("Tab");
  await expectVisibleFocus(page);
  await keys.type(PASSWORD);
  await keys.press("Enter");
  await atKeys.arrive();

  await keys.press("Control+k");
  const search = page.getByRole("combobox", { name: "Find a conversation or a person" });
  await expect(search).toBeFocused();
  await keys.type("slip");
  await expect(page.getByRole("option", { selected: true })).toHaveText("slipway");
  await keys.press("Enter");
  await expect(search).toHaveCount(0);
  await expect(atKeys.heading).toContainText("slipway");

  await expect(atKeys.composer).toBeFocused();
  await keys.type("Low tide at tne");
  await keys.press("Enter");
  await expect(ben.message("Low tide at tne")).toBeVisible();
  await expect(atKeys.unsent("Low tide")).toHaveCount(0);

  await keys.press("ArrowUp");
  const edit = page.getByRole("textbox", { name: "Edit message" });
  await expect(edit).toBeFocused();
  for (const key of ["Backspace", "Backspace", "e", "n", "Enter"]) await keys.press(key);
  await expect(ben.message("Low tide at ten")).toBeVisible();
  await expect(edit).toHaveCount(0);
  await expect(atKeys.composer).toBeFocused();

  await keys.press("ArrowUp");
  await expect(edit).toBeFocused();
  await keys.type(" not to be kept");
  await keys.press("Escape");
  await expect(edit).toHaveCount(0);
  await expect(atKeys.message("Low tide at ten")).not.toContainText("kept");
});

test("the switcher finds people, too, and closes with Escape", async ({ person }) => {
  const ada = await person("Ada Vance");
  await person("Ben Okafor");
  const keys = ada.page.keyboard;
  await keys.press("Control+k");
  await keys.press("Escape");
  await expect(ada.page.getByRole("dialog")).toHaveCount(0);
  await keys.press("Control+k");
  await keys.type("okaf");
  await expect(ada.page.getByRole("option", { name: "Ben Okafor" })).toBeVisible();
  await keys.press("Enter");
  await expect(ada.heading).toContainText("Ben Okafor");
  await expect(ada.composer).toBeFocused();
});

test("everything that Tab reaches shows it, on every kind of page", async ({ person }) => {
  const ada = await person("Ada Vance");
  await person("Ben Okafor", { at: "" });
  await ada.tell("A message");
  await ada.tell("```\na block of code\n```", "a block of code");
  const pages = { "/c/1": 10, "/c/1/details": 10, "/rooms": 10, "/rooms/new": 12, "/people": 10, "/groups/new": 12, "/settings": 16 };
  for (const [path, least] of Object.entries(pages)) {
    await ada.page.goto(path);
    if (path === "/c/1") await ada.arrive();
    let reached = 0;
    // From the place's own link at the top, through to the end of the page.
    await ada.sidebar.getByRole("link").first().focus();
    while (reached < 60 && (await ada.page.evaluate(() => document.activeElement !== document.body))) {
      await expectVisibleFocus(ada.page);
      await ada.page.keyboard.press("Tab");
      reached += 1;
    }
    expect(reached, `what one comes to on ${path}`).toBeGreaterThanOrEqual(least);
    expect(reached, `${path} has an end`).toBeLessThan(60);
  }
});

test("the arrow keys walk through the messages, and Tab comes to what can be done with one", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.tell("one");
  await ada.tell("two");
  await ada.timeline.focus();
  await ada.page.keyboard.press("ArrowUp");
  await expect(ada.message("two")).toBeFocused();
  await ada.page.keyboard.press("ArrowUp");
  await expect(ada.message("one")).toBeFocused();
  await expectVisibleFocus(ada.page);
  const toolbar = ada.message("one").getByRole("toolbar", { name: "Message actions" });
  await expect(toolbar).toBeVisible();
  await toolbar.getByRole("button", { name: "React with 👍" }).press("Enter");
  await expect(ada.message("one").getByRole("button", { name: "👍 You" })).toBeVisible();
});

test("new messages are announced to screen readers", async ({ person }) => {
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await ben.say("The tide is in");
  await expect(ada.page.locator("[aria-live=polite]")).toHaveText("Ben Okafor: The tide is in");
});
