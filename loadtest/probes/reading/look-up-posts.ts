import { type Post, type PostResult, PostStatus } from "#gen/post/v1/post.ts";
import { writeText } from "../../../population/people/texts.ts";
import { MAX_BATCH_GET_POSTS } from "../../../services/model/limits.ts";
import type { FindingKind, Tally } from "../ledger/tally.ts";
import type { WrittenPost } from "../ledger/written-posts.ts";
import type { Viewing } from "../viewing/viewing.ts";
import type { ProbedPopulation } from "../watchers/choose-watchers.ts";
import type { MissingEntry } from "./last-look.ts";

type Found = ReadonlyMap<bigint, PostResult>;

/** When so many are gone, what became of the others changes nothing. */
const MAX_MISSING_ASKED = 2_000;

/**
 * Says of each missing entry whether its post is gone or only the entry, and of each sampled post whether
 * it is as it was written. Deleted posts rightly show nowhere.
 */
export async function lookUpPosts({
  viewing,
  population,
  tally,
  missing,
  written,
}: {
  readonly viewing: Viewing;
  readonly population: ProbedPopulation;
  readonly tally: Tally;
  readonly missing: readonly MissingEntry[];
  readonly written: readonly WrittenPost[];
}): Promise<void> {
  const ids = [...missing.slice(0, MAX_MISSING_ASKED), ...written].map(({ postId }) => postId);
  const found = await lookUp(viewing, tally, [...new Set(ids)]);
  const lost = new Set<bigint>();
  for (const entry of missing) {
    const status = found.get(entry.postId)?.status;
    if (status === PostStatus.DELETED) continue;
    lost.add(entry.postId);
    tally.counts.lost++;
    noteFinding(tally, status === PostStatus.UNKNOWN ? "lost post" : "lost entry", entry);
  }
  for (const post of written) {
    const result = found.get(post.postId);
    if (result?.status === PostStatus.UNKNOWN && !lost.has(post.postId)) {
      tally.counts.lost++;
      noteFinding(tally, "lost post", post);
    }
    if (result?.status === PostStatus.FOUND && !isAsWritten(population, post, result.post)) {
      tally.counts.altered++;
      noteFinding(tally, "altered", post);
    }
  }
  for (const { status } of found.values()) {
    if (status === PostStatus.UNKNOWN) tally.counts.lost_posts++;
  }
}

/** What the post service says of each; nothing of those that it did not answer for. */
async function lookUp(viewing: Viewing, { counts }: Tally, ids: readonly bigint[]): Promise<Found> {
  const found = new Map<bigint, PostResult>();
  if (!viewing.posts) return found;
  for (let at = 0; at < ids.length; at += MAX_BATCH_GET_POSTS) {
    try {
      const results = await viewing.posts(ids.slice(at, at + MAX_BATCH_GET_POSTS));
      for (const result of results) found.set(result.postId, result);
    } catch {
      counts.failed_reads++;
    }
  }
  return found;
}

function isAsWritten(
  population: ProbedPopulation,
  { author, textNumber }: WrittenPost,
  post: Post | undefined,
): boolean {
  if (post?.authorId !== BigInt(author)) return false;
  return textNumber === undefined || post.text === writeText(population.text(author, textNumber));
}

function noteFinding(tally: Tally, what: FindingKind, post: WrittenPost | MissingEntry): void {
  const { postId, author, ackedMicros } = post;
  const viewer = "viewer" in post ? post.viewer : undefined;
  tally.find({ postId: `${postId}`, author, viewer, what, ackedAtSecond: ackedMicros / 1e6 });
}
