import { type Person, expect, test } from "../fixtures/index.ts";

/** Ada and Ben, both at the public chat. */
async function adaAndBen(person: (name: string) => Promise<Person>): Promise<[Person, Person]> {
  return [await person("Ada Vance"), await person("Ben Okafor")];
}

test("in the public chat, what one says the other sees at once, both ways", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.say("Good morning, Ben");
  await expect(ben.message("Good morning, Ben")).toContainText("Ada Vance");
  await ben.say("Good morning, Ada");
  await expect(ada.message("Good morning, Ada")).toContainText("Ben Okafor");
  for (const someone of [ada, ben]) await expect(someone.timeline.getByRole("article")).toHaveCount(2);
});

test("in a room that one makes and the other finds and joins", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.makeRoom("slipway");
  await ada.tell("First in the room");

  await ben.joinRoom("slipway");
  await expect(ben.message("First in the room")).toBeVisible();
  await ben.say("Second in the room");
  await expect(ada.message("Second in the room")).toBeVisible();
  await expect(ada.page.getByRole("link", { name: "members, details" })).toContainText("2");
});

test("a private room is seen by nobody who wasn’t added, and by those at once who were", async ({ person, complaints }) => {
  complaints.allow(/status of 404/);
  const [ada, ben] = await adaAndBen(person);
  await ada.makeRoom("hiring", "Private");
  await ada.tell("Between us");

  const outsider = await person("Cleo Marsh");
  await outsider.page.goto("/rooms");
  await expect(outsider.page.getByText("hiring")).toHaveCount(0);
  const answer = await outsider.page.goto(`/c/${ada.conversationId}`);
  expect(answer?.status()).toBe(404);
  await expect(outsider.page.getByText("Between us")).toHaveCount(0);

  await expect(ben.entry("hiring")).toHaveCount(0);
  await ada.admit(ben);
  await ben.open("hiring");
  await expect(ben.message("Between us")).toBeVisible();
});

test("in a direct chat, which appears beside the other’s conversations by itself", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.turnTo(ben);
  await ada.say("Just the two of us");
  await expect(ben.entry("Ada Vance")).toContainText("1 unread");
  await ben.open("Ada Vance");
  await expect(ben.message("Just the two of us")).toBeVisible();
  await ben.say("Quite so");
  await expect(ada.message("Quite so")).toBeVisible();
});

test("in a group of three", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  const cleo = await person("Cleo Marsh");
  await ada.page.goto("/groups/new");
  await ada.page.getByRole("checkbox", { name: /Ben Okafor/ }).check();
  await ada.page.getByRole("checkbox", { name: /Cleo Marsh/ }).check();
  await ada.page.getByRole("button", { name: "Start the group" }).click();
  await ada.arrive();
  await ada.say("The three of us");
  for (const [someone, other] of [[ben, "Cleo Marsh"], [cleo, "Ben Okafor"]] as const) {
    await someone.sidebar.getByRole("link", { name: /Ada Vance.*1 unread/ }).click();
    await expect(someone.heading).toContainText(other);
    await expect(someone.message("The three of us")).toBeVisible();
  }
});

test("Markdown is shown as what it means, HTML as what it is", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.say("**Loud**, _soft_, ~~gone~~ and `code`, see https://example.org/x.");
  const rich = ben.message("Loud");
  await expect(rich.locator("strong")).toHaveText("Loud");
  await expect(rich.locator("em")).toHaveText("soft");
  await expect(rich.locator("s")).toHaveText("gone");
  await expect(rich.locator("code")).toHaveText("code");
  await expect(rich.getByRole("link", { name: "https://example.org/x" })).toHaveAttribute("rel", /noopener/);

  await ada.say("```rust\nfn main() {\n    greet(\"<b>you</b>\");\n}\n```");
  await expect(ben.timeline.locator("pre")).toHaveText('fn main() {\n    greet("<b>you</b>");\n}');

  await ada.say("- one\n- two\n\n> said before");
  await expect(ben.message("one").getByRole("listitem")).toHaveText(["one", "two"]);
  await expect(ben.message("one").locator("blockquote")).toHaveText("said before");

  const html = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script><b>bold</b>';
  await ada.say(html);
  await expect(ben.message("<b>bold</b>")).toContainText(html);
  await expect(ben.timeline.locator("img, script, b")).toHaveCount(0);
  await ben.page.reload();
  await ben.arrive();
  await expect(ben.message("<b>bold</b>")).toContainText(html);
  await expect(ben.timeline.locator("img, script, b")).toHaveCount(0);
  await expect(ben.page).not.toHaveTitle(/taken/);
});

test("lines that one breaks stay broken", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.composer.fill("first line");
  await ada.composer.press("Shift+Enter");
  await ada.composer.pressSequentially("second line");
  await ada.composer.press("Enter");
  const lines = ada.message("second line").locator("p");
  await expect.poll(() => lines.innerText()).toBe("first line\nsecond line");
});

test("an edit is seen by the other, and says that it is one", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.tell("Ship on Thrusday");
  await expect(ben.message("Ship on Thrusday")).toBeVisible();
  await ada.edit("Ship on Thrusday", "Ship on Thursday");
  await expect(ben.message("Ship on Thursday")).toContainText("edited");
  await expect(ben.message("Thrusday")).toHaveCount(0);
  // What others wrote can’t be edited.
  await ben.message("Ship on Thursday").hover();
  await expect(ben.page.getByRole("button", { name: "Copy link" })).toBeVisible();
  await expect(ben.page.getByRole("button", { name: "Edit message" })).toHaveCount(0);
});

