import { LOOK_MS as DELETIONS_LOOK_MS } from "../../services/post/domain/cache/deletion-follower.ts";
import { gatherMs } from "../../services/post/domain/log-watchers.ts";
import { LOOK_MS } from "../../services/timeline/domain/recent/follow/poll-pace.ts";
import type { Delivery } from "../demand/delivery.ts";

/**
 * What a load makes the target do, per second: the quantities that its CPU is paid for. All are counts of
 * real work, so a cost is of one post, one call, one entry, and not of a share of something else.
 */
export interface Work {
  /** CreatePost, and the post's way through outbox, bus and worker. */
  readonly posts: number;
  /** KiB of text in these. */
  readonly postedKiB: number;
  /** Synced commits of the embedded post store, which has the outbox and the queues in it; 0 on cql. */
  readonly commits: number;
  /** Friends listed for the fan-out: the sum of the authors' degrees. */
  readonly friendsListed: number;
  /** Pairs of a post and an owner that has any of its viewers. */
  readonly pieces: number;
  /** AppendEntries calls; each has many pieces when there is load. */
  readonly appendCalls: number;
  /** Of both, those to the owners that are measured or paid for. */
  readonly piecesHere: number;
  readonly appendCallsHere: number;
  /** Entries stored, and entries sent to owners that dropped them: the viewer is not active. */
  readonly stored: number;
  readonly dropped: number;
  /** By pull: posts in the indexes of the owners that are measured or paid for, each of which has all. */
  readonly indexed: number;
  /** By pull: messages in which post processes tell these owners of new rows of the log, each process each owner. */
  readonly logMessages: number;
  /** By pull: reads of the log in the database. */
  readonly logTableReads: number;
  /** GetTimeline. */
  readonly pages: number;
  /** By pull: friends among whose posts these pages were looked for. */
  readonly searched: number;
  /** BatchGetPosts of a page's entries, and the posts in their answers. */
  readonly batches: number;
  readonly postsRead: number;
  /** Of the posts and pages, those that come through the gateway, over REST. */
  readonly restPosts: number;
  readonly restPages: number;
  /** Live streams open: a cost a second. */
  readonly streams: number;
  /** Entries shown on these, each with its post. */
  readonly events: number;
}

/** What decides the work of a load. */
export interface Load {
  readonly delivery: Delivery;
  readonly postsPerSecond: number;
  readonly textBytes: number;
  readonly pagesPerSecond: number;
  /** Of pages, how many are followed by BatchGetPosts of their entries. */
  readonly batchShare: number;
  readonly postsPerPage: number;
  /** Mean friends of a post's author, counted by post. */
  readonly friendsPerPost: number;
  /** Of those, active: by push their entries are stored. */
  readonly activePerPost: number;
  /** Mean friends of who reads a page. */
  readonly friendsPerReader: number;
  /** Owners that a post goes to, on average: those that have any of its viewers. */
  readonly ownersTouched: number;
  /** Timeline owners that the worker cuts for. */
  readonly owners: number;
  /** Owners that are measured or paid for: 1 in an owner slice. */
  readonly ownersHere: number;
  /** Post processes: each writes a log of its own. */
  readonly writers: number;
  /** The share of posts and pages that come over REST. */
  readonly restShare: number;
  /** Live streams open. */
  readonly streams: number;
  /** Of the entries of active viewers, those whose viewer has one open. */
  readonly watchedShare: number;
}

/**
 * Where batching takes over: what is idle begins at once, and all that comes meanwhile shares the next
 * call or commit, so that these level off. Fitted from the calibration; a second.
 */
export interface BatchCurve {
  /** To one owner: its lane. */
  readonly callsAtMost: number;
  /** Of the post store. */
  readonly commitsAtMost: number;
}

/** Created, published, marked as published, settled by the worker: each would be a commit if it were alone. */
export const COMMITS_OF_A_LONE_POST = 4;

