import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type LiveRun, readLiveRuns } from "../../../loadtest/live/live-file.ts";
import { REPORT_KINDS } from "../../../loadtest/report/kinds.ts";
import type { ReportKind } from "../../../loadtest/report/report-kind.ts";
import { type Result, ResultError, readResult } from "../../../loadtest/results/read-result.ts";
import { invalidArgument, notFound } from "../../../services/platform/grpc/errors/errors.ts";

/** A result file in the folder. */
export interface RunFile {
  readonly file: string;
  readonly written: string;
  readonly bytes: number;
}

export interface Runs {
  readonly folder: string;
  readonly live: readonly LiveRun[];
  /** Newest first, at most 200. */
  readonly results: readonly RunFile[];
}

const MAX_FILES = 200;
const FILE = /^[\w.-]+\.json$/;

/** The runs that go on, and the results that lie in the folder. */
export async function readRuns(folder: string, nowMs: number): Promise<Runs> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => FILE.test(name));
  const files = await Promise.all(
    names.map(async (file) => {
      // A link that leads nowhere, or a file that has just gone, is none.
      const found = await stat(join(folder, file)).catch(() => undefined);
      return found?.isFile() ? [{ file, mtimeMs: found.mtimeMs, bytes: found.size }] : [];
    }),
  );
  const newest = files.flat().sort((a, b) => b.mtimeMs - a.mtimeMs);
  return {
    folder,
    live: await readLiveRuns(join(folder, "live"), nowMs),
    results: newest.slice(0, MAX_FILES).map(({ file, mtimeMs, bytes }) => {
      return { file, written: new Date(mtimeMs).toISOString(), bytes };
    }),
  };
}

/** A result by the name of its file. Throws INVALID_ARGUMENT for what names no result of the folder, NOT_FOUND. */
export async function readRun(folder: string, file: string): Promise<Result> {
  if (!FILE.test(file))
    throw invalidArgument("run", `is "${file}"`, "a file of the folder of runs");
  const path = join(folder, file);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) throw notFound("result", file);
  return readResult(path).catch((error: unknown) => {
    if (error instanceof ResultError) throw invalidArgument("run", error.message);
    throw error;
  });
}

/** How the reports of its kind tell it. */
export function kindOf(result: Result): ReportKind<Result> {
  return REPORT_KINDS[result.kind] as ReportKind<Result>;
}
