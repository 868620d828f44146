import type { Id } from "../../../erasure/ports.ts";
import type { Hashes } from "../domain/hashes.ts";
import {
  addTallies,
  asRunner,
  type Job,
  type JobProgress,
  MAX_HASH,
  type Tally,
} from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";

export interface RunRecordOptions {
  readonly jobs: Jobs;
  readonly jobId: string;
  readonly runnerId: string;
  readonly leaseMs: number;
  nowMs(): number;
  /** Another has taken the job over: this run is to end. */
  onLost(): void;
}

/**
 * What a run has done, written into its job. Writes are one at a time, each with all that came meanwhile;
 * whoever has deleted a batch waits until it is counted, so that a crash leaves out the last batches only.
 */
export class RunRecord {
  readonly #options: RunRecordOptions;
  readonly #hashes: Hashes;
  #waiting = new Map<string, Tally>();
  #progress: JobProgress | undefined;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(options: RunRecordOptions, hashes: Hashes) {
    this.#options = options;
    this.#hashes = hashes;
  }

  /** These are gone; resolves when that is durable. */
  deleted(table: string, ids: readonly Id[]): Promise<void> {
    this.#add(table, this.#hashes.tally(table, ids));
    return this.write();
  }

  progress(progress: JobProgress): void {
    this.#progress = progress;
  }

  /** Also renews the claim. */
  write(): Promise<void> {
    const before = (this.#writing ?? Promise.resolve()).catch(() => {});
    this.#next ??= before.then(() => {
      this.#next = undefined;
      this.#writing = this.#writeNow();
      return this.#writing;
    });
    return this.#next;
  }

  #add(table: string, more: Tally): void {
    const known = this.#waiting.get(table) ?? { count: 0, hash: 0n };
    const hash = (known.hash + more.hash) & MAX_HASH;
    this.#waiting.set(table, { count: known.count + more.count, hash });
  }

  async #writeNow(): Promise<void> {
    const { jobs, jobId, runnerId, leaseMs, nowMs, onLost } = this.#options;
    const tallies = this.#waiting;
    this.#waiting = new Map();
    const change = (job: Job | undefined) => {
      const own = asRunner(job, runnerId);
      return (
        own && {
          ...own,
          tables: addTallies(own.tables, tallies),
          progress: this.#progress,
          runner: { id: runnerId, untilMs: nowMs() + leaseMs },
        }
      );
    };
    try {
      if (!asRunner(await jobs.change(jobId, change), runnerId)) onLost();
    } catch (error) {
      for (const [table, tally] of tallies) this.#add(table, tally);
      throw error;
    }
  }
}
