import type { PrefillEngine } from "../../prefill/manifest.ts";
import type { Calibration } from "../calibrate/calibrate.ts";
import type { Sizing } from "./sizing.ts";

/** Owners up to which mixtures were measured. */
const MOST_OWNERS_MEASURED = 64;
/** Root mean square of the errors of held-out predictions, above which they failed. */
const MOST_ERROR: Readonly<Record<PrefillEngine, number>> = { embedded: 0.1, cql: 0.15 };

/** What keeps a plan from being believed as it is: parts of its own sentence. */
export function doubtsOf(
  { owners }: Pick<Sizing, "owners">,
  {
    engine,
    errors,
    costs,
    streamBytes,
  }: Pick<Calibration, "engine" | "errors" | "costs" | "streamBytes">,
): readonly string[] {
  const gateway = costs.gateway?.each ?? {};
  const unknown = [
    ...(gateway.restPages === undefined ? ["the gateway's work for REST"] : []),
    ...(gateway.streams === undefined || streamBytes === undefined ? ["live streams"] : []),
  ];
  const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
  return [
    ...(owners > MOST_OWNERS_MEASURED
      ? [`NOT MEASURED beyond ${MOST_OWNERS_MEASURED} owners, and these are ${owners}`]
      : []),
    ...(errors.ours > MOST_ERROR[engine]
      ? [
          `held-out predictions were off by ${percent(errors.ours)}, and ${percent(MOST_ERROR[engine])} is the aim`,
        ]
      : []),
    ...(unknown.length > 0
      ? [
          `${unknown.join(" and ")} NOT in it, for this calibration has no costs of that: make a new one`,
        ]
      : []),
  ];
}
