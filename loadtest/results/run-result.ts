import type { CallScenario } from "../calls/spec/call-scenario.ts";
import type { MeasuredJson } from "../measure/measured-json.ts";
import type { Verdict } from "../measure/verdict.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { TargetDescription } from "../target/target.ts";
import type { Resources } from "./resources.ts";

/** The file that a run leaves behind, as JSON: all that a report, a comparison or a plan needs. */
export interface RunResult {
  readonly kind: "run";
  readonly version: 1;
  /** Of calls, when it was no mesh. */
  readonly scenario: Scenario | CallScenario;
  /** What was typed, to repeat it. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly machine: MachineDescription;
  readonly target: TargetDescription;
  readonly slice: SliceDescription;
  readonly generators: number;
  /** Set when only one part of the load was made here: `load merge` makes one result of all. */
  readonly part?: { readonly run: string; readonly index: number; readonly of: number };
  readonly measured: MeasuredJson;
  readonly verdict: Verdict;
  readonly resources: Resources;
  /** What was done to the target, and what happened to it: second of the run and a sentence. */
  readonly events: readonly { readonly atSecond: number; readonly what: string }[];
  /** How full the stores were; undefined for a target that was not prefilled here. */
  readonly fill: { readonly start: Fill; readonly end: Fill } | undefined;
  /** What the probes have to say, in sentences: examples of what was lost, what could not be watched. */
  readonly probes: readonly string[];
  /** Set when the run ended before its time; what was measured until then is kept. */
  readonly failure: string | undefined;
}

/** How full the stores of a target are. Pages of a cold target and of a warm one are different figures. */
export interface Fill {
  readonly posts: number;
  readonly activeViewers: number;
  readonly entries: number;
  /** On disk, by service. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Cold: started on these stores and not yet read; warm: read before the run. */
  readonly caches: "cold" | "warm";
}

export interface MachineDescription {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly node: string;
}

/** What of the whole a slice shows, in sentences. */
export interface SliceDescription {
  readonly text: string;
  readonly preserves: readonly string[];
  readonly loses: readonly string[];
}
