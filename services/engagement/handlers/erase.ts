import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { PostId } from "../../model/ids.ts";
import { MAX_ERASE_POSTS } from "../../model/limits.ts";
import type { Handlers } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { pageTokens } from "../../platform/grpc/page-tokens.ts";
import { changePerson } from "../../platform/people/change-person.ts";
import type { Reactors } from "../domain/reactors.ts";
import type { Page, Reaction, ReactionEraser } from "../ports.ts";
import { idOrNone, limit, postId, postIds, STORE_CURSOR, userId } from "./arguments.ts";

type Service = Handlers<typeof EngagementServiceService>;

/** Hides, restores or refuses a person. */
export function setPersonState(reactors: Pick<Reactors, "set">): Service["setPersonState"] {
  return async (request) => changePerson(reactors, userId("user_id", request.userId), request);
}

/** Reactions by a person, or on a post. */
export function listReactionsToErase(eraser: ReactionEraser): Service["listReactionsToErase"] {
  return async (request) => {
    const count = limit("limit", request.limit, MAX_ERASE_POSTS, MAX_ERASE_POSTS);
    const posts = postIds("post_ids", request.postIds, MAX_ERASE_POSTS);
    if ((request.userId === 0n) === (posts.length === 0)) {
      throw invalidArgument("user_id", "and post_ids are both set, or neither", "send one of them");
    }
    const tokens = pageTokens(STORE_CURSOR, "reactions", request.userId, ...posts);
    const after = tokens.cursorOf(request.pageToken);
    const { items, next } =
      posts.length === 0
        ? await eraser.by(userId("user_id", request.userId), after, count)
        : await onPosts(eraser, posts, after, count);
    const reactions = items.map(({ user, post, comment }) => ({
      ...{ userId: user, postId: post, commentId: comment },
    }));
    return { reactions, nextPageToken: tokens.tokenOf(next) };
  };
}

/** Post after post; the cursor is "place of the post.cursor on it". */
async function onPosts(
  eraser: Pick<ReactionEraser, "on">,
  posts: readonly PostId[],
  cursor: string,
  limit: number,
): Promise<Page<Reaction>> {
  const dot = cursor.indexOf(".");
  let after = dot < 0 ? "" : cursor.slice(dot + 1);
  const items: Reaction[] = [];
  for (let at = dot < 0 ? 0 : Number(cursor.slice(0, dot)); at < posts.length; ) {
    const page = await eraser.on(posts[at], after, limit - items.length);
    items.push(...page.items);
    after = page.next;
    if (after === "") at++;
    if (items.length >= limit && at < posts.length) return { items, next: `${at}.${after}` };
  }
  return { items, next: "" };
}

/** For good. */
export function eraseReactions(eraser: ReactionEraser): Service["eraseReactions"] {
  return async ({ reactions }) => {
    if (reactions.length < 1 || reactions.length > MAX_ERASE_POSTS) {
      const problem = `has ${reactions.length} items`;
      throw invalidArgument("reactions", problem, `send 1 to ${MAX_ERASE_POSTS}`);
    }
    await eraser.erase(
      reactions.map((key, i) => ({
        user: userId(`reactions[${i}].user_id`, key.userId),
        post: postId(`reactions[${i}].post_id`, key.postId),
        comment: idOrNone(`reactions[${i}].comment_id`, key.commentId),
      })),
    );
    return {};
  };
}
