import {
  FEW_SESSIONS,
  type HeldOutMixture,
  type Mixture,
  mix,
  PAGES_ALONE,
  POSTS_ALONE,
  posting,
  reading,
  STREAMS_ALONE,
} from "./compose-configuration.ts";

/**
 * By pull, on CQL: no post goes to owners one by one, so slices of owners would all be alike. What varies in their place
 * is what an owner does by itself, followers of the log and writers of it, and the friends among whom pages are
 * looked for. Copies are asked over REST, for gateways share their calls out among them.
 */
export const PULLED_MIXTURES: readonly Mixture[] = [
  ["sessions", { dailyUsers: 200_000 }],
  [FEW_SESSIONS, { dailyUsers: 60_000 }],
  ["sessions over REST", { via: "rest", dailyUsers: 150_000 }],
  ["sessions, three owners", { dailyUsers: 200_000, timelines: 3 }],
  ["many sessions", { dailyUsers: 300_000 }],
  [POSTS_ALONE, { load: mix(posting(30, 100)) }],
  ["long posts alone", { load: mix(posting(30, 1_000)) }],
  ["posts and pages", { load: mix(posting(15, 300), reading(300)) }],
  [PAGES_ALONE, { load: mix(reading(600)) }],
  ["pages alone, many friends", { meanFriends: 400, load: mix(reading(500)) }],
  ["few sessions, four owners", { dailyUsers: 60_000, timelines: 4 }],
  ["over REST, three of each service", { via: "rest", dailyUsers: 150_000, copies: 3 }],
  [
    "few over REST, three of each service, three owners",
    { via: "rest", dailyUsers: 40_000, copies: 3, timelines: 3 },
  ],
  ["few sessions over REST", { via: "rest", dailyUsers: 40_000 }],
  ["few sessions over REST, many pages", { via: "rest", dailyUsers: 40_000, refreshes: 80 }],
  [STREAMS_ALONE, { dailyUsers: 60_000, streams: 1_500 }],
  ["sessions, live streams", { dailyUsers: 150_000, streams: 300 }],
  ["posts alone, live streams", { load: mix(posting(10, 100)), streams: 250 }],
];

export const PULLED_HELD_OUT: readonly HeldOutMixture[] = [
  [
    "two owners, few friends",
    { dailyUsers: 250_000, timelines: 2, meanFriends: 60 },
    "owners",
    "mean degree",
  ],
  [
    "few friends, many readers",
    { meanFriends: 60, load: mix(posting(20, 300), reading(500)) },
    "mean degree",
    "read share",
    "text size",
  ],
  [
    "two owners, long texts",
    { timelines: 2, load: mix(posting(40, 600), reading(100)) },
    "owners",
    "text size",
    "read share",
  ],
  [
    "five owners, texts of 800 bytes",
    { timelines: 5, load: mix(posting(10, 800), reading(200)) },
    "owners",
    "text size",
    "read share",
  ],
  [
    "over REST, two owners, few friends",
    { via: "rest", dailyUsers: 120_000, timelines: 2, meanFriends: 60, refreshes: 60 },
    "owners",
    "mean degree",
    "read share",
  ],
  [
    "over REST, two of each service, two owners",
    { via: "rest", dailyUsers: 150_000, timelines: 2, copies: 2 },
    "owners",
    "writers of the log",
  ],
  [
    "live streams, few friends, texts of 500 bytes",
    { meanFriends: 60, streams: 800, load: mix(posting(15, 500), reading(100)) },
    "mean degree",
    "text size",
    "streams a post",
  ],
];
