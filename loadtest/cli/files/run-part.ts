import { type Command, InvalidArgumentError } from "commander";
import type { PartOptions } from "../../play/play-options.ts";
import { LoadError } from "../options/load-error.ts";

/** What makes a run one part of a run that several machines make. */
export interface PartFlags {
  readonly generator?: Pick<PartOptions, "index" | "of">;
  readonly startAt?: number;
  readonly runName?: string;
}

const MAX_PARTS = 64;
const MAX_WAIT_MS = 3_600_000;
const RUN_NAME = /^[\w-]{1,32}$/;

export function withPartOptions(command: Command): Command {
  return command
    .option("--generator <i/n>", "make only part i of n, i from 0; other machines the others", part)
    .option("--run-name <name>", "the same for all parts, another for each run", runName)
    .option(
      "--start-at <time>",
      "of all parts, as 2026-11-21T14:30:00Z; when connected by default",
      instant,
    );
}

/** Undefined: the whole run. Throws a LoadError when something is missing, or can't be for a part. */
export function partOf(
  { generator, startAt: startAtMs, runName: run }: PartFlags,
  { running, generators }: { readonly running?: unknown; readonly generators: number },
  nowMs: number,
): PartOptions | undefined {
  if (generator === undefined && startAtMs === undefined && run === undefined) return undefined;
  if (generator === undefined || run === undefined) {
    throw new LoadError("A part needs --generator i/n, and the --run-name that all parts have.");
  }
  if (!running) {
    throw new LoadError("--generator: all parts load one mesh, which runs already: add --running.");
  }
  if (generators > 1) {
    throw new LoadError("--generators: a part is made by one generator; give more parts instead.");
  }
  const waitMs = startAtMs === undefined ? 1 : startAtMs - nowMs;
  if (waitMs <= 0 || waitMs > MAX_WAIT_MS) {
    const now = new Date(nowMs).toISOString();
    throw new LoadError(`--start-at: it is ${now} here; give a time within the next hour.`);
  }
  return { run, ...generator, startAtMs };
}

function part(text: string): Pick<PartOptions, "index" | "of"> {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index !== undefined && of !== undefined && index < of && of >= 2 && of <= MAX_PARTS) {
    return { index, of };
  }
  throw new InvalidArgumentError(
    `It must be i/n, with i from 0 to n - 1 and n from 2 to ${MAX_PARTS}.`,
  );
}

function instant(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError("It must be a time such as 2026-11-21T14:30:00Z.");
}

function runName(text: string): string {
  if (RUN_NAME.test(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 32 letters, digits or hyphens.");
}
