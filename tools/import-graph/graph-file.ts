import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** A file on its way through the import. */
export interface GraphFile {
  readonly chunks: AsyncIterable<Buffer>;
  /** On disk. */
  readonly totalBytes: number;
  /** Read from disk until now. */
  readBytes(): number;
}

const CHUNK_BYTES = 64 * 1_024;

/** Opens a file for one pass; a name that ends in .gz is unpacked on the way. */
export async function openGraphFile(path: string): Promise<GraphFile> {
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Error(`there is no file ${path}`) : error;
  });
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const isPacked = /\.gz$/i.test(path);
  // An error of either stream comes out where the chunks are read.
  const chunks = isPacked ? pipeline(raw, createGunzip(), () => {}) : raw;
  return { chunks, totalBytes: size, readBytes: () => raw.bytesRead };
}
