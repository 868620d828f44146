import { EventEmitter } from "node:events";
import type { Clock } from "../../platform/clock/clock.ts";
import type { JobStore } from "../ports.ts";
import { type Job, OVER } from "./job.ts";

/** How often a watcher looks for what another replica did, ms. */
const POLL_MS = 1_000;

/** Jobs, with word of every change that this process makes. */
export class Jobs {
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #changes = new EventEmitter();

  constructor(store: JobStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#changes.setMaxListeners(0);
  }

  get(jobId: string): Promise<Job | undefined> {
    return this.#store.get(jobId);
  }

  due(nowMs: number): Promise<readonly Job[]> {
    return this.#store.due(nowMs);
  }

  async change(
    jobId: string,
    change: (job: Job | undefined) => Job | undefined,
  ): Promise<Job | undefined> {
    const job = await this.#store.change(jobId, change);
    this.#changes.emit(jobId);
    return job;
  }

  /** The job now, and again after each change, until it is over. */
  async *watch(jobId: string, signal: AbortSignal): AsyncGenerator<Job> {
    let last = "";
    for (;;) {
      const changed = Promise.withResolvers<void>();
      this.#changes.once(jobId, changed.resolve);
      try {
        const job = await this.#store.get(jobId);
        if (!job) return;
        const text = JSON.stringify(job, (_, value) =>
          typeof value === "bigint" ? String(value) : value,
        );
        if (text !== last) yield job;
        last = text;
        if (OVER.has(job.state)) return;
        await this.#next(changed.promise, signal);
      } finally {
        this.#changes.off(jobId, changed.resolve);
      }
    }
  }

  async #next(changed: Promise<void>, signal: AbortSignal): Promise<void> {
    const polled = new AbortController();
    const stop = AbortSignal.any([signal, polled.signal]);
    const delay = this.#clock.delay(POLL_MS, stop).catch(() => signal.throwIfAborted());
    await Promise.race([changed, delay]);
    polled.abort();
  }
}
