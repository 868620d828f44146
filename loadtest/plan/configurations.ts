import type { PrefillEngine } from "../prefill/manifest.ts";
import { scenario } from "../scenarios/define.ts";
import type { LoadSpec, MixedCall, Scenario, WorldSpec } from "../scenarios/scenario.ts";
import type { Configuration } from "./configuration.ts";

/** A mixture, in what it differs from a mesh of one owner and published friendships. */
interface Given {
  readonly dailyUsers?: number;
  readonly owners?: number;
  readonly timelines?: number;
  readonly meanFriends?: number;
  readonly load?: LoadSpec;
}

/** What is predicted and then measured: it is unlike all of the calibration in two ways or more. */
export interface HeldOut extends Configuration {
  readonly unlike: readonly string[];
}

export interface Configurations {
  /** Mixtures in which every kind of work varies by itself. */
  readonly calibration: readonly Configuration[];
  readonly heldOut: readonly HeldOut[];
}

const posting = (weight: number, textBytes: number): MixedCall => ({
  method: "tidings.post.v1.PostService/CreatePost",
  weight,
  message: { author_id: "{person}", text: "x".repeat(textBytes) },
});
const reading = (weight: number): MixedCall => ({
  method: "tidings.timeline.v1.TimelineService/GetTimeline",
  weight,
  message: { viewer_id: "{person}", limit: 20 },
});
/** Weights are calls a second. */
const mix = (...calls: readonly MixedCall[]): LoadSpec => ({
  kind: "mix",
  perSecond: calls.reduce((sum, { weight }) => sum + weight, 0),
  calls,
});

/** Posts alone and pages alone are what the naive planner knows. */
export const POSTS_ALONE = "posts alone";
export const PAGES_ALONE = "pages alone";

/**
 * The same mixtures on both engines, each at rates that leave two cores some room: on CQL every delivery is
 * a row, and a fifteenth of the load fills them as much. Its runs are longer: what the database flushes and
 * compacts it does in fits, some of them after the run whose rows these were.
 */
export function configurationsOn(engine: PrefillEngine): Configurations {
  const on = <T>(embedded: T, cql: T): T => (engine === "cql" ? cql : embedded);
  const world: WorldSpec = { people: on(100_000, 10_000), seed: 1 };
  const seconds = on(15, 40);
  const warmUpSeconds = on(8, 15);
  const configuration = (name: string, given: Given): Configuration => {
    const { owners, timelines = 1, meanFriends, dailyUsers = 1_000_000, load } = given;
    const base: Scenario = scenario({
      name,
      about: "A run of a calibration.",
      world: { ...world, ...(meanFriends !== undefined && { meanFriends }) },
      ...(owners !== undefined && { slice: { kind: "owner", owners } }),
      dailyUsers,
      warmUpSeconds,
      seconds,
      ...(load && { load }),
      thresholds: ["failures == 0"],
    });
    return { name, engine, scenario: base, timelines };
  };
  const heldOut = (name: string, given: Given, ...unlike: readonly string[]): HeldOut => ({
    ...configuration(name, given),
    unlike,
  });
  const sliced = on(3_000_000, 400_000);
  return {
    calibration: [
      configuration("sessions", { dailyUsers: on(2_000_000, 130_000) }),
      configuration("few sessions", { dailyUsers: on(300_000, 40_000) }),
      configuration("one of 4 owners", { dailyUsers: on(3_000_000, 250_000), owners: 4 }),
      configuration("one of 20 owners", { dailyUsers: sliced, owners: 20 }),
      configuration("one of 64 owners", { dailyUsers: sliced, owners: 64 }),
      configuration("few sessions, one of 20 owners", {
        dailyUsers: on(500_000, 100_000),
        owners: 20,
      }),
      configuration(POSTS_ALONE, { load: mix(posting(on(300, 15), 100)) }),
      configuration("long posts alone", { load: mix(posting(on(300, 15), 1_000)) }),
      configuration("posts and pages", {
        load: mix(posting(on(150, 8), 300), reading(on(450, 250))),
      }),
      configuration("many sessions", { dailyUsers: on(4_000_000, 200_000) }),
      configuration(PAGES_ALONE, { load: mix(reading(on(1_000, 500))) }),
    ],
    heldOut: [
      heldOut(
        "one of 10 owners, long texts",
        { owners: 10, load: mix(posting(on(300, 30), 600), reading(on(200, 70))) },
        "batch fill",
        "text size",
        "read share",
      ),
      heldOut(
        "few friends, many readers",
        { meanFriends: 60, load: mix(posting(on(100, 20), 300), reading(on(900, 400))) },
        "mean degree",
        "read share",
        "text size",
      ),
      heldOut(
        "two processes, few friends",
        { dailyUsers: on(2_500_000, 250_000), timelines: 2, meanFriends: 60 },
        "processes",
        "mean degree",
        "batch fill",
      ),
      heldOut(
        "one of 40 owners, many friends",
        { dailyUsers: on(2_000_000, 250_000), owners: 40, meanFriends: 300 },
        "batch fill",
        "mean degree",
      ),
      heldOut(
        "three processes, texts of 800 bytes",
        { timelines: 3, load: mix(posting(on(200, 10), 800), reading(on(400, 140))) },
        "processes",
        "batch fill",
        "text size",
        "read share",
      ),
    ],
  };
}
