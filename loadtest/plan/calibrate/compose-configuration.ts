import type { Delivery } from "../../demand/delivery.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { scenario } from "../../scenarios/define.ts";
import type {
  LoadSpec,
  MixedCall,
  Scenario,
  SurgeSpec,
  WorldSpec,
} from "../../scenarios/scenario.ts";
import type { Configuration } from "./configuration.ts";

/** Posts alone and pages alone are what the naive planner knows. */
export const POSTS_ALONE = "posts alone";
export const PAGES_ALONE = "pages alone";
/** The same sessions twice: what the second takes more of, its live streams take. */
export const FEW_SESSIONS = "few sessions";
export const STREAMS_ALONE = "few sessions, live streams";

/** A mixture, in what it differs from a mesh of one owner and published friendships. */
export interface Given {
  readonly dailyUsers?: number;
  /** Over gRPC by default. */
  readonly via?: "rest";
  /** Live streams held open. */
  readonly streams?: number;
  /** Through the run people pull their pages down, so many a second. */
  readonly refreshes?: number;
  readonly owners?: number;
  readonly timelines?: number;
  /** Processes of each service that keeps nothing itself. */
  readonly copies?: number;
  readonly meanFriends?: number;
  readonly load?: LoadSpec;
}

export type Mixture = readonly [name: string, given: Given];
/** And in what ways it is like none that is calibrated with. */
export type HeldOutMixture = readonly [...mixture: Mixture, ...unlike: readonly string[]];

/** Of each run, where not as long as a calibration should have. */
export interface RunLength {
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export const posting = (weight: number, textBytes: number): MixedCall => ({
  method: "tidings.post.v1.PostService/CreatePost",
  weight,
  message: { author_id: "{person}", text: "x".repeat(textBytes) },
});
export const reading = (weight: number): MixedCall => ({
  method: "tidings.timeline.v1.TimelineService/GetTimeline",
  weight,
  message: { viewer_id: "{person}", limit: 20 },
});
/** Weights are calls a second. */
export const mix = (...calls: readonly MixedCall[]): LoadSpec => ({
  kind: "mix",
  perSecond: calls.reduce((sum, { weight }) => sum + weight, 0),
  calls,
});

const refreshing = (perSecond: number, seconds: number): readonly SurgeSpec[] =>
  perSecond === 0
    ? []
    : [{ kind: "refresh", atSecond: 0, people: perSecond * seconds, overSeconds: seconds }];

/** Chooses, of two values, the one for this engine. */
export function valuesOn(engine: PrefillEngine): <T>(embedded: T, cql: T) => T {
  return (embedded, cql) => (engine === "cql" ? cql : embedded);
}

/** What all configurations of a calibration have in common. */
export interface Composed {
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly length?: RunLength | undefined;
}

/**
 * Makes configurations on an engine. On CQL every delivery that is pushed is a row: its world is smaller, and its
 * runs are longer, for what the database flushes and compacts it does in fits, some of them after the run whose rows
 * these were. Pulled there are no such rows, and a run of some hundred posts makes it do neither.
 */
export function composer({ engine, delivery, length }: Composed) {
  const on = valuesOn(engine);
  const world: WorldSpec = { people: on(100_000, 10_000), seed: 1 };
  const isPulled = delivery === "pull";
  const seconds = length?.seconds ?? on(13, isPulled ? 20 : 40);
  const warmUpSeconds = length?.warmUpSeconds ?? on(6, isPulled ? 8 : 15);
  return (name: string, given: Given): Configuration => {
    const { owners, timelines = 1, copies, meanFriends, dailyUsers = 1_000_000, streams } = given;
    const { load = given.via && { kind: "sessions", via: given.via } } = given;
    const base: Scenario = scenario({
      name,
      about: "A run of a calibration.",
      world: { ...world, ...(meanFriends !== undefined && { meanFriends }) },
      ...(owners !== undefined && { slice: { kind: "owner", owners } }),
      dailyUsers,
      warmUpSeconds,
      seconds,
      ...(load && { load }),
      ...(streams && { streams }),
      ...(copies !== undefined && { copies }),
      surges: refreshing(given.refreshes ?? 0, seconds),
      thresholds: ["failures == 0"],
    });
    return { name, engine, delivery, scenario: base, timelines };
  };
}
