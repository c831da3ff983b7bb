import { expect, test } from "../fixtures/index.ts";

test("who is removed from a private room loses it at once and hears nothing more of it", async ({ person, complaints }) => {
  complaints.allow(/status of 404/);
  const ada = await person("Ada Vance");
  const ben = await person("Ben Okafor");
  const heard: string[] = [];
  ben.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => heard.push(String(payload))));
  await ada.makeRoom("hiring", "Private");
  await ada.admit(ben);
  await ben.page.reload();
  await ben.arrive();
  await ben.open("hiring");
  await ada.tell("Ben may hear this");
  await expect(ben.message("Ben may hear this")).toBeVisible();

  const room = `/c/${ada.conversationId}`;
  await ada.page.goto(`${room}/details`);
  await ada.page.getByLabel("Manage Ben Okafor").click();
  await ada.page.getByText("Remove…").click();
  await ada.page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(ada.page.getByText("They’re no longer a member.")).toBeVisible();

  await expect(ben.page.getByText("You’re no longer a member of this conversation.")).toBeVisible();
  await expect(ben.entry("hiring")).toHaveCount(0);
  await expect(ben.composer).toHaveCount(0);
  await expect(ben.message("Ben may hear this")).toHaveCount(0);

  await ada.visit(room);
  await ada.tell("Ben may not hear this");
  await ada.edit("Ben may hear this", "Ben may not hear this either");
  // What is said afterwards comes after it on the same socket, so once it is here, nothing else is under way.
  await ada.open("general");
  await ada.tell("Everyone may hear this");
  await ben.open("general");
  await expect(ben.message("Everyone may hear this")).toBeVisible();
  expect(heard.join("\n")).toContain("Ben may hear this");
  expect(heard.join("\n")).toContain("Everyone may hear this");
  expect(heard.join("\n")).not.toContain("Ben may not hear this");

  const answer = await ben.page.goto(room);
  expect(answer?.status()).toBe(404);
  await expect(ben.page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});

test("who leaves a room has it no more on any device", async ({ person, anotherDevice }) => {
  const ada = await person("Ada Vance");
  const ben = await person("Ben Okafor");
  await ada.makeRoom("slipway");
  await ben.joinRoom("slipway");
  const phone = await anotherDevice(ben);
  await expect(phone.entry("slipway")).toBeVisible();

  await ben.page.goto(`/c/${ben.conversationId}/details`);
  await ben.page.getByText("Leave…").click();
  await ben.page.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(ben.page.getByText("You left the conversation.")).toBeVisible();
  await expect(phone.entry("slipway")).toHaveCount(0);
});
