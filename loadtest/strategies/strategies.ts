import { isCheaperPulled } from "../../services/model/pulled/cheaper-pulled.ts";
import { meanRingBytes } from "../../services/timeline/domain/rings/ring-memory.ts";
import { aDailyUser, type Day, type Dweller } from "./sample-day.ts";
import { appendUs, indexPageUs, UNIT_BYTES, UNIT_COSTS } from "./unit-costs.ts";

/** What a mesh is like. */
export interface MeshShape {
  readonly owners: number;
  readonly indexDays: number;
  /** Entries of a ring with an index below it. */
  readonly ringEntries: number;
  /** Entries of a timeline below which there is nothing, as others have it. */
  readonly listEntries: number;
  /** The slow pool's timeline for everybody. */
  readonly smallEntries: number;
  /** Of pull by buckets of users. */
  readonly bucketMinutes: number;
  /** Of the lossy push: whoever follows more misses the rest. */
  readonly followLimit: number;
  /** Of the fixed limit: whoever has more friends is pulled. */
  readonly friendLimit: number;
}

/** What a strategy comes to. */
export interface Outcome {
  readonly name: string;
  /** Server CPU a daily user and day, microseconds: written, and read. */
  readonly writeUs: number;
  readonly readUs: number;
  /** Memory a daily user, bytes. */
  readonly bytes: number;
  /** From acknowledgement until it can be read, ms. */
  readonly lagMs: { readonly p50: number; readonly p99: number };
  /** Of what should be shown, never is. */
  readonly lostShare: number;
  /** Of who was away a month: what their first page costs beside an ordinary one, us; what is on it. */
  readonly return: { readonly us: number; readonly shows: string };
}

/** Hops of a push and of the log, as this mesh has them: relay, calls and rows that are 20 ms apart, messages gathered for 20. */
const PUSH_LAG = { p50: 40, p99: 120 };
const LOG_LAG = { p50: 50, p99: 130 };
const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;
const FRIENDS_OF_A_RETURNER = 200;

export function compareStrategies(day: Day, shape: MeshShape): readonly Outcome[] {
  return [
    pushToAll(day, shape),
    slowPool(day, shape),
    buckets(day, shape),
    lossyPush(day, shape),
    shardedByAuthor(day, shape),
    wholeIndex(day, shape),
    fixedLimit(day, shape),
    push(day, shape),
    adaptive(day, shape),
  ];
}

/** A delivery, for an author whose friends scatter over the owners. */
export function deliveryUs(viewers: number, { owners }: MeshShape): number {
  return UNIT_COSTS.fanoutUs + appendUs(Math.max(1, viewers / owners));
}

const pagesOf = (day: Day, us: (one: Dweller) => number) =>
  aDailyUser(day, (one) => one.pages * us(one));
const ringPages = (day: Day) => pagesOf(day, () => UNIT_COSTS.ringPageUs);
const ringReturn = { us: 0, shows: "all of it" };
const indexReturn = { us: indexPageUs(FRIENDS_OF_A_RETURNER), shows: "all of it" };

function pushedUs(day: Day, shape: MeshShape, share: number): number {
  return aDailyUser(day, ({ posts, friends }) => {
    const viewers = friends * share;
    return posts * viewers * deliveryUs(viewers, shape);
  });
}

/** Posts of everybody, followed by every owner; and the index of them. */
function followed(day: Day, { owners, indexDays }: MeshShape) {
  const posts = aDailyUser(day, (one) => one.posts);
  return {
    us: posts * owners * UNIT_COSTS.followUs,
    bytes: posts * indexDays * UNIT_BYTES.indexedPost * owners,
  };
}

const listBytes = ({ listEntries }: MeshShape) =>
  listEntries * UNIT_BYTES.entry + UNIT_BYTES.timeline;
const activeBytes = (day: Day, bytes: number) =>
  aDailyUser(day, (one) => (one.isActive ? bytes : 0));
/** Of who reads on a day. */
const friendSetBytes = (day: Day) =>
  aDailyUser(day, ({ friends, pages }) => (pages > 0 ? UNIT_BYTES.friend * friends : 0));

/** Twitter, 2013: every registered person has a timeline in memory. */
function pushToAll(day: Day, shape: MeshShape): Outcome {
  return {
    name: "push to all",
    writeUs: pushedUs(day, shape, 1),
    readUs: ringPages(day),
    bytes: listBytes(shape) * day.registeredADailyUser,
    lagMs: PUSH_LAG,
    lostShare: 0,
    return: ringReturn,
  };
}

/** A small timeline for everyone; those who are away get theirs when there is nothing else to do. */
function slowPool(day: Day, shape: MeshShape): Outcome {
  const small = shape.smallEntries * UNIT_BYTES.entry + UNIT_BYTES.timeline;
  return {
    ...pushToAll(day, shape),
    name: "small timeline, slow pool",
    bytes: small * day.registeredADailyUser,
    return: { us: 0, shows: `${shape.smallEntries} entries, hours old` },
  };
}

