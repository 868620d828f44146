import { makePostId, trustedPostId, userIdOf } from "../../../../../services/model/ids.ts";
import type { Cql } from "../../../../../services/platform/storage/cql/session.ts";
import type { Lease } from "../../../../../services/platform/storage/leases/lease.ts";
import { CqlPostStore } from "../../../../../services/post/adapters/cql/cql-post-store.ts";
import { PostRows } from "../../../../../services/post/adapters/cql/post-rows.ts";
import { POST_TABLES } from "../../../../../services/post/adapters/cql/schema.ts";
import { PostCache } from "../../../../../services/post/domain/cache/post-cache.ts";
import { NOW_MS } from "../copies.ts";
import { BEFORE, DURING, type History } from "../history.ts";
import { processOf } from "../outbox.ts";

const AUTHOR = userIdOf(7);
const NONE = new Uint8Array();
const OUTBOX = "post_outbox";

function storeOn(cql: Cql, lease: Lease): CqlPostStore {
  const cache = new PostCache({ maxBytes: 1_000, isTrusted: () => false });
  return new CqlPostStore({
    cql,
    rows: new PostRows(cql),
    cache,
    ...processOf(cql, lease, OUTBOX),
  });
}

async function post(cql: Cql, lease: Lease, text: string, requestId = "") {
  const bare = { client: NONE, device: NONE, place: undefined };
  const draft = { authorId: AUTHOR, text: Buffer.from(text), requestId, ...bare };
  const created = await storeOn(cql, lease).create(draft, "");
  if (created.kind !== "created") throw new Error(created.kind);
  return created.postId;
}

/** Both ways to a post: the author's list, and the post itself. */
async function view(cql: Cql) {
  const store = storeOn(cql, DURING);
  const all = await store.listAll(AUTHOR, makePostId(NOW_MS + 1_000, 0, 0), 10);
  const query = { authors: [AUTHOR], since: trustedPostId(1n), before: undefined, limit: 10 };
  const { posts } = await store.listByAuthors(query);
  // By the ids that the processes give first, whether they are in the list or not.
  const ids = [BEFORE, DURING].map(({ generation }) =>
    makePostId(NOW_MS + Number(generation) * 100 + 1, 1, 0),
  );
  return { all, listed: posts.map(({ postId }) => postId), found: await store.get(ids) };
}

const POSTS = {
  tables: POST_TABLES,
  outbox: OUTBOX,
  before: async (cql: Cql) => void (await post(cql, BEFORE, "before")),
  complete: (cql: Cql, change: Uint8Array) => new PostRows(cql).write(change),
  view,
};

export const POST_HISTORIES: readonly History[] = [
  { ...POSTS, name: "a post", change: (cql) => post(cql, DURING, "during") },
  {
    ...POSTS,
    name: "an author's first post",
    before: async () => {},
    change: (cql) => post(cql, DURING, "during"),
  },
  {
    ...POSTS,
    name: "a post with the name of a request, which then comes again",
    change: (cql) => post(cql, DURING, "during", "one"),
    view: async (cql) => {
      const seen = await view(cql);
      await post(cql, { ...DURING, generation: 3n }, "during", "one");
      return { seen, listedThen: (await view(cql)).listed.length };
    },
  },
  {
    ...POSTS,
    name: "a deletion",
    change: (cql) => storeOn(cql, DURING).delete(makePostId(NOW_MS + 101, 1, 0), AUTHOR, ""),
  },
];
