import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { reactionsJson } from "./json/reaction.ts";
import type { CallContext, Reactions } from "./ports.ts";
import type { Reactions as ShownReactions } from "./schemas/reaction.ts";

/** With each post on a page. */
export const NEWEST_COMMENTS = 2;

export interface ReactionDeps {
  /** Undefined: this mesh has none. */
  readonly reactions: Reactions | undefined;
  readonly log: Logger;
}

interface Shown {
  readonly post_id: string;
  reactions?: ShownReactions;
}

/**
 * Adds what is shown of reactions to posts that the viewer may see, in one call. Resolves to what they lack: when
 * reactions can't be had now the posts go out without.
 */
export async function addReactions(
  { reactions, log }: ReactionDeps,
  viewerId: bigint,
  posts: readonly Shown[],
  call: CallContext,
): Promise<readonly DegradedReason[]> {
  if (reactions === undefined || posts.length === 0) return [];
  const postIds = posts.map(({ post_id }) => BigInt(post_id));
  const asked = { viewerId, postIds, newestComments: NEWEST_COMMENTS };
  try {
    const { reactions: found } = await reactions.batchGetReactions(asked, call);
    for (const [i, post] of posts.entries()) post.reactions = reactionsJson(found[i]);
    return [];
  } catch (error) {
    log.warn({ err: error, requestId: call.requestId }, "posts go out without reactions");
    return [DegradedReason.REACTIONS_UNAVAILABLE];
  }
}
