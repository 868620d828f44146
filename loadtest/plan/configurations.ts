import { scenario } from "../scenarios/define.ts";
import type { LoadSpec, MixedCall, Scenario, WorldSpec } from "../scenarios/scenario.ts";
import type { Configuration } from "./configuration.ts";

/** Seconds of each run; with the warm-up before, and a mesh to start, about half a minute. */
const SECONDS = 15;
const WARM_UP_SECONDS = 8;
const WORLD: WorldSpec = { people: 100_000, seed: 1 };

/** A mixture, in what it differs from a mesh of one owner and published friendships. */
interface Given {
  readonly dailyUsers?: number;
  readonly owners?: number;
  readonly timelines?: number;
  readonly meanFriends?: number;
  readonly load?: LoadSpec;
}

function configuration(name: string, given: Given): Configuration {
  const { owners, timelines = 1, meanFriends, dailyUsers = 1_000_000, load } = given;
  const base: Scenario = scenario({
    name,
    about: "A run of a calibration.",
    world: { ...WORLD, ...(meanFriends !== undefined && { meanFriends }) },
    ...(owners !== undefined && { slice: { kind: "owner", owners } }),
    dailyUsers,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: SECONDS,
    ...(load && { load }),
    thresholds: ["failures == 0"],
  });
  return { name, scenario: base, timelines };
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
const mix = (perSecond: number, ...calls: readonly MixedCall[]): LoadSpec => ({
  kind: "mix",
  perSecond,
  calls,
});

/** Posts alone and pages alone are what the naive planner knows. */
export const POSTS_ALONE = "posts alone";
export const PAGES_ALONE = "pages alone";

/** Mixtures in which every kind of work varies by itself. */
export const CALIBRATION: readonly Configuration[] = [
  configuration("sessions", { dailyUsers: 2_000_000 }),
  configuration("few sessions", { dailyUsers: 300_000 }),
  configuration("one of 4 owners", { dailyUsers: 3_000_000, owners: 4 }),
  configuration("one of 20 owners", { dailyUsers: 3_000_000, owners: 20 }),
  configuration("one of 64 owners", { dailyUsers: 3_000_000, owners: 64 }),
  configuration("few sessions, one of 20 owners", { dailyUsers: 500_000, owners: 20 }),
  configuration(POSTS_ALONE, { load: mix(300, posting(1, 100)) }),
  configuration("long posts alone", { load: mix(300, posting(1, 1_000)) }),
  configuration("posts and pages", { load: mix(600, posting(150, 300), reading(450)) }),
  configuration("many sessions", { dailyUsers: 4_000_000 }),
  configuration(PAGES_ALONE, { load: mix(1_000, reading(1)) }),
];

/** What is predicted and then measured: each is unlike all of the above in two ways or more. */
export const HELD_OUT: readonly (Configuration & { readonly unlike: readonly string[] })[] = [
  {
    ...configuration("one of 10 owners, long texts", {
      owners: 10,
      load: mix(500, posting(300, 600), reading(200)),
    }),
    unlike: ["batch fill", "text size", "read share"],
  },
  {
    ...configuration("few friends, many readers", {
      meanFriends: 60,
      load: mix(1_000, posting(100, 300), reading(900)),
    }),
    unlike: ["mean degree", "read share", "text size"],
  },
  {
    ...configuration("two processes, few friends", {
      dailyUsers: 2_500_000,
      timelines: 2,
      meanFriends: 60,
    }),
    unlike: ["processes", "mean degree", "batch fill"],
  },
  {
    ...configuration("one of 40 owners, many friends", {
      dailyUsers: 2_000_000,
      owners: 40,
      meanFriends: 300,
    }),
    unlike: ["batch fill", "mean degree"],
  },
  {
    ...configuration("three processes, texts of 800 bytes", {
      timelines: 3,
      load: mix(600, posting(200, 800), reading(400)),
    }),
    unlike: ["processes", "batch fill", "text size", "read share"],
  },
];
