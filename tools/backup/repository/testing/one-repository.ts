import { readdirSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../../services/platform/storage/log/testing/random.ts";
import { backupName, type Manifest } from "../manifest.ts";
import { Repository } from "../repository.ts";
import { storeFile } from "../stored-file.ts";

const random = seededRandom(1);
const MAX_CHUNK_BYTES = 100_000;

/** So many, of which no two blocks are the same. */
export const bytes = (length: number) =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

/** The content in pieces of any length. */
export async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < content.length; ) {
    const to = from + 1 + Math.floor(random() * MAX_CHUNK_BYTES);
    yield content.subarray(from, to);
    from = to;
  }
}

export type OneRepository = ReturnType<typeof oneRepository>;

/** A repository in this folder, into which tests put backups of one file. */
export function oneRepository(place: string) {
  return {
    place,
    async takeOne(content: Buffer, momentMs: number): Promise<Manifest> {
      await using repository = await Repository.openOrMake(place, "embedded");
      const { file } = await storeFile(repository.blocks, "post/data.mdb", chunks(content));
      const manifest: Manifest = {
        ...{ repository: repository.id, engine: "embedded", momentMs, endedMs: momentMs + 5 },
        ...{ release: "1.2.3", files: [file] },
      };
      await repository.add(manifest);
      return manifest;
    },
    blockFiles(): readonly string[] {
      const root = join(place, "blocks");
      return readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    },
    manifestFile: (of: Manifest) => join(place, "backups", `${backupName(of)}.json`),
  };
}
