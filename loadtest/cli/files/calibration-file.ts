import type { Calibration } from "../../plan/calibrate/calibrate.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { ResultError, readResult } from "../../results/read-result.ts";
import { LoadError } from "../options/load-error.ts";

/**
 * By default the engine's as measured where this was developed. Throws a LoadError that says how to make
 * one.
 */
export async function readCalibration(
  engine: PrefillEngine,
  file = `docs/load/calibration-${engine}.json`,
): Promise<Calibration> {
  const result = await readResult(file).catch((error: Error) => {
    if (!(error instanceof ResultError)) throw error;
    throw new LoadError(
      `No calibration in ${file} (${error.message}): make one with \`npm run load -- plan calibrate --out ${file}\`.`,
    );
  });
  if (result.kind === "calibration") return result;
  throw new LoadError(`${file} is no calibration, but a ${result.kind} result: give another.`);
}
