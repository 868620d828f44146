import { ColdScroll } from "../../../services/timeline/domain/cold/cold-scroll.ts";
import { INCARNATIONS } from "../../../services/timeline/domain/cursor/format.ts";
import { RecentIndex } from "../../../services/timeline/domain/recent/recent-index.ts";
import { RecentPosts } from "../../../services/timeline/domain/recent/recent-posts.ts";
import { RecentPull } from "../../../services/timeline/domain/recent/recent-pull.ts";
import type { PulledWatch } from "../../../services/timeline/domain/watch/pulled-watch.ts";
import type { PostLog } from "../../../services/timeline/ports.ts";
import type { Environment } from "./environment.ts";
import type { ModelPosts } from "./model/model-posts.ts";
import type { Life } from "./network.ts";

interface ReadingOptions {
  readonly env: Environment;
  readonly posts: ModelPosts;
  readonly indexBytes: number;
}

const PAGE_WAIT_MS = 60;
/** Of the lives of owners, those whom the writers of the log tell what they write. */
const TOLD_SHARE = 0.3;
/** Small slices: a history has few posts. */
const COLD_LIMITS = {
  ...{ maxBytes: 3_000, maxRunning: 2, maxQueued: 3 },
  ...{ waitMs: PAGE_WAIT_MS, sliceEntries: 6, settledMs: 10_000 },
};
const COLD_KEPT_MS = 600_000;
/** Without an index nobody tells of what changed. A quiet mesh is older. */
export const UNTOLD_KEPT_MS = 300;

/** Hears of what the index reads. */
type Streams = Pick<PulledWatch, "heard" | "missed">;

/** What one life of a timeline process reads the posts by: the posts, the cold scroll, the recent index. */
export function startReading(options: ReadingOptions, life: Life, streams: Streams) {
  const { env, posts, indexBytes } = options;
  const { network, clock, variant } = env;
  const pulled = {
    list: (...query: Parameters<ModelPosts["list"]>) =>
      network.call(life, posts.life, () => posts.list(...query)),
  };
  const keptMs = indexBytes === 0 ? UNTOLD_KEPT_MS : COLD_KEPT_MS;
  const coldPosts = variant.coldPosts?.(pulled) ?? pulled;
  const cold = new ColdScroll({ posts: coldPosts, clock }, { ...COLD_LIMITS, keptMs });
  return { pulled, cold, recent: startRecent(options, life, { cold, streams }) };
}

const SLAB = { slabShift: 2 };
/** Longer than a history, which lasts minutes. */
const SPAN_MS = 30 * 86_400_000;

/** The index of one life, which follows the log over the wire of the post service. */
function startRecent(
  { env, posts, indexBytes }: ReadingOptions,
  life: Life,
  { cold, streams }: { readonly cold: ColdScroll; readonly streams: Streams },
): RecentPosts | undefined {
  if (indexBytes === 0) return undefined;
  const { postLog, clock, network } = env;
  const log: PostLog = {
    heads: () => network.call(life, posts.life, () => postLog.heads()),
    after: (...query) => network.call(life, posts.life, () => postLog.after(...query)),
    before: (...query) => network.call(life, posts.life, () => postLog.before(...query)),
    // Whom nobody tells has to find what is new by asking.
    ...(env.dice.chance(TOLD_SHARE) && { watch: (listener) => postLog.watchFor(life, listener) }),
  };
  const maxBytes = new RecentIndex(0, SLAB).stats().bytes + indexBytes;
  const recent = new RecentPosts(log, clock, {
    ...{ maxBytes, spanMs: SPAN_MS, nodes: SLAB },
    incarnation: 1 + env.dice.below(INCARNATIONS - 1),
    onNew: (rows, authors) => {
      if (!env.variant.isColdDeaf) cold.heardOf(rows);
      streams.heard(rows, authors);
    },
    onGap: () => {
      cold.mayLack();
      streams.missed();
    },
  });
  recent.start();
  return recent;
}

/** The index as fills read it. */
export function createPull(env: Environment, ringEntries: number, recent: RecentPosts): RecentPull {
  const hasty = {
    index: recent.index,
    get isUsable() {
      return recent.isUsable;
    },
    get since() {
      return recent.since;
    },
    through: async () => {},
    caughtUp: () => undefined,
  };
  const followed = env.variant.readsIndexAtOnce ? hasty : recent;
  return new RecentPull(followed, env.clock, ringEntries + 1);
}
