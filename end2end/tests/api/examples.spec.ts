import { execFile } from "node:child_process";
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "../../fixtures/index.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const EXAMPLES = `${ROOT}docs/examples/`;
const run = promisify(execFile);

for (const api of ["basic", "direct", "projects", "rooms", "messenger", "v1"]) {
  test(`docs/examples/${api}/curl.sh does what it says`, async ({ place }) => {
    const { stdout } = await run("bash", [`${EXAMPLES}${api}/curl.sh`, place.url]);
    expect(stdout).toContain("POST /");
  });

  test(`docs/examples/${api}/example.js does what it says`, async ({ place }, testInfo) => {
    // From here `socket.io-client` is found.
    const copy = testInfo.outputPath("example.js");
    copyFileSync(`${EXAMPLES}${api}/example.js`, copy);
    copyFileSync(`${EXAMPLES}package.json`, testInfo.outputPath("package.json"));
    const { stdout } = await run(process.execPath, [copy], { env: { ...process.env, CONFAB_URL: place.url } });
    expect(stdout).toContain("heard ");
  });

  test(`docs/examples/${api}/example.py does what it says`, async ({ place }) => {
    const { stdout } = await run(`${ROOT}.tools/python/bin/python`, [`${EXAMPLES}${api}/example.py`, place.url]);
    expect(stdout).toContain("heard ");
  });
}
