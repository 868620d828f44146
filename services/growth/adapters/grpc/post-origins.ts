import { PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { MAX_BATCH_GET_POSTS } from "../../../model/limits.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { Origin } from "../../domain/figures/day-figures.ts";
import type { PostOrigins } from "../../ports.ts";

const NOWHERE: Origin = { client: "", device: "", place: "" };

interface Asked {
  readonly postId: bigint;
  readonly answer: PromiseWithResolvers<Origin>;
}

/** Asks the post service where posts were sent from; what is asked in one turn is one call. */
export class GrpcPostOrigins implements PostOrigins {
  readonly #posts: Client<typeof PostServiceService>;
  #waiting: Asked[] = [];

  constructor(channel: Channel) {
    this.#posts = createClient(PostServiceService, channel);
  }

  of(postId: bigint): Promise<Origin> {
    const answer = Promise.withResolvers<Origin>();
    if (this.#waiting.length === 0) setImmediate(() => this.#askAll());
    this.#waiting.push({ postId, answer });
    return answer.promise;
  }

  #askAll(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += MAX_BATCH_GET_POSTS) {
      void this.#ask(all.slice(from, from + MAX_BATCH_GET_POSTS));
    }
  }

  async #ask(some: readonly Asked[]): Promise<void> {
    try {
      const { results } = await this.#posts.batchGetPosts({
        postIds: some.map(({ postId }) => postId),
      });
      for (const [i, { answer }] of some.entries()) {
        const { status, post } = results[i];
        // One that was deleted since still was posted.
        const isThere = status === PostStatus.FOUND && post !== undefined;
        const { client = "", device = "", place } = isThere ? post : NOWHERE_POST;
        answer.resolve(isThere ? { client, device, place: place?.name ?? "" } : NOWHERE);
      }
    } catch (error) {
      for (const { answer } of some) answer.reject(error);
    }
  }
}

const NOWHERE_POST = { client: "", device: "", place: undefined };
