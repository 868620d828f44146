import { BatchGetPostsRequest, PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { keyOf, unit } from "../../population/hash.ts";
import type { Population } from "../../population/population.ts";
import { MAX_PAGE_ENTRIES } from "../../services/model/limits.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { wholeScroll } from "../../tools/timeline/whole-scroll.ts";
import type { PastPosts, PostsByAuthor } from "./past-posts.ts";
import type { Services } from "./services.ts";
import type { Viewers } from "./viewers.ts";

/** What whole scrolls of some viewers came to, against the naive answer: the posts of all their friends. */
export interface ProbeResult {
  readonly viewers: number;
  readonly entries: number;
  /** Posts that should have been there. */
  readonly lost: number;
  /** Entries that do not come below the one before: shown again, or out of order. */
  readonly repeated: number;
  /** Entries of posts that the viewer should not see, or that the post service does not know. */
  readonly unknown: number;
  /** Posts with another author or text. */
  readonly wrong: number;
  /** The first viewer with a fault, if there is one. */
  readonly faultyViewer?: number;
}

export interface ProbedWorld {
  readonly population: Population;
  readonly posts: PastPosts;
  readonly byAuthor: PostsByAuthor;
  readonly viewers: Viewers;
}

const CALL_TIMEOUT_MS = 30_000;
/** Of one page, 100 ms each: what has just started may still be catching up. */
const MAX_WAITS = 300;

/** Scrolls whole timelines of `sample` viewers, drawn by `seed`, and reads all their posts. */
export async function probeTimelines(
  services: Services,
  world: ProbedWorld,
  { sample, seed }: { readonly sample: number; readonly seed: number },
  onViewer: (more: number) => void,
): Promise<ProbeResult> {
  const options = { log: createLogger("prefill", "silent"), defaultDeadlineMs: CALL_TIMEOUT_MS };
  await using channels = new AsyncDisposableStack();
  const opened = (addresses: readonly string[]) => channels.use(connect(addresses, options));
  const posts = createClient(PostServiceService, opened(services.addresses("post")));
  const timelines = services
    .addresses("timeline")
    .map((address) => createClient(TimelineServiceService, opened([address])));
  const sum = { viewers: 0, entries: 0, lost: 0, repeated: 0, unknown: 0, wrong: 0 };
  let faultyViewer: number | undefined;
  for (const viewer of chosenViewers(world, sample, seed)) {
    const timeline = timelines[world.viewers.processOf[viewer] - 1];
    const found = await probeViewer(viewer, world, timeline, posts);
    sum.viewers++;
    for (const key of ["entries", "lost", "repeated", "unknown", "wrong"] as const) {
      sum[key] += found[key];
    }
    if (faultsOf(found) > 0) faultyViewer ??= viewer;
    onViewer(1);
  }
  return { ...sum, ...(faultyViewer !== undefined && { faultyViewer }) };
}

export function faultsOf(found: Omit<ProbeResult, "viewers" | "entries" | "faultyViewer">): number {
  return found.lost + found.repeated + found.unknown + found.wrong;
}

/** Different viewers of the slice, evenly over the degrees: active people are numbered by it. */
function chosenViewers({ population, viewers }: ProbedWorld, sample: number, seed: number) {
  const { count, personAt } = population.active;
  const chosen = new Set<number>();
  for (let i = 0; i < sample; i++) {
    const start = Math.trunc(((i + unit(keyOf(seed, i))) / sample) * count);
    for (let index = start; index < count; index++) {
      const person = personAt(index);
      if (viewers.processOf[person] === 0 || chosen.has(person)) continue;
      chosen.add(person);
      break;
    }
  }
  return chosen;
}

async function probeViewer(
  viewer: number,
  world: ProbedWorld,
  timeline: Client<typeof TimelineServiceService>,
  posts: Client<typeof PostServiceService>,
) {
  const expected = expectedPosts(viewer, world);
  const scroll = { limit: MAX_PAGE_ENTRIES, maxWaits: MAX_WAITS };
  const { postIds: ids } = await wholeScroll(timeline, BigInt(viewer), scroll);
  const shown = new Set(ids);
  const known = new Map(expected.map((post) => [world.posts.id(post) as bigint, post]));
  const stored = await readPosts(ids, posts);
  let [unknown, wrong] = [0, 0];
  for (const id of shown) {
    const post = known.get(id);
    const text = stored.get(id);
    if (post === undefined || text === undefined) unknown++;
    else if (text !== `${world.posts.author[post]} ${world.posts.text(post)}`) wrong++;
  }
  return {
    entries: ids.length,
    lost: expected.filter((post) => !shown.has(world.posts.id(post))).length,
    repeated: ids.filter((id, i) => i > 0 && id >= ids[i - 1]).length,
    unknown,
    wrong,
  };
}

/** All posts of all friends, newest first. */
function expectedPosts(viewer: number, { population, byAuthor }: ProbedWorld): readonly number[] {
  const expected: number[] = [];
  for (const friend of population.friends(viewer)) {
    const { start, order } = byAuthor;
    for (let at = start[friend]; at < start[friend + 1]; at++) expected.push(order[at]);
  }
  return expected.sort((a, b) => b - a);
}

/** "author text" of each post that the store has. */
async function readPosts(ids: readonly bigint[], posts: Client<typeof PostServiceService>) {
  const found = new Map<bigint, string>();
  for (let from = 0; from < ids.length; from += MAX_PAGE_ENTRIES) {
    const postIds = ids.slice(from, from + MAX_PAGE_ENTRIES);
    const { results } = await posts.batchGetPosts(BatchGetPostsRequest.fromPartial({ postIds }));
    for (const { postId, status, post } of results) {
      if (status === PostStatus.FOUND && post) found.set(postId, `${post.authorId} ${post.text}`);
    }
  }
  return found;
}
