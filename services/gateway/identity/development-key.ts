import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The Ed25519 key that signs tokens on a developer's machine, made on first use: folder 0700, file
 * 0600. The public half is derived from it, so one file holds the pair.
 */
export async function loadOrCreateDevelopmentKey(dataDir: string): Promise<KeyObject> {
  const folder = join(dataDir, "keys");
  const path = join(folder, "jwt-development.pem");
  return (await load(path)) ?? (await create(folder, path));
}

async function load(path: string): Promise<KeyObject | undefined> {
  try {
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${path} is no private key: delete it and a new one is made`, { cause: error });
  }
}

/** The gateway and the token tool may both be first: link() lets one win, and both read its key. */
async function create(folder: string, path: string): Promise<KeyObject> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${path}.${randomUUID()}`;
  try {
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    await writeFile(draft, pem, { mode: 0o600, flag: "wx" });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return createPrivateKey(await readFile(path));
}
