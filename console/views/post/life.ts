import type { Step } from "../../../services/model/post-steps.ts";
import type { StepsByProcess } from "../../sources/post-steps.ts";

/** A step on the way of one post, with how long after its acceptance, and after the step before. */
export interface LifeStep {
  readonly step: Step | "accepted";
  readonly process: string;
  /** ISO 8601, by the clock of the process. */
  readonly time: string;
  readonly after_ms: number;
  readonly since_previous_ms: number;
  /** Viewers, where it is about some. */
  readonly count: number;
  readonly deletion: boolean;
}

/** How long one hop took: from the first of a step to the last of the next. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly ms: number;
}

/** Where a hop ends: at the last of these, or at none of them. */
const STATIONS: readonly (readonly Step[])[] = [
  ["stored"],
  ["relayed"],
  ["taken"],
  ["cut", "chunked", "left-to-readers"],
  ["appended"],
  ["delivered"],
];

/** Everything that is kept of its way, in the order of time; it begins with the time in its id. */
export function stepsOf(createdMs: number, byProcess: StepsByProcess): readonly LifeStep[] {
  const noted = [...byProcess].flatMap(([process, { steps }]) =>
    steps.map(({ step, time_ms, count, deletion }) => ({
      step,
      process,
      time_ms,
      count,
      deletion,
    })),
  );
  noted.sort((a, b) => a.time_ms - b.time_ms);
  let previousMs = createdMs;
  const steps: LifeStep[] = noted.map(({ time_ms, ...step }) => {
    const since_previous_ms = time_ms - previousMs;
    previousMs = time_ms;
    const time = new Date(time_ms).toISOString();
    return { ...step, time, after_ms: time_ms - createdMs, since_previous_ms };
  });
  const accepted: LifeStep = {
    ...{ step: "accepted", process: "post", time: new Date(createdMs).toISOString() },
    ...{ after_ms: 0, since_previous_ms: 0, count: 0, deletion: false },
  };
  return [accepted, ...steps];
}

/** The lag by hop, as far as the post has come and is remembered. */
export function hopsOf(steps: readonly LifeStep[]): readonly Hop[] {
  const hops: Hop[] = [];
  let from = "accepted";
  let fromMs = 0;
  for (const station of STATIONS) {
    const reached = steps.filter(
      (one) => !one.deletion && station.some((step) => step === one.step),
    );
    const last = reached.at(-1);
    if (!last) continue;
    hops.push({ from, to: last.step, ms: last.after_ms - fromMs });
    from = last.step;
    fromMs = last.after_ms;
  }
  return hops;
}
