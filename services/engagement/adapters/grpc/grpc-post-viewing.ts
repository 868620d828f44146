import { LRUCache } from "lru-cache";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { type PostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import { MAX_BATCH_CHECK_HIDDEN } from "../../../model/limits.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { PostViewing } from "../../ports.ts";

/** Posts whose author is remembered: who wrote a post never changes. */
const MAX_KNOWN = 200_000;
/** For when the news of a deletion is late. */
const KNOWN_MS = 60_000;

/** Asks the post service who wrote a post, and the friend service whether the viewer is a friend. */
export class GrpcPostViewing implements PostViewing {
  readonly #posts: Client<typeof PostServiceService>;
  readonly #friends: Client<typeof FriendServiceService>;
  readonly #authors = new LRUCache<PostId, UserId>({ max: MAX_KNOWN, ttl: KNOWN_MS });

  constructor(post: Channel, friend: Channel) {
    this.#posts = createClient(PostServiceService, post);
    this.#friends = createClient(FriendServiceService, friend);
  }

  async authorOf(viewer: UserId, post: PostId): Promise<UserId | undefined> {
    const author = this.#authors.get(post) ?? (await this.#ask(post));
    if (author === undefined || author === viewer) return author;
    const asked = { userId: viewer, otherIds: [author] };
    const { areFriends } = await this.#friends.batchCheckFriends(asked);
    return areFriends[0] === true ? author : undefined;
  }

  async hiddenFrom(viewer: UserId, people: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const hidden = new Set<UserId>();
    for (let from = 0; from < people.length; from += MAX_BATCH_CHECK_HIDDEN) {
      const some = people.slice(from, from + MAX_BATCH_CHECK_HIDDEN);
      const asked = { userId: viewer, otherIds: [...some] };
      const { areHidden } = await this.#friends.batchCheckHidden(asked);
      for (const [i, person] of some.entries()) if (areHidden[i] === true) hidden.add(person);
    }
    return hidden;
  }

  forget(post: PostId): void {
    this.#authors.delete(post);
  }

  async #ask(post: PostId): Promise<UserId | undefined> {
    const { results } = await this.#posts.batchGetPosts({ postIds: [post] });
    const [result] = results;
    if (result?.status !== PostStatus.FOUND || result.post === undefined) return undefined;
    const author = trustedUserId(result.post.authorId);
    this.#authors.set(post, author);
    return author;
  }
}
