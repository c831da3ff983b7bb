import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

/** `npm run screenshots -- FOLDER`: pictures of every page, to be looked at; the README's are among them. */
export default defineConfig({ ...tests, testDir: "screenshots", testMatch: "pages.ts", timeout: 180_000 });
