import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LoadError } from "../options/load-error.ts";

/**
 * Writes to a file, or standard output, as fast as the target takes it. A reader that stops reading ends
 * it quietly, with false. Throws LoadError, naming `where()`, when there is no room or no such place; what
 * was written stays.
 */
export async function writePieces(
  pieces: Iterable<string | Uint8Array>,
  out: string | undefined,
  where: () => string = () => "",
): Promise<boolean> {
  try {
    await pipeline(Readable.from(pieces), out ? createWriteStream(out) : process.stdout);
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return false;
    throw new LoadError(
      `Stopped${where()}: ${message}; make room or choose another --out, then start again.`,
    );
  }
}
