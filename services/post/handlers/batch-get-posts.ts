import { MAX_BATCH_GET_POSTS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { PostDefinition } from "../definition.ts";
import type { PostStore } from "../ports.ts";
import { count, postId } from "./arguments.ts";

/** Posts by id, in the order of the request: found, deleted or unknown. */
export function batchGetPosts(
  store: Pick<PostStore, "get">,
): Handler<(typeof PostDefinition)["batchGetPosts"]> {
  return ({ postIds }) => {
    count("post_ids", postIds.length, MAX_BATCH_GET_POSTS);
    for (let i = 0; i < postIds.length; i++) {
      if (postIds[i] < 1n) postId(`post_ids[${i}]`, postIds[i]);
    }
    const lookups = store.get(postIds);
    if (!(lookups instanceof Promise)) return { postIds, lookups };
    return lookups.then((known) => ({ postIds, lookups: known }));
  };
}
