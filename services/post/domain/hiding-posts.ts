import type { UserId } from "../../model/ids.ts";
import type { PersonStates } from "../../model/person-states.ts";
import type {
  AuthorPosts,
  AuthorPostsQuery,
  CreateOutcome,
  DeleteOutcome,
  PostDraft,
  PostLookup,
  PostStore,
} from "../ports.ts";
import { encodeDeletedPost, idsOfMessage } from "./post-message.ts";

/** The store as readers see it: what hidden and erased authors wrote reads as deleted, and is in no list. */
export class HidingPosts implements PostStore {
  readonly #store: PostStore;
  readonly #states: PersonStates;

  constructor(store: PostStore, states: PersonStates) {
    this.#store = store;
    this.#states = states;
  }

  async create(draft: PostDraft, traceId: string): Promise<CreateOutcome> {
    if (this.#states.hidesAny) {
      const state = (await this.#states.goneAmong([draft.authorId])).get(draft.authorId);
      if (state !== undefined) return { kind: "author-gone", state };
    }
    return this.#store.create(draft, traceId);
  }

  get(ids: readonly bigint[]): Promise<readonly PostLookup[]> | readonly PostLookup[] {
    const lookups = this.#store.get(ids);
    if (!this.#states.hidesAny) return lookups;
    return lookups instanceof Promise
      ? lookups.then((known) => this.#hide(known))
      : this.#hide(lookups);
  }

  listByAuthors(query: AuthorPostsQuery): Promise<AuthorPosts> | AuthorPosts {
    if (!this.#states.hidesAny) return this.#store.listByAuthors(query);
    return this.#listSeen(query);
  }

  delete(...args: Parameters<PostStore["delete"]>): Promise<DeleteOutcome> {
    return this.#store.delete(...args);
  }

  async #listSeen(query: AuthorPostsQuery): Promise<AuthorPosts> {
    const gone = await this.#states.goneAmong(query.authors);
    const authors = query.authors.filter((author) => !gone.has(author));
    if (authors.length === 0) return { posts: [], completeFrom: query.since };
    return this.#store.listByAuthors({ ...query, authors });
  }

  #hide(lookups: readonly PostLookup[]): Promise<readonly PostLookup[]> | readonly PostLookup[] {
    const authors = new Set<UserId>();
    for (const lookup of lookups) {
      if (lookup.kind === "found") authors.add(idsOfMessage(lookup.message).authorId);
    }
    const gone = this.#states.goneAmong([...authors]);
    return gone instanceof Promise
      ? gone.then((known) => withoutGone(lookups, known))
      : withoutGone(lookups, gone);
  }
}

function withoutGone(
  lookups: readonly PostLookup[],
  gone: ReadonlyMap<UserId, unknown>,
): readonly PostLookup[] {
  if (gone.size === 0) return lookups;
  return lookups.map((lookup) => {
    if (lookup.kind !== "found") return lookup;
    const { postId, authorId } = idsOfMessage(lookup.message);
    if (!gone.has(authorId)) return lookup;
    return { kind: "deleted", message: encodeDeletedPost(postId, authorId) };
  });
}