test("a deleted message leaves a tombstone at the other’s, too", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.tell("Said too soon");
  await expect(ben.message("Said too soon")).toBeVisible();
  await ada.delete("Said too soon");
  await expect(ben.message("This message was deleted.")).toBeVisible();
  await expect(ben.message("Said too soon")).toHaveCount(0);
  await ben.page.reload();
  await expect(ben.message("This message was deleted.")).toBeVisible();
});

test("a reaction is counted once for each person and can be taken back", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.tell("We shipped");
  await ben.act("We shipped", "React with 🎉");
  const chip = (someone: Person) => someone.message("We shipped").getByRole("button", { name: /^🎉/ });
  await expect(chip(ada)).toHaveText("🎉1");
  await expect(chip(ada)).toHaveAttribute("aria-pressed", "false");
  await chip(ada).click();
  await expect(chip(ben)).toHaveText("🎉2");
  await chip(ben).click();
  await expect(chip(ada)).toHaveText("🎉1");
  await chip(ada).click();
  await expect(chip(ben)).toHaveCount(0);
});

test("one sees that the other is writing, and no more once they stopped or spoke", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  const typing = ada.page.getByText("Ben Okafor is typing…");
  await ben.composer.pressSequentially("Well, ");
  await expect(typing).toBeVisible();
  await expect(typing).toHaveCount(0);

  // It is told every three seconds at most, so the next word of it comes with what is written after that.
  await expect(async () => {
    await ben.composer.pressSequentially("I ");
    await expect(typing).toBeVisible({ timeout: 500 });
  }).toPass();
  await ben.composer.press("Enter");
  await expect(ada.message("Well, I")).toBeVisible();
  await expect(typing).toHaveCount(0);
});

test("one sees who is here", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.turnTo(ben);
  const header = ada.page.getByRole("main").getByText(/^(Online|Away)$/);
  await expect(header).toHaveText("Online");
  await ben.page.goto("about:blank");
  await expect(header).toHaveText("Away");
  await ben.visit();
  await expect(header).toHaveText("Online");
});

test("what is unread is counted in every tab and on every device, until it is read in one", async ({ person, anotherTab, anotherDevice }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.makeRoom("slipway");
  await ben.joinRoom("slipway");
  await ben.visit();
  const pages = [ben, await anotherTab(ben), await anotherDevice(ben)];

  await ada.tell("one");
  await ada.tell("two");
  for (const page of pages) await expect(page.entry("slipway")).toContainText("2 unread");
  // One’s own messages aren’t news, and neither is what one has seen.
  await expect(ada.entry("slipway")).not.toContainText("unread");

  await ben.open("slipway");
  for (const page of pages) await expect(page.entry("slipway")).not.toContainText("unread");
  await ada.tell("three");
  await expect(ben.message("three")).toBeVisible();
  for (const page of pages) await expect(page.entry("slipway")).not.toContainText("unread");
});

test("the page’s title counts what speaks to one alone", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.turnTo(ben);
  await ada.tell("Psst");
  await expect(ben.page).toHaveTitle(/^\(1\) general/);
  await ben.open("Ada Vance");
  await expect(ben.page).toHaveTitle(/^Ada Vance/);
});

test("a line stands above what is new since one left", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.makeRoom("slipway");
  await ada.tell("old");
  await ben.joinRoom("slipway");
  await expect(ben.message("old")).toBeVisible();
  await expect(ben.entry("slipway")).not.toContainText("unread");
  await ben.open("general");
  await ada.tell("fresh");
  await expect(ben.entry("slipway")).toContainText("1 unread");

  const rows = ben.timeline.locator("article, .new");
  await ben.open("slipway");
  await expect(rows).toHaveText([/old/, "New", /fresh/]);
  // It stays where it is while one reads, and is gone when one comes back.
  await ada.tell("fresher");
  await expect(rows).toHaveText([/old/, "New", /fresh/, /fresher/]);
  await ben.open("general");
  await ben.open("slipway");
  await expect(rows).toHaveText([/old/, /fresh/, /fresher/]);
});

test("what one says in a row stands under the name once", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.tell("one");
  await ada.tell("two");
  await expect(ben.message("two")).toBeVisible();
  await ben.tell("three");
  await expect(ada.message("three")).toBeVisible();
  await ada.tell("four");
  for (const someone of [ada, ben]) {
    await expect(someone.timeline.locator(".by")).toHaveText(["Ada Vance", "Ben Okafor", "Ada Vance"]);
    await expect(someone.message("two")).not.toContainText("Ada Vance");
  }
});

test("going back and forth in the browser goes through the conversations", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("slipway");
  await ada.open("general");
  await expect(ada.page).toHaveURL(/\/c\/1$/);
  await ada.page.goBack();
  await expect(ada.heading).toContainText("slipway");
  await expect(ada.entry("slipway")).toHaveAttribute("aria-current", "page");
  await ada.page.goForward();
  await expect(ada.heading).toContainText("general");
});

test("what one has begun to write waits in its conversation", async ({ person }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("slipway");
  await ada.composer.fill("half a thou");
  await ada.open("general");
  await expect(ada.composer).toHaveValue("");
  await ada.page.reload();
  await ada.arrive();
  await ada.open("slipway");
  await expect(ada.composer).toHaveValue("half a thou");
});

test("an archived room can be read, but nobody writes there any more", async ({ person }) => {
  const [ada, ben] = await adaAndBen(person);
  await ada.makeRoom("slipway");
  await ada.tell("The last word");
  await ben.joinRoom("slipway");
  await ada.page.goto(`/c/${ada.conversationId}/details`);
  await ada.page.getByText("Archive…").click();
  await ada.page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(ben.page.getByText("This conversation is archived")).toBeVisible();
  await expect(ben.composer).toHaveCount(0);
  await expect(ben.message("The last word")).toBeVisible();
});
