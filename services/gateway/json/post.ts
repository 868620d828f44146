import type { Post as StoredPost } from "#gen/post/v1/post.ts";
import type { Post } from "../schemas/post.ts";

type Said = Pick<StoredPost, "text" | "client" | "device" | "place">;

/** A post as JSON. What was not said is absent. */
export function postJson(post: StoredPost): Post {
  return {
    post_id: String(post.postId),
    author_id: String(post.authorId),
    create_time: new Date(Number(post.createTimeMs)).toISOString(),
    ...saidJson(post),
  };
}

/** What its author said, and from where. */
export function saidJson({ text, client, device, place }: Said) {
  return {
    text,
    ...(client !== "" && { client }),
    ...(device !== "" && { device }),
    ...(place !== undefined && { place }),
  };
}
