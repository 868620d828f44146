/** A stretch of time in which the rate changes evenly. */
export interface Segment {
  readonly seconds: number;
  /** Sends a second at its start and its end. */
  readonly fromRate: number;
  readonly toRate: number;
}

/** How many sends are intended by when: pure functions of the time since the start. */
export interface Pacer {
  readonly seconds: number;
  /** Sends a second, at `seconds` since the start; 0 outside. */
  rateAt(seconds: number): number;
  /** Sends intended until then: the integral of the rate. */
  countAt(seconds: number): number;
  /** When `count` sends are reached, in seconds: the inverse of `countAt`; Infinity if never. */
  timeOf(count: number): number;
}

interface Placed extends Segment {
  readonly startSeconds: number;
  readonly startCount: number;
  /** Change of the rate, per second squared. */
  readonly slope: number;
}

/** A pacer of segments in a row. Every shape of `shapes.ts` is one; so is any schedule by hand. */
export function pacerOf(segments: readonly Segment[]): Pacer {
  const placed: Placed[] = [];
  let seconds = 0;
  let count = 0;
  for (const segment of segments) {
    const slope = (segment.toRate - segment.fromRate) / segment.seconds;
    placed.push({ ...segment, startSeconds: seconds, startCount: count, slope });
    seconds += segment.seconds;
    count += ((segment.fromRate + segment.toRate) / 2) * segment.seconds;
  }
  const at = (time: number) => placed.findLast(({ startSeconds }) => startSeconds <= time);
  return {
    seconds,
    rateAt(time) {
      const segment = time < seconds ? at(time) : undefined;
      return segment ? segment.fromRate + segment.slope * (time - segment.startSeconds) : 0;
    },
    countAt(time) {
      const segment = at(Math.min(time, seconds));
      if (!segment) return 0;
      const into = Math.min(time - segment.startSeconds, segment.seconds);
      return segment.startCount + into * (segment.fromRate + (segment.slope * into) / 2);
    },
    timeOf(wanted) {
      if (wanted > count) return Number.POSITIVE_INFINITY;
      // A segment without sends never holds the moment at which a count is reached.
      const segment = placed.findLast(({ startCount }) => startCount < wanted) ?? placed[0];
      return segment ? segment.startSeconds + timeWithin(segment, wanted - segment.startCount) : 0;
    },
  };
}

/** Solves fromRate * t + slope * t^2 / 2 = count, in the form that also holds for slope 0. */
function timeWithin({ fromRate, slope }: Placed, count: number): number {
  if (count <= 0) return 0;
  const root = Math.sqrt(Math.max(0, fromRate * fromRate + 2 * slope * count));
  return (2 * count) / (fromRate + root);
}
