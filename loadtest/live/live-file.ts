import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LiveFrame } from "./live-frame.ts";

/** Where runs of a checkout say how far they are, unless told otherwise. */
export const LIVE_FOLDER = ".data/load/live";

/** What was written longer ago is of a run that was killed, ms. */
const STALE_MS = 15_000;
const MAX_RUNS = 50;

/** A run that goes on, as it last said. */
export interface LiveRun {
  /** Of its generator's process. */
  readonly pid: number;
  readonly frame: LiveFrame;
}

/**
 * The newest frame of this run in a file of its own, for whoever looks from outside: the console. What can't be
 * written is not shown, and costs the run nothing.
 */
export class LiveFile implements AsyncDisposable {
  readonly #folder: string;
  readonly #file: string;
  #writing: Promise<void> | undefined;

  constructor(folder: string, pid = process.pid) {
    this.#folder = folder;
    this.#file = join(folder, `${pid}.json`);
  }

  /** A frame that comes while one is written is left out. */
  show(frame: LiveFrame): void {
    this.#writing ??= this.#write(frame)
      .catch(() => {})
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Whoever reads finds the frame before, or this one: whole. */
  async #write(frame: LiveFrame): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = `${this.#file}.draft`;
    await writeFile(draft, JSON.stringify(frame));
    await rename(draft, this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await rm(this.#file, { force: true }).catch(() => {});
  }
}

/** The runs that go on now, by the files of a folder; none when there is no folder. */
export async function readLiveRuns(folder: string, nowMs: number): Promise<readonly LiveRun[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /^\d+\.json$/.test(name)).slice(0, MAX_RUNS);
  const runs = await Promise.all(
    files.map(async (name): Promise<LiveRun | undefined> => {
      const file = join(folder, name);
      try {
        if (nowMs - (await stat(file)).mtimeMs > STALE_MS) return undefined;
        const frame: unknown = JSON.parse(await readFile(file, "utf8"));
        return isFrame(frame) ? { pid: Number.parseInt(name, 10), frame } : undefined;
      } catch {
        return undefined; // it has just ended
      }
    }),
  );
  return runs.filter((run) => run !== undefined);
}

/** Whole frames are moved into place: what has the lists of one is one. */
function isFrame(value: unknown): value is LiveFrame {
  if (typeof value !== "object" || value === null) return false;
  const { operations, thresholds } = value as Partial<LiveFrame>;
  return Array.isArray(operations) && Array.isArray(thresholds);
}
