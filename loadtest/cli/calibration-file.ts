import type { Calibration } from "../plan/calibrate.ts";
import type { PrefillEngine } from "../prefill/manifest.ts";
import { ResultError, readResult } from "../results/read-result.ts";
import { LoadError } from "./load-error.ts";

/** As measured where this was developed. */
export function calibrationFile(engine: PrefillEngine): string {
  return `docs/load/calibration-${engine}.json`;
}

/** Throws a LoadError that says how to make one. */
export async function readCalibration(file: string): Promise<Calibration> {
  const result = await readResult(file).catch((error: Error) => {
    if (!(error instanceof ResultError)) throw error;
    throw new LoadError(
      `No calibration in ${file} (${error.message}): make one with \`npm run load -- plan calibrate --out ${file}\`.`,
    );
  });
  if (result.kind === "calibration") return result;
  throw new LoadError(`${file} is no calibration, but a ${result.kind} result: give another.`);
}