/** The work that a load makes, from its description alone. */
export function workOf(load: Load, curve: BatchCurve): Work {
  const { postsPerSecond: posts, pagesPerSecond: pages, owners, ownersHere } = load;
  const entriesHere = (posts * load.activePerPost * ownersHere) / owners;
  return {
    posts,
    postedKiB: (posts * load.textBytes) / 1024,
    commits: levelled(COMMITS_OF_A_LONE_POST * posts, curve.commitsAtMost),
    ...deliveryOf(load, curve),
    pages,
    batches: pages * load.batchShare,
    postsRead: pages * load.batchShare * load.postsPerPage,
    restPosts: posts * load.restShare,
    restPages: pages * load.restShare,
    streams: load.streams,
    events: entriesHere * load.watchedShare,
  };
}

type Delivering = Pick<
  Work,
  | "friendsListed"
  | "pieces"
  | "appendCalls"
  | "piecesHere"
  | "appendCallsHere"
  | "stored"
  | "dropped"
  | "indexed"
  | "logMessages"
  | "logTableReads"
  | "searched"
>;

const NO_DELIVERING: Delivering = {
  friendsListed: 0,
  pieces: 0,
  appendCalls: 0,
  piecesHere: 0,
  appendCallsHere: 0,
  stored: 0,
  dropped: 0,
  indexed: 0,
  logMessages: 0,
  logTableReads: 0,
  searched: 0,
};

/**
 * Pushed, a post goes to the owners of its viewers, piece by piece; pulled, to every owner's index, and pages are looked
 * for there. Owners that are pushed to follow the log as well: that is in the costs of their calls, then.
 */
function deliveryOf(load: Load, { callsAtMost }: BatchCurve): Delivering {
  const { delivery, postsPerSecond: posts, owners, ownersHere, ownersTouched: touched } = load;
  if (delivery === "pull") {
    return {
      ...NO_DELIVERING,
      indexed: posts * ownersHere,
      ...followingOf(load),
      searched: load.pagesPerSecond * load.friendsPerReader,
    };
  }
  const piecesPerOwner = (posts * touched) / owners;
  const callsPerOwner = spaced(piecesPerOwner, callsAtMost);
  const here = ownersHere / owners;
  return {
    ...NO_DELIVERING,
    friendsListed: posts * load.friendsPerPost,
    pieces: posts * touched,
    appendCalls: owners * callsPerOwner,
    piecesHere: ownersHere * piecesPerOwner,
    appendCallsHere: ownersHere * callsPerOwner,
    stored: posts * load.activePerPost * here,
    dropped: posts * (load.friendsPerPost - load.activePerPost) * here,
  };
}

/** Of all heads, of the generations, and of where the log begins. */
const READS_A_LOOK = 3;
/** By an owner, when nobody waits for it. */
export const OWNER_READS_A_SECOND = (READS_A_LOOK * 1_000) / LOOK_MS;

/**
 * What it takes to follow the log. Owners are told of what is new, and look at all heads; each post process looks at them
 * too, more often, for the deletions that they tell of.
 */
function followingOf({ postsPerSecond, owners, ownersHere, writers }: Load) {
  const looks = (writers * 1_000) / DELETIONS_LOOK_MS;
  return {
    logMessages: ownersHere * writers * messagesASecond(postsPerSecond / writers, owners),
    logTableReads: OWNER_READS_A_SECOND * ownersHere + looks * READS_A_LOOK,
  };
}

/** To one of these owners of so many rows, which come by chance: the first at once, the others with it that follow soon. */
export function messagesASecond(rows: number, owners: number): number {
  const gatherSeconds = gatherMs(owners) / 1_000;
  return rows > 0 ? 1 / (gatherSeconds + Math.exp(-rows * gatherSeconds) / rows) : 0;
}

/** One for each at low rates; many share those that there is time for. */
export function levelled(perSecond: number, atMost: number): number {
  return perSecond / (1 + perSecond / atMost);
}

/** One for each at low rates, too; and with many no sooner after the last than the lane leaves between two. */
export function spaced(perSecond: number, atMost: number): number {
  return perSecond / Math.hypot(1, perSecond / atMost);
}
