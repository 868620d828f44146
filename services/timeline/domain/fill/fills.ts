import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { DomainError, NOT_OWNER } from "../../../platform/grpc/errors/errors.ts";
import {
  Fill,
  FillCancelled,
  type FillDeps,
  FillFailed,
  type FillSource,
  isUnknownPerson,
  PullOnly,
} from "./fill.ts";
import { FillQueue, FillRefused, type Scheduled, type Urgency } from "./fill-queue.ts";

/** What became of a fill. */
export type FillOutcome =
  | { readonly kind: "complete" }
  /** A source did not answer; it is tried again, not before a while. */
  | { readonly kind: "failed"; readonly source: FillSource }
  /** The queue is full: ask again later. */
  | { readonly kind: "refused" }
  | { readonly kind: "cancelled" }
  /** The viewer has very many friends: nothing is kept of them. */
  | { readonly kind: "pull-only" }
  /** The graph knows no such person. */
  | { readonly kind: "unknown-viewer" };

export interface FillsDeps extends FillDeps {
  /** Jitter: those that failed together come back apart. 0 to 1. */
  readonly random: () => number;
}

export interface FillLimits {
  readonly maxRunning: number;
  readonly maxQueued: number;
  /** Failed fills that are remembered and tried again unasked. */
  readonly maxFailed: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

/** Retries are looked for so often in the shortest time that one waits: else their jitter would be lost. */
const LOOKS_PER_RETRY = 4;
/** Who waits for a page is not kept from a source that is back by tries that nobody waited for, ms. */
const READERS_RETRY_MS = 2_000;
/** An index that has not read all of the log for so long says that it is behind, to everybody. */
const MAX_AHEAD_MS = 10_000;

interface Job {
  readonly fill: Fill;
  readonly outcome: Promise<FillOutcome>;
  readonly promote: Scheduled["promote"];
}

interface Failure {
  readonly source: FillSource;
  readonly attempts: number;
  readonly notBeforeMs: number;
  /** The same, for who waits for a page. */
  readonly readersNotBeforeMs: number;
}

/** All fills of this process: at most one a viewer, few at a time, first pages before the rest. */
export class Fills {
  readonly #deps: FillsDeps;
  readonly #limits: FillLimits;
  readonly #clock: Clock;
  readonly #queue: FillQueue;
  readonly #jobs = new Map<UserId, Job>();
  readonly #failures = new Map<UserId, Failure>();
  readonly #stopped = new AbortController();
  /** When rings were dropped, monotonic ms: what they showed the index may not have read yet. */
  readonly #droppedMs = new Map<UserId, number>();

  constructor(deps: FillsDeps, limits: FillLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#clock = deps.clock;
    this.#queue = new FillQueue(limits);
    void this.#retryForever();
  }

