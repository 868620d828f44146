import { type PostId, trustedPostId, trustedUserId } from "../../../services/model/ids.ts";
import type { PulledTable } from "../../../services/model/pulled/pulled-table.ts";
import { differingPositions } from "../../../services/model/reconcile/differing-positions.ts";
import { idsOf, pairsOf } from "../../../services/model/wire/id-pairs.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import type { FriendSource } from "../../../services/timeline/ports.ts";
import type { TimelineClient } from "../owners.ts";
import { ExpectedTimelines } from "./expected-timelines.ts";
import { HeldTimelines, type Stretch } from "./held-timelines.ts";
import { isFaulty, judge, type Verdict } from "./judge.ts";
import { readAsViewer } from "./read-as-viewer.ts";
import type { LogWindow } from "./read-log-window.ts";

/** Where the truth is: what was published, who is whose friend, and what is not pushed. */
export interface Truth {
  readonly log: LogWindow;
  readonly until: PostId;
  readonly friends: Pick<FriendSource, "list">;
  readonly table: PulledTable;
}

export interface FaultyTimeline extends Verdict {
  readonly viewer: bigint;
  readonly isRepaired: boolean;
}

export interface OwnerCheck {
  readonly viewers: number;
  /** Digests that were compared. */
  readonly compared: number;
  /** Viewers whose digests differ. */
  readonly differing: number;
  /** Of these, pages that could not say: a source did not answer. */
  readonly degraded: readonly bigint[];
  readonly faulty: readonly FaultyTimeline[];
  /** More differ than were looked at. */
  readonly isCut: boolean;
}

/** A range of the first round, and into how many one is cut: a viewer is found in three rounds. */
const DESCENT = { firstLength: 1_024, fanOut: 32, mostDiffering: 10_000 };
const AT_ONCE = 8;
const REBUILD_TIMEOUT_MS = 30_000;

/**
 * Compares what an owner holds of all its active viewers with what was posted, by digests of ranges, and reads
 * only those timelines as a viewer whose digests differ. With `isRepair` it rebuilds what is faulty, and reads
 * it again.
 */
export async function checkOwner(
  client: TimelineClient,
  viewers: readonly bigint[],
  truth: Truth,
  isRepair: boolean,
): Promise<OwnerCheck> {
  const stretch = { since: truth.log.since, until: truth.until };
  const sorted = viewers.toSorted((a, b) => (a < b ? -1 : 1));
  const held = await HeldTimelines.open(client, sorted, stretch, DESCENT.firstLength);
  const expected = new ExpectedTimelines(pairsOf(sorted), pairsOf(held.froms));
  await inParallel(AT_ONCE, truth.log.posts, async ([author, posts]) => {
    const pushed = posts.filter(
      (post) => truth.table.deliveryOf(trustedPostId(post), author) === "push",
    );
    if (pushed.length === 0) return;
    const { friends } = await truth.friends.list(trustedUserId(author));
    expected.addPosts(pairsOf(pushed), friends);
  });
  const { positions, compared, isCut } = await differingPositions(
    sorted.length,
    (ranges) => held.digestsOf(ranges),
    (ranges) => ranges.map((range) => expected.digestOf(range)),
    DESCENT,
  );
  const found = await inParallel(AT_ONCE, positions, (position) =>
    look(client, held.viewers[position], {
      ...{ truth, isRepair },
      stretch: { ...stretch, since: held.froms[position] },
    }),
  );
  return {
    ...{ viewers: sorted.length, compared, differing: positions.length, isCut },
    degraded: found.flatMap((one) => (one.kind === "degraded" ? [one.viewer] : [])),
    faulty: found.flatMap((one) => (one.kind === "faulty" ? [one] : [])),
  };
}

type Found =
  | { readonly kind: "well" }
  | { readonly kind: "degraded"; readonly viewer: bigint }
  | ({ readonly kind: "faulty" } & FaultyTimeline);

interface Look {
  readonly truth: Truth;
  readonly stretch: Stretch;
  readonly isRepair: boolean;
}

/** Digests differ for what is hidden at read, too: so what the viewer is shown decides. */
async function look(client: TimelineClient, viewer: bigint, asked: Look): Promise<Found> {
  const verdict = await verdictOn(client, viewer, asked);
  if (verdict === undefined) return { kind: "degraded", viewer };
  if (!isFaulty(verdict)) return { kind: "well" };
  const faulty = { kind: "faulty", viewer, ...verdict } as const;
  if (!asked.isRepair) return { ...faulty, isRepaired: false };
  await client.rebuildTimeline({ viewerId: viewer }, { timeoutMs: REBUILD_TIMEOUT_MS });
  const after = await verdictOn(client, viewer, asked);
  return { ...faulty, isRepaired: after !== undefined && !isFaulty(after) };
}

/** Undefined when a page could not say. */
async function verdictOn(
  client: TimelineClient,
  viewer: bigint,
  { truth, stretch }: Look,
): Promise<Verdict | undefined> {
  const { friends } = await truth.friends.list(trustedUserId(viewer));
  const posts = idsOf(friends).flatMap((friend) => truth.log.posts.get(friend) ?? []);
  const expected = new Set(posts.filter((id) => id >= stretch.since && id < stretch.until));
  const { postIds, degraded } = await readAsViewer(client, viewer, stretch);
  return degraded.length > 0 ? undefined : judge(postIds, expected);
}
