import type { CallPlan } from "../../calls/play/call-plan.ts";
import type { LiveOperation } from "../../live/live-sample.ts";
import type { MeasuredJson } from "../../measure/measured-json.ts";
import type { GeneratorPlan } from "./generator-plan.ts";

/** What the process that plays a scenario says to its generators. */
export type ToGenerator =
  | { readonly kind: "plan"; readonly plan: GeneratorPlan | CallPlan }
  /** All start together, at this time of the wall clock. */
  | { readonly kind: "start"; readonly startAtMs: number }
  /** Shards have other owners than the plan says. */
  | { readonly kind: "owners"; readonly ownerByShard: readonly number[] }
  /** No step begins any more. */
  | { readonly kind: "stop" }
  /** The target is as quiet as it will be. `look`: probes look for what is missing. */
  | { readonly kind: "settled"; readonly look: boolean };

/** And what they answer, in this order. */
export type FromGenerator =
  | { readonly kind: "ready" }
  /** Now and then. */
  | {
      readonly kind: "progress";
      readonly sent: number;
      readonly failed: number;
      readonly operations: readonly LiveOperation[];
    }
  /** All steps are over. */
  | { readonly kind: "sent" }
  | {
      readonly kind: "measured";
      readonly measured: MeasuredJson;
      /** What its probe has to say. */
      readonly sentences: readonly string[];
      /** What ended it before its time. */
      readonly failure: string | undefined;
    }
  /** Nothing was measured: what to tell the person. */
  | { readonly kind: "error"; readonly message: string };
