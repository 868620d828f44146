import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { MAX_ERASE_POSTS } from "../../../model/limits.ts";
import { PERSON_STATE_NUMBERS } from "../../../model/person-states.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { Reactions, ReactionTable } from "../../ports.ts";

/** Hiding moves all that a person ever did, in one call. */
const HIDING_TIMEOUT_MS = 60_000;

/** Likes and comments at the engagement service. */
export function grpcReactions(channel: Channel): Reactions {
  const client = createClient(EngagementServiceService, channel);
  return {
    setState: async (userId, state, change) => {
      const request = { userId, state: PERSON_STATE_NUMBERS[state], change: BigInt(change) };
      const answer = await client.setPersonState(request, { timeoutMs: HIDING_TIMEOUT_MS });
      return Number(answer.change);
    },
    by: (userId, table) => listed(client, { userId, postIds: [] }, table),
    on: (posts, table) => onPosts(client, posts, table),
    erase: async (ids) => {
      const reactions = ids.map((id) => {
        const [userId, postId, commentId] = id.split(".").map(BigInt);
        return { userId, postId, commentId };
      });
      await client.eraseReactions({ reactions });
    },
  };
}

/** A mesh without the service: nobody reacts. */
export const NO_REACTIONS: Reactions = {
  setState: async (_user, _state, change) => change,
  by: none,
  on: none,
  erase: async () => {},
};

async function* none(): AsyncGenerator<readonly string[]> {}

type Engagement = Client<typeof EngagementServiceService>;

async function* onPosts(client: Engagement, posts: readonly bigint[], table: ReactionTable) {
  for (let from = 0; from < posts.length; from += MAX_ERASE_POSTS) {
    const postIds = posts.slice(from, from + MAX_ERASE_POSTS);
    yield* listed(client, { userId: 0n, postIds }, table);
  }
}

async function* listed(
  client: Engagement,
  of: { readonly userId: bigint; readonly postIds: bigint[] },
  table: ReactionTable,
): AsyncGenerator<readonly string[]> {
  for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
    const limit = MAX_ERASE_POSTS;
    const page = await client.listReactionsToErase({ ...of, limit, pageToken });
    const ids = page.reactions
      .filter(({ commentId }) => (commentId === 0n) === (table === "likes"))
      .map(({ userId, postId, commentId }) => `${userId}.${postId}.${commentId}`);
    if (ids.length > 0) yield ids;
    pageToken = page.nextPageToken;
  }
}
