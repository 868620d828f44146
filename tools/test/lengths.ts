import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Report } from "./summary.ts";

export type Project = "unit" | "system";

/** Seconds that each project took the last time that all of it ran here. */
export type Lengths = Readonly<Partial<Record<Project, number>>>;

/** From the first file's begin to the last one's end. */
export function lengthsOf({ testResults }: Report, root: string): Lengths {
  const spans = Map.groupBy(testResults, ({ name }) =>
    name.startsWith(`${root}/test/system/`) ? "system" : "unit",
  );
  const seconds = [...spans].map(([project, files]) => {
    const begin = Math.min(...files.map(({ startTime }) => startTime));
    const end = Math.max(...files.map(({ endTime }) => endTime));
    return [project, Math.round((end - begin) / 1_000)];
  });
  return Object.fromEntries(seconds);
}

/** What a folder remembers of earlier runs, with the real engines and without. Nothing, at first. */
export function rememberedLengths(file: string, withEngines: boolean): Lengths {
  return read(file)[withEngines ? "engines" : "embedded"] ?? {};
}

export function rememberLengths(file: string, withEngines: boolean, lengths: Lengths): void {
  const all = { ...read(file), [withEngines ? "engines" : "embedded"]: lengths };
  writeFileSync(file, JSON.stringify(all));
}

function read(file: string): { readonly engines?: Lengths; readonly embedded?: Lengths } {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
