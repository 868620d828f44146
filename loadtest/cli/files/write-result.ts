import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LoadError } from "../options/load-error.ts";
import { typedFile } from "./where-typed.ts";

const FOLDER = ".data/load/results";

/** A result of any kind. */
interface Result {
  readonly kind: string;
  readonly startedAt: string;
  /** Of a run that several machines made at the same time. */
  readonly part?: { readonly index: number };
}

/** Writes a result as JSON, and says where. When that can't be, as without room, it prints it instead. */
export async function writeResult(result: Result, out: string | undefined): Promise<string> {
  const { kind, startedAt, part } = result;
  const partName = part ? `-part${part.index}` : "";
  const name = `${startedAt.replaceAll(/[:.]/g, "-")}-${kind}${partName}.json`;
  const file = out === undefined ? resolve(FOLDER, name) : resolve(typedFile(out));
  const text = JSON.stringify(result);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, text);
  } catch (error) {
    console.log(text); // kept where the person can take it from
    throw new LoadError(
      `The result could not be written to ${file}: ${(error as Error).message}. It is printed above, in ` +
        "one line: make room or choose another --out, and save it there. Nothing has to be run again.",
    );
  }
  return file;
}

/** Half a result is none, and one that was there stays until another is whole. A device is written to itself. */
async function writeWhole(file: string, text: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there && !there.isFile()) return await writeFile(file, text);
  const part = `${file}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}