  /** Fills waiting and running, for metrics. */
  counts(): { readonly queued: number; readonly running: number; readonly failed: number } {
    const { queued, running } = this.#queue;
    return { queued, running, failed: this.#failures.size };
  }

  /** The fill in hand for this viewer, if there is one. */
  current(viewer: UserId): Job | undefined {
    return this.#jobs.get(viewer);
  }

  /**
   * Starts a fill, or joins the one in hand; one that failed lately is not tried before its time, which for
   * who waits for a page comes soon, however often it failed.
   */
  request(viewer: UserId, urgency: Urgency): Promise<FillOutcome> {
    const job = this.#jobs.get(viewer);
    if (job) {
      if (urgency === "first-page") job.promote();
      return job.outcome;
    }
    const failure = this.#failures.get(viewer);
    if (failure && this.#clock.monotonicMs() < notBeforeOf(failure, urgency)) {
      return Promise.resolve({ kind: "failed", source: failure.source });
    }
    const fill = new Fill(viewer);
    const { done, promote } = this.#queue.schedule(urgency, () => fill.run(this.#deps));
    const outcome = this.#settle(fill, done);
    this.#jobs.set(viewer, { fill, outcome, promote });
    return outcome;
  }

  /**
   * Makes viewers inactive; resolves to how many were not. Fills in hand write nothing more, and
   * those requested from now on activate after the lapse: the store keeps the order of its calls.
   */
  async lapse(viewers: readonly UserId[]): Promise<number> {
    const { store, friendSets } = this.#deps;
    const nowMs = this.#clock.monotonicMs();
    for (const viewer of viewers) {
      if (store.state(viewer).kind === "complete") this.#droppedMs.set(viewer, nowMs);
      this.#jobs.get(viewer)?.fill.cancel();
      this.#jobs.delete(viewer);
      this.#failures.delete(viewer);
      friendSets.forget(viewer);
    }
    const count = await store.lapse(viewers);
    // Until then a page may be read from the ring, which has nothing of them.
    for (const viewer of viewers) friendSets.arriving.forget(viewer);
    return count;
  }

  /** Of viewers who are served elsewhere: should they come back, a fill begins anew, with the friends of then. */
  cancelWhere(isGone: (viewer: UserId) => boolean): void {
    for (const [viewer, { fill }] of this.#jobs) {
      if (!isGone(viewer)) continue;
      fill.cancel();
      this.#jobs.delete(viewer);
    }
  }

  /** When a ring of this viewer was dropped, if that was lately; monotonic ms. */
  droppedMs(viewer: UserId): number | undefined {
    return this.#droppedMs.get(viewer);
  }

  /** Aborted when it closes: then nothing is filled or mended any more. */
  get stopping(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Stops retries, drops what waits, and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#stopped.abort();
    for (const { fill } of this.#jobs.values()) fill.cancel();
    await this.#queue.close();
  }

  /** Resolves when no fill is in hand: for tests that drain. */
  async settled(): Promise<void> {
    while (this.#jobs.size > 0)
      await Promise.all([...this.#jobs.values()].map((job) => job.outcome));
  }

  async #settle(fill: Fill, started: Promise<void>): Promise<FillOutcome> {
    const { viewer } = fill;
    const outcome = await started.then((): FillOutcome => ({ kind: "complete" }), outcomeOf);
    if (this.#jobs.get(viewer)?.fill !== fill) return { kind: "cancelled" };
    this.#jobs.delete(viewer);
    if (outcome.kind === "unknown-viewer" || outcome.kind === "pull-only")
      return this.#endFilling(viewer, outcome);
    if (outcome.kind === "failed") this.#remember(viewer, outcome.source);
    else if (outcome.kind !== "refused") this.#failures.delete(viewer);
    return outcome;
  }

  /** What was begun is taken back: the timeline is inactive again. */
  async #endFilling(viewer: UserId, outcome: FillOutcome): Promise<FillOutcome> {
    try {
      await this.lapse([viewer]);
      return outcome;
    } catch {
      return { kind: "failed", source: "store" };
    }
  }

  #remember(viewer: UserId, source: FillSource): void {
    const attempts = (this.#failures.get(viewer)?.attempts ?? 0) + 1;
    this.#failures.delete(viewer);
    if (this.#failures.size >= this.#limits.maxFailed) return;
    const { firstRetryMs, maxRetryMs } = this.#limits;
    const mostMs = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempts - 1));
    const waitMs = mostMs / 2 + (this.#deps.random() * mostMs) / 2;
    const nowMs = this.#clock.monotonicMs();
    const readersNotBeforeMs = nowMs + Math.min(waitMs, READERS_RETRY_MS);
    const notBeforeMs = nowMs + waitMs;
    this.#failures.set(viewer, { source, attempts, notBeforeMs, readersNotBeforeMs });
  }

  async #retryForever(): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      try {
        await this.#clock.delay(this.#limits.firstRetryMs / LOOKS_PER_RETRY, signal);
      } catch {
        return;
      }
      const nowMs = this.#clock.monotonicMs();
      for (const [viewer, droppedMs] of this.#droppedMs) {
        if (nowMs - droppedMs > MAX_AHEAD_MS) this.#droppedMs.delete(viewer);
      }
      for (const [viewer, { notBeforeMs }] of this.#failures) {
        if (nowMs >= notBeforeMs) void this.request(viewer, "background");
      }
    }
  }
}

function notBeforeOf({ notBeforeMs, readersNotBeforeMs }: Failure, urgency: Urgency): number {
  return urgency === "first-page" ? readersNotBeforeMs : notBeforeMs;
}

function outcomeOf(error: unknown): FillOutcome {
  if (error instanceof FillCancelled) return { kind: "cancelled" };
  if (error instanceof PullOnly) return { kind: "pull-only" };
  if (error instanceof FillRefused) return { kind: "refused" };
  if (!(error instanceof FillFailed)) return { kind: "failed", source: "store" };
  const { cause, source } = error;
  // The shard has gone elsewhere: its owner fills.
  if (cause instanceof DomainError && cause.reason === NOT_OWNER) return { kind: "cancelled" };
  return isUnknownPerson(error) ? { kind: "unknown-viewer" } : { kind: "failed", source };
}
