import type { Clock } from "../../services/platform/clock/clock.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { LoadTarget } from "../target/target.ts";
import { GeneratorError } from "./generators/generators.ts";

/** Why a run does not go on. */
export interface Ending {
  /** Interrupted: the target is as it was. Dead: some of it is gone, and it will not become quiet. */
  readonly kind: "interrupted" | "dead";
  readonly what: string;
}

/** Watches for a reason to end a run before its time. */
export interface EndWatch extends Disposable {
  /** The first reason. */
  readonly ending: Promise<Ending>;
  /** The same; undefined while there is none. */
  readonly ended: Ending | undefined;
}

const LOOK_MS = 2_000;
/** A service that is started again is back sooner. */
const GONE_MS = 10_000;

export function watchForEnd(
  target: Pick<LoadTarget, "broken" | "description" | "metrics">,
  signal: AbortSignal | undefined,
  clock: Clock = systemClock,
): EndWatch {
  const ending = Promise.withResolvers<Ending>();
  const over = new AbortController();
  let ended: Ending | undefined;
  const end = (why: Ending) => {
    ended ??= why;
    ending.resolve(ended);
  };
  const interrupt = () => end({ kind: "interrupted", what: "It was interrupted." });
  signal?.addEventListener("abort", interrupt, { signal: over.signal });
  if (signal?.aborted) interrupt();
  const dead = (what: string) => end({ kind: "dead", what: `The target died: ${what}.` });
  void target.broken.then(dead);
  // Of a target that was not started here nobody tells.
  if (target.description.kind === "running") {
    firstGone(target, clock, over.signal).then(dead, () => {}); // rejects when nobody asks any more
  }
  return {
    ending: ending.promise,
    get ended() {
      return ended;
    },
    [Symbol.dispose]: () => over.abort(),
  };
}

/** What the work gives, unless there is a reason not to begin: then nothing was measured. */
export async function unlessEnded<T>(watch: EndWatch, work: Promise<T>): Promise<T> {
  const ended = watch.ending.then(({ what }) => {
    throw new GeneratorError(`${what} Nothing was measured yet.`);
  });
  return await Promise.race([ended, work]);
}

/** Resolves when a process that had a metrics page has had none for a while. */
async function firstGone(
  target: Pick<LoadTarget, "metrics">,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const seenMs = new Map<string, number>();
  for (;;) {
    const pages = await target.metrics();
    const nowMs = clock.monotonicMs();
    for (const label of pages.keys()) seenMs.set(label, nowMs);
    for (const [label, ms] of seenMs) {
      if (nowMs - ms >= GONE_MS) return `${label} has not answered for ${GONE_MS / 1000} s`;
    }
    await clock.delay(LOOK_MS, signal);
  }
}
