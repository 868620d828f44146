import type { Scenario } from "../../scenarios/scenario.ts";

/** Of every fixture. */
export const WARM_UP_SECONDS = 5;

/** A scenario of sessions with a kill. */
export function scenarioFixture(given: {
  readonly name?: string;
  readonly seconds: number;
  readonly thresholds: readonly string[];
}): Scenario {
  const { name = "A timeline killed at 80% load", seconds, thresholds } = given;
  return {
    name,
    about: "One timeline process is killed at 80% of the capacity, and comes back.",
    world: { people: 1_000_000, seed: 1 },
    slice: { kind: "owner", owners: 20 },
    dailyUsers: 10_000_000,
    pace: { shape: "constant" },
    warmUpSeconds: WARM_UP_SECONDS,
    seconds,
    load: { kind: "sessions", via: "grpc" },
    surges: [],
    faults: [
      {
        kind: "kill",
        atSecond: seconds * 0.4,
        label: "timeline-1",
        backAfterSeconds: seconds / 20,
      },
    ],
    thresholds,
  };
}
