import type { Clock } from "../clock/clock.ts";

export type Settled<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "late" };

/** What the promise came to, or that it was not settled within `ms`. The work itself goes on. */
export async function settleWithin<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
): Promise<Settled<T>> {
  const stop = new AbortController();
  const late = clock.delay(Math.max(0, ms), stop.signal).then(
    () => ({ kind: "late" }) as const,
    () => ({ kind: "late" }) as const,
  );
  const settled = promise.then(
    (value) => ({ kind: "done", value }) as const,
    (error: unknown) => ({ kind: "failed", error }) as const,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    stop.abort();
  }
}
