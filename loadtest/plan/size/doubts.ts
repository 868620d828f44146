import type { Delivery } from "../../demand/delivery.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import type { Calibration } from "../calibrate/calibrate.ts";
import type { Sizing } from "./sizing.ts";

/** Owners up to which configurations were measured: pushed to, all but one of them are sinks. */
const MOST_OWNERS_MEASURED: Readonly<Record<Delivery, number>> = { push: 64, pull: 5 };
/** Root mean square of the errors of held-out predictions, above which they failed. */
const MOST_ERROR: Readonly<Record<PrefillEngine, number>> = { embedded: 0.1, cql: 0.15 };

type Calibrated = Pick<Calibration, "engine" | "delivery" | "errors" | "costs" | "streamBytes">;

/** What keeps a plan from being believed as it is: parts of its own sentence. */
export function doubtsOf(
  { owners, delivery, isToBeHad }: Pick<Sizing, "owners" | "delivery" | "isToBeHad">,
  { engine, errors, costs, streamBytes, delivery: calibrated = "push" }: Calibrated,
): readonly string[] {
  const mostOwners = MOST_OWNERS_MEASURED[calibrated];
  const gateway = costs.gateway?.each ?? {};
  const unknown = [
    ...(gateway.restPages === undefined ? ["the gateway's work for REST"] : []),
    ...(gateway.streams === undefined || streamBytes === undefined ? ["live streams"] : []),
    ...(calibrated === "pull" && costs.post?.each.logMessages === undefined
      ? ["what owners are told of the post log"]
      : []),
  ];
  const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
  return [
    ...(delivery !== calibrated
      ? [
          `RECKONED ONLY, for the calibration is of ${calibrated}, and what only ${delivery} costs is not in it: make one with --delivery ${delivery}`,
        ]
      : []),
    ...(isToBeHad
      ? []
      : [
          "NOT TO BE HAD so: to follow the log takes more of a post process than it has to give, however many there are",
        ]),
    ...(owners > mostOwners
      ? [`NOT MEASURED beyond ${mostOwners} owners, and these are ${owners}`]
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
