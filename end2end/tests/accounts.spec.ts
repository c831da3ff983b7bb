import { PASSWORD, Person, expect, test } from "../fixtures/index.ts";

test.describe("without JavaScript", () => {
  // The page asks for its script early, which such a browser then doesn’t run.
  test.beforeEach(({ complaints }) => complaints.allow(/preloaded using link preload but not used/));

  test("one signs up, talks, signs out and signs in again", async ({ stranger }) => {
    const page = await stranger({ javaScriptEnabled: false });
    const ada = new Person(page, "Ada Vance");

    await page.goto("/");
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Display name").fill("Ada Vance");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();

    await expect(ada.heading).toContainText("general");
    await ada.composer.fill("Good **morning**");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(ada.message("Good morning").locator("strong")).toHaveText("morning");

    // A reload posts nothing again.
    await page.reload();
    await expect(ada.message("Good morning")).toHaveCount(1);

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByText("You’re signed out.")).toBeVisible();
    await page.goto("/");
    await expect(page).toHaveURL(/\/sign-in$/);

    await page.getByLabel("User name or e-mail").fill("Ada");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(ada.message("Good morning")).toBeVisible();
  });

  test("one makes a room, adds someone, and they read it", async ({ person, stranger }) => {
    await person("Ben Okafor", { at: "" });
    const page = await stranger({ javaScriptEnabled: false });
    await page.goto("/sign-up");
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();

    await page.getByRole("link", { name: "New room" }).click();
    await page.getByLabel("Name").fill("slipway");
    await page.getByRole("button", { name: "Create room" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("slipway");
    await page.getByRole("link", { name: "members" }).or(page.getByRole("link", { name: "member, details" })).click();
    await page.getByLabel("Add people").fill("ben");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Ben Okafor" })).toBeVisible();
  });
});

test("a wrong password is refused in the same words as an unknown name", async ({ person, stranger, complaints }) => {
  complaints.allow(/status of 401/);
  const ada = await person("Ada Vance", { at: "" });
  const page = await stranger();
  for (const name of [ada.username, "nobody"]) {
    await page.goto("/sign-in");
    await page.getByLabel("User name or e-mail").fill(name);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("That name and password don’t match.")).toBeVisible();
    // What was typed stays, less the password.
    await expect(page.getByLabel("User name or e-mail")).toHaveValue(name);
    await expect(page.getByLabel("Password")).toHaveValue("");
  }
});

test("a name that is taken is told beside the field", async ({ person, stranger, complaints }) => {
  complaints.allow(/status of 4\d\d/);
  await person("Ada Vance", { at: "" });
  const page = await stranger();
  await page.goto("/sign-up");
  await page.getByLabel("User name").fill("ADA");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("User name")).toHaveAccessibleDescription(/taken/);
});

test("a link leads on to where it pointed, once one has signed in", async ({ person, stranger }) => {
  const ada = await person("Ada Vance");
  await ada.makeRoom("slipway");
  const page = await stranger();
  await page.goto(ada.page.url());
  await page.getByLabel("User name or e-mail").fill("ada");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(ada.page.url());
  await expect(page.getByRole("heading", { level: 1 })).toContainText("slipway");
});

test("a device that is signed out from another one goes to sign-in at once", async ({ person, anotherDevice, complaints }) => {
  complaints.allow(/status of 401|no valid credentials/);
  const ada = await person("Ada Vance");
  const phone = await anotherDevice(ada);

  await ada.page.goto("/settings/sessions");
  await expect(ada.page.getByText("This device")).toHaveCount(1);
  await ada.page.getByRole("button", { name: /^Sign out .+ on / }).click();
  await expect(ada.page.getByText("That device is signed out.")).toBeVisible();

  await expect(phone.page).toHaveURL(/\/sign-in/);
  await phone.page.goto("/");
  await expect(phone.page).toHaveURL(/\/sign-in$/);
  await ada.visit();
});

test("a device that was signed out while it was away learns so when it comes back", async ({ person, anotherDevice, complaints }) => {
  complaints.allowOutage();
  complaints.allow(/status of 401|no valid credentials/);
  const ada = await person("Ada Vance", { ownLine: true });
  const desk = await anotherDevice(ada);
  ada.line!.cut();
  await expect(ada.offlineBanner).toBeVisible();
  await desk.page.goto("/settings/sessions");
  await desk.page.getByRole("button", { name: /^Sign out .+ on / }).click();
  await expect(desk.page.getByText("That device is signed out.")).toBeVisible();
  ada.line!.mend();
  await expect(ada.page).toHaveURL(/\/sign-in/);
});

test("a changed password signs the other devices out and is the one that counts", async ({ person, anotherDevice, complaints }) => {
  // The phone's socket may be on its way when the password changes.
  complaints.allow(/status of 401|no valid credentials/);
  const ada = await person("Ada Vance");
  const phone = await anotherDevice(ada);
  const renewed = "another horse entirely";

  await ada.page.goto("/settings/password");
  await ada.page.getByLabel("Current password").fill(PASSWORD);
  await ada.page.getByLabel("New password").fill(renewed);
  await ada.page.getByRole("button", { name: "Change password" }).click();
  await expect(ada.page.getByText("Your password is changed.")).toBeVisible();

  await expect(phone.page).toHaveURL(/\/sign-in/);
  for (const [password, outcome] of [[PASSWORD, "don’t match"], [renewed, "general"]] as const) {
    await phone.page.getByLabel("User name or e-mail").fill("ada");
    await phone.page.getByLabel("Password").fill(password);
    await phone.page.getByRole("button", { name: "Sign in" }).click();
    await expect(phone.page.getByText(outcome).first()).toBeVisible();
  }
});

test("a new name is seen by the others at once", async ({ person }) => {
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await ada.tell("Who am I?");
  await ada.page.goto("/settings");
  await ada.page.getByLabel("Display name").fill("Ada Lovell");
  await ada.page.getByRole("button", { name: "Save" }).click();
  await expect(ada.page.getByText("Your changes are saved.")).toBeVisible();
  await expect(ben.message("Who am I?")).toContainText("Ada Lovell");
});

test("a deactivated account is out everywhere and can’t come back; what it said stays", async ({ person, anotherDevice, complaints }) => {
  complaints.allow(/status of 401|no valid credentials/);
  const [ada, ben] = [await person("Ada Vance"), await person("Ben Okafor")];
  await ben.tell("I was here");
  const phone = await anotherDevice(ben);
  await ben.page.goto("/settings/account");
  await ben.page.getByText("Deactivate…").click();
  await ben.page.getByLabel("Password").fill(PASSWORD);
  await ben.page.getByRole("button", { name: "Deactivate my account" }).click();
  await expect(ben.page).toHaveURL(/\/sign-in/);
  await expect(phone.page).toHaveURL(/\/sign-in/);

  await ben.page.getByLabel("User name or e-mail").fill("ben");
  await ben.page.getByLabel("Password").fill(PASSWORD);
  await ben.page.getByRole("button", { name: "Sign in" }).click();
  await expect(ben.page.getByRole("alert").or(ben.page.locator(".problem"))).toBeVisible();
  await expect(ada.message("I was here")).toContainText("Ben Okafor");
});
