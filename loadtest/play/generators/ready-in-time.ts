import { within } from "../../run/within.ts";
import { GeneratorError } from "./generators.ts";

/** How long generators may take until they are ready. */
export interface ReadyWithin {
  readonly seconds: number;
  /** How that was reckoned, when it is not the same for all, as "60 s, and ..."; for the person who waited. */
  readonly text?: string;
}

/** Rejects with GeneratorError when the generators are not ready by then. */
export async function readyInTime(
  ready: Promise<void>,
  { seconds, text }: ReadyWithin,
): Promise<void> {
  const isReady = ready.then(() => true);
  if (await within(seconds * 1_000, isReady)) return;
  const reckoned = text === undefined ? "" : ` (${text})`;
  throw new GeneratorError(
    `The generators were not ready after ${seconds} s${reckoned}: use fewer --generators, or leave this machine more CPU.`,
  );
}
