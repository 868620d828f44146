import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Acknowledged } from "../trial/verdict.ts";

/** What a version left behind: its data, and what its clients knew. */
export interface RecordedData {
  readonly commit: string;
  /** Everybody is a friend of everybody: from 1 on. */
  readonly people: number;
  readonly posts: readonly Acknowledged[];
  /** A page token of that version, and the ids below it. */
  readonly cursor: {
    readonly viewer: string;
    readonly token: string;
    readonly ids: readonly string[];
  };
  /** The data folder: contents by path, as base64 of zstd. */
  readonly files: Readonly<Record<string, string>>;
}

/** Folders with state that does not go into a repository, or none at all. */
const LEFT_OUT = /^(keys|certs|logs)\/|(^|\/)(folder\.(lock|holder)|lock\.mdb)$/;

export async function packFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !LEFT_OUT.test(path));
  const packed = await Promise.all(
    paths.sort().map(async (path) => {
      const content = zstdCompressSync(await readFile(join(folder, path)));
      return [path, content.toString("base64")] as const;
    }),
  );
  return Object.fromEntries(packed);
}

export async function unpackFolder(
  files: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, zstdDecompressSync(Buffer.from(content, "base64")));
  }
}
