import { readFile } from "node:fs/promises";
import type { Calibration } from "../plan/calibrate.ts";
import { LoadError } from "./load-error.ts";

/** Of the embedded engines, as measured where this was developed. */
export const CALIBRATION_FILE = "docs/load/calibration-embedded.json";

/** Throws a LoadError that says how to make one. */
export async function readCalibration(file: string): Promise<Calibration> {
  let read: Partial<Calibration>;
  try {
    read = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new LoadError(
      `No calibration in ${file} (${(error as Error).message}): make one with \`npm run load -- plan calibrate --out ${file}\`.`,
    );
  }
  if (read.kind === "calibration" && read.version === 2) return read as Calibration;
  throw new LoadError(`${file} is no calibration of this version: make it again.`);
}
