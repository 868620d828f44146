import type { PrefillEngine } from "../../prefill/manifest.ts";
import {
  type Composed,
  composer,
  FEW_SESSIONS,
  type HeldOutMixture,
  type Mixture,
  mix,
  PAGES_ALONE,
  POSTS_ALONE,
  posting,
  reading,
  STREAMS_ALONE,
  valuesOn,
} from "./compose-configuration.ts";
import type { Configuration } from "./configuration.ts";
import { PULLED_HELD_OUT, PULLED_MIXTURES } from "./pulled-configurations.ts";

/** What is predicted and then measured: it is unlike all of the calibration in two ways or more. */
export interface HeldOut extends Configuration {
  readonly unlike: readonly string[];
}

export interface Configurations {
  /** Played first, and not counted: a database's JVM compiles what it runs for minutes. */
  readonly rehearsed: readonly Configuration[];
  /** Mixtures in which every kind of work varies by itself. */
  readonly calibration: readonly Configuration[];
  readonly heldOut: readonly HeldOut[];
}

/** Sessions for some minutes, of one owner and of few. */
const REHEARSED = 4;

/**
 * Pushed, the same mixtures on both engines, each at rates that leave two cores some room: on CQL a fifteenth of the
 * load fills them as much. Throws RangeError for pull on the embedded engine, where nobody has looked.
 */
export function configurationsOn(composed: Composed): Configurations {
  const { engine, delivery } = composed;
  if (delivery === "pull" && engine !== "cql") {
    throw new RangeError("delivery: pull is calibrated on cql only: give --engine cql");
  }
  const isPulled = delivery === "pull";
  const configuration = composer(composed);
  const mixtures = isPulled ? PULLED_MIXTURES : mixturesOn(engine);
  const heldOut = isPulled ? PULLED_HELD_OUT : heldOutOn(engine);
  const calibration = mixtures.map(([name, given]) => configuration(name, given));
  return {
    rehearsed: valuesOn(engine)([], calibration.slice(0, REHEARSED)),
    calibration,
    heldOut: heldOut.map(([name, given, ...unlike]) => ({
      ...configuration(name, given),
      unlike,
    })),
  };
}

function mixturesOn(engine: PrefillEngine): readonly Mixture[] {
  const on = valuesOn(engine);
  const sliced = on(3_000_000, 400_000);
  return [
    ["sessions", { dailyUsers: on(2_000_000, 130_000) }],
    [FEW_SESSIONS, { dailyUsers: on(300_000, 40_000) }],
    ["one of 4 owners", { dailyUsers: on(3_000_000, 250_000), owners: 4 }],
    ["one of 20 owners", { dailyUsers: sliced, owners: 20 }],
    ["one of 64 owners", { dailyUsers: sliced, owners: 64 }],
    [
      "few sessions, one of 20 owners",
      {
        dailyUsers: on(500_000, 100_000),
        owners: 20,
      },
    ],
    [POSTS_ALONE, { load: mix(posting(on(300, 15), 100)) }],
    ["long posts alone", { load: mix(posting(on(300, 15), 1_000)) }],
    [
      "posts and pages",
      {
        load: mix(posting(on(150, 8), 300), reading(on(450, 250))),
      },
    ],
    ["many sessions", { dailyUsers: on(4_000_000, 200_000) }],
    [PAGES_ALONE, { load: mix(reading(on(1_000, 500))) }],
    ["sessions over REST", { via: "rest", dailyUsers: on(1_200_000, 100_000) }],
    ["few sessions over REST", { via: "rest", dailyUsers: on(300_000, 25_000) }],
    [
      "few sessions over REST, many pages",
      {
        via: "rest",
        dailyUsers: on(200_000, 30_000),
        refreshes: on(300, 50),
      },
    ],
    [
      STREAMS_ALONE,
      {
        dailyUsers: on(300_000, 40_000),
        streams: on(4_000, 1_500),
      },
    ],
    [
      "sessions, live streams",
      {
        dailyUsers: on(1_500_000, 100_000),
        streams: on(600, 300),
      },
    ],
    [
      "posts alone, live streams",
      {
        load: mix(posting(on(100, 5), 100)),
        streams: on(600, 250),
      },
    ],
  ];
}

function heldOutOn(engine: PrefillEngine): readonly HeldOutMixture[] {
  const on = valuesOn(engine);
  return [
    [
      "one of 10 owners, long texts",
      { owners: 10, load: mix(posting(on(300, 30), 600), reading(on(200, 70))) },
      "batch fill",
      "text size",
      "read share",
    ],
    [
      "few friends, many readers",
      { meanFriends: 60, load: mix(posting(on(100, 20), 300), reading(on(900, 400))) },
      "mean degree",
      "read share",
      "text size",
    ],
    [
      "two processes, few friends",
      { dailyUsers: on(2_500_000, 250_000), timelines: 2, meanFriends: 60 },
      "processes",
      "mean degree",
      "batch fill",
    ],
    [
      "one of 40 owners, many friends",
      { dailyUsers: on(2_000_000, 250_000), owners: 40, meanFriends: 300 },
      "batch fill",
      "mean degree",
    ],
    [
      "three processes, texts of 800 bytes",
      { timelines: 3, load: mix(posting(on(200, 10), 800), reading(on(400, 140))) },
      "processes",
      "batch fill",
      "text size",
      "read share",
    ],
    [
      "over REST, two processes, few friends",
      {
        via: "rest",
        dailyUsers: on(800_000, 80_000),
        timelines: 2,
        meanFriends: 60,
        refreshes: on(100, 40),
      },
      "processes",
      "mean degree",
      "read share",
    ],
    [
      "live streams, few friends, texts of 500 bytes",
      {
        meanFriends: 60,
        streams: on(2_000, 800),
        load: mix(posting(on(150, 15), 500), reading(on(200, 100))),
      },
      "mean degree",
      "text size",
      "streams a post",
    ],
  ];
}
