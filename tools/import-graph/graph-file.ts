import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { unpacked } from "../files/unpacked.ts";

/** A file on its way through the import. */
export interface GraphFile {
  readonly chunks: AsyncIterable<Buffer>;
  /** On disk. */
  readonly totalBytes: number;
  /** Read from disk until now. */
  readBytes(): number;
}

const CHUNK_BYTES = 64 * 1_024;

/** Opens a file for one pass; what is packed is unpacked on the way. */
export async function openGraphFile(path: string): Promise<GraphFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Error(`there is no file ${path}`) : error;
  });
  if (found.isDirectory()) throw new Error(`${path} is a folder: give a file of it`);
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return { chunks: unpacked(raw, path), totalBytes: found.size, readBytes: () => raw.bytesRead };
}
