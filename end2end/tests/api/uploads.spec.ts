import { Upload, type UploadOptions } from "tus-js-client";
import { Client, type Json, PASSWORD, expect, test } from "../../fixtures/client.ts";

const MEGABYTE = 1 << 20;
/** Bytes in which each place is told from its neighbours, in several parts and a bit. */
const FILM = Buffer.from(Uint8Array.from({ length: 5 * MEGABYTE + 12_345 }, (_, at) => at % 251));

/** Someone with a project, and what a client of tus needs to bring a film into it. */
async function sender(client: Client): Promise<{ api: Client; token: string; options: UploadOptions }> {
  const { token } = await client.post("/api/v1/accounts", { username: "ada", password: PASSWORD });
  const api = client.bearing(token);
  const project = await api.post("/api/v1/projects", { name: "Bridge" });
  const options: UploadOptions = {
    endpoint: `${client.url}/api/v1/uploads`,
    headers: { authorization: `Bearer ${token}` },
    metadata: { filename: "film.bin", filetype: "video/mp4", project: String(project.id) },
    chunkSize: MEGABYTE,
    retryDelays: Array<number>(100).fill(200),
  };
  return { api, token, options };
}

/** Sends until so many parts are there, then gives up; the address to go on at. */
function sendSome(options: UploadOptions, parts: number): Promise<string> {
  return new Promise((done, failed) => {
    let sent = 0;
    const upload = new Upload(FILM, {
      ...options,
      onError: failed,
      onChunkComplete: () => {
        if (++sent === parts) upload.abort().then(() => done(upload.url!), failed);
      },
    });
    upload.start();
  });
}

/** Sends to the end; the id of the file, as the last answer tells it. `afterPart` is told after which part. */
function send(options: UploadOptions, afterPart: (part: number) => void = () => {}): Promise<string> {
  return new Promise((done, failed) => {
    let part = 0;
    const upload = new Upload(FILM, {
      ...options,
      onError: failed,
      onChunkComplete: () => afterPart(++part),
      onSuccess: ({ lastResponse }) => done(lastResponse.getHeader("Upload-File") ?? "none was told"),
    });
    upload.start();
  });
}

async function holdsTheFilm(api: Client, file: string): Promise<void> {
  const answer = await api.send("GET", `/api/v1/files/${file}/content`);
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer()).equals(FILM), "every byte, in its place").toBe(true);
  expect(await api.get(`/api/v1/files/${file}`)).toMatchObject({ name: "film.bin", size: FILM.length });
}

async function underWay(api: Client): Promise<Json[]> {
  return (await api.get("/api/v1/uploads")).items;
}

test("tus-js-client brings a file in parts", async ({ client }) => {
  const { api, options } = await sender(client);
  const parts: number[] = [];
  await holdsTheFilm(api, await send(options, (part) => parts.push(part)));
  expect(parts).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await underWay(api)).toEqual([]);
});

test("tus-js-client gives up and goes on from where the server stands", async ({ client }) => {
  const { api, options } = await sender(client);
  const uploadUrl = await sendSome(options, 2);
  const [known] = await underWay(api);
  expect(known).toMatchObject({ name: "film.bin", size: FILM.length, file_id: null });
  expect(known.received).toBeGreaterThanOrEqual(2 * MEGABYTE);
  expect(uploadUrl).toBe(`${client.url}/api/v1/uploads/${known.id}`);

  const parts: number[] = [];
  await holdsTheFilm(api, await send({ ...options, uploadUrl }, (part) => parts.push(part)));
  expect(parts.length, "only what was missing").toBeLessThanOrEqual(4);
});

test("tus-js-client goes on by itself after a power cut", async ({ client, place }) => {
  const { api, options } = await sender(client);
  let restarted: Promise<void> | undefined;
  const file = await send(options, (part) => {
    if (part === 3) restarted = place.kill().then(() => place.start());
  });
  expect(restarted, "it was cut off in the middle").toBeDefined();
  await restarted;
  await holdsTheFilm(api, file);
  expect(await underWay(api)).toEqual([]);
});

test("tus-js-client cancels what it began", async ({ client }) => {
  const { api, options } = await sender(client);
  const url = await sendSome(options, 1);
  await Upload.terminate(url, options);
  expect(await underWay(api)).toEqual([]);
});
