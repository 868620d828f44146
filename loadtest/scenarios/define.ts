import type { Scenario, WorldSpec } from "./scenario.ts";

/** A scenario without what is as in most of them. */
export interface GivenScenario extends Partial<Omit<Scenario, "name" | "about" | "world">> {
  readonly name: string;
  readonly about: string;
  readonly world?: Partial<WorldSpec>;
}

/** The service level of gRPC calls, and that nothing is lost on the way. */
export const TIMES = [
  "p99(timeline.get) < 50ms",
  "p99(post.create) < 50ms",
  "p99(lag) < 1s",
] as const;
export const ANSWERED = [
  "failed(timeline.get) <= 0.1%",
  "failed(posts.get) <= 0.1%",
  "failed(post.create) <= 0.1%",
] as const;
export const CORRECT = ["lost == 0", "repeated == 0"] as const;
/** Not asked where a process is taken away: what it held is stale until it is back. */
export const FRESH = ["stale == 0"] as const;

/**
 * A world small enough to be filled in a minute. Of 100,000 people 10,000 come on a day: at 200,000 daily
 * users each comes 20 times as often as people do.
 */
const DEFAULTS = {
  world: { people: 100_000, seed: 1 },
  slice: { kind: "rate" },
  dailyUsers: 200_000,
  pace: { shape: "constant" },
  warmUpSeconds: 10,
  seconds: 60,
  load: { kind: "sessions", via: "grpc" },
  surges: [],
  faults: [],
  thresholds: [...TIMES, ...ANSWERED, ...CORRECT, ...FRESH],
} as const satisfies Partial<Scenario>;

/** The whole scenario. */
export function scenario(given: GivenScenario): Scenario {
  return { ...DEFAULTS, ...given, world: { ...DEFAULTS.world, ...given.world } };
}
