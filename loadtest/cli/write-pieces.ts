import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LoadError } from "./load-error.ts";

/**
 * Writes to a file, or standard output, as fast as the target takes it. A reader that stops reading ends
 * it quietly. Throws LoadError when there is no room or no such place; what was written stays.
 */
export async function writePieces(
  pieces: Iterable<string | Uint8Array>,
  out: string | undefined,
): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), out ? createWriteStream(out) : process.stdout);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return;
    throw new LoadError(
      `Stopped: ${message}; make room or choose another --out, then start again.`,
    );
  }
}
