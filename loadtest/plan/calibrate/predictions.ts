import { createHash } from "node:crypto";
import type { Sample } from "../unit-costs.ts";
import { totalCpu } from "./naive-planner.ts";

/** CPU seconds a second of all server processes together, for one configuration that was not used to fit. */
export interface Prediction {
  readonly configuration: string;
  /** What of it the calibration never had: two at least. */
  readonly unlike: readonly string[];
  readonly cpu: number;
  readonly byTier: Readonly<Record<string, number>>;
  readonly naiveCpu: number;
}

/** Predictions as they were before anything was measured: the digest is printed and kept. */
export interface Sealed {
  readonly predictions: readonly Prediction[];
  /** SHA-256 of the canonical JSON of `predictions`. */
  readonly sha256: string;
  /** ISO 8601. */
  readonly sealedAt: string;
}

export function seal(predictions: readonly Prediction[], now: Date): Sealed {
  return { predictions, sha256: digestOf(predictions), sealedAt: now.toISOString() };
}

/** Throws when predictions were changed after they were sealed. */
export function checkSeal({ predictions, sha256 }: Sealed): void {
  const found = digestOf(predictions);
  if (found !== sha256) {
    throw new Error(`The predictions are not those that were sealed: ${found}, not ${sha256}.`);
  }
}

function digestOf(predictions: readonly Prediction[]): string {
  return createHash("sha256").update(JSON.stringify(predictions)).digest("hex");
}

/** A prediction beside what was measured after it. Errors are signed: above 0, too much was predicted. */
export interface Checked {
  readonly configuration: string;
  readonly predicted: number;
  /** One a repeat. */
  readonly measured: readonly number[];
  /** The same by tier: which of them it is that errs. Calibrations of before 2026-11-30 did not keep it. */
  readonly measuredByTier?: readonly Sample["cpu"][];
  readonly error: number;
  /** max(15%, twice the spread of the repeats). */
  readonly allowed: number;
  readonly holds: boolean;
  readonly naiveError: number;
}

export const ALLOWED_ERROR = 0.15;

/** `measured` by configuration, one for each repeat. */
export function checkPredictions(
  sealed: Sealed,
  measured: ReadonlyMap<string, readonly Sample["cpu"][]>,
): readonly Checked[] {
  checkSeal(sealed);
  return sealed.predictions.flatMap(({ configuration, cpu, naiveCpu }) => {
    const measuredByTier = measured.get(configuration) ?? [];
    if (measuredByTier.length === 0) return [];
    const repeats = measuredByTier.map(totalCpu);
    const mean = repeats.reduce((sum, one) => sum + one, 0) / repeats.length;
    const spread = (Math.max(...repeats) - Math.min(...repeats)) / mean;
    const error = cpu / mean - 1;
    const allowed = Math.max(ALLOWED_ERROR, 2 * spread);
    return [
      {
        configuration,
        predicted: cpu,
        measured: repeats,
        measuredByTier,
        error,
        allowed,
        holds: Math.abs(error) <= allowed,
        naiveError: naiveCpu / mean - 1,
      },
    ];
  });
}

/** Root mean square of the planner's errors and of the naive one's. */
export function compareWithNaive(checked: readonly Checked[]): { ours: number; naive: number } {
  const rms = (errors: readonly number[]) =>
    Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  return {
    ours: rms(checked.map(({ error }) => error)),
    naive: rms(checked.map(({ naiveError }) => naiveError)),
  };
}
