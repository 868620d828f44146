import type { Clock } from "../clock/clock.ts";
import { systemClock } from "../clock/system-clock.ts";

export interface InParallelOptions {
  /**
   * "first" (the default): after a failure no more calls begin, `signal` of those that run is aborted, and
   * when they have ended the failure is thrown. "all": every item has its call, and then all failures are
   * thrown together, as an AggregateError in the order of the items.
   */
  readonly failures?: "first" | "all";
  /** Aborted, no more calls begin, and its reason is thrown once those that run have ended. */
  readonly signal?: AbortSignal;
  /** For all of it, ms; then as if `signal` were aborted, with a DeadlineError. */
  readonly timeoutMs?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/** `inParallel` was not done in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Calls `call` for every item, at most `limit` at a time, and resolves to the results in the order of the
 * items, whichever ended first. Items are taken one at a time, when there is room: they may be a
 * generator without end, for `signal` or `timeoutMs` to end. When taking one throws, that is thrown as
 * a first failure is. Nothing runs any more when it settles.
 *
 * @throws RangeError `limit` is no whole number from 1, nor Infinity
 */
export async function inParallel<Item, Result>(
  limit: number,
  items: Iterable<Item>,
  call: (item: Item, index: number, signal: AbortSignal) => Promise<Result> | Result,
  options: InParallelOptions = {},
): Promise<Result[]> {
  if (limit !== Infinity && !(Number.isInteger(limit) && limit >= 1)) {
    throw new RangeError(`limit is ${limit}: a whole number from 1, or Infinity`);
  }
  const { failures = "first", signal, timeoutMs, clock = systemClock } = options;
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  const done = new AbortController();
  if (timeoutMs !== undefined) stopLater(clock, timeoutMs, stop, done.signal);
  const results: Result[] = [];
  const failed: { readonly index: number; readonly error: unknown }[] = [];
  const iterator = items[Symbol.iterator]();
  let next = 0;
  const take = () => {
    try {
      return iterator.next();
    } catch (error) {
      stop.abort(error);
      return undefined;
    }
  };
  const lane = async () => {
    while (!stop.signal.aborted) {
      const item = take();
      if (!item || item.done) return;
      const index = next++;
      try {
        const result = await call(item.value, index, stop.signal);
        // Nothing is kept of calls that give nothing: there may be millions.
        if (result !== undefined) results[index] = result;
      } catch (error) {
        failed.push({ index, error });
        if (failures === "first") stop.abort(error);
      }
    }
  };
  // Lanes begin one by one, so that three items do not cost a thousand lanes.
  const lanes: Promise<void>[] = [];
  for (let begun = -1; lanes.length < limit && begun < next && !stop.signal.aborted; ) {
    begun = next;
    lanes.push(lane());
  }
  try {
    await Promise.all(lanes);
  } finally {
    done.abort();
    signal?.removeEventListener("abort", onAbort);
    if (stop.signal.aborted) iterator.return?.();
  }
  if (stop.signal.aborted) throw stop.signal.reason;
  if (failed.length > 0) throw allOf(failed);
  results.length = next;
  return results;
}

function stopLater(
  clock: Clock,
  timeoutMs: number,
  stop: AbortController,
  done: AbortSignal,
): void {
  clock.delay(timeoutMs, done).then(
    () => stop.abort(new DeadlineError(`not done in ${timeoutMs} ms`)),
    () => {},
  );
}

function allOf(failed: { readonly index: number; readonly error: unknown }[]): AggregateError {
  failed.sort((a, b) => a.index - b.index);
  const errors = failed.map(({ error }) => error);
  return new AggregateError(errors, `${errors.length} calls failed; the first: ${errors[0]}`);
}
