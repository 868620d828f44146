import { decodeHistogram, quantile } from "../../measure/histogram.ts";
import { median } from "../../measure/median.ts";
import { type JudgedTime, judgeQuantile } from "../../measure/validity.ts";
import type { RunResult } from "../../results/run-result.ts";
import { simulateDay } from "../simulate-day.ts";
import type { SimulatedRun } from "./model-of-run.ts";

const COMPARED_QUANTILES = [0.5, 0.99] as const;

/** What the simulation may be off by, of what was measured. */
const ALLOWED_ERROR = 0.25;

/** One quantile of the lag, us, as it was measured and as it was simulated. */
export interface ComparedLag {
  readonly quantile: number;
  readonly measured: JudgedTime;
  readonly simulatedMicros: number;
  /** Signed, of the measured. */
  readonly error: number;
  /** Undefined when the measured quantile is not known well enough to say. */
  readonly holds: boolean | undefined;
}

/** At the quantiles that are compared. Throws RangeError when the run watched no deliveries. */
export function lagsOf({ measured }: RunResult): readonly JudgedTime[] {
  const lag = measured.distributions.lag;
  if (lag === undefined) throw new RangeError("it watched no deliveries");
  const [values, lateness] = [decodeHistogram(lag.values), decodeHistogram(lag.lateness)];
  return COMPARED_QUANTILES.map((q) => judgeQuantile(values, lateness, q));
}

/** Of repeats of one run, the median of each quantile, us: one hiccup of a machine is not a model's to fit. */
export function medianLags(repeats: readonly (readonly JudgedTime[])[]): readonly number[] {
  return COMPARED_QUANTILES.map((_, i) => median(repeats.map((lags) => lags[i].micros)));
}

/** In the order of COMPARED_QUANTILES, us. */
export function simulatedLags({ model, options }: SimulatedRun): readonly number[] {
  const histogram = decodeHistogram(simulateDay(model, options).lag.histogram);
  return COMPARED_QUANTILES.map((q) => quantile(histogram, q));
}

/** `lags` of the run that is simulated. */
export function compareLags(
  lags: readonly JudgedTime[],
  simulated: SimulatedRun,
): readonly ComparedLag[] {
  const micros = simulatedLags(simulated);
  return lags.map((measured, i) => {
    const error = micros[i] / measured.micros - 1;
    return {
      quantile: COMPARED_QUANTILES[i],
      measured,
      simulatedMicros: micros[i],
      error,
      holds: measured.valid ? Math.abs(error) <= ALLOWED_ERROR : undefined,
    };
  });
}
