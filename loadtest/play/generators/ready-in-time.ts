import { within } from "../../run/within.ts";
import { GeneratorError } from "./generators.ts";

/** Rejects with GeneratorError when the generators are not ready by then. */
export async function readyInTime(ready: Promise<void>, withinMs: number): Promise<void> {
  const isReady = ready.then(() => true);
  if (await within(withinMs, isReady)) return;
  throw new GeneratorError(`The generators were not ready after ${withinMs / 1000} s.`);
}
