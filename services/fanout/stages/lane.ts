import { isTargetsFault, itemWaitMs, messageVerdict, targetWaitMs } from "../domain/retry.ts";
import { HeldTooLong, type LaneOptions, MessageFailure } from "./lane-options.ts";
import { type LaneEntry, LaneQueue } from "./lane-queue.ts";

/**
 * The way to one target. Items that come while calls are in flight, or soon after the last one, make up
 * the next call, so batches grow with load, and an item that finds the lane idle goes at once (after this
 * turn of the loop).
 *
 * A target that is down stops its lane: items stay, one call at a time probes it after a back-off, each
 * time with half as many items, and with others first. So one item that the target cannot serve (a partition
 * that cannot be read looks like a target that is down) is soon alone, and only it waits.
 * A call that fails because of its content is taken apart at once, so that one bad item fails alone.
 */
export class Lane<Item, Result> {
  readonly #options: LaneOptions<Item, Result>;
  #callsInFlight = 0;
  /** Of the target, in a row. */
  #targetFaults = 0;
  /** Calls that had an answer. */
  #answers = 0;
  /** Items of the next call at most, while the target fails. */
  #probeItems = Number.POSITIVE_INFINITY;
  #paused = false;
  #filling = false;
  #lastCallMs = Number.NEGATIVE_INFINITY;
  /** Of the last answer, or of when the first item came after it; monotonic ms. */
  #silentSinceMs = Number.NEGATIVE_INFINITY;
  #resting = false;
  readonly #closing = new AbortController();
  readonly #waiting: LaneQueue<Item, Result>;

  constructor(options: LaneOptions<Item, Result>) {
    this.#options = options;
    this.#waiting = new LaneQueue(options, this.#closing.signal);
  }

  /**
   * Resolves to the item's result. Rejects with MessageFailure, HeldTooLong when it still waits at
   * `untilMs`, or the reason given to `evict`.
   */
  push(item: Item, untilMs: number): Promise<Result> {
    if (!this.isBusy && this.#targetFaults === 0) this.#silentSinceMs = this.#nowMs;
    return new Promise((resolve, reject) => {
      const fresh = { alone: false, failures: 0, faults: 0, answersBefore: 0 };
      this.#waiting.put([{ item, untilMs, resolve, reject, ...fresh }]);
      this.#fillSoon();
    });
  }

  /** Whether something waits, or is on its way. */
  get isBusy(): boolean {
    return this.#waiting.size + this.#callsInFlight > 0;
  }

  /** For how long the target has owed an answer, ms. */
  get silentMs(): number {
    return this.isBusy || this.#targetFaults > 0 ? this.#nowMs - this.#silentSinceMs : 0;
  }

  get isFailing(): boolean {
    return this.#targetFaults > 0;
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  /** Rejects every item that is not in a call. */
  evict(reason: unknown): void {
    this.#waiting.evict(reason);
  }

  /** As `evict`, now and from now on: also what comes, and what comes back from a call. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
    this.evict(reason);
  }

  /** The rest of this turn of the event loop joins the same call. */
  #fillSoon(): void {
    if (this.#filling) return;
    this.#filling = true;
    setImmediate(() => {
      this.#filling = false;
      this.#fill();
    });
  }

  #fill(): void {
    const maxCalls = this.#targetFaults > 0 ? 1 : this.#options.maxCallsInFlight;
    while (!this.#paused && this.#callsInFlight < maxCalls && this.#waiting.size > 0) {
      const restMs = this.#restMs();
      if (restMs > 0) {
        this.#fillIn(restMs);
        return;
      }
      const maxItems = Math.min(this.#options.maxItems, this.#probeItems);
      void this.#call(this.#waiting.takeBatch(maxItems));
    }
  }

  /** How long the next call still waits for company. */
  #restMs(): number {
    const { spacingMs = 0 } = this.#options;
    if (spacingMs === 0 || this.#waiting.isFull) return 0;
    return this.#lastCallMs + spacingMs - this.#nowMs;
  }

  #fillIn(ms: number): void {
    if (this.#resting) return;
    this.#resting = true;
    this.#after(ms, () => {
      this.#resting = false;
    });
  }

  async #call(batch: LaneEntry<Item, Result>[]): Promise<void> {
    this.#callsInFlight++;
    this.#lastCallMs = this.#nowMs;
    try {
      const results = await this.#options.send(batch.map(({ item }) => item));
      this.#targetAnswered();
      batch.forEach(({ resolve }, i) => {
        resolve(results[i]);
      });
    } catch (error) {
      if (isTargetsFault(error)) this.#targetFailed(batch, error);
      else if (batch.length > 1) this.#takeApart(batch);
      else this.#blame(batch[0], error);
    } finally {
      this.#callsInFlight--;
      this.#fill();
    }
  }

  #targetFailed(batch: readonly LaneEntry<Item, Result>[], error: unknown): void {
    this.#probeItems = Math.max(1, batch.length >> 1);
    const [entry] = batch;
    // What may be another target's by now is for others to send again.
    const isSuspect = batch.length === 1 && this.#options.onTargetFault === undefined;
    if (!isSuspect) this.#waiting.put(batch);
    else if (this.#suspect(entry)) return;
    this.#pause(error);
  }

  /** The item waits by itself. True when the target has answered others since it failed alone before. */
  #suspect(entry: LaneEntry<Item, Result>): boolean {
    const isItsFault = entry.faults > 0 && this.#answers > entry.answersBefore;
    entry.alone = true;
    entry.faults++;
    entry.answersBefore = this.#answers;
    const waitMs = itemWaitMs(entry.faults, this.#options.random());
    this.#after(waitMs, () => this.#waiting.put([entry]));
    return isItsFault;
  }

  #pause(error: unknown): void {
    const { random, onTargetFault, target, log } = this.#options;
    this.#targetFaults++;
    if (this.#targetFaults === 1) log.warn({ err: error, target }, "a target fails: messages wait");
    onTargetFault?.(error);
    if (this.#paused) return;
    this.#paused = true;
    this.#after(targetWaitMs(this.#targetFaults, error, random()), () => {
      this.#paused = false;
    });
  }

  #targetAnswered(): void {
    const { target, log } = this.#options;
    const failures = this.#targetFaults;
    this.#targetFaults = 0;
    this.#silentSinceMs = this.#nowMs;
    this.#answers++;
    this.#probeItems = Number.POSITIVE_INFINITY;
    if (failures > 0) log.info({ target, failures }, "a target is back");
  }

  #takeApart(batch: readonly LaneEntry<Item, Result>[]): void {
    for (const entry of batch) entry.alone = true;
    this.#waiting.put(batch, "front");
  }

  #blame(entry: LaneEntry<Item, Result>, error: unknown): void {
    if (error instanceof MessageFailure || error instanceof HeldTooLong) {
      entry.reject(error);
      return;
    }
    entry.alone = true;
    entry.failures++;
    const verdict = messageVerdict(entry.failures, error, this.#options.random());
    if (verdict.kind === "wait") this.#after(verdict.ms, () => this.#waiting.put([entry]));
    else entry.reject(new MessageFailure(verdict.reason, { cause: error }));
  }

  /** After `ms`, or at once when the lane closes. */
  #after(ms: number, act: () => void): void {
    const actAndFill = () => {
      act();
      this.#waiting.giveBackOld();
      this.#fill();
    };
    this.#options.clock.delay(ms, this.#closing.signal).then(actAndFill, actAndFill);
  }
}