/** Workers look for what is new for each active person, bucket by bucket. */
function buckets(day: Day, shape: MeshShape): Outcome {
  const periodMs = shape.bucketMinutes * MINUTE_MS;
  const looks = MINUTES_A_DAY / shape.bucketMinutes;
  return {
    name: `pull by buckets, ${shape.bucketMinutes} min`,
    writeUs: aDailyUser(day, ({ isActive, friends }) =>
      isActive ? looks * indexPageUs(friends) : 0,
    ),
    readUs: ringPages(day),
    bytes: activeBytes(day, listBytes(shape)),
    lagMs: { p50: periodMs / 2, p99: 0.99 * periodMs },
    lostShare: 0,
    return: { us: FRIENDS_OF_A_RETURNER * UNIT_COSTS.authorReadUs, shows: "what is pulled then" },
  };
}

/** Bluesky, 2025: whoever follows very many misses some of it. */
function lossyPush(day: Day, shape: MeshShape): Outcome {
  const received = aDailyUser(day, ({ friends }) => friends);
  const kept = aDailyUser(day, ({ friends }) => Math.min(friends, shape.followLimit));
  const plain = push(day, shape);
  return {
    ...plain,
    name: `lossy push, ${shape.followLimit} followed`,
    writeUs: plain.writeUs * (kept / received),
    bytes: activeBytes(day, listBytes(shape)) + friendSetBytes(day),
    lostShare: 1 - kept / received,
  };
}

/** X's Thunder, 2026: each author's posts are on one server, and a page asks all of them. */
function shardedByAuthor(day: Day, shape: MeshShape): Outcome {
  const { owners } = shape;
  const posts = aDailyUser(day, (one) => one.posts);
  const pageUs = ({ friends }: Dweller) =>
    UNIT_COSTS.callUs + owners * (UNIT_COSTS.innerCallUs + indexPageUs(friends / owners));
  return {
    name: "pull, sharded by author",
    writeUs: posts * UNIT_COSTS.followUs,
    readUs: pagesOf(day, pageUs),
    bytes: posts * shape.indexDays * UNIT_BYTES.indexedPost + friendSetBytes(day),
    lagMs: LOG_LAG,
    lostShare: 0,
    return: indexReturn,
  };
}

/** TIDINGS_DELIVERY=pull: every owner has everybody's posts. */
function wholeIndex(day: Day, shape: MeshShape): Outcome {
  const { us, bytes } = followed(day, shape);
  return {
    name: "pull, an index on each owner",
    writeUs: us,
    readUs: pagesOf(day, ({ friends }) => UNIT_COSTS.callUs + indexPageUs(friends)),
    bytes: bytes + friendSetBytes(day),
    lagMs: LOG_LAG,
    lostShare: 0,
    return: indexReturn,
  };
}

/** TIDINGS_DELIVERY=push: to the active alone; what they return to comes from the index. */
function push(day: Day, shape: MeshShape): Outcome {
  const { us, bytes } = followed(day, shape);
  const ring = meanRingBytes(shape.ringEntries) + UNIT_BYTES.timeline;
  return {
    name: "push to the active (ours, push)",
    writeUs: pushedUs(day, shape, day.activeShareOfFriends) + us,
    readUs: ringPages(day),
    bytes: activeBytes(day, ring) + bytes + friendSetBytes(day),
    lagMs: PUSH_LAG,
    lostShare: 0,
    return: indexReturn,
  };
}

/** Whoever has more friends is pulled, whatever they do. */
function fixedLimit(day: Day, shape: MeshShape): Outcome {
  const isPulled = ({ friends }: Dweller) => friends > shape.friendLimit;
  return mixed(day, shape, isPulled, `fixed limit, ${shape.friendLimit} friends`);
}

/** Who posts more than their friends read is pulled. */
function adaptive(day: Day, shape: MeshShape): Outcome {
  const { registeredADailyUser, activeShareOfFriends } = day;
  const pages = aDailyUser(day, (one) => one.pages) / registeredADailyUser;
  // Deliveries go to the active alone; so do their pages count for them alone.
  const pagesADay = pages / activeShareOfFriends;
  const isPulled = ({ posts }: Dweller) => isCheaperPulled({ postsADay: posts, pagesADay });
  return mixed(day, shape, isPulled, "by author (ours, adaptive)");
}

function mixed(
  day: Day,
  shape: MeshShape,
  isPulled: (one: Dweller) => boolean,
  name: string,
): Outcome {
  const plain = push(day, shape);
  const pushed = { ...day, people: day.people.filter((one) => !isPulled(one)) };
  const friendships = aDailyUser(day, ({ friends }) => friends);
  const pulledShare = 1 - aDailyUser(pushed, ({ friends }) => friends) / friendships;
  const { us } = followed(day, shape);
  // A page with nobody to pull asks the index for nothing.
  const merged =
    pulledShare === 0 ? () => 0 : (friends: number) => indexPageUs(friends * pulledShare);
  return {
    ...plain,
    name,
    writeUs: pushedUs(pushed, shape, day.activeShareOfFriends) + us,
    readUs: pagesOf(day, ({ friends }) => UNIT_COSTS.ringPageUs + merged(friends)),
  };
}
