/**
 * A process of its own that erases a made-up person with N items (the first argument), and prints what it
 * took: `node erasure/testing/erase-millions.ts 10000000`. The store holds nothing: its rows are computed.
 */
import { createErasure } from "../erase.ts";
import type { Id, ItemStore } from "../ports.ts";

const items = Number(process.argv[2]);
const LIKES_A_POST = 9;
const PAGE = 20_000;
const posts = Math.ceil((items - 1) / (LIKES_A_POST + 1));
/** Ids in no order, as those of a store that stamps them elsewhere. */
const scattered = (i: number) => (i * 2_654_435_761) % 2 ** 45;

async function* pages(count: number) {
  for (let from = 0; from < count; from += PAGE) {
    const length = Math.min(PAGE, count - from);
    yield { posts: Array.from({ length }, (_, i) => scattered(from + i)) };
  }
}

const likesOf = (post: Id) =>
  Array.from({ length: LIKES_A_POST }, (_, i) => Number(post) * LIKES_A_POST + i);

let deleted = 0;
const store: ItemStore = {
  refusesReferred: true,
  getForeignKeys: (table, ids) => {
    if (deleted > 0) return {};
    if (table === "users") return pages(posts);
    return table === "posts" ? { likes: ids.flatMap(likesOf) } : {};
  },
  delete: (_, ids) => {
    deleted += ids.length;
  },
};

const startedMs = performance.now();
const erased = await createErasure(store).deleteAllItems("users", 1);
const elapsedMs = Math.round(performance.now() - startedMs);
const maxRssMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
console.log(JSON.stringify({ status: erased.status, deleted, elapsedMs, maxRssMiB }));
