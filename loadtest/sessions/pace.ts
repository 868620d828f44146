import { type Pacer, pacerOf, type Segment } from "../pacers/pacer.ts";
import type { PaceSpec, Scenario } from "../scenarios/scenario.ts";

type Paced = Pick<Scenario, "pace" | "seconds" | "warmUpSeconds">;

/** Sends a second through the whole run, warm-up first, when there are `atOne` at pace 1. */
export function pacerFor({ pace, seconds, warmUpSeconds }: Paced, atOne = 1): Pacer {
  const measured = segmentsOf(pace, seconds);
  const warmUp = level(measured[0].fromRate, warmUpSeconds);
  return pacerOf(
    [warmUp, ...measured]
      .filter((segment) => segment.seconds > 0)
      .map((segment) => ({
        seconds: segment.seconds,
        fromRate: segment.fromRate * atOne,
        toRate: segment.toRate * atOne,
      })),
  );
}

/** The most that the load is ever multiplied by. */
export function highestFactor({ pace, seconds }: Paced): number {
  return Math.max(
    ...segmentsOf(pace, seconds).flatMap(({ fromRate, toRate }) => [fromRate, toRate]),
  );
}

/** Factors over the measured part; a segment may be empty. */
function segmentsOf(pace: PaceSpec, seconds: number): readonly Segment[] {
  switch (pace.shape) {
    case "constant":
      return [level(1, seconds)];
    case "ramp":
      return [{ seconds, fromRate: pace.from, toRate: pace.to }];
    case "spike": {
      const after = seconds - pace.atSecond - pace.seconds;
      return [level(1, pace.atSecond), level(pace.factor, pace.seconds), level(1, after)];
    }
    case "steps":
      return pace.factors.map((factor) => level(factor, seconds / pace.factors.length));
  }
}

function level(rate: number, seconds: number): Segment {
  return { seconds, fromRate: rate, toRate: rate };
}
