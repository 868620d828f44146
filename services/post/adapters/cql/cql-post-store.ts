import { type PostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { partsOf } from "../../../platform/concurrency/parts-of.ts";
import type { CqlOutbox } from "../../../platform/messaging/outbox/cql-outbox.ts";
import { claimRequest } from "../../../platform/storage/claims/cql-claims.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import type { PostCache } from "../../domain/cache/post-cache.ts";
import { encodePostEvent } from "../../domain/post-events.ts";
import { encodeDeletedPost, encodePost, NOBODY } from "../../domain/post-message.ts";
import { textHashOf } from "../../domain/text-hash.ts";
import type {
  AuthorPosts,
  AuthorPostsQuery,
  CreateOutcome,
  DeleteOutcome,
  PostDraft,
  PostEraser,
  PostLookup,
  PostStore,
} from "../../ports.ts";
import { AuthorIndex } from "./author-index.ts";
import { type PostRows, postIdIn } from "./post-rows.ts";
import { POST_CLAIMS } from "./schema.ts";

interface CqlPostStoreDeps {
  readonly cql: Cql;
  readonly rows: PostRows;
  readonly outbox: CqlOutbox;
  readonly ids: Pick<IdSource, "next">;
  readonly clock: Clock;
  /** Told of every replica's deletions. */
  readonly cache: PostCache;
}

const IDS_PER_READ = 50;
const READS_AT_ONCE = 4;

/** A change of one post: its event, and the message from which all of its rows can be written. */
interface PostWrite {
  readonly postId: PostId;
  readonly authorId: UserId;
  readonly deleted: boolean;
  readonly message: Buffer;
}

/**
 * Posts in ScyllaDB or Cassandra (rules 4.2 to 4.4): claim the request id, write the event with the whole
 * change to the outbox, then the rows; all idempotent, each in its own partition.
 */
export class CqlPostStore implements PostStore, PostEraser {
  readonly #deps: CqlPostStoreDeps;
  readonly #index: AuthorIndex;

  constructor(deps: CqlPostStoreDeps) {
    this.#deps = deps;
    this.#index = new AuthorIndex(deps.cql, deps.clock);
  }

  async create(draft: PostDraft, traceId: string): Promise<CreateOutcome> {
    const { cql, ids } = this.#deps;
    const { authorId, requestId } = draft;
    let postId = ids.next();
    let isRepeat = false;
    if (requestId !== "") {
      const own = { id: postId, hash: textHashOf(draft.text) };
      const name = { author: authorId, requestId };
      const claim = await claimRequest(cql, POST_CLAIMS, name, own);
      if (!claim.hash.equals(own.hash)) return { kind: "conflict" };
      // Of an earlier attempt: nobody knows how far it came, so all is written again.
      isRepeat = claim.id !== postId;
      postId = claim.id;
    }
    const message = encodePost(postId, draft);
    await this.#write({ postId, authorId, deleted: false, message }, traceId);
    // A repeat may be of a post that is deleted since.
    if (!isRepeat) this.#deps.cache.keep(postId, message);
    return { kind: "created", postId, isRepeat };
  }

  get(ids: readonly bigint[]): Promise<readonly PostLookup[]> | readonly PostLookup[] {
    const { cache } = this.#deps;
    const found = new Map<bigint, PostLookup>();
    const missing = new Set<bigint>();
    for (const id of ids) {
      const message = cache.get(id);
      if (message) found.set(id, { kind: "found", message });
      else missing.add(id);
    }
    const inOrder = () => ids.map((id) => found.get(id) ?? UNKNOWN);
    if (missing.size === 0) return inOrder();
    return this.#read([...missing], found).then(inOrder);
  }

  listByAuthors(query: AuthorPostsQuery): Promise<AuthorPosts> {
    return this.#index.list(query);
  }

  async delete(postId: PostId, authorId: UserId, traceId: string): Promise<DeleteOutcome> {
    const [row] = await this.#deps.rows.read([postId]);
    if (!row || row.message === null) return "not-found";
    if (row.author_id !== authorId) return "not-author";
    if (row.deleted === true) return "deleted";
    const message = encodeDeletedPost(postId, authorId);
    await this.#write({ postId, authorId, deleted: true, message }, traceId);
    this.#deps.cache.drop(postId);
    return "deleted";
  }

  listAll(author: UserId, before: bigint, limit: number): Promise<readonly PostId[]> {
    return this.#index.listAll(author, before, limit);
  }

  async erase(author: UserId, posts: readonly PostId[]): Promise<void> {
    const { rows } = this.#deps;
    await inParallel(READS_AT_ONCE, partsOf(posts, IDS_PER_READ), async (chunk) => {
      const others = new Set<unknown>();
      for (const row of await rows.read(chunk)) {
        if (row.author_id !== null && row.author_id !== author) others.add(row.post_id);
      }
      const own = chunk.filter((post) => !others.has(post));
      await Promise.all(own.map((post) => rows.writeErasure(post, author)));
      for (const post of own) this.#deps.cache.drop(post);
    });
  }

  async #read(ids: readonly bigint[], found: Map<bigint, PostLookup>): Promise<void> {
    const { cache, rows } = this.#deps;
    const reading = cache.begin(ids);
    try {
      await inParallel(READS_AT_ONCE, partsOf(ids, IDS_PER_READ), async (chunk) => {
        for (const row of await rows.read(chunk)) {
          const id = row.post_id as bigint;
          const lookup = lookupOf(row);
          found.set(id, lookup);
          if (lookup.kind === "found") cache.keep(id, lookup.message, reading);
        }
      });
    } finally {
      cache.end(reading);
    }
  }

  async #write(change: PostWrite, traceId: string): Promise<void> {
    const { outbox, rows } = this.#deps;
    const payload = encodePostEvent({ ...change, traceId });
    const ticket = await outbox.write({ queue: "posts", payload, change: change.message });
    try {
      if (change.deleted) await rows.writeDeletion(change.postId, change.authorId, change.message);
      else await rows.writeCreation(change.postId, change.authorId, change.message);
    } catch (error) {
      ticket.failed();
      throw error;
    }
    ticket.done();
  }
}

const UNKNOWN: PostLookup = { kind: "unknown" };

function lookupOf(row: CqlRow): PostLookup {
  if (row.deleted === true) {
    // Not the row's own message: a late write of the creation may stand there for a moment.
    const message = encodeDeletedPost(postIdIn(row), authorOf(row));
    return { kind: "deleted", message };
  }
  if (row.message === null) return UNKNOWN;
  return { kind: "found", message: row.message as Buffer };
}

/** Erased posts are nobody's. */
function authorOf({ author_id: author }: CqlRow): UserId | typeof NOBODY {
  return author === null ? NOBODY : trustedUserId(author as bigint);
}
