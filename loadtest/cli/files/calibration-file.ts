import { existsSync } from "node:fs";
import type { Delivery } from "../../demand/delivery.ts";
import type { Calibration } from "../../plan/calibrate/calibrate.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { ResultError, readResult } from "../../results/read-result.ts";
import { LoadError } from "../options/load-error.ts";

/**
 * By default the engine's as measured where this was developed, of that delivery or, where nobody has measured it, of
 * push. Throws a LoadError that says how to make one.
 */
export async function readCalibration(
  engine: PrefillEngine,
  given?: string,
  delivery: Delivery = "push",
): Promise<Calibration> {
  const pushed = `docs/load/calibration-${engine}.json`;
  const own = delivery === "push" ? pushed : `docs/load/calibration-${engine}-${delivery}.json`;
  const file = given ?? (existsSync(own) ? own : pushed);
  const result = await readResult(file).catch((error: Error) => {
    if (!(error instanceof ResultError)) throw error;
    throw new LoadError(
      `No calibration in ${file} (${error.message}): make one with \`npm run load -- plan calibrate --out ${file}\`.`,
    );
  });
  if (result.kind === "calibration") return result;
  throw new LoadError(`${file} is no calibration, but a ${result.kind} result: give another.`);
}
