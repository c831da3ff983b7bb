// first-load.mjs ROOT URL TOKEN: opens a page in a browser that was never there, on a slow line and a slow processor, and
// prints when it could be read and when it could be used, in milliseconds since the navigation began.
import { createRequire } from "node:module";
import path from "node:path";

const [root, url, token] = process.argv.slice(2);
const { chromium } = createRequire(path.join(root, "end2end/package.json"))("@playwright/test");

// As Lighthouse throttles for phones ("slow 4G", formerly "fast 3G"): 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
const LINE = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOWDOWN = 4;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || undefined,
  args: ["--disable-quic", "--disable-gpu", "--no-sandbox"],
});
try {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
  await context.addCookies([{ name: "confab_session", value: token, url: new URL(url).origin }]);
  const page = await context.newPage();
  let bytes = 0;
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await devtools.send("Network.emulateNetworkConditions", LINE);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  // The page says so itself once what it shows can be clicked.
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (document.documentElement?.hasAttribute("data-hydrated")) globalThis.usable ??= performance.now();
    });
    watch.observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hydrated"] });
  });
  await page.goto(url, { waitUntil: "commit", timeout: 60_000 });
  await page.waitForFunction(() => globalThis.usable !== undefined, undefined, { timeout: 60_000 });
  const said = await page.evaluate(() => ({
    readable_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    answered_ms: performance.getEntriesByType("navigation")[0]?.responseStart,
    usable_ms: globalThis.usable,
    shown: [...document.querySelectorAll("main, body")].some((part) => part.innerText.includes("quick brown fox")),
  }));
  console.log(JSON.stringify({ ...said, bytes }));
} finally {
  await browser.close();
}
