import type { Clock } from "../../clock/clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { CqlOutboxRows, CqlPosition } from "./cql-outbox-rows.ts";

export interface PublishedMarksOptions {
  readonly rows: Pick<CqlOutboxRows, "setWatermark" | "removePublished">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What was published in the last of these ms is published again by whoever takes over: it may be. */
const MARK_AFTER_MS = 1_000;

/**
 * Moves the watermark of a generation in its rows and removes what is below, behind the publishing, once a
 * second while there is something: two statements a second instead of two a batch.
 */
export class PublishedMarks {
  readonly #options: PublishedMarksOptions;
  readonly #stopping = new AbortController();
  /** By bucket, up to where all is published; ascending. */
  #unmarked = new Map<number, CqlPosition>();
  #marking: Promise<void> | undefined;

  constructor(options: PublishedMarksOptions) {
    this.#options = options;
  }

  published(upTo: CqlPosition): void {
    this.#unmarked.set(upTo.bucket, upTo);
    this.#marking ??= this.#markAll();
  }

  /** What the process has written under a lease that it lost is the business of who took it over. */
  forget(): void {
    this.#unmarked.clear();
  }

  /** Marks what is left, once. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#marking;
  }

  async #markAll(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (this.#unmarked.size > 0) {
      await clock.delay(MARK_AFTER_MS, signal).catch(() => {});
      const marks = this.#unmarked;
      this.#unmarked = new Map();
      try {
        await this.#mark([...marks.values()]);
      } catch (error) {
        log.warn({ err: error }, "what is published stays in the outbox, will try again");
        this.#unmarked = new Map([...marks, ...this.#unmarked]);
        if (signal.aborted) break;
      }
    }
    this.#marking = undefined;
  }

  async #mark(marks: readonly CqlPosition[]): Promise<void> {
    const { rows } = this.#options;
    const newest = marks.at(-1);
    if (!newest) return;
    // First: what is removed must be below it, should it come back.
    await rows.setWatermark(newest);
    for (const mark of marks) await rows.removePublished(mark);
  }
}
