import { defineConfig } from "@playwright/test";

/** A test that passes only at the second try is a broken test, so there is no second try. */
export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  outputDir: "test-results",
  use: {
    browserName: "chromium",
    headless: true,
    launchOptions: {
      // The system's own browser (scripts/browser); without one, Playwright's.
      executablePath: process.env.CHROMIUM || undefined,
      // Playwright leaves the sandbox off and background traffic out; QUIC would be more of the latter.
      args: ["--disable-quic", "--disable-gpu"],
    },
  },
});
