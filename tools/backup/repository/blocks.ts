import { hash, randomBytes, randomInt } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { onFile } from "../../../services/platform/storage/file-error.ts";
import { HEAD_BYTES, packedLength } from "./packed-length.ts";

/** A block has at most so many bytes: what did not change since an earlier backup is not stored again. */
export const BLOCK_BYTES = 64 * 1_024;

const NAME = /^[0-9a-f]{64}$/;
const FOLDERS = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What a backup has is not what was put there; the message names the block. */
export class DamagedBackupError extends Error {
  override name = "DamagedBackupError";
}

/** Of the blocks that a backup finds there already it reads one in so many again, others each time. */
const PARTS = 16;

/**
 * Blocks by the SHA-256 of what is in them, each in a file of its own, compressed. What is put again is not stored
 * again, if its file has the length that its head says; a part of them is read, too. A damaged one is replaced.
 */
export class Blocks {
  readonly #folder: string;
  readonly #isToRead: (name: string) => boolean;
  #repaired = 0;

  /** @param isToRead whether a block that is there already is read, too, when it is put */
  constructor(folder: string, isToRead = oneIn(PARTS)) {
    this.#folder = folder;
    this.#isToRead = isToRead;
  }

  /** How many were found damaged and put anew. */
  get repaired(): number {
    return this.#repaired;
  }

  async prepare(): Promise<void> {
    await Promise.all(
      FOLDERS.map((name) => mkdir(join(this.#folder, name), { recursive: true, mode: 0o700 })),
    );
  }

  /** The block's name, and how many bytes were added: 0 when it was there. Its content is durable, its name is not. */
  async put(content: Uint8Array): Promise<{ readonly name: string; readonly added: number }> {
    const name = hash("sha256", content, "hex");
    const path = this.#pathOf(name);
    const found = await onFile(this.#folder, () => this.#look(name));
    if (found === "whole") return { name, added: 0 };
    const packed = await compress(content);
    await onFile(this.#folder, () => writeWhole(path, packed));
    if (found === "damaged") this.#repaired++;
    return { name, added: packed.length };
  }

  /** "whole" as far as its length tells; of some, and where that tells nothing, as their content does. */
  async #look(name: string): Promise<"missing" | "whole" | "damaged"> {
    const length = await lengthOf(this.#pathOf(name));
    if (length === undefined) return "missing";
    const { bytes, expected = bytes } = length;
    if (bytes !== expected) return "damaged";
    if (length.expected !== undefined && !this.#isToRead(name)) return "whole";
    return this.get(name).then(
      () => "whole",
      () => "damaged",
    );
  }

  /** @throws DamagedBackupError it is missing, or not what its name says */
  async get(name: string): Promise<Buffer> {
    const packed = await readFile(this.#pathOf(name)).catch((cause: NodeJS.ErrnoException) => {
      const what = cause.code === "ENOENT" ? "is missing" : `can't be read: ${cause.message}`;
      throw new DamagedBackupError(`block ${name} ${what}`, { cause });
    });
    const content = await decompress(packed).catch(() => undefined);
    if (content && hash("sha256", content, "hex") === name) return content;
    throw new DamagedBackupError(`block ${name} is damaged (${this.#pathOf(name)})`);
  }

  /** The names of what was put are durable. */
  async sync(): Promise<void> {
    for (const name of FOLDERS) await syncFolder(join(this.#folder, name));
  }

  /** Removes all but these, and what a crash left half written; gives how many went, and their bytes. */
  async retain(wanted: ReadonlySet<string>): Promise<{ count: number; bytes: number }> {
    const gone = { count: 0, bytes: 0 };
    for (const folder of FOLDERS) {
      for (const name of await readdir(join(this.#folder, folder))) {
        if (NAME.test(name) && wanted.has(name)) continue;
        const path = join(this.#folder, folder, name);
        gone.bytes += (await stat(path)).size;
        gone.count++;
        await rm(path);
      }
    }
    return gone;
  }

  #pathOf(name: string): string {
    return join(this.#folder, name.slice(0, 2), name);
  }
}

function oneIn(parts: number): (name: string) => boolean {
  const part = randomInt(parts);
  return (name) => Number.parseInt(name.slice(-4), 16) % parts === part;
}

/** How long the file is, and should be by its head, if that tells; undefined: there is none. */
async function lengthOf(path: string): Promise<{ bytes: number; expected?: number } | undefined> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const expected = packedLength(buffer.subarray(0, bytesRead));
    return expected === undefined ? { bytes: size } : { bytes: size, expected };
  } finally {
    await file.close();
  }
}

/** The file is there with all of it, or, as when the disk is full, nothing is. */
async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const written = `${path}.${randomBytes(4).toString("hex")}`;
  const file = await open(written, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
