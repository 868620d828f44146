import type { Delivery } from "../demand/delivery.ts";
import type { LiveOperation } from "../live/live-sample.ts";
import type { Fill, MachineDescription, SliceDescription } from "../results/run-result.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { OpenTarget } from "../target/target.ts";
import type { GeneratorOptions } from "./generators/generator-plan.ts";

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly target: OpenTarget;
  readonly slice: SliceDescription;
  readonly machine: MachineDescription;
  /** What was typed. */
  readonly command: string;
  readonly generators: number;
  readonly generator: GeneratorOptions;
  /** Only this part of the load is made here, by one generator; other machines make the others. */
  readonly part?: PartOptions | undefined;
  /** How full the target's stores are; asked before and after. */
  readonly fill?: () => Promise<Fill>;
  /** By which the target's posts travel, as it says. */
  readonly delivery?: Delivery | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the run early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

/** A run that several machines make together. Each is told the same name, and the same start if any. */
export interface PartOptions {
  /** Unlike any other run's on the same target: 1 to 32 letters, digits or hyphens. */
  readonly run: string;
  /** From 0. */
  readonly index: number;
  readonly of: number;
  /** Of the wall clock, ms since the Unix epoch; by default each begins when it is connected. */
  readonly startAtMs?: number | undefined;
}

/** Where a run is: connecting, making load (the warm-up first), looking for what is missing. */
export type Stage = "connecting" | "sending" | "settling";

/** Counts are from the beginning of the warm-up, over all generators. */
export interface Progress {
  readonly stage: Stage;
  readonly sent: number;
  readonly failed: number;
  /** Of the measured part, as known by now. */
  readonly operations?: readonly LiveOperation[];
}
