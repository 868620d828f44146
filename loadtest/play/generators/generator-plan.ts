import type { Scenario } from "../../scenarios/scenario.ts";
import type { OpenTarget } from "../../target/target.ts";

/**
 * How calls are sent: by raw frames, cheaply; by the client that the mesh's own services use; or by ghz,
 * which plays mixes alone and knows no intended times; or, in a search on a URL, by autocannon.
 */
export const DRIVERS = ["raw", "grpc-js", "ghz", "autocannon"] as const;
export type DriverName = (typeof DRIVERS)[number];

/** How a load is made, whatever it is. */
export interface GeneratorOptions {
  readonly driver: DriverName;
  /** To each server. */
  readonly connections: number;
  /** Steps begun and not over. */
  readonly maxOpen: number;
  /** Viewers whose timelines the probe of each generator watches; 0: none, and no lag is known. */
  readonly watchers: number;
  /** What the driver can do on this machine, by driverCeiling; not known: the share of it is not judged. */
  readonly ceilingPerSecond?: number | undefined;
}

/** Everything that one generator process must know. It goes there as a message. */
export interface GeneratorPlan extends GeneratorOptions {
  readonly scenario: Scenario;
  /** Unlike any other run's on the same target. */
  readonly run: string;
  /** Which of how many, from 0: it makes its part of the sessions, and watches what it posts itself. */
  readonly generator: number;
  readonly generators: number;
  readonly target: Pick<OpenTarget, "addresses" | "ownerByShard" | "tokenEnv">;
}
