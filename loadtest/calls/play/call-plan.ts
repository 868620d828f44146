import type { GeneratorOptions } from "../../play/generators/generator-plan.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** Everything that a generator of calls must know. It goes there as a message. */
export interface CallPlan extends Omit<GeneratorOptions, "watchers"> {
  readonly kind: "calls";
  /** When calls wait for one of `connections`, so many are opened to each server; none more by default. */
  readonly mostConnections?: number | undefined;
  readonly scenario: CallScenario;
  /** Of its gRPC methods; undefined over HTTP. */
  readonly descriptors: Uint8Array | undefined;
  /** Which of how many, from 0. */
  readonly generator: number;
  readonly generators: number;
  /** The number of the run's first call; 0 by default. Runs of one search go on counting. */
  readonly firstCall?: number;
}
