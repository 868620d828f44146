import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../clock/clock.ts";
import type { Parsed } from "../../../config/variable.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import { USER_KEY_FILES } from "../users/user-keys.ts";
import { SVID_FILES, type Svid, type SvidTexts, svidOf } from "./svid.ts";

export interface SvidFilesOptions {
  /** Holds the three files. */
  readonly folder: string;
  /** Whose certificate it must be. */
  readonly service: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two looks at the files, ms. Contents are compared: no watch survives every way to replace one. */
const LOOK_EVERY_MS = 5_000;

/** Reads the three files. The problem names the file and what to do about it. */
export async function readSvid(
  options: Pick<SvidFilesOptions, "folder" | "service" | "clock">,
): Promise<Parsed<Svid>> {
  const { folder, service, clock } = options;
  try {
    const [certificate, key, bundle] = await Promise.all(
      [SVID_FILES.certificate, SVID_FILES.key, SVID_FILES.bundle].map((name) =>
        readFile(join(folder, name), "utf8"),
      ),
    );
    const [verifyingKeys, signingKey] = await Promise.all(
      [USER_KEY_FILES.verifying, USER_KEY_FILES.signing].map((name) =>
        readIfThere(join(folder, name)),
      ),
    );
    const texts = { certificate, key, bundle, verifyingKeys, signingKey };
    return svidOf(texts, service, clock.nowMs());
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : error}` };
  }
}

/** "" when there is no such file. */
async function readIfThere(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

/** Where the certificate of now comes from. */
export type SvidSource = Pick<SvidFiles, "current" | "onChange">;

/**
 * The newest certificate that the files had: they are looked at again and again, and what is whole and
 * right is taken up. Files half replaced, or wrong, change nothing; that is said, once for each problem.
 */
export class SvidFiles implements Disposable {
  readonly #options: SvidFilesOptions;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(svid: Svid) => void>();
  #current: Svid;
  #lastProblem: string | undefined;

  constructor(first: Svid, options: SvidFilesOptions) {
    this.#current = first;
    this.#options = options;
    void this.#lookAgain();
  }

  get current(): Svid {
    return this.#current;
  }

  /** Calls `listener` with each that is taken up from now on. Returns the way to stop listening. */
  onChange(listener: (svid: Svid) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #lookAgain(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await clock.delay(LOOK_EVERY_MS, signal).catch(() => {});
      if (!signal.aborted) this.#take(await readSvid(this.#options));
    }
  }

  #take(read: Parsed<Svid>): void {
    const { log, folder } = this.#options;
    if ("problem" in read) {
      if (read.problem === this.#lastProblem) return;
      this.#lastProblem = read.problem;
      log.warn({ folder, problem: read.problem }, "the certificate's files can't be taken up");
      return;
    }
    this.#lastProblem = undefined;
    if (isSame(read.value.texts, this.#current.texts)) return;
    this.#current = read.value;
    const ends = new Date(read.value.endsMs).toISOString();
    log.info({ folder, ends }, "a new certificate is shown from now on");
    for (const listener of this.#listeners) listener(read.value);
  }
}

function isSame(a: SvidTexts, b: SvidTexts): boolean {
  const parts = ["certificate", "key", "bundle", "verifyingKeys", "signingKey"] as const;
  return parts.every((part) => a[part] === b[part]);
}
