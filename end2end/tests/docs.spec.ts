import type { Locator, Page } from "@playwright/test";
import { PASSWORD, expect, test } from "../fixtures/index.ts";

/** An operation on the page of the API, unfolded. */
async function operation(page: Page, tag: string, id: string): Promise<Locator> {
  const section = page.locator(`h3[data-tag="${tag}"]`);
  if ((await section.getAttribute("data-is-open")) === "false") await section.click();
  const block = page.locator(`.opblock[id$="-${id}"]`);
  await block.locator(".opblock-summary-control").click();
  return block;
}

async function execute(block: Locator, status: string): Promise<void> {
  await block.getByRole("button", { name: "Execute" }).click();
  await expect(block.locator(".live-responses-table tr.response .response-col_status")).toContainText(status);
}

test("the page of the API loads nothing from elsewhere and works with the session", async ({ person, place }) => {
  const ada = await person("Ada Vance", { at: "" });
  const elsewhere: string[] = [];
  ada.page.on("request", (request) => {
    if (!request.url().startsWith(place.url) && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  await ada.page.goto("/settings/tokens");
  await ada.page.getByRole("link", { name: "the API" }).click();
  await expect(ada.page.getByRole("heading", { name: "Confab" })).toBeVisible();
  await execute(await operation(ada.page, "v1 account", "v1_get_account"), "200");
  const rooms = await operation(ada.page, "v1 room", "v1_create_room");
  await execute(rooms, "201");
  await expect(rooms.locator(".live-responses-table")).toContainText('"engineering"');
  expect(elsewhere).toEqual([]);
});

test("the page of the API works with a token", async ({ stranger }) => {
  const page = await stranger();
  const made = await page.context().request.post("/api/v1/accounts", { data: { username: "ada", password: PASSWORD } });
  const { token } = (await made.json()) as { token: string };
  await page.goto("/api/docs");
  await page.getByRole("button", { name: "Authorize" }).click();
  const dialog = page.locator(".modal-ux");
  await dialog.locator("input").first().fill(token);
  await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await execute(await operation(page, "v1 account", "v1_get_account"), "200");
});
