/** Waiting for something to become true: always by asking, always with an end. */
import { setTimeout as delay } from "node:timers/promises";

export interface WaitOptions {
  readonly withinMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_EVERY_MS = 100;

/**
 * Asks until `question` resolves, and gives its answer. A rejection means "not yet".
 * Throws the last rejection when the time is over, and the signal's reason when it is aborted.
 */
export async function until<T>(question: () => Promise<T>, options: WaitOptions): Promise<T> {
  const deadline = performance.now() + options.withinMs;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      if (error instanceof GaveUp) throw error;
      if (performance.now() >= deadline) throw error;
    }
    await delay(options.everyMs ?? DEFAULT_EVERY_MS);
  }
}

/** Thrown by a question to say that the answer will never come. */
export class GaveUp extends Error {
  override readonly name = "GaveUp";
}
