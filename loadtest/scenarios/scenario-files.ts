import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { withoutMark } from "../../services/model/texts/byte-order-mark.ts";

/** What a scenario file holds, by the ending of its name. */
export const SCENARIO_FILES: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  ".json": async (path) => JSON.parse(withoutMark(await readFile(path, "utf8"))),
  ".ts": async (path) => (await import(pathToFileURL(resolve(path)).href)).default,
};
