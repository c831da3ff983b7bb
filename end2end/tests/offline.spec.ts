import { type Person, expect, test } from "../fixtures/index.ts";

test.beforeEach(({ complaints }) => complaints.allowOutage());

/** On both pages, and after a reload of both, the messages are exactly these. */
async function bothHaveExactly(people: Person[], messages: string[]): Promise<void> {
  for (const someone of people) await expect(someone.timeline.getByRole("article")).toContainText(messages);
  for (const someone of people) {
    await someone.page.reload();
    await someone.arrive();
    await expect(someone.timeline.getByRole("article")).toContainText(messages);
    await expect(someone.unsent("")).toHaveCount(0);
  }
}

test("offline, the page says so and keeps what one writes; back online, it is sent once", async ({ person }) => {
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");
  await expect(ada.offlineBanner).toHaveCount(0);

  ada.line!.cut();
  await ada.context.setOffline(true);
  await expect(ada.offlineBanner).toBeVisible();
  await ada.say("written on the train");
  await ada.say("and in the tunnel");
  await expect(ada.unsent("written on the train")).toBeVisible();
  await expect(ada.unsent("and in the tunnel")).toBeVisible();
  await ben.tell("meanwhile, at the office");

  ada.line!.mend();
  await ada.context.setOffline(false);
  await ada.online();
  await expect(ada.offlineBanner).toHaveCount(0);
  await bothHaveExactly([ada, ben], ["meanwhile, at the office", "written on the train", "and in the tunnel"]);
});

test("a message that arrived, but whose acknowledgement was lost, isn’t posted twice", async ({ person }) => {
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");

  ada.line!.deafen();
  await ada.say("did this arrive?");
  await expect(ben.message("did this arrive?")).toBeVisible();
  await expect(ada.unsent("did this arrive?")).toBeVisible();

  ada.line!.cut();
  ada.line!.mend();
  await expect(ada.unsent("did this arrive?")).toHaveCount(0, { timeout: 30_000 });
  await ada.online();
  await ada.tell("it did");
  await bothHaveExactly([ada, ben], ["did this arrive?", "it did"]);
});

test("what waits survives a reload and is sent from there", async ({ person }) => {
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");

  ada.line!.cutSocket();
  await expect(ada.offlineBanner).toBeVisible();
  await ada.say("kept through a reload");
  await ada.page.reload();
  await ada.alive();
  await expect(ada.unsent("kept through a reload")).toBeVisible();
  await expect(ben.message("kept through a reload")).toHaveCount(0);

  ada.line!.mend();
  await ada.online();
  await bothHaveExactly([ada, ben], ["kept through a reload"]);
});

test("what waits in two tabs is sent once", async ({ person }) => {
  const ada = await person("Ada Vance", { ownLine: true });
  const ben = await person("Ben Okafor");

  ada.line!.cutSocket();
  await expect(ada.offlineBanner).toBeVisible();
  await ada.say("from two tabs");
  const tab = await ada.context.newPage();
  await tab.goto("/");
  await expect(tab.locator(".unsent")).toContainText("from two tabs");

  ada.line!.mend();
  await ada.online();
  await expect(tab.locator(".unsent")).toHaveCount(0, { timeout: 40_000 });
  await expect(tab.getByRole("article")).toHaveCount(1);
  await bothHaveExactly([ada, ben], ["from two tabs"]);
});

test("what the server won’t take says why, and can be dropped", async ({ person }) => {
  const ada = await person("Ada Vance");
  const endless = "far too long ".repeat(1_400);
  await ada.say(endless);
  const refused = ada.message("far too long").getByRole("alert");
  await expect(refused).toBeVisible();
  await refused.getByRole("button", { name: "Delete" }).click();
  await expect(ada.message("far too long")).toHaveCount(0);
  await ada.page.reload();
  await ada.arrive();
  await expect(ada.message("far too long")).toHaveCount(0);
});
