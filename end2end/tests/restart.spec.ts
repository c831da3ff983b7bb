import { expect, test } from "../fixtures/index.ts";

const ENDINGS = [
  { how: "as a service manager does it", end: "stop" },
  { how: "by a power cut", end: "kill" },
] as const;

for (const { how, end } of ENDINGS) {
  test(`a server that is restarted ${how} loses nothing, and open pages go on by themselves`, async ({ person, place, complaints }) => {
    complaints.allowOutage();
    const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
    await ada.tell("before");
    await expect(ben.message("before")).toBeVisible();

    await place[end]();
    await expect(ada.offlineBanner).toBeVisible();
    await expect(ben.offlineBanner).toBeVisible();
    await place.start();
    await Promise.all([ada.online(), ben.online()]);
    await expect(ada.offlineBanner).toHaveCount(0);

    await ada.say("after, from Ada");
    await ben.say("after, from Ben");
    for (const someone of [ada, ben]) {
      await expect(someone.timeline.getByRole("article")).toHaveCount(3);
      for (const text of ["before", "after, from Ada", "after, from Ben"]) {
        await expect(someone.message(text)).toHaveCount(1);
      }
      await someone.page.reload();
      await expect(someone.timeline.getByRole("article")).toHaveCount(3);
    }
  });
}

test("what is written while the server is down is sent once when it is back", async ({ person, place, complaints }) => {
  complaints.allowOutage();
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await place.kill();
  await expect(ada.offlineBanner).toBeVisible();
  for (const text of ["written one", "written two", "written three"]) {
    await ada.say(text);
    await expect(ada.unsent(text)).toBeVisible();
  }

  await place.start();
  await Promise.all([ada.online(), ben.online()]);
  for (const someone of [ada, ben]) {
    await expect(someone.timeline.getByRole("article")).toContainText(["written one", "written two", "written three"]);
  }
  await expect(ada.unsent("written")).toHaveCount(0);
  await ada.page.reload();
  await ada.arrive();
  await expect(ada.timeline.getByRole("article")).toContainText(["written one", "written two", "written three"]);
});

test("what happened while a page was away is there when it is back", async ({ person, complaints }) => {
  complaints.allowOutage();
  const ada = await person("Ada Vance");
  const ben = await person("Ben Okafor", { ownLine: true });
  await ada.tell("to be edited");
  await ada.tell("to be deleted");
  await expect(ben.message("to be deleted")).toBeVisible();

  ben.line!.cut();
  await expect(ben.offlineBanner).toBeVisible();
  await ada.edit("to be edited", "edited meanwhile");
  await ada.delete("to be deleted");
  await ada.tell("said meanwhile");
  await ada.makeRoom("slipway", "Private");
  await ada.admit(ben);
  ben.line!.mend();

  await ben.online();
  await expect(ben.timeline.getByRole("article")).toContainText(["edited meanwhile", "deleted", "said meanwhile"]);
  await expect(ben.entry("slipway")).toBeVisible();
});
