import type { Step, StepSource } from "../run/step.ts";

/**
 * Several sources as one, by intended time; at equal times in the order of the sources. The first step of
 * each is read at once: a stream of sessions first draws those in progress, which can take seconds, and
 * nothing may be due by then.
 */
export function mergeSources(sources: readonly StepSource[]): Generator<Step, void, void> {
  const next = sources.map((source) => source.next());
  return merged(sources, next);
}

function* merged(sources: readonly StepSource[], next: IteratorResult<Step, unknown>[]) {
  for (;;) {
    let first = -1;
    let firstMicros = Number.POSITIVE_INFINITY;
    for (const [i, { done, value }] of next.entries()) {
      if (done || (value as Step).intendedMicros >= firstMicros) continue;
      first = i;
      firstMicros = (value as Step).intendedMicros;
    }
    if (first < 0) return;
    yield next[first].value as Step;
    next[first] = sources[first].next();
  }
}
