import type { PostResult } from "#gen/post/v1/post.ts";
import { PostStatus } from "#gen/post/v1/post.ts";
import { DegradedReason, type Entry, type GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";

/** Pages read again to replace deleted posts, at most (rule 5.2). */
const MAX_REFILLS = 3;

export interface PageSources {
  /** A page of at most `limit` entries below the token; undefined: the page that was asked for. */
  readonly page: (limit: number, pageToken: string | undefined) => Promise<GetTimelineResponse>;
  /** The posts of the entries, in their order; undefined when the post service does not answer. */
  readonly posts: (entries: readonly Entry[]) => Promise<readonly PostResult[] | undefined>;
}

export interface ShownEntry {
  readonly entry: Entry;
  /** Undefined: the post could not be asked for. */
  readonly post: PostResult | undefined;
}

export interface PageWithPosts {
  readonly entries: readonly ShownEntry[];
  readonly nextPageToken: string;
  readonly degraded: readonly DegradedReason[];
}

/**
 * A page with its posts. Deleted posts are left out and made up for with older entries, as many as
 * were deleted, so that every entry read is used and each page's own token goes on below the last
 * of them. Unknown posts stay, without text: their entry may be ahead of a replica that answers.
 */
export async function readPageWithPosts(
  sources: PageSources,
  limit: number,
): Promise<PageWithPosts> {
  const shown: ShownEntry[] = [];
  const degraded = new Set<DegradedReason>();
  let page: GetTimelineResponse | undefined = await sources.page(limit, undefined);
  let nextPageToken = "";
  for (let refills = 0; page !== undefined; refills++) {
    nextPageToken = page.nextPageToken;
    for (const reason of page.degraded) degraded.add(reason);
    const deletedCount = await show(page.entries, sources, shown, degraded);
    if (deletedCount === 0 || nextPageToken === "" || refills === MAX_REFILLS) break;
    page = await refill(sources, deletedCount, nextPageToken);
  }
  return { entries: shown, nextPageToken, degraded: [...degraded] };
}

/** Adds the entries to `shown`, but for those whose post is deleted. Resolves to how many those are. */
async function show(
  entries: readonly Entry[],
  sources: PageSources,
  shown: ShownEntry[],
  degraded: Set<DegradedReason>,
): Promise<number> {
  if (entries.length === 0) return 0;
  const posts = await sources.posts(entries);
  if (posts === undefined) degraded.add(DegradedReason.POSTS_UNAVAILABLE);
  const countBefore = shown.length;
  for (const [index, entry] of entries.entries()) {
    const post = posts?.[index];
    if (post?.status !== PostStatus.DELETED) shown.push({ entry, post });
  }
  return entries.length - (shown.length - countBefore);
}

/** What is there already is worth more than an error: without the refill the page is short, and legal. */
async function refill(
  sources: PageSources,
  limit: number,
  pageToken: string,
): Promise<GetTimelineResponse | undefined> {
  try {
    return await sources.page(limit, pageToken);
  } catch {
    return undefined;
  }
}
