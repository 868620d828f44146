import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { GHZ_FILES, ghzMessages } from "../../traffic/output/ghz.ts";
import type { Texts } from "../../traffic/output/ndjson.ts";
import type { StepBatch } from "../../traffic/stream/steps.ts";
import { LoadError } from "../options/load-error.ts";

const FLUSH_LETTERS = 65_536;

/** Writes a JSON array for each call, and says how ghz takes them. */
export function writeGhzFiles(
  batches: Iterable<StepBatch>,
  texts: Texts,
  folder: string | undefined,
): void {
  if (folder === undefined)
    throw new LoadError("--format ghz makes several files: give --out FOLDER.");
  try {
    mkdirSync(folder, { recursive: true });
    const files = new Map(
      [...GHZ_FILES].map(([kind, { name }]) => [kind, arrayFile(join(folder, name))]),
    );
    for (const { kind, message } of ghzMessages(batches, texts)) files.get(kind)?.add(message);
    for (const file of files.values()) file.end();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new LoadError(
      `Stopped: ${message}; make room or choose another --out, then start again.`,
    );
  }
  for (const { name, call } of GHZ_FILES.values()) {
    console.error(`ghz --insecure --call ${call} --data-file ${join(folder, name)} HOST:PORT`);
  }
  console.error("Scrolls are left out: each needs the token of the page before it.");
}

/** A JSON array, written piece by piece. */
function arrayFile(path: string) {
  const file = openSync(path, "w");
  let waiting = "[";
  let separator = "\n";
  return {
    add(message: string): void {
      waiting += separator + message;
      separator = ",\n";
      if (waiting.length < FLUSH_LETTERS) return;
      writeSync(file, waiting);
      waiting = "";
    },
    end(): void {
      writeSync(file, `${waiting}\n]\n`);
      closeSync(file);
    },
  };
}
