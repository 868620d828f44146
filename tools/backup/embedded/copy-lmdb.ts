import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { FileError } from "../../../services/platform/storage/file-error.ts";
import { BLOCK_BYTES } from "../repository/blocks.ts";

const DATA = "data.mdb";

/** What lmdb-js has beside its typings: `readerCheck` lets go of readers that died. */
interface Environment extends RootDatabase<Buffer, Buffer> {
  backup(path: string, compact: boolean): Promise<void>;
  readerCheck(): number;
}

/**
 * The environment in `folder` as it is at one moment, as the content of its file. Its owner goes on serving:
 * this is a reader, which LMDB allows in another process of the same machine, and keeps the pages of that
 * moment until it has been copied into `scratch`, which takes as much room as the environment.
 */
export async function* copyLmdb(folder: string, scratch: string): AsyncGenerator<Uint8Array> {
  const copy = join(scratch, "lmdb");
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true, mode: 0o700 });
  const environment = openReader(folder);
  try {
    environment.readerCheck();
    // Not compacted: a page stays where it was, so the next backup finds it in the same block.
    await environment.backup(copy, false);
  } catch (cause) {
    // LMDB says what the matter is, and not with which file.
    const what = `${folder} could not be copied to ${copy}: ${(cause as Error).message}`;
    throw new FileError(`${what}: it needs as much room there for as long as it is taken`, {
      cause,
    });
  } finally {
    await environment.close();
  }
  yield* createReadStream(join(copy, DATA), { highWaterMark: BLOCK_BYTES });
  await rm(copy, { recursive: true });
}

function openReader(folder: string): Environment {
  const options = { path: folder, readOnly: true, encoding: "binary" } as const;
  try {
    return open<Buffer, Buffer>(options) as Environment;
  } catch (cause) {
    const what = `${folder} can't be read as an environment of LMDB: ${(cause as Error).message}`;
    throw new FileError(`${what}: is it the folder of a mesh, and may this user write there?`, {
      cause,
    });
  }
}

export const LMDB_FILE = DATA;
