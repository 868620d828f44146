import type { Measured } from "../../measure/measured.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import { ResultError } from "../../results/read-result.ts";
import type { RunResult } from "../../results/run-result.ts";
import type { Mark } from "../charts/chart-spec.ts";

/** A run, ready to be shown. Times of the page are seconds of the measured part, as those of its events. */
export interface RunView {
  readonly result: RunResult;
  readonly measured: Measured;
  /** How long the time axis is: as long as was planned, or as it ran when it ended early. */
  readonly seconds: number;
  readonly marks: readonly Mark[];
}

export function viewOf(result: RunResult): RunView {
  const measured = decoded(result);
  const planned = result.scenario.seconds;
  const seconds = result.failure === undefined ? planned : Math.min(planned, measured.seconds);
  const marks = result.events.map(({ atSecond, what }) => ({ at: atSecond, text: what }));
  return {
    result,
    measured,
    seconds: Math.max(1, seconds),
    marks: marks.toSorted((a, b) => a.at - b.at),
  };
}

function decoded({ measured }: RunResult): Measured {
  try {
    return measuredFrom(measured);
  } catch (error) {
    throw new ResultError(`its histograms can't be decoded: ${(error as Error).message}.`);
  }
}

/** Axis of all charts over time: one beginning and one end, so that they can be read across. */
export function timeAxis({ seconds }: RunView) {
  return { label: "time", unit: "clock", from: 0, to: seconds } as const;
}

/** From the time of the recorder, which begins with the warm-up, to that of the measured part. */
export function fromRecorder({ result }: RunView, recorderSecond: number): number {
  return recorderSecond - result.scenario.warmUpSeconds;
}
